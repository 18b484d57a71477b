"""Messages leave in order, one per person at a time, and none is lost or undone by a stalled sender."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from kit.databases import ACCOUNT, AT, KEYS, after, conversation, heard, said
from kit.plans import plans_of

from conversation.ids import AccountId
from conversation.messages import Choice, Media, MediaKind, Message
from ticket_store.engine import Store, open_store
from ticket_store.leases import sender_lease
from ticket_store.records import Dead, NewMessage, OutboxCount, Retry, Sent, Uncertain

LEASE = timedelta(seconds=2)


def add(store: Store, *messages: NewMessage) -> list[str]:
    with store.writing() as work:
        return work.messages.add(messages)


def claim(store: Store, at: float = 0, limit: int = 10, epoch: int = 1, busy: tuple[str, ...] = ()) -> list[str]:
    with store.writing() as work:
        return [one.id for one in work.outbox.claim(ACCOUNT, epoch, after(at), limit, busy)]


def record(store: Store, *results: Sent | Retry | Dead | Uncertain, epoch: int | None = None) -> None:
    with store.writing() as work:
        work.outbox.record(results, epoch)


def delivery(store: Store, message_id: str) -> str:
    with store.reading() as work:
        found = work.messages.find(message_id)
    assert found is not None
    return found.delivery


def test_a_claimed_message_has_all_that_sending_needs(store: Store) -> None:
    one = conversation(store, window_from=after(-60), session_from=after(-90), reachable=False)
    message = Message(
        "Chào anh chị", (Choice("yes", "Đồng ý"),), media=(Media(MediaKind.IMAGE, "file:a", sha256="cc"),)
    )
    said_at = after(-5)
    [name] = add(
        store, NewMessage(one.id, ACCOUNT, "out", "operator", message.text, said_at, message=message, version=3)
    )
    with store.writing() as work:
        [claimed] = work.outbox.claim(ACCOUNT, 1, AT, 10)
    assert (claimed.id, claimed.conversation_id, claimed.key, claimed.platform) == (name, one.id, one.key, one.platform)
    assert (claimed.message, claimed.author, claimed.version) == (message, "operator", 3)
    assert (claimed.attempts, claimed.parts_done, claimed.first_due_at, claimed.at) == (0, 0, said_at, said_at)
    assert (claimed.window_from, claimed.session_from, claimed.reachable) == (after(-60), after(-90), False)
    assert "Chào" not in repr(claimed)
    assert claim(store) == []  # nobody gets it twice


def test_what_is_due_is_found_without_walking_through_what_waits_for_years(sqlite_store: Store) -> None:
    """News for people whose window has closed wait until they write: after a year that is nearly everybody."""
    with sqlite_store.writing() as work, plans_of(work) as plans:
        work.outbox.claim(ACCOUNT, 1, AT, 10)
        work.outbox.next_due(ACCOUNT)
    for way in ("<", ">"):
        assert f"SEARCH m USING INDEX ix_messages_outbox (account=? AND lane=? AND due_at{way}?)" in plans
    assert not [step for step in plans if "TEMP B-TREE" in step]


def test_one_message_of_a_conversation_goes_at_a_time_and_in_order(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    first, second, third = add(store, said(one, "1"), said(one, "2"), said(other, "x"))
    assert claim(store) == [first, third]
    assert claim(store) == []
    record(store, Sent(first, "p1", AT))
    assert claim(store) == [second]
    record(store, Retry(second, after(30), "timeout", parts_done=1))
    [fourth] = add(store, said(one, "3"))
    assert claim(store, at=29) == []  # the third waits behind the second, one person's failure delays nobody else
    with store.reading() as work:
        assert work.outbox.next_due(ACCOUNT) == after(30)
    with store.writing() as work:
        [again] = work.outbox.claim(ACCOUNT, 1, after(30), 10)
    assert (again.id, again.attempts, again.parts_done) == (second, 1, 1)
    record(store, Dead(second, "blocked", after(31)), Sent(third, "p3", AT))
    assert claim(store, at=31) == [fourth]
    assert (delivery(store, first), delivery(store, second)) == ("sent", "failed")


def test_replies_go_before_announcements_also_to_the_same_person(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    news_a, news_b, reply = add(
        store, said(one, "news", lane=1, author="broadcast"), said(other, "news", lane=1), said(one, "reply", after(1))
    )
    assert claim(store, at=1, limit=1) == [reply]
    assert claim(store, at=1) == [news_b]
    record(store, Sent(reply, None, after(1)))
    assert claim(store, at=1) == [news_a]


def test_what_is_not_due_or_whose_conversation_is_busy_stays(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    held, free = add(store, said(one, "wait", due_at=after(2)), said(other, "go"))
    assert claim(store, busy=(other.id,)) == []
    assert claim(store, limit=1, busy=(one.id,)) == [free]
    assert claim(store, at=1) == []
    with store.reading() as work:
        assert work.outbox.next_due(ACCOUNT) == after(2)
        assert work.outbox.next_due(AccountId("viber")) is None
    assert claim(store, at=2) == [held]


def test_a_later_answer_takes_the_place_of_one_still_held_back(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    photo = Message("one photo", media=(Media(MediaKind.IMAGE, "s"),))
    held = NewMessage(one.id, ACCOUNT, "out", "bot", photo.text, AT, message=photo, due_at=after(2), replaceable=True)
    _, fixed, others = add(store, held, said(one, "fixed", due_at=after(2)), said(other, "b", replaceable=True))
    with store.writing() as work:
        work.outbox.release_held([one.id])
    with store.reading() as work:
        assert [message.id for message in work.messages.page(one.id)] == [fixed]
    assert claim(store, at=2) == [others, fixed]
    with store.writing() as work:
        work.outbox.release_held([other.id])  # it is on its way already
    assert delivery(store, others) == "sending"


def test_a_takeover_voids_what_the_bot_has_not_sent(store: Store) -> None:
    one = conversation(store)
    flying, *queued = add(store, said(one, "1"), said(one, "2"), said(one, "3"))
    [human] = add(store, said(one, "I am here", author="operator", operator="hoa"))
    assert claim(store) == [flying]
    with store.writing() as work:
        assert work.outbox.void_bot_words(one.id, after(1)) == 2
        assert work.outbox.in_flight(one.id) == 1
    record(store, Sent(flying, None, after(1)))
    assert claim(store, at=1) == [human]
    assert [delivery(store, name) for name in queued] == ["cancelled", "cancelled"]


def test_what_a_holder_is_still_sending_goes_on_and_what_it_never_learnt_of_is_queued_again(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    first, second = add(store, said(one, "1"), said(other, "2"))
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "me", AT, LEASE) == 1
    assert sorted(claim(store, epoch=1)) == sorted([first, second])
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "me", after(2), LEASE) == 1
        assert work.outbox.requeue_abandoned(ACCOUNT, 1, [first]) == 1  # the second was lost on the way to its sender
    assert claim(store, at=2, epoch=1) == [second]
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "other", after(5), LEASE) == 2
        assert work.outbox.requeue_abandoned(ACCOUNT, 2) == 2
    assert sorted(claim(store, at=5, epoch=2)) == sorted([first, second])
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "me", after(9), LEASE) == 3
        assert work.outbox.requeue_abandoned(ACCOUNT, 3, [first]) == 2  # it is back: they were not its own any more
    assert sorted(claim(store, at=9, epoch=3)) == sorted([first, second])
    record(store, Retry(first, after(9), "late"), epoch=1)
    assert delivery(store, first) == "sending"


def test_what_a_dead_process_was_sending_is_sent_again_by_the_next(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    first, second = add(store, said(one, "1"), said(other, "2"))
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "old", AT, LEASE) == 1
    assert claim(store, limit=1, epoch=1) == [first]
    with store.writing() as work:
        assert work.leases.take(sender_lease(ACCOUNT), "new", after(1), LEASE) is None
        assert work.leases.take(sender_lease(ACCOUNT), "new", after(2), LEASE) == 2
        assert work.outbox.requeue_abandoned(ACCOUNT, 2) == 1
        assert work.outbox.requeue_abandoned(ACCOUNT, 2) == 0
    assert claim(store, at=2, epoch=1) == []  # the stalled one gets nothing any more
    assert sorted(claim(store, at=2, epoch=2)) == sorted([first, second])
    record(store, Retry(first, after(9), "late"), Dead(second, "late", after(2)), epoch=1)  # and undoes nothing
    assert (delivery(store, first), delivery(store, second)) == ("sending", "sending")
    record(store, Sent(first, "p", after(3)), epoch=1)  # but what it did send counts
    assert delivery(store, first) == "sent"


def test_an_uncertain_message_is_not_repeated_unless_somebody_asks(store: Store) -> None:
    one = conversation(store)
    [name] = add(store, said(one, "1"))
    claim(store)
    record(store, Uncertain(name, "timeout", AT))
    assert claim(store, at=99) == []
    with store.writing() as work:
        assert work.outbox.resend(name, after(5))
        assert not work.outbox.resend(name, after(5))
        assert not work.outbox.resend("nobody", after(5))
    assert claim(store, at=5) == [name]


def test_counts_tell_what_waits_and_what_failed(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    dead, _, _ = add(store, said(one, "1"), said(one, "2", after(3)), said(other, "3", after(4)))
    claim(store, limit=1)
    record(store, Dead(dead, "blocked", AT))
    with store.reading() as work:
        assert work.outbox.counts() == {ACCOUNT: OutboxCount(queued=2, failed=1, oldest_due_at=after(3))}


def test_incoming_messages_are_never_sent(store: Store) -> None:
    one = conversation(store)
    add(store, heard(one, "hello"))
    assert claim(store, at=99) == []


@pytest.fixture
def two_stores(store_url: str) -> Iterator[tuple[Store, Store]]:
    first, second = open_store(store_url, KEYS), open_store(store_url, KEYS)
    yield first, second
    first.close()
    second.close()


def test_senders_and_intake_of_several_processes_never_block_each_other_for_good(
    two_stores: tuple[Store, Store], store: Store
) -> None:
    """Two senders, two intakes that void and add, all on the same ten people: every message is sent once, in order."""
    people = [conversation(store, f"p{number}") for number in range(10)]
    rounds, together = 12, Barrier(4)
    sent: list[str] = []

    def takes_in(by: Store, turn: int) -> None:
        together.wait()
        for number in range(rounds):
            order = people if turn else people[::-1]
            with by.writing() as work:
                loaded = work.conversations.load([(one.platform, one.key) for one in order])
                work.outbox.release_held([one.id for one in order])
                work.messages.add([said(loaded[one.key], f"{turn}.{number}") for one in order])
                work.conversations.save(list(loaded.values()))

    def sends(by: Store) -> None:
        together.wait()
        idle = 0
        while idle < 200 and len(sent) < 2 * rounds * len(people):
            with by.writing() as work:
                claimed = [one.id for one in work.outbox.claim(ACCOUNT, 1, after(1), 4)]
            sent.extend(claimed)  # before it is recorded: from then on the other may send what comes next
            with by.writing() as work:
                work.outbox.record([Sent(name, f"p-{name}", after(1)) for name in claimed])
            idle = 0 if claimed else idle + 1

    first, second = two_stores
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(takes_in, first, 0),
            pool.submit(takes_in, second, 1),
            pool.submit(sends, first),
            pool.submit(sends, second),
        ]
        for job in jobs:
            job.result(timeout=60)
    sends_left = claim(store, at=1, limit=1000)
    while sends_left:
        record(store, *(Sent(name, None, after(1)) for name in sends_left))
        sent += sends_left
        sends_left = claim(store, at=1, limit=1000)
    assert len(sent) == len(set(sent)) == 2 * rounds * len(people)
    for one in people:
        with store.reading() as work:
            page = work.messages.page(one.id, limit=200)
        assert [sent.index(message.id) for message in page] == sorted(sent.index(message.id) for message in page)
