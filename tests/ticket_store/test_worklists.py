"""The operators' lists: what waits comes longest first, emergencies on top, nobody is lost between pages."""

from dataclasses import replace

import pytest
from kit.databases import AT, after, conversation, heard, said
from kit.plans import plans_of

from conversation.ids import OperatorId
from conversation.state import ConversationState
from ticket_store.engine import Store
from ticket_store.records import Conversation
from ticket_store.worklists import Filters, View


def waiting(store: Store, name: str, seconds: float, **more: object) -> Conversation:
    return conversation(store, name, state=ConversationState(waiting_since=after(seconds)), **more)  # type: ignore[arg-type]


def held(store: Store, name: str, by: str, **more: object) -> Conversation:
    return conversation(store, name, state=ConversationState(held_by=OperatorId(by)), **more)  # type: ignore[arg-type]


def alarm(store: Store, one: Conversation, urgency: str = "emergency") -> None:
    with store.writing() as work:
        work.alerts.raise_(one.id, "emergency_fire", urgency, AT)


def ids(store: Store, view: View, **options: object) -> list[str]:
    with store.reading() as work:
        return [line.conversation.id for line in work.worklists.page(view, "lan", **options)]  # type: ignore[arg-type]


def test_the_queue_is_longest_waiting_first_with_emergencies_on_top(store: Store) -> None:
    late, early = waiting(store, "late", 60), waiting(store, "early", 10)
    burning = conversation(store, "burning", at=after(5))
    asked = waiting(store, "asked", 5)
    taken = held(store, "taken", "hoa")
    conversation(store, "of the bot", at=after(1))
    alarm(store, burning)
    alarm(store, taken)  # somebody deals with it
    alarm(store, asked, "waiting")
    assert ids(store, View.QUEUE) == [burning.id, asked.id, early.id, late.id]
    with store.reading() as work:
        first = work.worklists.page(View.QUEUE, "lan")[0]
        counts = work.worklists.counts()
    assert first.urgent
    assert first.alerts == ("emergency_fire",)
    assert (counts.queue, counts.emergencies, counts.held, counts.unread) == (4, 1, {"hoa": 1}, {})


def test_an_emergency_that_waits_too_stands_once(store: Store) -> None:
    both = waiting(store, "both", 10)
    alarm(store, both)
    with store.writing() as work:
        work.alerts.raise_(both.id, "emergency_medical", "emergency", AT)
    assert ids(store, View.QUEUE) == [both.id]


def test_mine_and_others_are_told_apart(store: Store) -> None:
    mine = held(store, "a", "lan", at=after(1), unread=2)
    newer = held(store, "b", "lan", at=after(2))
    theirs = held(store, "c", "hoa", at=after(3))
    assert ids(store, View.MINE) == [newer.id, mine.id]
    assert ids(store, View.OTHERS) == [theirs.id]
    assert ids(store, View.ALL) == [theirs.id, newer.id, mine.id]
    with store.reading() as work:
        assert work.worklists.counts().unread == {"lan": 1}
    assert ids(store, View.MINE, filters=Filters(unread=True)) == [mine.id]


@pytest.mark.parametrize("view", [View.QUEUE, View.ALL])
def test_pages_join_without_a_gap_or_a_double(store: Store, view: View) -> None:
    made = [waiting(store, f"c{number}", number // 3, at=after(number // 3)).id for number in range(25)]
    alarm(store, conversation(store, "burning", at=after(9)))
    seen, position = [], None
    while True:
        with store.reading() as work:
            page = work.worklists.page(view, "lan", limit=7, after=position)
        seen += [line.conversation.id for line in page]
        position = page.next
        if position is None:
            break
    assert len(seen) == len(set(seen)) == 26
    assert set(made) < set(seen)


def test_filters_narrow_by_platform_waiting_time_and_category(store: Store) -> None:
    old, new = waiting(store, "old", 0), waiting(store, "new", 600)
    assert ids(store, View.QUEUE, filters=Filters(waiting_before=after(300))) == [old.id]
    assert ids(store, View.QUEUE, filters=Filters(accounts=(old.key.account,))) == [old.id, new.id]
    assert ids(store, View.QUEUE, filters=Filters(accounts=("viber", "telegram"))) == []
    assert ids(store, View.QUEUE, filters=Filters(category="road")) == []
    assert ids(store, View.QUEUE, filters=Filters(ward_code="26734")) == []


def test_a_line_tells_what_a_person_said_last_not_the_bot_nor_a_note(store: Store) -> None:
    one = waiting(store, "a", 1)
    with store.writing() as work:
        work.messages.add([heard(one, "cứu với"), said(one, "Dạ, anh/chị chờ ạ")])
        note = replace(heard(one, "khách quen"), direction="note", author="operator", delivery=None)
        work.messages.add([note])
    with store.reading() as work:
        (line,) = work.worklists.page(View.QUEUE, "lan")
    assert line.last
    assert line.last.text == "cứu với"
    assert "cứu" not in repr(line)


def test_the_place_in_the_queue_is_honest(store: Store) -> None:
    first, second = waiting(store, "a", 1), waiting(store, "b", 2)
    with store.reading() as work:
        assert work.worklists.place_of(first) == 0
        assert work.worklists.place_of(second) == 1
        assert work.worklists.place_of(held(store, "c", "lan")) is None


def test_reading_clears_the_count_and_changes_nothing_else(store: Store) -> None:
    one = held(store, "a", "lan", unread=3)
    with store.writing() as work:
        assert work.worklists.read(one.id)
        assert not work.worklists.read(one.id)
    with store.reading() as work:
        assert work.conversations.find(one.id) == replace(one, unread=0)


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(unread=True),
        Filters(category="road"),
        Filters(ward_code="26734"),
        Filters(accounts=("zalo",)),
        Filters(waiting_before=AT),
    ],
)
def test_no_list_looks_through_everything(sqlite_store: Store, view: View, filters: Filters) -> None:
    """Each statement goes by an index, so that lists answer alike with a thousand conversations and with a million."""
    with sqlite_store.reading() as work, plans_of(work) as plans:
        work.worklists.page(view, "lan", filters)
        work.worklists.counts()
        work.conversations.list(contact="citizen-1")
        work.conversations.list(account="zalo", held=True)
    walked = [step for step in plans if step.startswith("SCAN ") and "INDEX" not in step]
    assert [step for step in walked if step.split()[1] in {"alerts", "conversations", "messages", "tickets"}] == []
    if view is not View.ALL:  # what waits or is held is little; an account's or a ward's whole past is not
        assert [step for step in plans if "ix_conversations_account" in step or "ix_conversations_ward" in step] == []
