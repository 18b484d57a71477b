"""Open and overdue tickets: a few among all, newest first, page by page, with every other filter."""

from datetime import UTC, date, datetime, timedelta

import pytest

from conversation.effects import TicketDraft
from conversation.ids import AccountId, PlatformName
from ticket_store.engine import Store
from ticket_store.records import Page, Ticket

DAY = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def many(store: Store) -> tuple[Store, list[str]]:
    """Thirty tickets, one an hour: a third resolved, a third in progress; due a day later; roads and floods in turn."""
    codes = []
    with store.writing() as work:
        for number in range(30):
            at = DAY + timedelta(hours=number)
            category = ("road", "drainage")[number % 2]
            draft = TicketDraft("An", f"+8491234567{number % 2}", None, "Ngập", category, due_at=at + timedelta(days=1))
            account, platform = AccountId("phone"), PlatformName("phone")
            ticket = work.tickets.open(draft, None, account, platform, None, "1022", date(2026, 11, 24), at)
            if number % 3:
                status = "resolved" if number % 3 == 1 else "in_progress"
                work.tickets.change(ticket.code, "Lan", at + timedelta(minutes=1), status=status)
            codes.append(str(ticket.code))
    return store, codes


def all_pages(store: Store, **wanted: object) -> list[str]:
    """Every code, in pages of four."""
    found: list[str] = []
    after: str | None = None
    with store.reading() as work:
        while True:
            page: Page[Ticket] = work.tickets.page(limit=4, after=after, **wanted)  # type: ignore[arg-type]
            found += [one.code for one in page]
            after = page.next
            if after is None:
                return found


def test_open_ones_come_newest_first_over_all_their_statuses(many: tuple[Store, list[str]]) -> None:
    store, codes = many
    assert all_pages(store, open_only=True) == [code for number, code in enumerate(codes) if number % 3 != 1][::-1]


def test_overdue_ones_are_open_and_past_their_deadline(many: tuple[Store, list[str]]) -> None:
    store, codes = many
    now = DAY + timedelta(days=1, hours=12)
    assert all_pages(store, due_before=now) == [codes[number] for number in range(12) if number % 3 != 1][::-1]


def test_other_filters_and_a_search_hold_as_well(many: tuple[Store, list[str]]) -> None:
    store, codes = many
    roads = [code for number, code in enumerate(codes) if number % 3 != 1 and number % 2 == 0][::-1]
    assert all_pages(store, open_only=True, category="road") == roads
    assert all_pages(store, open_only=True, q="0912345670", phone="+84912345670") == roads
    begun = [code for number, code in enumerate(codes) if number % 3 == 2][::-1]
    assert all_pages(store, open_only=True, status="in_progress") == begun
    assert all_pages(store, open_only=True, status="resolved") == []
