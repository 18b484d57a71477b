"""Quiet hours: nothing is sent in them, and the estimate rests in them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.quiet import QuietHours

NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - the zone is drawn beside it
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = QuietHours(time(21, 30), time(6, 0), VIETNAM)
NOON = QuietHours(time(12, 0), time(13, 0), VIETNAM)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (NIGHT, "24T21:29:59", None),
        (NIGHT, "24T21:30", "25T06:00"),
        (NIGHT, "25T05:59:59", "25T06:00"),
        (NIGHT, "25T06:00", None),
        (NOON, "24T11:59", None),
        (NOON, "24T12:00", "24T13:00"),
        (NOON, "24T13:00", None),
    ],
)
def test_when_the_quiet_ends(quiet: QuietHours, at: str, until: str | None) -> None:
    assert quiet.until(local(at)) == (None if until is None else local(until))


@pytest.mark.parametrize(
    ("at", "hours", "done"),
    [
        ("24T20:30", 1, "24T21:30"),
        ("24T20:30", 2, "25T07:00"),
        ("24T23:00", 1, "25T07:00"),
        ("24T06:00", 15.5 + 1, "25T07:00"),
        ("24T06:00", 15.5 * 2 + 0.5, "26T06:30"),
    ],
)
def test_when_work_is_done_that_rests_at_night(at: str, hours: float, done: str) -> None:
    assert NIGHT.done_at(local(at), timedelta(hours=hours)) == local(done)


clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1])


@given(
    span=hours,
    at=st.datetimes(NEW_YEAR, NEW_YEAR + timedelta(days=365), timezones=st.just(UTC)),
    work=st.timedeltas(timedelta(0), timedelta(days=4)),
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Asia/Tehran", "Europe/Berlin"]),
)
def test_never_is_anything_done_in_quiet_hours_nor_later_than_rests_explain(
    span: tuple[time, time], at: datetime, work: timedelta, zone: str
) -> None:
    quiet = QuietHours(*span, ZoneInfo(zone))
    done = quiet.done_at(at, work)
    assert done >= at + work
    if work:
        assert quiet.until(done - timedelta(microseconds=1)) is None
    end = quiet.until(at)
    if end is not None:
        assert at < end <= at + timedelta(hours=26)
        assert quiet.until(end) is None
