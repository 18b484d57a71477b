"""Hours of the night in which nobody is disturbed by an announcement."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from conversation.tables import Table

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from `start` until `end`, in local time; an `end` before `start` is the next morning's."""

    start: time
    end: time
    timezone: tzinfo

    def until(self, at: datetime) -> datetime | None:
        """When the quiet that reigns at `at` ends; None: none does."""
        local = at.astimezone(self.timezone)
        clock, day = local.time(), local.date()
        if self.start < self.end:
            reigns = self.start <= clock < self.end
        else:
            reigns = clock >= self.start or clock < self.end
            day += timedelta(days=clock >= self.start)
        return datetime.combine(day, self.end, self.timezone).astimezone(UTC) if reigns else None

    def done_at(self, at: datetime, work: timedelta) -> datetime:
        """When as much work is done that begins at `at` and rests while it is quiet."""
        begin = self.until(at) or at
        while (evening := self._next_start(begin)) - begin < work:
            work -= evening - begin
            begin = self.until(evening) or evening
        return begin + work

    def _next_start(self, at: datetime) -> datetime:
        day = at.astimezone(self.timezone).date()
        today = datetime.combine(day, self.start, self.timezone).astimezone(UTC)
        return (
            today
            if today > at
            else datetime.combine(day + timedelta(days=1), self.start, self.timezone).astimezone(UTC)
        )


def read_quiet(table: Table, key: str, timezone: tzinfo) -> QuietHours | None:
    """`quiet = "21:30-06:00"`; None where there is none. Raises `BadProfile`."""
    if not table.has(key):
        return None
    match = _SPAN.fullmatch(table.text(key))
    if match is None:
        raise table.bad(key, 'quiet hours are written "21:30-06:00"')
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start == end:
        raise table.bad(key, "some hours must be left in which announcements are sent")
    return QuietHours(start, end, timezone)
