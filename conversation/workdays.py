"""The office's calendar: opening hours by weekday, holidays, and when a report is due by it."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from conversation.tables import Table

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_LONGEST_CLOSURE = 60
"""Days without any opening after which the search ends: a profile closed for longer has no next opening."""


@dataclass(frozen=True, slots=True)
class Office:
    """`hours`: weekday (0 Monday) → spans of local time, in order. `holidays`: closed whatever the weekday."""

    timezone: tzinfo
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date]

    def spans(self, day: date) -> tuple[tuple[time, time], ...]:
        """When it is open on that day; empty on holidays and free weekdays."""
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.timezone)
        return any(start <= local.time() < end for start, end in self.spans(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment at or after `at` when it is open, in local time; None when it never opens."""
        return next((max(start, at.astimezone(self.timezone)) for start, _ in self._openings(at)), None)

    def after_days(self, at: datetime, days: int) -> datetime | None:
        """Closing time of the `days`-th (1 or later) working day after the day of `at`; None after a long closure."""
        day = at.astimezone(self.timezone).date()
        closed = 0
        while days:
            day += timedelta(days=1)
            closed = 0 if self.spans(day) else closed + 1
            days -= bool(self.spans(day))
            if closed > _LONGEST_CLOSURE:
                return None
        return datetime.combine(day, self.spans(day)[-1][1], self.timezone)

    def after_hours(self, at: datetime, hours: int) -> datetime | None:
        """The moment when the office has been open for `hours` since `at`."""
        left = timedelta(hours=hours)
        for start, end in self._openings(at):
            begin = max(start, at.astimezone(self.timezone))
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def _openings(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans that end after `at`, in order, until the office stays closed for too long."""
        day = at.astimezone(self.timezone).date()
        closed = 0
        while closed <= _LONGEST_CLOSURE:
            spans = self.spans(day)
            closed = 0 if spans else closed + 1
            for start, end in spans:
                if datetime.combine(day, end, self.timezone) > at:
                    yield datetime.combine(day, start, self.timezone), datetime.combine(day, end, self.timezone)
            day += timedelta(days=1)


def read_office(table: Table, timezone: tzinfo) -> Office:
    """`hours.mon = ["07:30-11:30", "13:00-17:00"]` for each open weekday, and `holidays`. Raises `BadProfile`."""
    days = table.table("hours")
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for number, name in enumerate(WEEKDAYS):
        spans = tuple(_read_span(days, name, text) for text in days.texts(name, ()))
        if any(one[1] > other[0] for one, other in itertools.pairwise(spans)):
            raise days.bad(name, "the spans must follow each other", "span-order")
        if spans:
            hours[number] = spans
    days.finish()
    if not hours:
        raise table.bad("hours", "the office must open on some weekday", "never-open")
    return Office(timezone, hours, table.dates("holidays"))


def _read_span(table: Table, key: str, text: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise table.bad(key, f'{text!r}: a span is written "07:30-11:30"', "span", text)
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start >= end:
        raise table.bad(key, f"{text!r}: a span must end after it starts", "span-end", text)
    return start, end
