"""Who does a job that only one process may do. An epoch that rises with each new holder fences a stalled former one."""

from datetime import datetime, timedelta

from conversation.ids import AccountId
from ticket_store.moments import micros
from ticket_store.sql import Sql


def sender_lease(account: AccountId) -> str:
    """The lease of the one process that sends for this account; `outbox.claim` looks at it."""
    return f"sender:{account}"


class Leases:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def take(self, name: str, owner: str, now: datetime, ttl: timedelta) -> int | None:
        """The epoch, when the lease is ours until `now + ttl`: it was free, had run out, or was ours before.

        Who held it last keeps the epoch, even when it had run out: nobody else acted meanwhile. Any other gets the next
        one. None: somebody else holds it. `owner` names one process, not a machine.
        """
        moment, until = micros(now), micros(now + ttl)
        taken = self._sql.rows(
            "INSERT INTO leases (name, owner, epoch, until) VALUES (?, ?, 1, ?)"
            " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until,"
            " epoch = CASE WHEN leases.owner = excluded.owner"
            " THEN leases.epoch ELSE leases.epoch + 1 END"
            " WHERE leases.owner IS NULL OR leases.owner = excluded.owner OR leases.until <= ?"
            " RETURNING epoch",
            (name, owner, until, moment),
        )
        return int(taken[0][0]) if taken else None

    def release(self, name: str, owner: str) -> None:
        """Free for the next one at once, if `owner` held it."""
        self._sql.change("UPDATE leases SET owner = NULL, until = 0 WHERE name = ? AND owner = ?", (name, owner))

    def holder(self, name: str, now: datetime) -> str | None:
        """Who holds it now, for the console and `doctor`."""
        rows = self._sql.rows("SELECT owner FROM leases WHERE name = ? AND until > ?", (name, micros(now)))
        return rows[0][0] if rows else None
