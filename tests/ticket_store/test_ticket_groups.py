"""Tickets of one matter: candidates to compare, groups with a random id, parting."""

from datetime import date
from typing import Any

from kit.databases import AT, after, report
from kit.plans import plans_of

from conversation.ids import AccountId, PlatformName
from ticket_store.engine import Store
from ticket_store.records import Ticket


def opened(store: Store, at: float = 0, **draft: Any) -> Ticket:
    with store.writing() as work:
        return work.tickets.open(
            report(**draft),
            None,
            AccountId("phone"),
            PlatformName("phone"),
            None,
            "1022",
            date(2026, 11, 24),
            after(at),
        )


def test_a_new_ticket_is_compared_once_with_earlier_ones_of_its_ward_and_category_or_its_phone(store: Store) -> None:
    one = opened(store)
    neighbour = opened(store, 1, phone="+84987654321")
    own = opened(store, 2, category="noise", place=None)
    opened(store, 3, category="noise", phone="+84911111111")
    last = opened(store, 4)
    with store.writing() as work:
        assert work.tickets.any_to_compare()
        assert len(work.tickets.to_compare(3)) == 3
        found = [ticket.code for ticket in work.tickets.beside(last, AT, 10)]
        assert found == [own.code, neighbour.code, one.code]
        assert [ticket.code for ticket in work.tickets.beside(last, after(1), 10)] == [own.code, neighbour.code]
        assert list(work.tickets.beside(one, AT, 10)) == []
        work.tickets.compared([ticket.code for ticket in work.tickets.to_compare(9)])
        assert not work.tickets.any_to_compare()
    nobody = opened(store, 5, place=None, phone=None)
    with store.reading() as work:
        assert list(work.tickets.beside(nobody, AT, 10)) == []


def test_whether_there_are_new_tickets_is_not_looked_up_in_all_there_are(sqlite_store: Store) -> None:
    """Every second, for as long as the gateway runs."""
    with sqlite_store.writing() as work, plans_of(work) as plans:
        work.tickets.any_to_compare()
        work.tickets.to_compare(9)
    assert plans == ["SCAN tickets USING INDEX ix_tickets_new", "SCAN tickets USING INDEX ix_tickets_new"]


def test_what_stands_beside_a_ticket_is_not_sorted_out_of_all_its_ward_has(sqlite_store: Store) -> None:
    """In a flood that is thousands, for every new ticket, while answers wait for the writer."""
    one = opened(sqlite_store)
    with sqlite_store.writing() as work, plans_of(work) as plans:
        assert list(work.tickets.beside(one, AT, 10)) == []
    assert plans == [
        "SEARCH tickets USING COVERING INDEX ix_tickets_ward (ward_code=? AND category=? AND created_at>? AND created_at<?)",
        "SEARCH tickets USING INDEX ix_tickets_phone (phone_index=? AND rowid<?)",
    ]


def test_linked_tickets_are_a_group_and_parting_leaves_nobody_alone_in_one(store: Store) -> None:
    one, two, three = opened(store), opened(store, 1), opened(store, 2)
    with store.writing() as work:
        group = work.tickets.link(two.code, one.code)
        assert work.tickets.link(three.code, one.code) == group
        assert one.code not in group
        assert [ticket.code for ticket in work.tickets.of_group(group)] == [one.code, two.code, three.code]
        assert [ticket.code for ticket in work.tickets.of_group(group, one.seq, 1)] == [two.code]
        assert work.tickets.group_sizes([group, "none"]) == {group: 3}
        [entry] = work.tickets.history(two.code)
        assert entry.kind == "opened"
        assert work.tickets.unlink(two.code)
        assert not work.tickets.unlink(two.code)
        assert len(work.tickets.of_group(group)) == 2
        assert work.tickets.unlink(three.code)
        assert work.tickets.of_group(group) == []


def test_open_reports_around_are_of_the_ward_not_older_and_of_the_category_when_one_is_named(store: Store) -> None:
    lamp, noise, ended, old = (
        opened(store, 5),
        opened(store, 6, category="noise"),
        opened(store, 7),
        opened(store, -5),
    )
    opened(store, 8, place=None)
    with store.writing() as work:
        work.tickets.change(ended.code, "lan", after(9), status="resolved", answer="Xong")
        assert [one.code for one in work.tickets.open_around("26740", None, AT, 9)] == [noise.code, lamp.code]
        assert [one.code for one in work.tickets.open_around("26740", "lighting", AT, 9)] == [lamp.code]
        assert [one.code for one in work.tickets.open_around("26740", "lighting", after(-9), 1)] == [lamp.code]
        assert old.code in [one.code for one in work.tickets.open_around("26740", "lighting", after(-9), 9)]
        assert work.tickets.open_around("1", None, AT, 9) == []
