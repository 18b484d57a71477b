from datetime import UTC, date, datetime

import pytest

from conversation.dates import solar_hijri, written


@pytest.mark.parametrize(
    ("day", "solar"),
    [
        # Published conversions of the Iranian calendar: years' first days, a leap day, a common date.
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(2027, 3, 21), (1406, 1, 1)),
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2026, 9, 22), (1405, 6, 31)),
        (date(2026, 9, 23), (1405, 7, 1)),
        (date(2026, 11, 24), (1405, 9, 3)),
    ],
)
def test_a_day_in_the_solar_hijri_calendar(day: date, solar: tuple[int, int, int]) -> None:
    assert solar_hijri(day) == solar


def test_a_moment_is_written_by_its_pattern_in_the_calendar_of_the_language() -> None:
    at = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert written(at, "%H:%M ngày %d/%m/%Y", "vi") == "09:05 ngày 24/11/2026"
    assert written(at, "%Y/%m/%d %H:%M", "fa") == "1405/09/03 09:05"
