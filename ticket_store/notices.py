# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""News of tickets for an outside program: every entry of every history, told at least once, under a stable id.

Nothing is written when a ticket changes. The one that tells looks through the history from where it was, a little further
back than it need (a transaction with a lower number may have committed later), so nothing is missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from conversation.ids import TicketCode
from ticket_store.moments import micros, moment
from ticket_store.sql import Sql

_LOOK_BACK = 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """`id`: of the history entry, the same at every attempt. `changes`: field → (before, after), codes only."""

    id: str
    code: TicketCode
    at: datetime
    kind: str
    attempts: int
    first_at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict)


class Notices:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def collect(self, now: datetime) -> int:
        """What has happened to tickets since waits to be told; how much. The first time nothing does: the past is past."""
        last = self._sql.rows("SELECT MAX(seq) FROM notices")[0][0]
        at = micros(now)
        if last is None:
            self._sql.change(
                "INSERT INTO notices (seq, id, state, attempts, at)"
                " SELECT seq, id, 'begun', 0, ? FROM ticket_history ORDER BY seq DESC LIMIT 1 ON CONFLICT DO NOTHING",
                (at,),
            )
            self._sql.change(
                "INSERT INTO notices (seq, id, state, attempts, at) SELECT 0, 'begin', 'begun', 0, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM notices) ON CONFLICT DO NOTHING",
                (at,),
            )
            return 0
        return self._sql.change(
            "INSERT INTO notices (seq, id, state, attempts, at, due_at)"
            " SELECT seq, id, 'waiting', 0, ?, ? FROM ticket_history"
            " WHERE seq > ? AND seq > (SELECT MIN(seq) FROM notices) ORDER BY seq ON CONFLICT DO NOTHING",
            (at, at, last - _LOOK_BACK),
        )

    def due(self, now: datetime, limit: int) -> list[Notice]:
        """Those to be told now, oldest first."""
        rows = self._sql.rows(
            "SELECT n.id, h.code, h.at, h.kind, n.attempts, n.at, h.changes FROM notices n INDEXED BY ix_notices_waiting"
            " JOIN ticket_history h ON h.id = n.id WHERE n.due_at <= ? ORDER BY n.seq LIMIT ?",
            (micros(now), limit),
        )
        return [
            Notice(row[0], TicketCode(row[1]), moment(row[2]), row[3], row[4], moment(row[5]), orjson.loads(row[6]))
            for row in rows
        ]

    def told(self, notice_id: str) -> None:
        self._sql.change(
            "UPDATE notices SET state = 'told', due_at = NULL, reason = NULL, attempts = attempts + 1 WHERE id = ?",
            (notice_id,),
        )

    def failed(self, notice_id: str, reason: str, due_at: datetime | None) -> None:
        """To be told again at `due_at`; None: given up."""
        self._sql.change(
            "UPDATE notices SET state = ?, due_at = ?, reason = ?, attempts = attempts + 1 WHERE id = ?",
            ("dead" if due_at is None else "waiting", micros(due_at), reason, notice_id),
        )

    def counts(self) -> dict[str, int]:
        """How many are waiting, told, dead."""
        return dict(self._sql.rows("SELECT state, COUNT(*) FROM notices WHERE state <> 'begun' GROUP BY state"))

    def forget(self, before: datetime) -> int:
        """Those told or given up before are gone, but for the newest ones, which tell where we are; how many."""
        return self._sql.change(
            "DELETE FROM notices WHERE due_at IS NULL AND at < ?"
            f" AND seq < (SELECT MAX(seq) FROM notices) - {_LOOK_BACK}",
            (micros(before),),
        )
