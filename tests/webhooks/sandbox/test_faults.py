"""What can be made to go wrong, does."""

from typing import Any

import aiohttp
import pytest


async def send(place: Any, person: Any) -> Any:
    return await place.call(
        "POST",
        "/pa/send_message",
        json={"receiver": person.id, "type": "text", "text": "a", "sender": {"name": "1022"}},
        headers={"X-Viber-Auth-Token": place.sandbox.lines["viber"].account.secret("TOKEN")},
    )


@pytest.mark.parametrize(
    ("kind", "status", "start"), [("500", 500, b"{"), ("html", 502, b"<html"), ("empty", 200, b"")]
)
async def test_the_next_calls_fail_and_then_no_more(place: Any, kind: str, status: int, start: bytes) -> None:
    person = await place.met("viber")
    place.sandbox.lines["viber"].faults.fail_next(2, kind)
    for _ in range(2):
        found, body = await send(place, person)
        assert found == status
        assert isinstance(body, dict) or body.startswith(start)
    assert (await send(place, person))[1]["status"] == 0
    assert (len(person.inbox), place.rules) == (1, [])


@pytest.mark.parametrize(("kind", "kept"), [("drop", 0), ("drop_after_accept", 1)])
async def test_a_dropped_answer_leaves_the_message_accepted_or_not(place: Any, kind: str, kept: int) -> None:
    person = await place.met("viber")
    place.sandbox.lines["viber"].faults.fail_next(1, kind)
    with pytest.raises(aiohttp.ClientError):
        await send(place, person)
    assert len(person.inbox) == kept


async def test_a_call_hangs_until_the_sandbox_stops(place: Any) -> None:
    person = await place.met("viber")
    place.sandbox.lines["viber"].faults.fail_next(1, "hang")
    with pytest.raises(TimeoutError):
        await place.call("POST", "/pa/get_account_info", json={}, timeout=aiohttp.ClientTimeout(total=0.05),
                         headers={"X-Viber-Auth-Token": place.sandbox.lines["viber"].account.secret("TOKEN")})  # fmt: skip
    assert (await send(place, person))[1]["status"] == 0


@pytest.mark.parametrize(
    ("account", "kind", "expected"),
    [
        ("viber", "12", {"status": 12}),
        ("viber", "429", {"status": 12}),
        ("messenger", "10/2018278", {"code": 10, "error_subcode": 2018278}),
        ("messenger", "429", {"code": 613}),
        ("telegram", "429", {"error_code": 429, "parameters": {"retry_after": 1}}),
        ("telegram", "403", {"error_code": 403}),
        ("zalo", "-32", {"error": -32}),
        ("zalo", "429", {"error": -32}),
    ],
)
async def test_a_platforms_own_error_can_be_asked_for(place: Any, account: str, kind: str, expected: Any) -> None:
    await place.zalo("GET", "/v2.0/oa/getoa")
    place.sandbox.lines[account].faults.fail_next(1, kind)
    calls = {
        "viber": lambda: place.viber("get_account_info", {}),
        "messenger": lambda: place.messenger("GET", "me"),
        "telegram": lambda: place.telegram("getMe"),
        "zalo": lambda: place.zalo("GET", "/v2.0/oa/getoa"),
    }
    answer = await calls[account]()
    document = answer[1] if isinstance(answer, tuple) else answer
    document = document["error"] if account == "messenger" else document
    assert {name: document[name] for name in expected} == expected
    assert place.rules == []


async def test_a_fault_may_strike_only_one_kind_of_call(place: Any) -> None:
    person = await place.met("viber")
    place.sandbox.lines["viber"].faults.fail_next(1, "500", only="send_message")
    assert (await place.viber("get_account_info", {}))["status"] == 0
    assert (await send(place, person))[0] == 500
    with pytest.raises(ValueError, match="neither"):
        place.sandbox.lines["viber"].faults.fail_next(1, "sometimes")


async def test_an_answer_is_late_by_the_sandboxs_clock(place: Any) -> None:
    place.sandbox.lines["viber"].faults.delay = 7.5
    await place.viber("get_account_info", {})
    assert place.clock.waits == [7.5]


@pytest.mark.parametrize("account", ["zalo", "viber", "messenger", "telegram"])
async def test_each_webhook_comes_as_often_as_asked(place: Any, account: str) -> None:
    place.sandbox.lines[account].faults.duplicate = 3
    person = place.person(account)
    await person.send_text("một")
    await place.sandbox.settled()
    assert len(place.hook.received) == 3
    assert len({each.body for each in place.hook.received}) == 1


async def test_shuffled_webhooks_come_in_another_order_and_none_is_lost(place: Any) -> None:
    faults = place.sandbox.lines["viber"].faults
    faults.shuffle, faults.duplicate, faults.held = True, 2, True
    person = place.person("viber")
    for number in range(8):
        await person.send_text(str(number))
    await place.sandbox.settled()
    assert place.hook.received == []
    place.sandbox.lines["viber"].courier.release()
    await place.sandbox.settled()
    order = [each["message"]["text"] for each in place.hook.of("message")]
    assert sorted(order) == sorted([str(number) for number in range(8)] * 2)
    assert order != sorted(order)


async def test_telegram_keeps_the_order_of_a_chat_even_when_shuffled(place: Any) -> None:
    faults = place.sandbox.lines["telegram"].faults
    faults.shuffle, faults.duplicate, faults.held = True, 2, True
    person = place.person("telegram")
    for number in range(8):
        await person.send_text(str(number))
    place.sandbox.lines["telegram"].courier.release()
    await place.sandbox.settled()
    order = [each["message"]["text"] for each in place.hook.of("message")]
    assert order == [str(number) for number in range(8) for _ in range(2)]


async def test_messenger_batches_many_entries_into_one_post(place: Any) -> None:
    line = place.sandbox.lines["messenger"]
    line.faults.batch = 3
    people = [place.person("messenger") for _ in range(4)]
    for person in people:
        await person.send_text("a")
    await place.sandbox.settled()
    (batch,) = place.hook.received
    assert [entry["messaging"][0]["sender"]["id"] for entry in batch.json["entry"]] == [each.id for each in people[:3]]
    line.flush()
    await place.sandbox.settled()
    assert len(place.hook.received) == 2


async def test_a_gateway_that_is_too_slow_is_an_incident_and_is_asked_again(place: Any, monkeypatch: Any) -> None:
    line = place.sandbox.lines["zalo"]
    monkeypatch.setattr(line, "patience", 0.05)
    place.hook.hold.clear()
    await place.person("zalo").send_text("một")
    await place.sandbox.settled()
    assert place.rules[:1] == ["slow_webhook"]
    monkeypatch.setattr(line, "patience", 2.0)
    place.hook.hold.set()
    while place.hook.received[-1].headers.get("num_retry") is None:
        await place.call("GET", "/sandbox/incidents")  # gives the courier its turn
    assert len({each.body for each in place.hook.received}) == 1
