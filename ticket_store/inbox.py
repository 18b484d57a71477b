# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Event keys already taken. Claimed in the same transaction as everything an event causes: no claim without its effect."""

from collections.abc import Sequence
from datetime import datetime

from conversation.ids import AccountId, EventKey
from ticket_store.moments import micros
from ticket_store.sql import Sql, chunks, values_of

_Key = tuple[AccountId, EventKey]


class Inbox:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def claim(self, events: Sequence[_Key], at: datetime) -> set[_Key]:
        """The keys never seen before, now recorded; all others are duplicates.

        A key that stands twice in `events` is in the set once: the first of the two is the event. Keys are taken in
        order, so that two processes with the same ones wait for each other in a line and not in a ring.
        """
        stored_at = micros(at)
        fresh: set[_Key] = set()
        for some in chunks(sorted(set(events))):
            fresh.update(
                self._sql.rows(
                    f"INSERT INTO inbox (account, event_key, at) VALUES {values_of(len(some), 3)}"
                    " ON CONFLICT DO NOTHING RETURNING account, event_key",
                    [value for account, key in some for value in (account, key, stored_at)],
                )
            )
        return fresh

    def release(self, events: Sequence[_Key]) -> None:
        """These keys count as never seen: what they stood for was refused and left nothing behind."""
        self._sql.many("DELETE FROM inbox WHERE account = ? AND event_key = ?", events)

    def forget(self, before: datetime, account: AccountId | None = None) -> int:
        """Keys claimed before are gone (the platform will not repeat them any more); how many. Of one account, or all."""
        if account is not None:
            return self._sql.change("DELETE FROM inbox WHERE at < ? AND account = ?", (micros(before), account))
        return self._sql.change("DELETE FROM inbox WHERE at < ?", (micros(before),))
