"""The one place that reads the clock. Everybody else gets the time by argument."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """The gateway's time; `offset` moves it for rehearsals (`CLOCK_OFFSET_SECONDS`)."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC) + self.offset  # noqa: TID251 - here is where the clock is read
