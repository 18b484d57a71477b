"""One call to many people: `broadcast_message` and its `failed_list`."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.adapter_cases import platform_of

from adapters.base import (
    Accepted,
    ApiReply,
    Failed,
    RefusalReason,
    Refused,
    SendsInBulk,
    TakenInBulk,
    Throttled,
    Unauthorised,
)
from adapters.viber import ADAPTER
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message

PLATFORM = platform_of("viber")
ACCOUNT = PLATFORM.account
PEOPLE = [ContactId(f"{number:022d}==") for number in range(300)]
MOST_BYTES = 30 * 1024


def judged(answer: dict[str, Any] | bytes, status: int = 200) -> object:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return ADAPTER.judge_bulk("broadcast", ApiReply(status, {}, body))


def test_the_adapter_is_found_to_send_in_bulk() -> None:
    assert isinstance(ADAPTER, SendsInBulk)
    assert ADAPTER.capabilities.bulk_size == 300


def test_one_call_names_everybody_and_carries_no_reference_of_anybody() -> None:
    (call,) = ADAPTER.render_bulk(Message("Cúp nước 22:00-04:00", (Choice("seen", "Đã nhận"),)), PEOPLE, ACCOUNT)
    assert call.url == "https://chatapi.viber.com/pa/broadcast_message"
    assert call.headers == {"X-Viber-Auth-Token": ACCOUNT.secrets["TOKEN"]}
    assert call.json is not None
    assert call.json["broadcast_list"] == PEOPLE
    assert "receiver" not in call.json
    assert "tracking_data" not in call.json
    assert PEOPLE[0] not in repr(call)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20_000))
def test_every_call_of_the_longest_texts_stays_below_the_limit_and_no_letter_is_lost(text: str) -> None:
    calls = ADAPTER.render_bulk(Message(text), PEOPLE, ACCOUNT)
    assert all(len(json.dumps(call.json, ensure_ascii=False).encode()) <= MOST_BYTES for call in calls)
    said = "".join(str(call.json["text"]) for call in calls if call.json is not None)
    assert "".join(said.split()) == "".join(text.split())


def test_whoever_is_not_in_the_failed_list_was_accepted() -> None:
    outcome = judged(
        {
            "status": 0,
            "message_token": 5751000000000000400,
            "failed_list": [
                {"receiver": PEOPLE[1], "status": 6, "status_message": "Not subscribed"},
                {"receiver": PEOPLE[2], "status": 5},
                {"receiver": PEOPLE[3], "status": 12},
                {"receiver": PEOPLE[4], "status": 23},
                {"status": 6},
            ],
        }
    )
    assert isinstance(outcome, TakenInBulk)
    assert outcome.provider_id == "5751000000000000400"
    assert set(outcome.refused) == set(PEOPLE[1:5])
    assert outcome.refused[PEOPLE[1]] == Refused(RefusalReason.BLOCKED, outcome.refused[PEOPLE[1]].detail)  # type: ignore[union-attr]
    assert isinstance(outcome.refused[PEOPLE[3]], Throttled)
    stops = outcome.refused[PEOPLE[4]]
    assert isinstance(stops, Refused)
    assert (stops.reason, stops.whole_account) == (RefusalReason.QUOTA, True)
    assert PEOPLE[1] not in repr(outcome)


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        ({"status": 2}, 200, Unauthorised),
        ({"status": 12}, 200, Throttled),
        ({"status": 24}, 200, Refused),
        ({"status": 20}, 200, Refused),
        (b"<html>", 502, Failed),
        (b"", 200, Failed),
    ],
)
def test_what_is_refused_whole_is_judged_as_a_single_send(answer: Any, status: int, kind: type) -> None:
    assert isinstance(judged(answer, status), kind)


@given(st.binary(max_size=200), st.sampled_from([200, 400, 401, 429, 500]))
def test_any_bytes_give_an_outcome(body: bytes, status: int) -> None:
    known = (TakenInBulk, Accepted, Throttled, Unauthorised, Refused, Failed)
    assert isinstance(ADAPTER.judge_bulk("broadcast", ApiReply(status, {}, body)), known)


def test_with_everything_an_announcement_may_have_a_call_to_300_stays_below_the_limit() -> None:
    """20,000 letters of three bytes each, the longest address, both buttons, a picture."""
    choices = (
        Choice("announcement:received:5a1f0c9e7b3d2a4c6e8f0b1d", "Đã nhận"),
        Choice("announcement:help:5a1f0c9e7b3d2a4c6e8f0b1d", "Cần giúp đỡ"),
        Choice("open", "ẩ" * 20, "https://" + "x" * 492),
    )
    picture = Media(MediaKind.IMAGE, "https://1022.example.vn/files/" + "x" * 300 + "/image.jpg")
    calls = ADAPTER.render_bulk(Message("ẩ" * 20_000, choices, media=(picture,)), PEOPLE, ACCOUNT)
    assert max(len(json.dumps(call.json, ensure_ascii=False).encode()) for call in calls) < MOST_BYTES
    assert [len((call.json or {}).get("keyboard", {}).get("Buttons", [])) for call in calls] == [0] * (
        len(calls) - 1
    ) + [3]
