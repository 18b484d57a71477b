"""Conversations are made once, saved by version, listed without gaps, and can be erased."""

from dataclasses import replace

import pytest
from kit.databases import ACCOUNT, AT, PLATFORM, after, conversation, heard, person, report, said

from conversation.ids import OperatorId
from conversation.messages import Media, MediaKind
from conversation.places import Place
from conversation.state import ConversationState, Draft, Phase
from ticket_store.engine import Store
from ticket_store.errors import StaleState


def test_unknown_people_get_a_fresh_conversation_and_known_ones_theirs(store: Store) -> None:
    known = conversation(store, "known", state=ConversationState(phase=Phase.NAME))
    with store.writing() as work:
        keys = [(PLATFORM, person(name)) for name in ("new", "known", "other", "new")]
        loaded = work.conversations.load(keys)
    assert set(loaded) == {person("new"), person("known"), person("other")}
    assert loaded[person("known")] == known
    assert loaded[person("new")].state == ConversationState()
    assert loaded[person("new")].version == 0
    assert len({one.id for one in loaded.values()}) == 3
    assert all("citizen" not in one.id and len(one.id) == 24 for one in loaded.values())


def test_all_that_is_saved_comes_back(store: Store) -> None:
    first = conversation(store)
    changed = replace(
        first,
        state=ConversationState(
            phase=Phase.ADDRESS, draft=Draft(name="An"), held_by=OperatorId("hoa"), waiting_since=AT
        ),
        profile_name="An ở quận 1",
        language="vi",
        reachable=False,
        opted_out=True,
        window_from=after(1),
        session_from=after(2),
        last_message_at=after(3),
        unread=7,
    )
    with store.writing() as work:
        work.conversations.save([changed])
    with store.reading() as work:
        assert work.conversations.find(first.id) == replace(changed, version=first.version + 1)
        assert work.conversations.find("nobody") is None


def test_a_conversation_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    first, second = conversation(store, "a"), conversation(store, "b")
    with store.writing() as work:
        work.conversations.save([replace(first, unread=1)])
    with pytest.raises(StaleState), store.writing() as work:
        work.conversations.save([replace(second, unread=5), replace(first, unread=2)])
    with store.reading() as work:
        found = {one.key: one for one in work.conversations.list()}
    assert found[first.key].unread == 1
    assert found[second.key].unread == 0  # nothing of the failed transaction was kept


def test_many_are_loaded_at_once(store: Store) -> None:
    keys = [(PLATFORM, person(f"p{number}")) for number in range(600)]
    with store.writing() as work:
        loaded = work.conversations.load(keys)
        work.conversations.save([replace(one, last_message_at=AT) for one in loaded.values()])
    with store.writing() as work:
        again = work.conversations.load(keys)
    assert {key: one.id for key, one in again.items()} == {key: one.id for key, one in loaded.items()}


def test_the_list_shows_the_newest_first_and_pages_meet_without_gap_or_repetition(store: Store) -> None:
    made = [conversation(store, f"p{number}", after(number // 2)) for number in range(11)]
    expected = [one.id for one in sorted(made, key=lambda one: (one.last_message_at, one.id), reverse=True)]
    for by_id in (False, True):
        seen: list[str] = []
        following: str | None = None
        while True:
            with store.reading() as work:
                page = work.conversations.list(limit=4, after=following)
            seen += [one.id for one in page]
            if page.next is None:
                break
            assert page.next.replace("-", "").isalnum()
            following = page[-1].id if by_id else page.next
        assert seen == expected


def test_a_conversation_that_moves_up_while_somebody_pages_is_not_shown_twice(store: Store) -> None:
    made = [conversation(store, f"p{number}", after(number)) for number in range(6)]
    with store.reading() as work:
        first = work.conversations.list(limit=3)
    conversation(store, "p3", after(99))  # the last one shown moves to the top
    with store.reading() as work:
        second = work.conversations.list(limit=3, after=first.next)
    assert [one.id for one in second] == [made[number].id for number in (2, 1, 0)]


def test_filters_tell_held_waiting_account_and_contact(store: Store) -> None:
    held = conversation(store, "held", state=ConversationState(held_by=OperatorId("hoa")))
    late = conversation(store, "late", after(9), state=ConversationState(waiting_since=after(5)))
    early = conversation(store, "early", state=ConversationState(waiting_since=after(1)))
    with store.reading() as work:
        listed = work.conversations.list
        assert [one.id for one in listed(held=True)] == [held.id]
        assert {one.id for one in listed(held=False)} == {late.id, early.id}
        assert [one.id for one in listed(waiting=True)] == [early.id, late.id]
        first = listed(waiting=True, limit=1)
        assert [one.id for one in listed(waiting=True, limit=1, after=first.next)] == [late.id]
        assert [one.id for one in listed(waiting=True, after=early.id)] == [late.id]
        assert [one.id for one in listed(waiting=False)] == [held.id]
        assert [one.id for one in listed(account=ACCOUNT, contact="early")] == [early.id]
        assert listed(account="viber") == []


def test_conversations_are_woken_when_they_asked_for_it(store: Store) -> None:
    conversation(store, "sleeps", state=ConversationState(wake_at=after(60)))
    conversation(store, "late", state=ConversationState(wake_at=after(2)))
    conversation(store, "later", state=ConversationState(wake_at=after(1)))
    conversation(store, "never")
    with store.reading() as work:
        assert work.conversations.due(after(10), 10) == [(PLATFORM, person("later")), (PLATFORM, person("late"))]
        assert work.conversations.due(after(10), 1) == [(PLATFORM, person("later"))]
        assert work.conversations.due(AT, 10) == []


PHOTO = Media(MediaKind.IMAGE, "https://platform/photo", "photo.jpg", sha256="aa")
VOICE = Media(MediaKind.VOICE, "https://platform/voice", "voice.mp3", sha256="bb")


@pytest.mark.parametrize("keep_contact", [True, False])
def test_an_erased_conversation_leaves_nothing_but_its_tickets(store: Store, keep_contact: bool) -> None:
    state = ConversationState(phase=Phase.NAME, draft=Draft(name="An", place=Place("12 Lê Lợi", ward_code="26740")))
    mine, other = conversation(store, "me", state=state, profile_name="An", unread=2), conversation(store, "other")
    with store.writing() as work:
        work.messages.add([heard(mine, "words", media=(PHOTO, VOICE)), said(mine, "more"), heard(other, "theirs")])
        ticket = work.tickets.open(
            report(media=(PHOTO,)), mine, ACCOUNT, PLATFORM, mine.key.contact, "1022", AT.date(), AT
        )
        work.alerts.raise_(mine.id, "wants_operator", "waiting", AT)
        orphans = work.conversations.erase(mine.id, keep_contact=keep_contact)
    assert orphans == ["bb"]  # the ticket still needs the photo
    with store.reading() as work:
        assert work.messages.page(mine.id) == []
        assert work.alerts.open() == []
        assert work.outbox.counts() == {}
        assert len(work.messages.page(other.id)) == 1
        assert [one.media.name for one in work.tickets.attachments(ticket.code)] == ["photo.jpg"]
        left = work.conversations.find(mine.id)
        kept = work.tickets.find(ticket.code)
    assert kept is not None
    if keep_contact:
        assert left is not None
        assert (left.state, left.profile_name, left.unread, left.version) == (
            ConversationState(),
            None,
            0,
            mine.version,
        )
        with store.writing() as work:  # the dialogue that asked for it goes on
            work.conversations.save([left])
    else:
        assert left is None
        assert (kept.contact, kept.conversation_id) == (None, None)
