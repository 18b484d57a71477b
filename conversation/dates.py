"""Dates as people of a language read them."""

from datetime import date, datetime

_EPOCH = date(622, 3, 21).toordinal()
"""Day 1 of year 1 of the Solar Hijri calendar, in the proleptic Gregorian one."""
_LEAPS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Leap years of the 33-year cycle, right for 1206-1498 (1827-2119)."""
_CYCLE = 33 * 365 + len(_LEAPS)


def solar_hijri(day: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar, Iran's."""
    cycles, left = divmod(day.toordinal() - _EPOCH, _CYCLE)
    year = cycles * 33 + 1
    while left >= 365 + (year % 33 in _LEAPS):
        left -= 365 + (year % 33 in _LEAPS)
        year += 1
    if left < 6 * 31:
        return year, left // 31 + 1, left % 31 + 1
    left -= 6 * 31
    return year, left // 30 + 7, left % 30 + 1


def written(at: datetime, pattern: str, language: str) -> str:
    """`at` by `pattern`: `%d` day, `%m` month, `%Y` year, `%H` hour, `%M` minute, in the calendar of the language."""
    year, month, day = solar_hijri(at.date()) if language == "fa" else (at.year, at.month, at.day)
    values = {"%d": f"{day:02}", "%m": f"{month:02}", "%Y": str(year), "%H": f"{at.hour:02}", "%M": f"{at.minute:02}"}
    for mark, value in values.items():
        pattern = pattern.replace(mark, value)
    return pattern
