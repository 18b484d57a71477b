# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""The way of an announcement's article at each account that sends it so. At most once: `sending` is on disk before the call
that tells all followers, and what is not known afterwards is `uncertain` for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conversation.ids import AccountId
from ticket_store.leases import sends_under
from ticket_store.moments import micros, moment
from ticket_store.sql import Sql

UNSENT = "'waiting', 'processing', 'ready'"
_COLUMNS = "broadcast, account, state, reason, handle, epoch, attempts, due_at, sent_at"
_HERE = " WHERE broadcast = ? AND account = ?"


class ArticleState(StrEnum):
    """`WAITING`: nothing is made yet. `PROCESSING`: the platform has it and looks at it. `READY`: it may be sent."""

    WAITING = "waiting"
    PROCESSING = "processing"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


OPEN = frozenset({ArticleState.WAITING, ArticleState.PROCESSING, ArticleState.READY, ArticleState.SENDING})
"""In these it is not over."""


@dataclass(frozen=True, slots=True)
class ArticleWay:
    """Where it stands. `reason`: why it waits, or ended so. `handle`: the platform's name of it. `attempts`: how often the
    step it stands before was tried. `sent_at`: since when followers may have it.
    """

    broadcast: int
    account: AccountId
    state: ArticleState
    reason: str | None = None
    handle: str | None = None
    epoch: int | None = None
    attempts: int = 0
    due_at: datetime | None = None
    sent_at: datetime | None = None


class BroadcastArticles:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def want(self, seq: int, accounts: Sequence[str]) -> None:
        """One is to be sent by each of these; what is on its way stays as it is."""
        self._sql.many(
            "INSERT INTO broadcast_articles (broadcast, account, state, attempts) VALUES (?, ?, 'waiting', 0)"
            " ON CONFLICT DO NOTHING",
            [(seq, account) for account in accounts],
        )

    def of(self, seq: int) -> Sequence[ArticleWay]:
        """By account."""
        return self._select("WHERE broadcast = ? ORDER BY account", (seq,))

    def last_sent(self, account: AccountId) -> datetime | None:
        """When the account's last one went out, or may have."""
        rows = self._sql.rows("SELECT MAX(sent_at) FROM broadcast_articles WHERE account = ?", (account,))
        last: datetime | None = moment(rows[0][0])
        return last

    def next(self, seq: int, account: AccountId, epoch: int, now: datetime) -> ArticleWay | None:
        """The one of this run, if a step of it is due; none for a caller whose lease has passed to another process."""
        if not sends_under(self._sql, account, epoch):
            return None
        due = f"{_HERE} AND state IN ({UNSENT}) AND (due_at IS NULL OR due_at <= ?)"
        found = self._select(due, (seq, account, micros(now)))
        return found[0] if found else None

    def move(self, before: ArticleWay, after: ArticleWay) -> bool:
        """It stands at `after`, if it stood at `before`; whether it did. That it was sent counts also when it was taken for
        uncertain meanwhile.
        """
        late = ", 'uncertain'" if after.state is ArticleState.SENT else ""
        return bool(
            self._sql.change(
                "UPDATE broadcast_articles SET state = ?, reason = ?, handle = ?, epoch = ?, attempts = ?, due_at = ?,"
                f" sent_at = ?{_HERE} AND state IN (?{late}) AND COALESCE(epoch, 0) = ?",
                (
                    after.state.value,
                    after.reason,
                    after.handle,
                    after.epoch,
                    after.attempts,
                    micros(after.due_at),
                    micros(after.sent_at),
                    before.broadcast,
                    before.account,
                    before.state.value,
                    before.epoch or 0,
                ),
            )
        )

    def put_back(self, account: AccountId, epoch: int) -> None:
        """What was claimed under the caller's own living epoch, while no call of theirs is on its way, was not sent: the
        database took a claim whose answer was lost.
        """
        self._sql.change(
            "UPDATE broadcast_articles SET state = 'ready', sent_at = NULL, epoch = NULL"
            " WHERE account = ? AND state = 'sending' AND epoch = ?",
            (account, epoch),
        )

    def settle_abandoned(self, account: AccountId, epoch: int, reason: str) -> int:
        """What a former holder of the lease was sending may have gone out: it is uncertain and not repeated; how many."""
        return self._sql.change(
            "UPDATE broadcast_articles SET state = 'uncertain', reason = ?"
            " WHERE account = ? AND state = 'sending' AND epoch < ?",
            (reason, account, epoch),
        )

    def leave(self, seq: int, reason: str) -> None:
        """What was not sent will not be, for this reason."""
        self._sql.change(
            f"UPDATE broadcast_articles SET state = 'skipped', reason = ?, due_at = NULL"
            f" WHERE broadcast = ? AND state IN ({UNSENT})",
            (reason, seq),
        )

    def _select(self, rest: str, values: Sequence[object]) -> list[ArticleWay]:
        rows = self._sql.rows(f"SELECT {_COLUMNS} FROM broadcast_articles {rest}", values)
        return [
            ArticleWay(
                broadcast=row[0],
                account=AccountId(row[1]),
                state=ArticleState(row[2]),
                reason=row[3],
                handle=row[4],
                epoch=row[5],
                attempts=row[6],
                due_at=moment(row[7]),
                sent_at=moment(row[8]),
            )
            for row in rows
        ]
