from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversation.workdays import Office

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13), time(17))
OFFICE = Office(HERE, dict.fromkeys(range(5), (MORNING, AFTERNOON)), frozenset({date(2026, 11, 26)}))
CLOSED_FOR_LONG = Office(
    HERE, {0: (MORNING,)}, frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(400))
)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HERE)


def test_it_is_open_inside_its_hours_only() -> None:
    assert OFFICE.is_open(local(24, 7, 30))
    assert not OFFICE.is_open(local(24, 11, 30))
    assert not OFFICE.is_open(local(28, 9)), "a Saturday"
    assert not OFFICE.is_open(local(26, 9)), "a holiday"
    assert OFFICE.is_open(datetime(2026, 11, 24, 2, tzinfo=UTC)), "9:00 there"


def test_the_next_opening_is_now_when_it_is_open() -> None:
    assert OFFICE.next_opening(local(24, 9)) == local(24, 9)
    assert OFFICE.next_opening(local(24, 12)) == local(24, 13)
    assert OFFICE.next_opening(local(25, 18)) == local(27, 7, 30), "over the holiday"
    assert OFFICE.next_opening(local(27, 18)) == local(30, 7, 30), "over the weekend"


def test_working_days_end_at_closing_time() -> None:
    assert OFFICE.after_days(local(24, 9), 1) == local(25, 17)
    assert OFFICE.after_days(local(24, 9), 2) == local(27, 17)
    assert OFFICE.after_days(local(28, 9), 1) == local(30, 17)


def test_office_hours_are_counted_over_breaks_and_days() -> None:
    assert OFFICE.after_hours(local(24, 9), 2) == local(24, 11)
    assert OFFICE.after_hours(local(24, 9), 4) == local(24, 14, 30)
    assert OFFICE.after_hours(local(25, 16), 2) == local(27, 8, 30)


def test_an_office_that_stays_closed_promises_nothing() -> None:
    assert CLOSED_FOR_LONG.next_opening(local(24, 9)) is None
    assert CLOSED_FOR_LONG.after_days(local(24, 9), 1) is None
    assert CLOSED_FOR_LONG.after_hours(local(24, 9), 1) is None
