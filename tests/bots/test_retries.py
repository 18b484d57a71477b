"""Waits after failed sends: quick at first, patient later, given up after a day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bots.retries import GIVE_UP_AFTER, next_try

START = datetime(2026, 11, 21, tzinfo=UTC)


def played(until: timedelta) -> list[float]:
    """The waits of a message that always fails, each attempt failing at once."""
    now, waits = START, []
    while now - START < until:
        due = next_try(len(waits) + 1, START, now)
        assert due is not None
        waits.append((due - now).total_seconds())
        now = due
    return waits


def test_the_first_waits_are_1_2_4_8_then_15_within_the_first_minute() -> None:
    waits = played(timedelta(minutes=1))
    assert waits[:4] == [1, 2, 4, 8]
    assert set(waits[4:]) == {15}


def test_later_waits_grow_to_five_minutes_and_stay_there() -> None:
    waits = played(timedelta(hours=2))
    assert waits[-1] == 300
    assert waits[8:] == sorted(waits[8:])


def test_after_a_day_it_is_given_up() -> None:
    assert next_try(500, START, START + GIVE_UP_AFTER) is None


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_the_next_try_is_always_later_or_never(attempts: int, since: timedelta) -> None:
    due = next_try(attempts, START, START + since)
    assert due is None or START + since < due <= START + since + timedelta(minutes=5)
