"""The main road: a citizen chats, a ticket code comes back. Real HTTP, real database, all four platforms."""

import asyncio
import random
from pathlib import Path

import pytest
from kit.town import PLATFORMS, TICKET_CODE, Town, town

from ticket_store.codes import read_code
from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

ALL_IN_ONE = (
    "Em tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
    " Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
)


async def say(place: Town, person: Person, text: str) -> str:
    """The citizen writes; the one answer's text. Time passes for the platforms, as it does while people type."""
    place.clock.pass_time(2)
    await person.send_text(text)
    return (await person.next_message()).text


async def press(place: Town, person: Person, label: str) -> str:
    place.clock.pass_time(2)
    await person.press(label)
    return (await person.next_message()).text


async def begin(place: Town, platform: str) -> tuple[Person, str]:
    """A new citizen opens the chat the way this platform has it; the greeting with the consent question."""
    person = place.sandbox.person(platform)
    if platform == "zalo":
        return person, await say(place, person, "chào")
    await person.open_chat()
    return person, (await person.next_message()).text


async def report(place: Town, platform: str) -> tuple[Person, str]:
    """The plain dialogue, question by question; the message with the code."""
    person, greeting = await begin(place, platform)
    assert "1022" in greeting
    await press(place, person, "Đồng ý")
    await say(place, person, "Nguyễn Văn An")
    await say(place, person, "0912 345 678")
    await say(place, person, "12 Lê Lợi, phường Bến Thành, TP.HCM")
    summary = await say(place, person, "Đèn đường trước nhà hỏng ba ngày nay, tối om")
    for part in ("Nguyễn Văn An", "0912 345 678", "12 Lê Lợi", "Đèn đường"):
        assert part in summary
    return person, await press(place, person, "Đúng, gửi đi")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_question_by_question_gives_a_code_and_a_ticket_with_the_same_fields(
    platform: str, tmp_path: Path
) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        _, answer = await report(place, platform)
        code = TICKET_CODE.search(answer)
        assert code is not None, answer
        assert read_code(code.group()) == code.group()
        (ticket,) = place.tickets()
        assert ticket["code"] == code.group()
        assert ticket["name"] == "Nguyễn Văn An"
        assert ticket["phone"] == "+84912345678"
        assert "12 Lê Lợi" in str(ticket["address"])
        assert ticket["province"] == "Hồ Chí Minh"
        assert ticket["ward"] == "Phường Bến Thành"
        assert ticket["category"] == "lighting"
        assert ticket["status"] == "received"
        assert (ticket["account"], ticket["platform"]) == (platform, platform)
        assert "Đèn đường trước nhà hỏng" in str(ticket["request"])
        assert place.sandbox.incidents == []


async def test_a_viber_chat_is_welcomed_once_in_the_words_of_its_platform(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"]) as place:
        person = place.sandbox.person("viber")
        await person.open_chat()
        greeting = await person.next_message()
        assert "Tin nhắn đi qua Viber" in greeting.text
        await person.open_chat()
        await place.sandbox.settled()
        assert person.inbox == [greeting]
        await person.unfollow()  # who left sees it again
        await person.open_chat()
        assert (await person.next_message()).text == greeting.text
        assert place.sandbox.incidents == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_all_in_one_message_needs_consent_and_confirmation_only(platform: str, tmp_path: Path) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        person = place.sandbox.person(platform)
        if platform in {"telegram", "messenger", "viber"}:
            await person.open_chat()
            await person.next_message()
        await say(place, person, ALL_IN_ONE)
        summary = await press(place, person, "Đồng ý")
        assert "Lê Hoàng Nam" in summary
        answer = await press(place, person, "Đúng, gửi đi")
        assert TICKET_CODE.search(answer), answer
        (ticket,) = place.tickets()
        assert ticket["name"] == "Lê Hoàng Nam"
        assert ticket["phone"] == "+84908123321"
        assert ticket["ward"] == "Phường Tân Sơn Hòa"
        assert ticket["category"] == "drainage"
        assert place.sandbox.incidents == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_each_webhook_three_times_and_shuffled_gives_one_ticket_and_each_reply_once(
    platform: str, tmp_path: Path
) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        faults = place.sandbox.lines[platform].faults
        faults.duplicate = 3
        faults.shuffle = True
        person, answer = await report(place, platform)
        await place.sandbox.settled()
        assert TICKET_CODE.search(answer)
        assert len(place.tickets()) == 1
        texts = [bubble.text for bubble in person.inbox]
        assert len(texts) == len(set(texts)), texts


async def test_four_platforms_at_once_keep_apart(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        random.seed(1)
        answers = await asyncio.gather(*(report(place, platform) for platform in PLATFORMS))
        codes = {match.group() for _, answer in answers if (match := TICKET_CODE.search(answer))}
        assert len(codes) == 4
        assert {ticket["platform"] for ticket in place.tickets()} == set(PLATFORMS)
        assert place.sandbox.incidents == []
