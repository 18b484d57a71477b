"""What is said arrives: in order, after failures, at the platform's pace, with its receipts."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kit.town import StillClock, Town, town

from conversation.ids import ContactId
from ticket_store.records import StoredMessage
from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey


def transcript(place: Town, person: Person) -> list[StoredMessage]:
    store = place.store()
    try:
        with store.reading() as work:
            found = work.conversations.list(contact=ContactId(person.id), limit=10)
            return [message for one in found for message in work.messages.page(one.id, 200)]
    finally:
        store.close()


async def until(true: Callable[[], bool], seconds: float = 8.0) -> None:
    """Returns as soon as it is true; the store has no way to tell a test."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 - another thread's database is looked at
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("platform", "fault"),
    [
        ("viber", "500"),
        ("viber", "html"),
        ("viber", "drop"),
        ("messenger", "500"),
        ("messenger", "2"),
        ("telegram", "html"),
        ("telegram", "500"),
        ("zalo", "-200"),
        ("zalo", "empty"),
    ],
)
async def test_a_failed_call_is_tried_again_and_the_order_is_kept(platform: str, fault: str, tmp_path: Path) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        person = place.sandbox.person(platform)
        place.sandbox.lines[platform].faults.fail_next(1, fault)
        await person.send_text("xin chào")
        place.clock.pass_time(3)
        await person.send_text("hướng dẫn")
        first = await person.next_message(timeout=8)
        second = await person.next_message(timeout=8)
        sent = [message.message.text for message in transcript(place, person) if message.message is not None]
        assert [first.text, second.text] == sent


async def test_one_persons_failure_never_delays_another(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["messenger"]) as place:
        unlucky, lucky = place.sandbox.person("messenger"), place.sandbox.person("messenger")
        place.sandbox.lines["messenger"].faults.fail_next(1, "hang")
        await unlucky.send_text("xin chào")
        await place.sandbox.settled()
        started = time.monotonic()
        await lucky.send_text("xin chào")
        await lucky.next_message(timeout=5)
        assert time.monotonic() - started < 5
        assert unlucky.inbox == []


async def test_what_is_on_its_way_while_the_clock_jumps_is_not_said_twice(tmp_path: Path) -> None:
    clock = StillClock(datetime(2026, 11, 24, 2, tzinfo=UTC))
    async with town(tmp_path, platforms=["viber"], clock=clock) as place:
        person = place.sandbox.person("viber")
        place.sandbox.lines["viber"].faults.delay = 150.0  # of its seconds: longer than a sender keeps its lease for
        await person.send_text("xin chào")
        store = place.store()

        def sending() -> bool:
            with store.reading() as work:
                return any(work.outbox.in_flight(one.id) for one in work.conversations.list())

        await until(sending)
        clock.pass_time(10)
        await person.next_message(timeout=10)
        await until(lambda: not sending())
        store.close()
        assert [m.delivery for m in transcript(place, person) if m.direction == "out"] in (
            ["sent"],
            ["delivered"],
            ["seen"],
        )
        assert len(person.inbox) == 1


async def test_a_platform_that_asks_for_silence_gets_it(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place:
        person = place.sandbox.person("telegram")
        place.sandbox.lines["telegram"].faults.fail_next(1, "429")
        await person.send_text("xin chào")
        assert (await person.next_message(timeout=10)).text
        await until(lambda: [m.delivery for m in transcript(place, person) if m.direction == "out"] == ["sent"])


@pytest.mark.parametrize("platform", ["viber", "messenger", "zalo", "telegram"])
async def test_paced_as_shipped_no_rule_of_the_platform_is_broken(platform: str, tmp_path: Path) -> None:
    """Without a clock that jumps: a citizen who writes six times at once gets six answers, no faster than allowed."""
    async with town(tmp_path, platforms=[platform], paced=True) as place:
        person = place.sandbox.person(platform)
        for _ in range(6):
            await person.send_text("hướng dẫn")
        for _ in range(6):
            await person.next_message(timeout=12)
        assert place.sandbox.incidents == []


@pytest.mark.parametrize("platform", ["viber", "messenger", "zalo"])
async def test_receipts_are_recorded_and_only_move_forward(platform: str, tmp_path: Path) -> None:
    async with town(tmp_path, platforms=[platform]) as place:
        person = place.sandbox.person(platform)
        person.open = False
        await person.send_text("xin chào")
        await person.next_message()
        await place.sandbox.settled()

        def answered(*states: str) -> bool:
            return [message.delivery for message in transcript(place, person) if message.direction == "out"] == list(
                states
            )

        await until(lambda: answered("delivered"))
        await person.read_all()
        await place.sandbox.settled()
        await until(lambda: answered("seen"))


async def test_a_blocked_person_is_not_written_to_and_the_reason_is_shown(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place:
        person = place.sandbox.person("telegram")
        place.sandbox.lines["telegram"].faults.fail_next(1, "403")
        await person.send_text("xin chào")
        await until(lambda: [m.delivery for m in transcript(place, person) if m.direction == "out"] == ["failed"])
        (answer,) = [message for message in transcript(place, person) if message.direction == "out"]
        assert answer.reason == "blocked"


async def test_an_expired_zalo_token_is_refreshed_once_and_the_answer_still_arrives(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["zalo"]) as place:
        person = place.sandbox.person("zalo")
        await person.send_text("xin chào")
        await person.next_message()
        for _ in range(3):
            place.sandbox.expire_tokens("zalo")
            place.clock.pass_time(3)
            await person.send_text("hướng dẫn")
            await person.next_message()
        assert [one for one in place.sandbox.incidents if "token" in one.rule] == []


async def test_long_answers_arrive_whole_and_in_order(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["zalo"]) as place:
        person = place.sandbox.person("zalo")
        matter = " ".join(f"Đoạn {number} của con đường bị hư hỏng nặng." for number in range(90))
        await person.send_text("xin chào")
        await person.next_message()
        place.clock.pass_time(3)
        await person.press("Đồng ý")
        await person.next_message()
        for text in ("Nguyễn Văn An", "0912345678", "12 Lê Lợi, phường Sài Gòn", matter):
            place.clock.pass_time(3)
            await person.send_text(text)
            await person.next_message()
        await place.sandbox.settled()
        said = [message for message in transcript(place, person) if message.direction == "out"][-1]
        assert said.message is not None
        await until(lambda: transcript(place, person)[-1].delivery != "queued")
        shown = "".join(bubble.text for bubble in person.inbox[4:])
        assert "Đoạn 0 của" in shown
        assert place.sandbox.incidents == []
