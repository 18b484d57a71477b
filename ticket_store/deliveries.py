"""How messages fared, for those who look after the accounts: rates of the newest ones, and the ones that are dead."""

from dataclasses import dataclass
from datetime import datetime

from conversation.ids import AccountId
from ticket_store.moments import micros, moment
from ticket_store.records import Page
from ticket_store.sql import Sql

_NEWEST = 20_000
"""So many messages are looked at, whatever the period: a look at an account must not read the whole transcript."""


@dataclass(frozen=True, slots=True)
class Fared:
    """One account since some moment. `received`: what came in; the others: what went out, by where it is now."""

    received: int = 0
    last_received_at: datetime | None = None
    waiting: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0

    @property
    def failing(self) -> float | None:
        """The part of what was tried that failed, 0 to 1."""
        tried = self.sent + self.failed + self.uncertain
        return self.failed / tried if tried else None


@dataclass(frozen=True, slots=True)
class Hindered:
    """Why messages of one account wait to be tried again: how many for each cause."""

    throttled: int = 0
    unauthorised: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that will not be sent any more, without its words. `reason`: a code or the platform's own words."""

    id: str
    conversation_id: str
    account: AccountId
    author: str
    at: datetime
    reason: str
    attempts: int


class Deliveries:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def fared(self, since: datetime) -> dict[AccountId, Fared]:
        """Each account with a message since then, among the newest 20,000 messages."""
        rows = self._sql.rows(
            "SELECT account, SUM(CASE WHEN direction = 'in' THEN 1 ELSE 0 END),"
            " MAX(CASE WHEN direction = 'in' THEN at END),"
            " SUM(CASE WHEN delivery IN ('queued', 'sending') THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN delivery IN ('sent', 'delivered', 'seen') AND direction = 'out' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN delivery = 'failed' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN delivery = 'uncertain' THEN 1 ELSE 0 END)"
            " FROM messages WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM messages) - ? AND at >= ? GROUP BY account",
            (_NEWEST, micros(since)),
        )
        return {
            AccountId(row[0]): Fared(int(row[1]), moment(row[2]), *(int(count) for count in row[3:])) for row in rows
        }

    def hindered(self) -> dict[AccountId, Hindered]:
        """Each account whose messages were tried and did not go yet."""
        rows = self._sql.rows(
            "SELECT account, SUM(CASE WHEN reason = 'throttled' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN substr(reason, 1, 13) = 'unauthorised:' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN substr(reason, 1, 7) = 'failed:' THEN 1 ELSE 0 END)"
            " FROM messages WHERE lane IS NOT NULL AND reason IS NOT NULL GROUP BY account",
            (),
        )
        return {AccountId(row[0]): Hindered(*(int(count) for count in row[1:])) for row in rows}

    def dead(self, limit: int = 50, after: int | None = None) -> Page[DeadLetter]:
        """Latest first. `after`: `next` of the page before, a number."""
        rows = self._sql.rows(
            "SELECT seq, id, conversation_id, account, author, at, reason, attempts FROM messages"
            " WHERE delivery = 'failed' AND seq < ? ORDER BY seq DESC LIMIT ?",
            (after if after is not None else 2**62, limit + 1),
        )
        found = [
            DeadLetter(row[1], row[2], AccountId(row[3]), row[4], moment(row[5]), row[6] or "", row[7])
            for row in rows[:limit]
        ]
        return Page(found, str(rows[limit - 1][0]) if len(rows) > limit else None)
