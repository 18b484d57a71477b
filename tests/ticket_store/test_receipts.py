"""Receipts move messages forward only, whatever order they come in, also before we know what was sent."""

from itertools import permutations

import pytest
from kit.databases import ACCOUNT, AT, PLATFORM, after, conversation, person, said

from adapters.base import DeliveryReport, ReportStatus
from conversation.ids import AccountId, ContactId
from ticket_store.engine import Store
from ticket_store.records import Dead, Sent, Uncertain

SENT, DELIVERED, SEEN, FAILED = ReportStatus.SENT, ReportStatus.DELIVERED, ReportStatus.SEEN, ReportStatus.FAILED


def report(
    status: ReportStatus,
    provider_id: str | None = "p1",
    at: float = 1,
    contact: str | None = "citizen-1",
    **more: object,
) -> DeliveryReport:
    return DeliveryReport(
        ACCOUNT, None if contact is None else ContactId(contact), status, after(at), provider_id, **more
    )  # type: ignore[arg-type]


def queued(store: Store, contact: str = "citizen-1") -> str:
    one = conversation(store, contact)
    with store.writing() as work:
        [name] = work.messages.add([said(one, "hello")])
        work.outbox.claim(ACCOUNT, 1, AT, 10)
    return name


def sent(store: Store, provider_id: str | None = "p1", contact: str = "citizen-1", at: float = 0) -> str:
    name = queued(store, contact)
    with store.writing() as work:
        work.outbox.record([Sent(name, provider_id, after(at))])
    return name


def apply(store: Store, *reports: DeliveryReport) -> None:
    with store.writing() as work:
        work.receipts.apply(reports)


def stands(store: Store, name: str) -> tuple[str, str | None]:
    with store.reading() as work:
        found = work.messages.find(name)
    assert found is not None
    return found.delivery, found.reason


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, SEEN])))
def test_a_message_only_moves_forward(store: Store, order: tuple[ReportStatus, ...]) -> None:
    name = sent(store)
    apply(store, *(report(status) for status in order))
    assert stands(store, name) == ("seen", None)


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, SEEN])))
def test_receipts_that_come_before_our_own_record_are_not_lost(store: Store, order: tuple[ReportStatus, ...]) -> None:
    name = queued(store)
    for status in order:
        apply(store, report(status))
    assert stands(store, name) == ("sending", None)
    with store.writing() as work:
        work.outbox.record([Sent(name, "p1", AT)])
    assert stands(store, name) == ("seen", None)


def test_a_reference_names_our_message_too(store: Store) -> None:
    name = queued(store)
    apply(store, report(DELIVERED, provider_id=None, reference=name))
    with store.writing() as work:
        work.outbox.record([Sent(name, None, AT)])
    assert stands(store, name) == ("delivered", None)
    apply(store, report(SEEN, provider_id=None, reference=name))
    assert stands(store, name) == ("seen", None)


def test_a_failure_after_sending_is_shown_with_its_reason_but_takes_nothing_back_that_arrived(store: Store) -> None:
    lost, arrived = sent(store, "p1", "a"), sent(store, "p2", "b")
    apply(
        store,
        report(DELIVERED, "p2", contact=None),
        report(FAILED, "p1", contact=None, detail="device full"),
        report(FAILED, "p2", contact=None),
    )
    assert stands(store, lost) == ("failed", "device full")
    assert stands(store, arrived) == ("delivered", None)


def test_one_report_may_settle_all_messages_up_to_a_moment(store: Store) -> None:
    first, second, other = sent(store, "p1", at=1), sent(store, "p2", at=5), sent(store, "p3", "other", at=1)
    apply(store, report(DELIVERED, None, up_to=after(3)))
    assert [stands(store, name)[0] for name in (first, second, other)] == ["delivered", "sent", "sent"]
    apply(store, report(SEEN, None, up_to=after(9)))
    apply(store, report(DELIVERED, None, up_to=after(9)))
    assert [stands(store, name)[0] for name in (first, second, other)] == ["seen", "seen", "sent"]


def test_ids_counted_per_chat_and_per_account_are_not_confused(store: Store) -> None:
    mine, other = sent(store, "1", "me"), sent(store, "1", "other")
    apply(store, report(SEEN, "1", contact="other"))
    foreign = DeliveryReport(AccountId("viber"), ContactId("me"), SEEN, AT, "1")
    apply(store, foreign)
    assert [stands(store, name)[0] for name in (mine, other)] == ["sent", "seen"]


def test_an_echo_settles_a_message_whose_fate_was_uncertain(store: Store) -> None:
    name = queued(store)
    with store.writing() as work:
        work.outbox.record([Uncertain(name, "timeout", AT)])
    apply(store, report(SENT, "p9", reference=name, echo=True, text="hello"))
    assert stands(store, name) == ("sent", None)
    with store.writing() as work:
        assert work.receipts.settle_echoes(after(60)) == 0


def test_an_echo_of_our_own_words_is_never_shown_twice(store: Store) -> None:
    name = queued(store)
    apply(store, report(SENT, "p1", echo=True, text="hello"))  # before our record, without a reference
    with store.writing() as work:
        work.outbox.record([Sent(name, "p1", AT)])
    apply(store, report(SENT, "p1", echo=True, text="hello"))  # and once more after it
    with store.writing() as work:
        assert work.receipts.settle_echoes(after(60)) == 0
    mine = conversation_id(store)
    with store.reading() as work:
        assert len(work.messages.page(mine)) == 1


def test_the_echo_of_an_earlier_part_of_a_long_message_is_no_news(store: Store) -> None:
    name = queued(store)
    with store.reading() as work:
        [message] = work.messages.page(conversation_id(store))
    with store.writing() as work:
        work.outbox.record([Sent(name, "p2", AT, parts=2)])
    apply(store, report(SENT, "p1", echo=True, text=message.text[:3]))
    apply(store, report(SENT, "p0", echo=True, text="words of another program"))
    with store.writing() as work:
        assert work.receipts.settle_echoes(after(60)) == 1


def test_an_echo_nobody_claims_is_shown_as_the_bots_after_ten_seconds(store: Store) -> None:
    one = conversation(store)
    apply(store, report(SENT, "p7", at=0, echo=True, text="sent by another program"))
    apply(store, report(DELIVERED, "p8", at=0))  # a receipt of somebody else's message
    with store.writing() as work:
        assert work.receipts.settle_echoes(after(9)) == 0
        assert work.receipts.settle_echoes(after(10)) == 1
        assert work.receipts.settle_echoes(after(99)) == 0
        [shown] = work.messages.page(one.id)
    assert (shown.text, shown.author, shown.direction, shown.delivery) == (
        "sent by another program",
        "bot",
        "out",
        "sent",
    )
    apply(store, report(SEEN, "p7"))
    assert stands(store, shown.id) == ("seen", None)


def test_unknown_ids_and_a_dead_message_are_left_alone(store: Store) -> None:
    name = queued(store)
    with store.writing() as work:
        work.outbox.record([Dead(name, "blocked", AT)])
    apply(store, report(SEEN, "unknown"), report(SENT, None, reference="nobody"), report(SENT, None, reference=name))
    assert stands(store, name) == ("failed", "blocked")


def conversation_id(store: Store) -> str:
    with store.writing() as work:
        return work.conversations.load([(PLATFORM, person())])[person()].id
