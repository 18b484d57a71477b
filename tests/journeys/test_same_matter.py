"""Several people, one matter: each gets a code of their own at once, the operator sees them together, all hear the news."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kit.api import Caller, callers
from kit.town import TICKET_CODE, Town, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

NAM = (
    "Tôi tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
    " Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
)
BE = (
    "Tôi tên Trần Thị Bé, số 0912 345 678, nhà 29 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
    " Hố ga bể nắp giữa đường, nguy hiểm quá."
)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, platforms=["telegram", "viber"]) as there:
        yield there


async def report(place: Town, platform: str, text: str) -> tuple[Person, str]:
    """Message, consent, confirmation: three messages, and no question more."""
    person = place.sandbox.person(platform)
    await person.open_chat()
    await person.next_message()
    place.clock.pass_time(3)
    await person.send_text(text)
    await person.next_message()
    for label in ("Đồng ý", "Đúng, gửi đi"):
        place.clock.pass_time(3)
        await person.press(label)
        said = (await person.next_message()).text
    found = TICKET_CODE.search(said)
    assert found is not None, said
    place.clock.pass_time(3)
    return person, found.group()


async def ticket(caller: Caller, code: str, same_matter: int) -> Any:
    """As soon as it is known to be of a matter so many reported."""
    async with asyncio.timeout(10):
        while True:
            body = (await caller.get(f"/tickets/{code}")).body
            if body["same_matter"] == same_matter:
                return body
            await asyncio.sleep(0.05)


async def test_neighbours_get_codes_of_their_own_are_linked_and_hear_the_news_without_each_other(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        nam, first = await report(place, "telegram", NAM)
        be, second = await report(place, "viber", BE)
        assert first != second
        linked = await ticket(lan, second, 2)
        assert [one["kind"] for one in linked["history"]] == ["opened"]
        assert linked["updated_at"] == linked["created_at"]
        await lan.patch(
            f"/tickets/{first}", {"status": "in_progress", "answer": "Chào anh Nam, đội sẽ tới 0908123321."}
        )
        texts = [(await one.next_message()).text for one in (nam, be)]
        assert first in texts[0]
        assert "Chào anh Nam" in texts[0]
        assert second in texts[1]
        assert "Đang xử lý" in texts[1]
        for another in ("Nam", "123 321", "123321", first):
            assert another not in texts[1]
        place.clock.pass_time(3)
        await lan.patch(f"/tickets/{first}", {"status": "resolved", "answer": "Đã thay nắp hố ga."})
        resolved = await be.next_message()
        assert "Đã thay nắp hố ga." in resolved.text
        assert not resolved.buttons  # only who is answered is asked how content they are
        assert (await lan.get(f"/tickets/{second}")).body["status"] == "received"


async def test_the_same_phone_on_another_platform_gets_a_code_at_once_and_is_linked(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        _, first = await report(place, "telegram", NAM)
        _, second = await report(place, "viber", NAM)
        await ticket(lan, first, 2)
        await ticket(lan, second, 2)


async def test_an_operator_parts_what_is_not_one_matter_and_it_stays_apart(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        await report(place, "telegram", NAM)
        be, second = await report(place, "viber", BE)
        _, third = await report(place, "telegram", NAM.replace("0908 123 321", "0908 123 999"))
        await ticket(lan, second, 3)
        assert (await lan.patch(f"/tickets/{second}", {"unlink": True})).body["same_matter"] == 1
        assert (await lan.patch(f"/tickets/{second}", {"unlink": True})).body["same_matter"] == 1
        await ticket(lan, third, 2)
        place.clock.pass_time(3)
        await lan.patch(f"/tickets/{third}", {"status": "in_progress"})
        await lan.patch(f"/tickets/{second}", {"status": "forwarded", "department": "construction"})
        assert "đã được chuyển" in (await be.next_message()).text.casefold()  # the news of the others did not come


async def test_two_tickets_of_one_chat_bring_their_news_once(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        nam, first = await report(place, "telegram", NAM)
        await nam.send_text(NAM)
        assert first in (await nam.next_message()).text
        for label in ("Phản ánh mới", "Đúng, gửi đi"):
            place.clock.pass_time(3)
            await nam.press(label)
            said = (await nam.next_message()).text
        found = TICKET_CODE.search(said)
        assert found is not None
        await ticket(lan, first, 2)
        place.clock.pass_time(3)
        before = len(nam.inbox)
        await lan.patch(f"/tickets/{first}", {"status": "in_progress"})
        await lan.patch(f"/tickets/{found.group()}", {"status": "forwarded", "department": "construction"})
        texts = [(await nam.next_message()).text for _ in range(2)]
        assert first in texts[0]
        assert found.group() in texts[1]
        await place.sandbox.settled()
        assert len(nam.inbox) == before + 2
