"""What is not taken comes again, as each platform does it, with the same bytes."""

from typing import Any

import pytest
from aiohttp import web


async def written(place: Any, account: str) -> Any:
    person = place.person(account)
    await person.send_text("một")
    await place.sandbox.settled()
    for _ in range(200):
        if (
            not place.sandbox.lines[account].courier.waiting_for_retry
            and not place.sandbox.lines[account].courier._tasks
        ):
            break
        await place.call("GET", "/sandbox/incidents")  # gives the couriers their turn
    return person


async def test_zalo_comes_again_after_30_seconds_and_counts(place: Any) -> None:
    place.hook.refuse(500, 503)
    await written(place, "zalo")
    assert place.clock.waits == [30.0, 300.0]
    assert [each.headers.get("num_retry") for each in place.hook.received] == [None, "1", "2"]
    assert len({each.body for each in place.hook.received}) == 1


async def test_zalo_switches_the_webhook_off_after_the_fifth_retry(place: Any) -> None:
    place.hook.refuse(*[500] * 6)
    person = await written(place, "zalo")
    assert place.clock.waits == [30.0, 300.0, 900.0, 1800.0, 3600.0]
    assert len(place.hook.received) == 6
    await person.send_text("hai")
    await place.sandbox.settled()
    assert len(place.hook.received) == 6
    await place.call("POST", "/sandbox/faults", json={"account": "zalo", "do": "enable_webhook"})
    await person.send_text("ba")
    await place.sandbox.settled()
    assert len(place.hook.received) == 7
    assert place.rules == ["webhook_lost"]


async def test_viber_repeats_for_an_hour_with_the_same_token(place: Any) -> None:
    place.hook.refuse(*[500] * 6)
    await written(place, "viber")
    assert len(place.hook.received) == 6
    assert 3000 < sum(place.clock.waits) <= 3600
    assert len({each.json["message_token"] for each in place.hook.received}) == 1
    assert place.rules == ["webhook_lost"]


async def test_messenger_repeats_at_once_and_gives_the_page_up_after_an_hour(place: Any) -> None:
    place.hook.refuse(*[500] * 8)
    await written(place, "messenger")
    assert place.clock.waits[0] == 0.0
    assert sum(place.clock.waits) <= 3600
    assert (await place.messenger("GET", "me/subscribed_apps"))[1]["data"] == []
    assert (await place.messenger("POST", "me/subscribed_apps", subscribed_fields="messages"))[0] == 200


async def test_telegram_repeats_at_once_then_2_4_8_seconds_and_holds_the_chat_meanwhile(place: Any) -> None:
    place.hook.refuse(500, 500, 404, 500)
    person = place.person("telegram")
    for text in ("một", "hai"):
        await person.send_text(text)
    await place.sandbox.settled()
    assert place.clock.waits == [0.0, 2.0, 4.0, 8.0]
    assert [each.json["message"]["text"] for each in place.hook.received] == ["một"] * 5 + ["hai"]


async def test_telegram_obeys_retry_after_and_takes_any_2xx(place: Any) -> None:
    place.hook.answers.append(web.Response(status=503, headers={"Retry-After": "7"}))
    place.hook.answers.append(web.Response(status=204))
    await place.person("telegram").send_text("một")
    await place.sandbox.settled()
    assert place.clock.waits == [7.0]
    assert len(place.hook.received) == 2


@pytest.mark.parametrize(("account", "status"), [("zalo", 204), ("viber", 201), ("messenger", 202)])
async def test_other_platforms_want_exactly_200(place: Any, account: str, status: int) -> None:
    place.hook.refuse(status)
    await written(place, account)
    assert len(place.hook.received) == 2


async def test_a_press_is_given_up_after_150_seconds(place: Any) -> None:
    person = await place.met("telegram")
    keyboard = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    await place.telegram("sendMessage", chat_id=int(person.id), text="?", reply_markup=keyboard)
    place.hook.refuse(*[500] * 12)
    await person.press("Có")
    await place.sandbox.settled()
    assert 150 <= sum(place.clock.waits) <= 300
    assert place.rules == ["webhook_lost"]


async def test_what_was_sent_while_the_gateway_was_down_arrives_afterwards(place: Any) -> None:
    line = place.sandbox.lines["telegram"]
    line.faults.down = True
    person = place.person("telegram")
    await person.send_text("một")
    await place.call("GET", "/sandbox/incidents")
    assert place.hook.received == []
    line.faults.down = False
    await place.sandbox.settled()
    assert [each.json["message"]["text"] for each in place.hook.received] == ["một"]


async def test_a_mark_tells_what_became_of_the_citizens_message(place: Any) -> None:
    person = place.person("viber")
    bubble = await person.send_text("một")
    assert bubble.mark == "sending"
    await place.sandbox.settled()
    assert bubble.mark == "delivered"
    await place.viber("send_message", {"receiver": person.id, "type": "text", "text": "Dạ", "sender": {"name": "1022"}})
    assert bubble.mark == "seen"
