# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Failed log-ins, counted for all processes together and over their restarts. Whose they are is kept as a keyed hash."""

from datetime import datetime
from typing import NamedTuple

from ticket_store.crypto import KeyRing
from ticket_store.moments import micros, moment
from ticket_store.sql import Sql

_WHOSE = "log_in_failures.whose"


class Failures(NamedTuple):
    tries: int
    last: datetime


class LogIns:
    def __init__(self, sql: Sql, keys: KeyRing) -> None:
        self._sql, self._keys = sql, keys

    def failures(self, whose: str) -> Failures | None:
        """How many tries failed; None: none. Who asks for the same one waits for this transaction."""
        rows = self._sql.rows(
            f"SELECT tries, at FROM log_in_failures WHERE whose = ?{self._sql.for_update('log_in_failures')}",
            (self._index(whose),),
        )
        return Failures(rows[0][0], moment(rows[0][1])) if rows else None

    def put(self, whose: str, failures: Failures) -> None:
        """So many from now on."""
        self._sql.change(
            "INSERT INTO log_in_failures (whose, tries, at) VALUES (?, ?, ?)"
            " ON CONFLICT (whose) DO UPDATE SET tries = excluded.tries, at = excluded.at",
            (self._index(whose), failures.tries, micros(failures.last)),
        )

    def forget(self, before: datetime) -> int:
        """Those whose last one was before are gone; how many."""
        return self._sql.change("DELETE FROM log_in_failures WHERE at < ?", (micros(before),))

    def _index(self, whose: str) -> bytes:
        return self._keys.blind_index(_WHOSE, whose)
