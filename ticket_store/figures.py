# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""What hotlines publish: how much came in, how much was handled, how long it took."""

from dataclasses import dataclass
from datetime import datetime

from ticket_store.moments import micros
from ticket_store.moments import moment as moment_of
from ticket_store.sql import Sql
from ticket_store.statuses import ENDED

OPERATOR = "operator"
"""Who of the console had a hand in it, in any way; a ticket counts for each of them."""
DIMENSIONS = ("account", "platform", "category", "department", "ward_code", "status", OPERATOR)
_OF_OPERATORS = (
    "(SELECT DISTINCT h.actor AS operator, t.code, t.status, t.created_at, t.answered_at, t.resolved_at, t.due_at"
    " FROM tickets t JOIN ticket_history h ON h.code = t.code JOIN operators o ON o.name = h.actor"
    " WHERE t.created_at >= ? AND t.created_at < ?) AS worked"
)
_SLOT = 900_000_000
"""A quarter of an hour in microseconds: every time zone in use is a whole number of them away from UTC."""
_ENDED = ", ".join(f"'{status.value}'" for status in sorted(ENDED))


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the tickets received in a period. `key` None: those without one. Medians in seconds, None without any.

    `answered`: the citizen has a first answer; `resolved`: ended in any way; `on_time`: ended before the deadline;
    `overdue`: still open after it.
    """

    key: str | None
    received: int = 0
    answered: int = 0
    resolved: int = 0
    on_time: int = 0
    overdue: int = 0
    median_first_answer_s: float | None = None
    median_resolution_s: float | None = None

    @property
    def handling_ratio(self) -> float | None:
        """Resolved of received, 0 to 1."""
        return round(self.resolved / self.received, 4) if self.received else None


@dataclass(frozen=True, slots=True)
class Slot:
    """The quarter of an hour that begins at `at`: tickets received in it, and tickets that ended in it."""

    at: datetime
    received: int
    ended: int


class TicketFigures:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def by(
        self,
        dimension: str | None,
        since: datetime | None,
        until: datetime | None,
        now: datetime,
        *,
        medians: bool = True,
    ) -> list[Figures]:
        """One for each value of the dimension (None: one in all), the most received first. Without `medians` in a third
        of the time.
        """
        if dimension is not None and dimension not in DIMENSIONS:
            raise ValueError(f"tickets are not counted by {dimension}")
        key = dimension or "'all'"
        low, high = _range(since, until, now)
        source, bounds = ("tickets", (low, high)) if dimension != OPERATOR else (_OF_OPERATORS, (low, high, low, high))
        counts = self._sql.rows(
            f"SELECT {key}, COUNT(*), COUNT(answered_at), SUM(CASE WHEN status IN ({_ENDED}) THEN 1 ELSE 0 END),"
            f" SUM(CASE WHEN status IN ({_ENDED}) AND (due_at IS NULL OR resolved_at <= due_at) THEN 1 ELSE 0 END),"
            f" SUM(CASE WHEN status NOT IN ({_ENDED}) AND due_at < ? THEN 1 ELSE 0 END)"
            f" FROM {source} WHERE created_at >= ? AND created_at < ?{f' GROUP BY {key}' if dimension else ''}",
            (micros(now), *bounds),
        )
        answers = self._medians(key, "answered_at", source, bounds) if medians else {}
        ends = self._medians(key, "resolved_at", source, bounds) if medians else {}
        found = []
        for row in counts:
            received, answered, resolved, on_time, overdue = (int(one or 0) for one in row[1:])
            took = answers.get(row[0]), ends.get(row[0])
            found.append(Figures(row[0], received, answered, resolved, on_time, overdue, *took))
        return sorted(found, key=lambda one: (-one.received, one.key or ""))

    def course(self, since: datetime, until: datetime) -> list[Slot]:
        """What came in and what ended, by quarters of an hour; those without anything are left out."""
        bounds = (micros(since), micros(until))
        counted: dict[int, list[int]] = {}
        for place, column in enumerate(("created_at", "resolved_at")):
            for slot, count in self._sql.rows(
                f"SELECT {column} / {_SLOT}, COUNT(*) FROM tickets WHERE {column} >= ? AND {column} < ?"
                f" GROUP BY {column} / {_SLOT}",
                bounds,
            ):
                counted.setdefault(int(slot), [0, 0])[place] = count
        return [Slot(moment_of(slot * _SLOT), *pair) for slot, pair in sorted(counted.items())]

    def _medians(self, key: str, moment: str, source: str, bounds: tuple[int, ...]) -> dict[str | None, float]:
        """Seconds from a ticket's opening, the middle one of each group (the mean of the two middle ones)."""
        rows = self._sql.rows(
            f"SELECT k, AVG(d) FROM (SELECT {key} AS k, {moment} - created_at AS d,"
            f" ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {moment} - created_at) AS n,"
            f" COUNT(*) OVER (PARTITION BY {key}) AS c"
            f" FROM {source} WHERE created_at >= ? AND created_at < ? AND {moment} IS NOT NULL) AS t"
            " WHERE n IN ((c + 1) / 2, (c + 2) / 2) GROUP BY k",
            bounds,
        )
        return {row[0]: round(float(row[1]) / 1e6, 1) for row in rows}


def _range(since: datetime | None, until: datetime | None, now: datetime) -> tuple[int, int]:
    return micros(since) if since else 0, micros(until) if until else micros(now) + 1
