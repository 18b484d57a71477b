"""Attachments are kept by us; PostgreSQL serves several processes; a person in the platform's inbox silences the bot."""

import asyncio
from pathlib import Path

import pytest
from kit.town import PLATFORMS, TICKET_CODE, GatewayProcess, Town, gateway_in_process, sandbox_town, town

from bots.gateway import listen
from bots.media import media_path
from conversation.ids import ContactId
from ticket_store.records import StoredMessage
from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey


def messages_of(place: Town, person: Person) -> list[StoredMessage]:
    store = place.store()
    try:
        with store.reading() as work:
            found = work.conversations.list(contact=ContactId(person.id), limit=5)
            return [message for one in found for message in work.messages.page(one.id, 200)]
    finally:
        store.close()


async def settle(place: Town, person: Person) -> list[StoredMessage]:
    """The transcript once every attachment is stored or given up."""
    async with asyncio.timeout(15):
        while True:
            messages = await asyncio.to_thread(messages_of, place, person)
            files = [attachment for message in messages for attachment in message.attachments]
            if files and all(one.state != "wanted" for one in files):
                return messages
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_photos_of_an_album_are_kept_with_the_report_and_answered_once(platform: str, tmp_path: Path) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        person = place.sandbox.person(platform)
        await person.send_text("xin chào")
        await person.next_message()
        place.clock.pass_time(3)
        await person.press("Đồng ý")
        await person.next_message()
        place.clock.pass_time(3)
        await person.send_album(3)
        answer = await person.next_message(timeout=6)
        assert "3" in answer.text
        messages = await settle(place, person)
        files = [attachment for message in messages for attachment in message.attachments]
        assert len(files) == 3
        for one in files:
            assert one.state == "stored", one.reason
            assert one.sha256 is not None
            assert media_path(place.folder / "media", one.sha256).read_bytes().startswith(b"\x89PNG")
            assert one.mime == "image/png"
        for text in ("Phạm Thị Hoa", "0977 123 456", "9 Lý Tự Trọng, phường Bến Thành, TP.HCM", "Cây đổ chắn đường"):
            place.clock.pass_time(3)
            await person.send_text(text)
            await person.next_message()
        place.clock.pass_time(3)
        await person.press("Đúng, gửi đi")
        assert TICKET_CODE.search((await person.next_message()).text)
        (ticket,) = place.tickets()
        assert len(ticket["attachments"]) == 3  # type: ignore[arg-type]
        assert len(person.inbox) == 8
        assert place.sandbox.incidents == []


async def test_a_photo_that_finds_no_room_on_the_disk_is_fetched_again_and_the_chat_goes_on(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place:
        media = place.folder / "media"
        media.write_text("in the way")
        person = place.sandbox.person("telegram")
        await person.send_album(1)
        await person.next_message()
        async with asyncio.timeout(5):
            while True:
                files = [one for message in messages_of(place, person) for one in message.attachments]
                if files and files[0].reason:
                    break
                await asyncio.sleep(0.05)
        assert [(one.state, one.reason) for one in files] == [("wanted", "not kept: NotADirectoryError")]
        await person.send_text("xin chào")
        await person.next_message()
        media.unlink()
        messages = await settle(place, person)
        assert [one.state for message in messages for one in message.attachments] == ["stored"]


@pytest.mark.parametrize("platform", ["zalo", "messenger"])
async def test_a_reply_from_the_platforms_own_inbox_silences_the_bot(platform: str, tmp_path: Path) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        person = place.sandbox.person(platform)
        await person.send_text("xin chào")
        await person.next_message()
        await place.sandbox.staff_reply(platform, person, "Chào bác, tôi là Lan ở tổng đài, tôi xem giúp bác đây.")
        await person.next_message()
        await place.sandbox.settled()
        place.clock.pass_time(3)
        await person.send_text("cảm ơn cô, đèn đường nhà tôi hỏng")
        await place.sandbox.settled()
        messages = await asyncio.to_thread(messages_of, place, person)
        assert [(one.direction, one.author) for one in messages] == [
            ("in", "contact"),
            ("out", "bot"),
            ("out", "operator"),
            ("in", "contact"),
        ]
        store = place.store()
        with store.reading() as work:
            (conversation,) = work.conversations.list(held=True, limit=5)
        store.close()
        assert str(conversation.state.held_by).startswith(platform)


@pytest.mark.postgres
async def test_two_processes_on_one_postgresql_share_the_work(tmp_path: Path, postgres_url: str) -> None:
    first = listen("127.0.0.1", 0)
    second = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    async with sandbox_town(
        tmp_path, platforms=["viber", "messenger"], database_url=postgres_url, hook_port=port
    ) as place:
        async with gateway_in_process(place, first), gateway_in_process(place, second):
            people = [place.sandbox.person(platform) for platform in ("viber", "messenger") for _ in range(4)]

            async def chat(person: Person) -> str:
                await person.send_text(
                    "Họ tên: Võ Văn Kiệt\nSĐT: 0908 000 111\nĐịa chỉ: 1 Lê Duẩn, phường Sài Gòn, TP.HCM\nNội dung: xe đậu sai chỗ"
                )
                await person.next_message(timeout=10)
                for label in ("Đồng ý", "Đúng, gửi đi"):
                    await person.press(label)
                    answer = await person.next_message(timeout=10)
                return answer.text

            answers = await asyncio.gather(*(chat(person) for person in people))
        codes = {match.group() for answer in answers if (match := TICKET_CODE.search(answer))}
        assert len(codes) == 8
        assert len(place.tickets()) == 8
        assert all(len(person.inbox) == 3 for person in people)


@pytest.mark.long
@pytest.mark.postgres
async def test_when_one_process_dies_another_sends_within_seconds(tmp_path: Path, postgres_url: str) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    other = listen("127.0.0.1", 0)
    other_port = other.getsockname()[1]
    other.close()
    async with sandbox_town(tmp_path, platforms=["messenger"], database_url=postgres_url, hook_port=port) as place:
        intake = GatewayProcess(place.environment, tmp_path, port)
        await intake.start("--no-delivery")
        sender = GatewayProcess(place.environment, tmp_path / "sender", other_port)
        sender.folder.mkdir()
        await sender.start()
        person = place.sandbox.person("messenger")
        await person.send_text("xin chào")
        await person.next_message(timeout=10)
        await sender.kill()
        place.clock.pass_time(5)
        await person.send_text("hướng dẫn")
        await place.sandbox.settled()
        successor = GatewayProcess(place.environment, sender.folder, other_port)
        await successor.start()
        loop = asyncio.get_running_loop()
        started = loop.time()
        await person.next_message(timeout=10)
        assert loop.time() - started < 3.5
        assert await successor.terminate() == 0
        assert await intake.terminate() == 0
