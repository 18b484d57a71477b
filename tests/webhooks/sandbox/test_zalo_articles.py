"""Articles of a simulated official account: made, processed, sent by the rules, and on the followers' phones."""

import asyncio
from typing import Any

import pytest

ARTICLE = {
    "type": "normal", "title": "Bão số 9", "author": "1022", "description": "Ở trong nhà", "status": "show", "comment": "hide",
    "cover": {"cover_type": "photo", "photo_url": "https://a.vn/bao.png", "status": "show"},
    "body": [{"type": "text", "content": "Ở trong nhà"}],
}  # fmt: skip


async def made(place: Any, **changed: Any) -> Any:
    return await place.zalo("POST", "/v2.0/article/create", json={**ARTICLE, **changed})


async def verified(place: Any, token: str) -> Any:
    return await place.zalo("POST", "/v2.0/article/verify", json={"token": token})


async def ready(place: Any) -> str:
    """The id of an article that may be sent."""
    token = (await made(place))["data"]["token"]
    place.clock.now += 2
    return str((await verified(place, token))["data"]["id"])


async def cast(place: Any, *ids: str, target: Any = None) -> Any:
    elements = [{"media_type": "article", "attachment_id": one} for one in ids]
    payload = {"template_type": "media", "elements": elements}
    body = {
        "recipient": {"target": {"gender": "0"} if target is None else target},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    return await place.zalo("POST", "/v2.0/oa/message", json=body)


async def test_it_is_processed_for_a_while_then_sent_once_and_reaches_followers_after_the_review(place: Any) -> None:
    follower, other = place.person("zalo"), await place.met("zalo")
    await follower.follow()
    token = (await made(place))["data"]["token"]
    assert (await verified(place, token))["error"] == -214
    assert (await verified(place, "another"))["error"] == -201
    place.clock.now += 2
    name = (await verified(place, token))["data"]["id"]
    assert (await cast(place, name))["error"] == 0
    while not follower.inbox:  # noqa: ASYNC110 - a phone is looked at
        await asyncio.sleep(0)
    assert place.sandbox.lines["zalo"].review in place.clock.waits
    (card,) = follower.inbox
    assert (card.kind, card.text, card.media[0].name) == ("article", "Bão số 9\nỞ trong nhà", "bao.png")
    assert other.inbox == []
    assert (await cast(place, name))["error"] == -241
    assert place.rules == ["value", "twice"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": "a" * 151}, -210),
        ({"author": "a" * 51}, -210),
        ({"description": "a" * 301}, -210),
        ({"cover": {"cover_type": "photo", "photo_url": "bao.png", "status": "show"}}, -201),
        ({"cover": None}, -201),
        ({"body": []}, -201),
        ({"body": [{"type": "html", "content": "a"}]}, -201),
        ({"body": [{"type": "text", "content": "a"}] * 51}, -210),
        ({"status": "draft"}, -201),
    ],
)
async def test_an_article_that_breaks_a_rule_is_refused(place: Any, changed: Any, code: int) -> None:
    assert (await made(place, **changed))["error"] == code
    assert len(place.rules) == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [({}, -201), ({"cities": "64"}, -201), ({"gender": 0}, -201), ({"ages": "2,2"}, -201), ({"town": "4"}, -201)],
)
async def test_a_target_has_zalos_own_numbers(place: Any, target: Any, code: int) -> None:
    name = await ready(place)
    assert (await cast(place, name, target=target))["error"] == code
    assert (await cast(place, name, target={"cities": "4,9", "gender": "0", "ages": "2,3"}))["error"] == 0


async def test_five_in_one_none_that_is_unknown_or_not_ready(place: Any) -> None:
    name = await ready(place)
    assert (await cast(place, *[name] * 6))["error"] == -210
    assert (await cast(place, name, "x"))["error"] == -201
    await made(place)
    early = list(place.sandbox.lines["zalo"].articles.values())[-1].id
    assert (await cast(place, early))["error"] == -214
    assert place.rules == ["too_many", "value", "too_early"]


async def test_hours_quota_and_permission(place: Any) -> None:
    line = place.sandbox.lines["zalo"]
    first, second = await ready(place), await ready(place)
    place.clock.now += 12 * 3600  # 22:23 in Vietnam
    assert (await cast(place, first))["error"] == -234
    place.clock.now += 8 * 3600
    assert (await cast(place, first))["error"] == 0
    assert (await cast(place, second))["error"] == -211
    line.broadcasts = [place.clock.now - days * 86_400 for days in range(1, 5)]
    assert (await cast(place, second))["error"] == -211
    line.may_publish = False
    for answer in (await made(place), await verified(place, "x"), await cast(place, second)):
        assert (answer["error"], answer["message"]) == (-223, "OA has not authorized this API")
    assert place.rules == ["window", *["permission"] * 3]
