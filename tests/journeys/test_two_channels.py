"""One citizen on two platforms: what one chat knows is offered in the other only after proof, and the proof is undone by a word."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kit.town import TICKET_CODE, Town, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

NAM = (
    "Tôi tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
    " Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
)
LIGHT = "Đèn đường trước số 5 Lê Lợi, phường Bến Thành bị hỏng ba ngày nay"
LINK_CODE = re.compile(r"LIÊN KẾT (\d{4} \d{4})")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, platforms=["telegram", "viber"]) as there:
        yield there


async def answer(person: Person) -> str:
    return (await person.next_message()).text


async def open_chat(place: Town, platform: str) -> Person:
    person = place.sandbox.person(platform)
    await person.open_chat()
    await person.next_message()
    return person


async def say(place: Town, person: Person, text: str) -> str:
    place.clock.pass_time(3)
    await person.send_text(text)
    return await answer(person)


async def press(place: Town, person: Person, label: str) -> str:
    place.clock.pass_time(3)
    await person.press(label)
    return await answer(person)


async def report(place: Town, platform: str) -> tuple[Person, str, str]:
    """A citizen, their code, and the message that brought it."""
    person = await open_chat(place, platform)
    await say(place, person, NAM)
    await press(place, person, "Đồng ý")
    said = await press(place, person, "Đúng, gửi đi")
    found = TICKET_CODE.search(said)
    assert found is not None, said
    return person, found.group(), said


def audited(place: Town) -> list[str]:
    store = place.store()
    try:
        with store.reading() as work:
            return [entry.act for entry in work.audit.page(person="contact")]
    finally:
        store.close()


async def test_a_code_shown_in_one_chat_and_typed_in_the_other_joins_them_until_a_word_parts_them(place: Town) -> None:
    nam, code, said = await report(place, "telegram")
    assert "LIÊN KẾT" in said
    shown = LINK_CODE.search(await say(place, nam, "liên kết"))
    assert shown is not None
    again = await open_chat(place, "viber")
    assert code not in await say(place, again, "tra cứu")  # nothing is known before the proof
    joined = await say(place, again, f"LIÊN KẾT {shown[1]}")
    assert "Đã nối" in joined
    assert "vừa được nối" in await answer(nam)
    # the report of the other chat in full, though its phone was never typed here
    status = await say(place, again, "tra cứu")
    assert code in status
    assert "Thoát nước" in status
    # details are offered, masked, and used by one tap
    await say(place, again, LIGHT)
    known = await press(place, again, "Đồng ý")
    assert "L. H. Nam" in known
    assert "0908***321" in known
    assert "Lê Hoàng Nam" in await press(place, again, "Dùng thông tin này")
    second = TICKET_CODE.search(await press(place, again, "Đúng, gửi đi"))
    assert second is not None
    # and the first chat sees both
    picks = await say(place, nam, "tra cứu")
    assert "phản ánh nào" in picks
    assert sorted(button.label for button in nam.inbox[-1].buttons) == sorted([code, second.group()])
    assert second.group() in await press(place, nam, second.group())
    assert "không còn nối" in await say(place, again, "bỏ liên kết")
    bare = await say(place, again, f"tra cứu {code}")
    assert "4 số cuối" in bare
    assert await asyncio.to_thread(audited, place) == [
        "identity.part",
        "identity.part",
        "identity.join",
        "identity.join",
    ]


async def test_a_stolen_guess_joins_nothing_and_five_of_them_end_it(place: Town) -> None:
    nam, code, _ = await report(place, "telegram")
    shown = LINK_CODE.search(await say(place, nam, "LIÊN KẾT"))
    assert shown is not None
    assert "chính kênh này" in await say(place, nam, f"liên kết {shown[1]}")
    thief = await open_chat(place, "viber")
    wrong = "0000 0000" if shown[1] != "0000 0000" else "0000 0001"
    for _ in range(5):
        assert "không đúng hoặc đã hết hạn" in await say(place, thief, f"liên kết {wrong}")
    assert "nhiều lần" in await say(place, thief, f"liên kết {shown[1]}")
    assert code not in await say(place, thief, "tra cứu")


async def test_a_typed_phone_or_name_joins_nothing(place: Town) -> None:
    _, code, _ = await report(place, "telegram")
    again = await open_chat(place, "viber")
    await say(place, again, LIGHT + ". Tôi là Lê Hoàng Nam, 0908 123 321.")
    await press(place, again, "Đồng ý")
    second = TICKET_CODE.search(await press(place, again, "Đúng, gửi đi"))
    assert second is not None
    assert "4 số cuối" in await say(place, again, f"tra cứu {code}")


async def test_the_same_phone_shared_natively_on_both_offers_the_name_and_joins(place: Town) -> None:
    nam = await open_chat(place, "viber")
    await say(place, nam, LIGHT)
    await press(place, nam, "Đồng ý")
    await say(place, nam, "Lê Hoàng Nam")
    place.clock.pass_time(3)
    await nam.share_phone("0908123321")
    await nam.next_message()
    first = TICKET_CODE.search(await press(place, nam, "Đúng, gửi đi"))
    assert first is not None
    again = await open_chat(place, "telegram")
    await say(
        place, again, NAM.partition(". ")[2].replace("Hố ga", "Trước 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, hố ga")
    )
    place.clock.pass_time(3)
    await again.share_phone("0908123321")
    await again.next_message()
    known = await press(place, again, "Đồng ý")  # the phone was shared before the consent: it is looked up only now
    assert "nối với nhau" in known
    assert "L. H. Nam" in known
    assert "Lê Hoàng Nam" in await press(place, again, "Dùng thông tin này")
    await press(place, again, "Đúng, gửi đi")
    assert "phản ánh nào" in await say(place, again, "tra cứu")
    # parted, the same proof does not join again
    await say(place, again, "bỏ liên kết")
    await say(place, again, "làm lại từ đầu")
    place.clock.pass_time(3)
    await again.share_phone("0908123321")
    assert "nối với nhau" not in await answer(again)
    assert "4 số cuối" in await say(place, again, f"tra cứu {first.group()}")


async def test_erasing_a_chat_forgets_its_link(place: Town) -> None:
    nam, code, _ = await report(place, "telegram")
    shown = LINK_CODE.search(await say(place, nam, "liên kết"))
    assert shown is not None
    again = await open_chat(place, "viber")
    await say(place, again, f"liên kết {shown[1]}")
    await nam.next_message()
    await say(place, again, "xóa dữ liệu của tôi")
    assert "4 số cuối" in await say(place, again, f"tra cứu {code}")
