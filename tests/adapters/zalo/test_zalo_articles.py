"""Articles to all followers: the calls, what the answers mean, and when one may go out.

The answers are exact bytes under fixtures/articles, each with its source and date.
"""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.adapter_cases import platform_of

from adapters.articles import Article
from adapters.base import (
    Accepted,
    ApiCall,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    SendsArticles,
    Throttled,
    Unauthorised,
)
from adapters.splitting import utf16_units
from adapters.zalo import ADAPTER

ACCOUNT = platform_of("zalo").account
RULES = ADAPTER.capabilities.articles
assert RULES is not None
COVER = "https://1022.example.vn/files/bao.png"
STORM = Article("Bão số 9", "Tổng đài 1022", "Bà con ở trong nhà.\n\nGọi 1022 khi cần giúp.", COVER)
FIXTURES = Path(__file__).parent / "fixtures" / "articles"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=700).filter(str.strip)


def body_of(call: ApiCall) -> dict[str, Any]:
    assert call.headers == {"access_token": "an-invented-access-token"}
    assert call.method == "POST"
    return dict(call.json or {})


def judged(name: str) -> Outcome:
    told = tomllib.loads((FIXTURES / f"{name}.toml").read_text("utf-8"))
    assert told["source"]
    assert told["date"]
    reply = ApiReply(told.get("status", 200), {}, (FIXTURES / f"{name}.body").read_bytes())
    return ADAPTER.judge_article(told["call"], reply)


def test_it_is_made_of_the_words_with_a_cover_and_without_comments() -> None:
    call = ADAPTER.create_article(STORM, ACCOUNT)
    assert call.url == "https://openapi.zalo.me/v2.0/article/create"
    assert body_of(call) == {
        "type": "normal",
        "title": "Bão số 9",
        "author": "Tổng đài 1022",
        "cover": {"cover_type": "photo", "photo_url": COVER, "status": "show"},
        "description": "Bà con ở trong nhà. Gọi 1022 khi cần giúp.",
        "body": [
            {"type": "text", "content": "Bà con ở trong nhà."},
            {"type": "text", "content": "Gọi 1022 khi cần giúp."},
        ],
        "status": "show",
        "comment": "hide",
    }


@given(words, words, words)
def test_whatever_is_said_it_stays_within_zalos_limits_and_loses_no_word(title: str, author: str, text: str) -> None:
    long = "\n\n".join([text] * 60)
    body = body_of(ADAPTER.create_article(Article(title, author, long, COVER), ACCOUNT))
    assert 1 <= utf16_units(body["title"]) <= 150
    assert 1 <= utf16_units(body["author"]) <= 50
    assert 1 <= utf16_units(body["description"]) <= 300
    assert 1 <= len(body["body"]) <= 50
    assert all(part["content"].strip() for part in body["body"])
    assert "".join("".join(part["content"] for part in body["body"]).split()) == "".join(long.split())


def test_it_is_asked_for_by_its_token_and_sent_by_its_id_to_everybody() -> None:
    check = ADAPTER.check_article("a-token", ACCOUNT)
    assert (check.url, body_of(check)) == ("https://openapi.zalo.me/v2.0/article/verify", {"token": "a-token"})
    send = ADAPTER.send_article("an-id", "", ACCOUNT)
    assert send.url == "https://openapi.zalo.me/v2.0/oa/message"
    element = {"media_type": "article", "attachment_id": "an-id"}
    payload = {"template_type": "media", "elements": [element]}
    assert body_of(send) == {
        "recipient": {"target": {"gender": "0"}},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    assert len({call.name for call in (ADAPTER.create_article(STORM, ACCOUNT), check, send)}) == 3


@pytest.mark.parametrize(
    ("area", "target"), [("79", {"cities": "4"}), ("01", {"cities": "9"}), ("south", {"locations": "2"}), ("moon", {})]
)
def test_an_area_that_zalo_knows_narrows_it(area: str, target: dict[str, str]) -> None:
    assert body_of(ADAPTER.send_article("an-id", area, ACCOUNT))["recipient"]["target"] == {"gender": "0", **target}
    assert RULES is not None
    assert (area in RULES.areas) == bool(target)


ANSWERS: list[tuple[str, Outcome]] = [
    ("created", Accepted("bXktaW52ZW50ZWQtdG9rZW4")),
    ("verified", Accepted("0123456789abcdef0123")),
    ("broadcast", Accepted("a1b2c3d4e5f6a7b8c9d0")),
    ("broadcast_without_id", Accepted(None)),
    ("created_without_token", Failed("an answer without what was asked for")),
    ("verified_with_id_as_a_number", Accepted("9007199254740993")),
    ("processing", Throttled(timedelta(seconds=3), whole_account=False)),
    ("night", Throttled(timedelta(hours=1), whole_account=False)),
    ("too_fast", Throttled(timedelta(seconds=60))),
    ("quota", Refused(RefusalReason.QUOTA, "-211: the quota is used up", whole_account=True)),
    ("article_quota", Refused(RefusalReason.QUOTA, "-223: the quota is reached", whole_account=True)),
    (
        "not_granted",
        Refused(RefusalReason.BAD_REQUEST, "-223: the OA has not authorised this API", whole_account=True),
    ),
    ("not_verified", Refused(RefusalReason.BAD_REQUEST, "-221: the OA must be verified", whole_account=True)),
    (
        "package",
        Refused(RefusalReason.BAD_REQUEST, "-224: the OA's package is too low for this", whole_account=True),
    ),
    ("content", Refused(RefusalReason.BAD_REQUEST, "-248: the content violates the platform's rules")),
    ("bad_parameter", Refused(RefusalReason.BAD_REQUEST, "-201: a parameter is invalid")),
    ("used", Refused(RefusalReason.BAD_REQUEST, "-241: an asset was used already")),
    ("token", Unauthorised("-216: the access token is invalid")),
    ("unspecified", Failed("-200: sending failed, no reason given")),
    ("gateway_error", Failed("HTTP 502 without an answer in Zalo's form", maybe_delivered=True)),
]


@pytest.mark.parametrize(("name", "expected"), ANSWERS, ids=[name for name, _ in ANSWERS])
def test_each_documented_answer_is_judged(name: str, expected: Outcome) -> None:
    assert judged(name) == expected


def test_no_fixture_is_forgotten() -> None:
    assert {path.stem for path in FIXTURES.glob("*.body")} == {name for name, _ in ANSWERS}


@given(st.text(max_size=20), st.integers(0, 999), st.binary(max_size=200))
def test_any_bytes_have_a_meaning(call: str, status: int, body: bytes) -> None:
    assert isinstance(ADAPTER.judge_article(call, ApiReply(status, {}, body)), Outcome)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-11-24 06:00", None, "2026-11-24 06:00"),
        ("2026-11-24 21:58", None, "2026-11-24 21:58"),
        ("2026-11-24 21:59", None, "2026-11-25 06:00"),
        ("2026-11-24 05:59", None, "2026-11-24 06:00"),
        ("2026-11-24 09:00", "2026-11-23 21:00", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-24 08:00", "2026-11-25 06:00"),
        ("2026-11-24 23:00", "2026-11-24 08:00", "2026-11-25 06:00"),
        ("2026-11-24 09:00", "2026-11-26 08:00", "2026-11-27 06:00"),
    ],
)
def test_one_goes_out_a_day_in_zalos_hours(now: str, last: str | None, expected: str) -> None:
    assert isinstance(ADAPTER, SendsArticles)
    assert RULES is not None
    assert RULES.next(local(now), None if last is None else local(last)) == local(expected)
