"""In a flood thousands report one matter: its news reach each of them once, and hold nobody up."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Any, cast

import pytest
from kit.databases import ACCOUNT, AT, after, conversation, report
from kit.town import shipped

from conversation.profile import Channel
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.records import Conversation, Person, Ticket
from ticket_store.writer import Writer
from webhooks.desk.clock import DeskClock
from webhooks.desk.news import AT_ONCE
from webhooks.desk.tools import Tools
from webhooks.intake import Intake
from webhooks.site import Site

LAN = Person("lan", "operator", AT)
GROUP = "the matter"
Start = Callable[[], DeskClock]


@pytest.fixture
async def start(store: Store) -> AsyncIterator[Start]:
    """Starts processes on one database."""
    writers: list[Writer] = []

    def begin() -> DeskClock:
        writer, changes = Writer(store), Changes()
        writers.append(writer)
        site = Site(shipped(), store, changes)
        channels = {ACCOUNT: Channel(conversation(store).platform, "Zalo")}
        intake = Intake(writer, changes, site, channels, lambda: after(60), lambda _: None)
        return DeskClock(Tools(store, writer, intake, site, changes, cast("Any", None), lambda: after(60)))

    yield begin
    for writer in writers:
        await writer.close()


def opened(store: Store, chat: Conversation, at: datetime = AT, group: str | None = GROUP) -> Ticket:
    with store.writing() as work:
        ticket = work.tickets.open(
            report(), chat, chat.key.account, chat.platform, chat.key.contact, "1022", date(2026, 11, 24), at
        )
        if group is not None:
            work._sql.change("UPDATE tickets SET link_group = ? WHERE code = ?", (group, ticket.code))
    return ticket


def heard(store: Store) -> Counter[str]:
    """How much everybody was told, by their conversation's id."""
    with store.reading() as work:
        return Counter(dict(work._sql.rows("SELECT conversation_id, COUNT(*) FROM messages GROUP BY conversation_id")))


def settled(store: Store) -> None:
    with store.reading() as work:
        assert not work.matter_news.any()


async def test_news_of_a_matter_reach_everybody_once_and_only_the_first_of_them_at_once(
    store: Store, start: Start
) -> None:
    chats = [conversation(store, f"citizen-{number}") for number in range(2 * AT_ONCE + 5)]
    tickets = [opened(store, chat) for chat in chats]
    opened(store, chats[1])  # somebody reported it twice; the second one in another piece
    later = opened(store, conversation(store, "later"), after(120))
    other = opened(store, conversation(store, "other"), group="another matter")
    desk = start()
    await desk.change_ticket(tickets[-1].code, LAN, status="in_progress", answer="Nước đang rút.")
    assert len(heard(store)) == AT_ONCE + 1
    assert await desk.tell_on() == 2
    told = heard(store)
    assert {told[chat.id] for chat in chats} == {1}
    assert (told[str(later.conversation_id)], told[str(other.conversation_id)]) == (0, 0)
    assert await desk.tell_on() == 0
    await desk.change_ticket(tickets[0].code, LAN, status="resolved", answer="Nước đã rút.")
    await desk.tell_on()
    assert {heard(store)[chat.id] for chat in chats} == {2}


async def test_two_processes_tell_on_together_and_nobody_hears_it_twice(store: Store, start: Start) -> None:
    chats = [conversation(store, f"citizen-{number}") for number in range(4 * AT_ONCE)]
    first, *_ = [opened(store, chat) for chat in chats]
    one, two = start(), start()
    await one.change_ticket(first.code, LAN, status="in_progress")
    await asyncio.gather(one.tell_on(), two.tell_on())
    assert heard(store) == Counter({chat.id: 1 for chat in chats})
    settled(store)


async def test_a_matter_of_a_few_is_told_at_once(store: Store, start: Start) -> None:
    chats = [conversation(store, f"citizen-{number}") for number in range(3)]
    first, *_ = [opened(store, chat) for chat in chats]
    await start().change_ticket(first.code, LAN, status="in_progress")
    assert heard(store) == Counter({chat.id: 1 for chat in chats})
    settled(store)
