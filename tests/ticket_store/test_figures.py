"""Figures: counted rightly, by whom it was worked on, and in quarters of an hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from kit.filled import PEOPLE, Count, count, filled, parts

from conversation.effects import TicketDraft
from conversation.ids import AccountId, PlatformName
from ticket_store.engine import Store
from ticket_store.figures import Figures

DAY = datetime(2026, 11, 24, 2, 7, tzinfo=UTC)

DIMENSIONS = {
    "channel": "account",
    "category": "category",
    "department": "department",
    "ward": "ward_code",
    "operator": "operator",
}


def opened(store: Store, at: datetime, actor: str = "bot", account: str = "phone") -> str:
    with store.writing() as work:
        draft = TicketDraft("An", "+84912345678", None, "Ngập", "drainage", due_at=at + timedelta(days=1))
        ticket = work.tickets.open(
            draft, None, AccountId(account), PlatformName(account), None, "1022", date(2026, 11, 24), at, actor=actor
        )
        return ticket.code


def changed(store: Store, code: str, actor: str, at: datetime, **changes: object) -> None:
    with store.writing() as work:
        work.tickets.change(code, actor, at, **changes)


@pytest.fixture
def busy(store: Store) -> Store:
    """Lan and Hoa at the console; the bot and a department without an account beside them."""
    with store.writing() as work:
        for name in ("Lan", "Hoa"):
            work.operators.add(name, "operator", "-", DAY)
    first, second, third = (opened(store, DAY + timedelta(minutes=one)) for one in (0, 1, 40))
    opened(store, DAY, "Lan", "counter")
    changed(store, first, "Lan", DAY + timedelta(hours=1), answer="Xong", status="resolved")
    changed(store, first, "Hoa", DAY + timedelta(hours=2), note="Đã gọi lại")
    changed(store, second, "Hoa", DAY + timedelta(days=2), status="resolved")
    changed(store, third, "department:water", DAY + timedelta(hours=3), status="in_progress")
    return store


def test_a_ticket_counts_for_everybody_of_the_console_who_had_a_hand_in_it(busy: Store) -> None:
    with busy.reading() as work:
        found = work.figures.by("operator", DAY, DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert [(one.key, one.received, one.resolved, one.on_time, one.overdue) for one in found] == [
        ("Hoa", 2, 2, 1, 0),
        ("Lan", 2, 1, 1, 1),
    ]
    assert found[1].median_first_answer_s == 3600


def test_a_period_bounds_what_is_counted_for_a_person(busy: Store) -> None:
    with busy.reading() as work:
        found = work.figures.by("operator", DAY + timedelta(minutes=1), DAY + timedelta(days=1), DAY)
    assert [(one.key, one.received) for one in found] == [("Hoa", 1)]


def test_the_course_tells_what_came_in_and_what_ended_by_quarters_of_an_hour(busy: Store) -> None:
    with busy.reading() as work:
        found = work.figures.course(DAY, DAY + timedelta(days=1))
    quarter = DAY.replace(minute=0)
    assert [(one.at, one.received, one.ended) for one in found] == [
        (quarter, 3, 0),
        (quarter + timedelta(minutes=45), 1, 0),
        (quarter + timedelta(hours=1), 0, 1),
    ]


def test_tickets_are_not_counted_by_what_they_do_not_have(store: Store) -> None:
    with store.reading() as work, pytest.raises(ValueError, match="shoe size"):
        work.figures.by("shoe size", None, None, DAY)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_month_counted_another_way_gives_the_same_figures(store: Store, seed: int) -> None:
    with store.writing() as work:
        for name in PEOPLE:
            work.operators.add(name, "operator", "-", DAY)
    cases = filled(store, 150, seed, DAY)
    for since, until, now in (
        (None, None, DAY),
        (DAY - timedelta(days=9), DAY - timedelta(days=2), DAY),
        (DAY - timedelta(days=400), DAY - timedelta(days=300), DAY),
        (None, None, DAY + timedelta(days=9)),
    ):
        inside = [one for one in cases if (since or one.created) <= one.created < (until or now)]
        with store.reading() as work:
            (total,) = work.figures.by(None, since, until, now)
            assert counted(total) == count(inside, now)
            for by, dimension in DIMENSIONS.items():
                found = {one.key: counted(one) for one in work.figures.by(dimension, since, until, now)}
                assert found == {key: count(some, now) for key, some in parts(inside, by).items()}, by
            course = work.figures.course(since or DAY - timedelta(days=99), until or now)
        low, high = since or DAY - timedelta(days=99), until or now
        assert sum(one.received for one in course) == len(inside)
        assert sum(one.ended for one in course) == sum(
            one.ended is not None and low <= one.ended < high for one in cases
        )


def counted(one: Figures) -> Count:
    return Count(
        one.received, one.answered, one.resolved, one.on_time, one.overdue, one.handling_ratio,
        one.median_first_answer_s, one.median_resolution_s,
    )  # fmt: skip
