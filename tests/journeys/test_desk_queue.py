"""Who asks for a person: an honest place, a queue that loses nobody, an alarm when it takes too long."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from kit.api import callers, conversation_of
from kit.town import TICKET_CODE, Town, shipped, town, with_profile

from conversation.site import SiteFiles
from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey


def always_open(**changes: object) -> SiteFiles:
    hours = {day: ((time(0), time(23, 59, 59, 999999)),) for day in range(7)}
    office = replace(shipped().profile.office, hours=hours, holidays=frozenset())
    return with_profile(office=office, **changes)


async def ask(place: Town) -> tuple[Person, str]:
    """Somebody who asks for a person, and what they are told."""
    person = place.sandbox.person("telegram")
    await person.open_chat()
    await person.next_message()
    place.clock.pass_time(3)
    await person.send_text("gặp nhân viên")
    return person, (await person.next_message()).text


async def test_who_comes_later_hears_how_many_are_before_them_and_the_queue_is_in_order(tmp_path: Path) -> None:
    async with (
        town(tmp_path, platforms=["telegram"], site=always_open()) as place,
        callers(place, lan="operator") as (lan,),
    ):
        people, told = zip(*[await ask(place) for _ in range(3)], strict=True)
        assert "khoảng 10 phút" in told[0]
        assert "còn 1 người" in told[1]
        assert ("còn 2 người" in told[2], "khoảng 30 phút" in told[2]) == (True, True)
        queue = (await lan.get("/conversations", waiting="true")).body["items"]
        assert [one["contact"] for one in queue] == [one.id for one in people]
        assert [one["waiting_since"] for one in queue] == sorted(one["waiting_since"] for one in queue)
        first = await conversation_of(lan, people[0].id)
        assert (await lan.post(f"/conversations/{first}/takeover")).body["waiting_since"] is None
        queue = (await lan.get("/conversations", waiting="true")).body["items"]
        assert [one["contact"] for one in queue] == [one.id for one in people[1:]]
        _, told_last = await ask(place)
        assert "còn 2 người" in told_last


async def test_nobody_is_forgotten_an_alarm_is_raised_and_ends_with_the_takeover(tmp_path: Path) -> None:
    site = always_open(answer_minutes=0)
    async with town(tmp_path, platforms=["telegram"], site=site) as place, callers(place, lan="operator") as (lan,):
        person, _ = await ask(place)
        await until(place, lambda reasons: reasons == ["wants_operator", "waiting_long"])
        await lan.post(f"/conversations/{await conversation_of(lan, person.id)}/takeover")
        await until(place, lambda reasons: reasons == [])


async def test_outside_office_hours_the_report_goes_on_and_gets_its_code(tmp_path: Path) -> None:
    site = shipped().profile
    tomorrow = (datetime.now(site.timezone) + timedelta(days=1)).weekday()  # noqa: TID251 - the gateway's own clock
    hours = {tomorrow: ((time(9), time(10)),)}
    closed = with_profile(office=replace(site.office, hours=hours, holidays=frozenset()))
    async with town(tmp_path, platforms=["telegram"], site=closed) as place:
        person, told = await ask(place)
        assert "ngoài giờ làm việc" in told
        place.clock.pass_time(3)
        await person.send_text(
            "Tôi tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
            " Hố ga giữa đường bị bể nắp."
        )
        await person.next_message()
        for label in ("Đồng ý", "Đúng, gửi đi"):
            place.clock.pass_time(3)
            await person.press(label)
            said = (await person.next_message()).text
        assert TICKET_CODE.search(said), said


async def until(place: Town, true: Callable[[list[str]], bool]) -> None:
    def reasons() -> list[str]:
        store = place.store()
        try:
            with store.reading() as work:
                return [alert.reason for alert in work.alerts.open()]
        finally:
            store.close()

    async with asyncio.timeout(timedelta(seconds=30).total_seconds()):
        while not true(await asyncio.to_thread(reasons)):  # noqa: ASYNC110 - another thread's database is looked at
            await asyncio.sleep(0.1)
