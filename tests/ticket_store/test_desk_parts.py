"""What the store keeps for people of ours: holds that void the bot's words, windows, figures, an audit, links, notices."""

from datetime import date, timedelta
from typing import Any

import pytest
from kit.databases import ACCOUNT, AT, after, conversation, heard, report, said

from conversation.ids import AccountId, PlatformName
from ticket_store.deliveries import Hindered
from ticket_store.engine import Store
from ticket_store.outbox import WINDOW_CLOSED
from ticket_store.records import Conversation, Dead, Retry, Sent, Ticket

DAY = date(2026, 11, 24)


def opened(store: Store, at: float = 0, account: str = "phone", **draft: Any) -> Ticket:
    with store.writing() as work:
        return work.tickets.open(
            report(**draft), None, AccountId(account), PlatformName(account), None, "1022", DAY, after(at)
        )


def sending(store: Store, of: Conversation, author: str = "bot") -> str:
    """A message that is on its way at this moment."""
    with store.writing() as work:
        (name,) = work.messages.add([said(of, "chào", author=author)])
        work.leases.take(f"sender:{ACCOUNT}", "me", AT, timedelta(seconds=2))
        assert [one.id for one in work.outbox.claim(ACCOUNT, 1, AT, 9)] == [name]
    return name


def delivery(store: Store, message: str) -> tuple[str, str | None]:
    with store.reading() as work:
        found = work.messages.find(message)
    assert found is not None
    return found.delivery, found.reason


def test_what_is_voided_while_it_is_being_sent_is_not_tried_again(store: Store) -> None:
    one = conversation(store)
    name = sending(store, one)
    with store.writing() as work:
        assert work.outbox.void_bot_words(one.id, AT) == 0
        assert work.outbox.in_flight(one.id) == 1
        assert work.outbox.voided([name, "another"]) == {name}
        work.outbox.record([Retry(name, after(1), "failed", 0)], 1)
        assert work.outbox.in_flight(one.id) == 0
        assert work.outbox.claim(ACCOUNT, 1, after(9), 9) == []
    assert delivery(store, name)[0] == "cancelled"


def test_what_was_voided_and_arrived_is_sent_and_what_a_dead_sender_had_is_uncertain(store: Store) -> None:
    one, other = conversation(store), conversation(store, "citizen-2")
    arrived, lost = sending(store, one), sending(store, other)
    with store.writing() as work:
        work.outbox.void_bot_words(one.id, AT)
        work.outbox.void_bot_words(other.id, AT)
        work.outbox.record([Sent(arrived, "p1", AT)], 1)
        assert work.outbox.requeue_abandoned(ACCOUNT, 2) == 0
    assert (delivery(store, arrived)[0], delivery(store, lost)) == ("sent", ("uncertain", "voided"))


def test_it_is_told_why_messages_wait_to_be_tried_again_until_they_went_or_are_given_up(store: Store) -> None:
    names = [sending(store, conversation(store, f"citizen-{number}")) for number in range(6)]
    reasons = ["throttled", "throttled", "unauthorised:190", "failed:HTTP 500", WINDOW_CLOSED]
    with store.writing() as work:
        work.outbox.record([Retry(name, after(60), reason) for name, reason in zip(names[:5], reasons, strict=True)], 1)
        assert work.deliveries.hindered() == {ACCOUNT: Hindered(throttled=2, unauthorised=1, failed=1)}
    with store.writing() as work:
        assert {row.id for row in work.outbox.claim(ACCOUNT, 1, after(61), 9)} >= set(names[:4])
        results = [Sent(names[0], "p1", after(61)), Sent(names[1], "p2", after(61))]
        work.outbox.record(
            [*results, Dead(names[2], "unauthorised:190", after(61)), Sent(names[3], "p3", after(61))], 1
        )
        assert work.deliveries.hindered().get(ACCOUNT, Hindered()) == Hindered()


def test_a_persons_own_words_are_not_voided(store: Store) -> None:
    one = conversation(store)
    name = sending(store, one, "operator")
    with store.writing() as work:
        work.outbox.void_bot_words(one.id, AT)
        assert work.outbox.in_flight(one.id) == 0
        work.outbox.record([Retry(name, after(1), "failed")], 1)
    assert delivery(store, name)[0] == "queued"


def test_what_waits_for_the_window_goes_first_when_the_person_writes(store: Store) -> None:
    one = conversation(store)
    first = sending(store, one, "operator")
    with store.writing() as work:
        work.outbox.record([Retry(first, after(10**8), WINDOW_CLOSED, window_from=None)], 1)
        (second,) = work.messages.add([said(one, "thêm", author="operator")])
        assert [row.id for row in work.outbox.claim(ACCOUNT, 1, AT, 9)] == [second]  # held up by nobody
        work.outbox.record([Retry(second, after(10**8), WINDOW_CLOSED)], 1)
        assert work.outbox.counts()[ACCOUNT].oldest_due_at is None  # no sign of a sender in trouble
        work.messages.add([heard(one, "cảm ơn")])
        work.outbox.open_windows([one.id], after(5))
        assert [row.id for row in work.outbox.claim(ACCOUNT, 1, after(5), 9)] == [first]
        work.outbox.record([Sent(first, None, after(5))], 1)
        assert [row.id for row in work.outbox.claim(ACCOUNT, 1, after(6), 9)] == [second]
    assert delivery(store, first) == ("sent", None)


def test_who_writes_while_we_learn_that_the_window_is_closed_opens_it(store: Store) -> None:
    one = conversation(store, window_from=after(-(10**6)))
    name = sending(store, one, "operator")
    conversation(store, window_from=after(1))
    with store.writing() as work:
        work.outbox.open_windows([one.id], after(1))  # too early: it is not known to wait yet
        work.outbox.record([Retry(name, after(10**8), WINDOW_CLOSED, window_from=after(-(10**6)))], 1)
        assert [row.id for row in work.outbox.claim(ACCOUNT, 1, after(2), 9)] == [name]


def test_a_colleagues_note_is_shown_to_colleagues_only(store: Store) -> None:
    one = conversation(store)
    with store.writing() as work:
        work.messages.add([heard(one, "alo")])
        note = heard(one, "khách quen")
        work.messages.add([type(note)(one.id, ACCOUNT, "note", "operator", "khách quen", AT, operator="lan")])
    with store.reading() as work:
        assert [message.text for message in work.messages.page(one.id)] == ["alo"]
        assert [message.text for message in work.messages.newest(one.id)] == ["alo"]
        assert [message.text for message in work.messages.page(one.id, notes=True)] == ["alo", "khách quen"]


def test_a_released_key_counts_as_never_seen(store: Store) -> None:
    from conversation.ids import EventKey

    key = (ACCOUNT, EventKey("takeover:lan:1"))
    with store.writing() as work:
        assert work.inbox.claim([key], AT) == {key}
        work.inbox.release([key])
        assert work.inbox.claim([key], AT) == {key}
        assert work.inbox.claim([key], AT) == set()


def test_figures_of_a_period_by_channel_with_the_median_in_the_middle(store: Store) -> None:
    tickets = [opened(store, at=number, due_at=after(50)) for number in range(4)]
    opened(store, at=4, account="counter", category="waste", due_at=after(9000))
    opened(store, at=-500)
    with store.writing() as work:
        for number, ticket in enumerate(tickets[:3]):
            work.tickets.change(ticket.code, "lan", after(10 + 20 * number), answer="Đã xem.")
        work.tickets.change(tickets[0].code, "lan", after(40), status="resolved")
        work.tickets.change(tickets[1].code, "lan", after(60), status="resolved")
    with store.reading() as work:
        (whole,) = work.figures.by(None, AT, after(100), after(200))
        phone, counter = work.figures.by("account", AT, after(100), after(200))
        none = work.figures.by("department", after(1000), None, after(2000))
        (empty,) = work.figures.by(None, after(1000), None, after(2000))
        with pytest.raises(ValueError, match="password"):
            work.figures.by("password", None, None, AT)
    assert (whole.received, whole.answered, whole.resolved, whole.on_time, whole.overdue) == (5, 3, 2, 1, 2)
    assert whole.handling_ratio == 0.4
    assert whole.median_first_answer_s == 29.0  # of 10, 29 and 48 seconds
    assert whole.median_resolution_s == 49.5  # between 40 and 59
    assert (phone.key, phone.received, counter.key, counter.received) == ("phone", 4, "counter", 1)
    assert (counter.median_first_answer_s, counter.handling_ratio) == (None, 0.0)
    assert none == []
    assert (empty.received, empty.handling_ratio) == (0, None)


def test_the_audit_tells_by_person_and_by_object_newest_first(store: Store) -> None:
    with store.writing() as work:
        work.audit.note("lan", "ticket.read", ["A", "B"], AT, "console")
        work.audit.note("token:crm", "ticket.change", ["A"], after(1), "api")
    with store.reading() as work:
        assert [(one.person, one.act, one.object, one.via) for one in work.audit.page(about="A")] == [
            ("token:crm", "ticket.change", "A", "api"),
            ("lan", "ticket.read", "A", "console"),
        ]
        assert [one.object for one in work.audit.page(person="lan")] == ["B", "A"]
        assert [one.object for one in work.audit.page(since=after(1))] == ["A"]
        first = work.audit.page(limit=2)
        assert first.next is not None
        assert [one.object for one in work.audit.page(limit=2, after=int(first.next))] == ["A"]


def test_a_departments_link_is_replaced_by_the_next_and_goes_with_its_ticket(store: Store) -> None:
    ticket = opened(store)
    with store.writing() as work:
        first = work.department_links.open(ticket.code, "water", "lan", AT, after(100))
        second = work.department_links.open(ticket.code, "power", "lan", after(1), after(100))
        work.department_links.accept(second.id, after(2))
        found = [work.department_links.find(one.id) for one in (first, second)]
        assert [one is not None and one.is_open(after(3)) for one in found] == [False, True]
        assert found[1] is not None
        assert (found[1].accepted_at, found[1].is_open(after(100))) == (after(2), False)
        assert work.department_links.find("nobody") is None
        work.tickets.erase(ticket.code)
        assert work.department_links.find(second.id) is None


def test_news_are_told_from_the_beginning_of_listening_each_until_it_is_heard(store: Store) -> None:
    old = opened(store)
    with store.writing() as work:
        assert work.notices.collect(AT) == 0  # the past is past
        assert work.notices.due(after(9), 9) == []
    new = opened(store, at=1)
    with store.writing() as work:
        work.tickets.change(old.code, "lan", after(2), status="in_progress")
        assert work.notices.collect(after(3)) == 2
        assert work.notices.collect(after(3)) == 0
        first, second = work.notices.due(after(3), 9)
        assert (first.code, first.kind, first.changes) == (new.code, "opened", {"status": [None, "received"]})
        assert (second.code, second.changes) == (old.code, {"status": ["received", "in_progress"]})
        work.notices.failed(first.id, "status:500", after(60))
        work.notices.told(second.id)
        assert work.notices.due(after(30), 9) == []
        (again,) = work.notices.due(after(60), 9)
        assert (again.id, again.attempts) == (first.id, 1)
        work.notices.failed(first.id, "status:500", None)
        assert work.notices.due(after(10**6), 9) == []
        assert work.notices.counts() == {"told": 1, "dead": 1}
        assert work.notices.forget(after(10**6)) == 0  # too few to forget any: they tell where we are


def test_listening_may_begin_before_the_first_ticket(store: Store) -> None:
    with store.writing() as work:
        assert work.notices.collect(AT) == 0
    ticket = opened(store)
    with store.writing() as work:
        assert work.notices.collect(AT) == 1
        assert [one.code for one in work.notices.due(AT, 9)] == [ticket.code]


def test_what_a_colleague_corrects_is_found_under_the_new_words_and_not_told_in_the_open(store: Store) -> None:
    ticket = opened(store)
    with store.writing() as work:
        work.tickets.change(ticket.code, "lan", after(1), name="Lê Văn Ba", phone="+84987654321", subject="ông Tư")
    with store.reading() as work:
        found = work.tickets.find(ticket.code)
        assert found is not None
        assert (found.name, found.phone, found.subject, found.request) == (
            "Lê Văn Ba",
            "+84987654321",
            "ông Tư",
            ticket.request,
        )
        assert [one.code for one in work.tickets.page(q="le van ba")] == [ticket.code]
        assert work.tickets.page(q="Nguyễn Văn An") == []
        assert work.tickets.history(ticket.code)[-1].changes == {
            "name": [None, None],
            "phone": [None, None],
            "subject": [None, None],
        }


def test_conversations_nobody_spoke_in_for_long_are_idle_unless_held(store: Store) -> None:
    idle, fresh = conversation(store), conversation(store, "citizen-2", at=after(100))
    with store.reading() as work:
        assert work.conversations.idle(after(50), 9) == [idle.id]
        assert work.conversations.idle(after(500), 9) == [idle.id, fresh.id]
    with store.writing() as work:
        work.conversations.erase(idle.id)
    with store.reading() as work:
        assert work.conversations.idle(after(50), 9) == []


def test_a_departments_token_knows_its_department(store: Store) -> None:
    with store.writing() as work:
        given = {
            name: work.tokens.add(name, role, AT, department)
            for name, role, department in (
                ("kho", "department", "water"),
                ("power", "department", None),
                ("crm", "operator", "x"),
            )
        }
    with store.reading() as work:
        found = {name: work.tokens.find(token) for name, token in given.items()}
    assert {name: one and (one.department, one.id) for name, one in found.items()} == {
        "kho": ("water", "token:kho"),
        "power": ("power", "token:power"),
        "crm": (None, "token:crm"),
    }
