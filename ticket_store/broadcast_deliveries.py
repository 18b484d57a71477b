# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Who gets an announcement, and what became of each. At most once per person: `sending` is on disk before the call, and
what is not known afterwards is `uncertain` for good.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversation.ids import AccountId, ContactId
from conversation.messages import Message
from ticket_store.audiences import Windows, condition, left_out
from ticket_store.broadcast_articles import UNSENT, BroadcastArticles
from ticket_store.broadcast_counts import Counts, Tally, summed
from ticket_store.broadcasts import Audience, Broadcast
from ticket_store.codec import encode
from ticket_store.crypto import KeyRing
from ticket_store.ids import rising_id
from ticket_store.leases import sends_under
from ticket_store.messages import BODY, Body
from ticket_store.moments import micros, moment
from ticket_store.outbox import Outbox
from ticket_store.records import Dead, SendResult, Sent, Uncertain
from ticket_store.sql import Row, Sql
from ticket_store.topics import topics_of

CHUNK = 5_000
"""Planned in one transaction: a reply that is to be written waits for no more than that."""
_PIECE = 50_000
WAIT_FOR_REPLY = timedelta(seconds=5)
"""So long an announcement to a person waits for an answer that is still due to them."""
INTERRUPTED = "interrupted"

# Without it every look walks through all who are behind us: at a million, longer than all the sending.
_BY_STATE = "INDEXED BY ix_broadcast_deliveries_state"
_NEXT = (
    "SELECT d.conversation_id, c.contact, c.reachable, c.opted_out, c.held_by, c.window_from, d.attempts, c.language,"
    f" c.topics_off, c.ward_code FROM broadcast_deliveries d {_BY_STATE} JOIN conversations c ON c.id = d.conversation_id"
    " WHERE d.broadcast = ? AND d.account = ? AND d.state = 'pending' AND (d.due_at IS NULL OR d.due_at <= ?)"
    " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = d.conversation_id AND m.lane IS NOT NULL"
    " AND m.first_due_at > ?) LIMIT ?"
)
_MESSAGE = (
    "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version, replaceable,"
    " attempts, parts_done, epoch) VALUES (?, ?, ?, 'out', 'broadcast', ?, ?, 'sending', 0, FALSE, 1, 0, ?)"
)
_HERE = " WHERE broadcast = ? AND conversation_id = ?"
# The message's id is the claim's own: who claims somebody again gives them another one.
_WAS_SENT = (
    "UPDATE broadcast_deliveries SET state = 'sent', reason = NULL"
    f"{_HERE} AND message_id = ? AND state IN ('sending', 'uncertain')"
)
_PUT_BACK = (
    "UPDATE broadcast_deliveries SET state = 'pending', message_id = NULL, reason = ?, due_at = ?"
    f"{_HERE} AND message_id = ? AND state = 'sending'"
)
_ENDED = f"UPDATE broadcast_deliveries SET state = ?, reason = ?{_HERE} AND message_id = ? AND state = 'sending'"
_NEVER_SAID = "DELETE FROM messages WHERE id = ? AND delivery = 'sending'"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose turn it is."""

    conversation_id: str
    contact: ContactId = field(repr=False)
    reachable: bool
    opted_out: bool
    held: bool
    window_from: datetime | None
    attempts: int
    language: str | None = None
    topics_off: Sequence[str] = ()
    ward_code: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody to whom it is being sent. `message_id`: our reference of it, and its row of the transcript."""

    broadcast: int
    conversation_id: str
    contact: ContactId = field(repr=False)
    message_id: str
    epoch: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """`state`: sent, failed, uncertain, or pending when the platform surely has not got it (again from `due_at` on).

    `unreachable`: the platform says that it takes nothing for this person any more.
    """

    claimed: Claimed
    state: str
    at: datetime
    reason: str | None = None
    provider_id: str | None = None
    due_at: datetime | None = None
    unreachable: bool = False


class BroadcastDeliveries:
    def __init__(self, sql: Sql, keys: KeyRing, outbox: Outbox) -> None:
        self._sql, self._keys, self._outbox = sql, keys, outbox

    # -- planning

    def count(
        self,
        audience: Audience,
        windows: Windows,
        now: datetime,
        *,
        exempt: bool = False,
        topic: str | None = None,
        by_article: Collection[str] = (),
    ) -> Counts:
        """What planning for this audience now would come to; nothing is written. `by_article`: the accounts whose people
        get an article instead.
        """
        reason, first = left_out(windows, now, exempt=exempt, topic=topic, by_article=by_article)
        where, values = condition(audience, windows)
        found: list[Tally] = []
        start: str | None = ""
        while start is not None:  # piece by piece: sorting a million in one would take as much memory
            upper = self._upper(start, _PIECE)
            limit, last = ("AND c.id <= ?", [upper]) if upper is not None else ("", [])
            rows = self._sql.rows(
                "SELECT x.account, CASE WHEN x.r IS NULL THEN 'pending' ELSE 'skipped' END, x.r, COUNT(*)"
                f" FROM (SELECT c.account, {reason} AS r FROM conversations c WHERE c.id > ? {limit} AND {where}) x"
                " GROUP BY x.account, x.r",
                (*first, start, *last, *values),
            )
            found += [Tally(AccountId(row[0]), row[1], row[2], row[3]) for row in rows]
            start = upper
        return summed(found)

    def _upper(self, start: str, count: int) -> str | None:
        """The id `count` conversations after `start`; None: there are fewer."""
        rows = self._sql.rows(
            "SELECT c.id FROM conversations c WHERE c.id > ? ORDER BY c.id LIMIT 1 OFFSET ?", (start, count - 1)
        )
        return rows[0][0] if rows else None

    def expand(self, one: Broadcast, windows: Windows, now: datetime, chunk: int = CHUNK) -> bool:
        """The next `chunk` conversations are looked at: who belongs to the audience is pending, or left out with the
        reason. Whether it is planned through now. On PostgreSQL a second process waits here for the first.
        """
        lock = self._sql.for_update("b")
        found = self._sql.rows(
            f"SELECT b.expanded_to FROM broadcasts b WHERE b.seq = ? AND b.planned_at IS NULL{lock}", (one.seq,)
        )
        if not found:
            return True
        start = found[0][0]
        upper = self._upper(start, chunk)
        reason, first = left_out(windows, now, exempt=one.exempt, topic=one.topic, by_article=one.article_accounts)
        where, values = condition(one.audience, windows)
        limit, last = ("AND c.id <= ?", [upper]) if upper is not None else ("", [])
        self._sql.change(
            "INSERT INTO broadcast_deliveries (broadcast, conversation_id, account, state, reason, attempts)"
            " SELECT CAST(? AS BIGINT), x.id, x.account, CASE WHEN x.r IS NULL THEN 'pending' ELSE 'skipped' END, x.r, 0"
            f" FROM (SELECT c.id, c.account, {reason} AS r FROM conversations c"
            f" WHERE c.id > ? {limit} AND {where} ORDER BY c.id) x WHERE TRUE ON CONFLICT DO NOTHING",
            (one.seq, *first, start, *last, *values),
        )
        self._sql.change(
            "UPDATE broadcasts SET expanded_to = ?, planned_at = ? WHERE seq = ?",
            (start if upper is None else upper, micros(now) if upper is None else None, one.seq),
        )
        return upper is None

    def leave_rest(self, seq: int, reason: str, limit: int = CHUNK) -> int:
        """Up to `limit` of those still waiting get nothing any more, for this reason; how many."""
        return self._sql.change(
            "UPDATE broadcast_deliveries SET state = 'skipped', reason = ? WHERE broadcast = ? AND conversation_id IN"
            " (SELECT conversation_id FROM broadcast_deliveries WHERE broadcast = ? AND state = 'pending' LIMIT ?)",
            (reason, seq, seq, limit),
        )

    def cancelled_with_rest(self) -> Sequence[int]:
        """Cancelled runs (`seq`) in which somebody still waits, or an article does."""
        rows = self._sql.rows(
            "SELECT b.seq FROM broadcasts b WHERE b.state = 'cancelled' AND b.started_at IS NOT NULL"
            " AND (EXISTS (SELECT 1 FROM broadcast_deliveries d WHERE d.broadcast = b.seq AND d.state = 'pending')"
            f" OR EXISTS (SELECT 1 FROM broadcast_articles a WHERE a.broadcast = b.seq AND a.state IN ({UNSENT})))"
        )
        return [row[0] for row in rows]

    def finish(self, now: datetime) -> int:
        """Runs that are planned through and have nobody waiting are done; how many."""
        return self._sql.change(
            "UPDATE broadcasts SET state = 'done', ended_at = ? WHERE state = 'running' AND planned_at IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM broadcast_deliveries d WHERE d.broadcast = broadcasts.seq"
            " AND d.state IN ('pending', 'sending'))"
            " AND NOT EXISTS (SELECT 1 FROM broadcast_articles a WHERE a.broadcast = broadcasts.seq"
            f" AND a.state IN ({UNSENT}, 'sending'))",
            (micros(now),),
        )

    # -- sending

    def next(self, seq: int, account: AccountId, epoch: int, now: datetime, limit: int) -> Sequence[Candidate]:
        """Who comes next. Nobody for a caller whose lease has passed to another process."""
        if not sends_under(self._sql, account, epoch):
            return []
        at = micros(now)
        lock = " FOR UPDATE OF d SKIP LOCKED" if self._sql.postgres else ""
        rows = self._sql.rows(_NEXT + lock, (seq, account, at, micros(now - WAIT_FOR_REPLY), limit))
        return [
            Candidate(
                conversation_id=row[0],
                contact=ContactId(row[1]),
                reachable=bool(row[2]),
                opted_out=bool(row[3]),
                held=row[4] is not None,
                window_from=moment(row[5]),
                attempts=row[6],
                language=row[7],
                topics_off=topics_of(row[8]),
                ward_code=row[9],
            )
            for row in rows
        ]

    def skip(self, seq: int, people: Sequence[tuple[str, str]]) -> None:
        """They (conversation, reason) are left out."""
        self._sql.many(
            f"UPDATE broadcast_deliveries SET state = 'skipped', reason = ?{_HERE} AND state = 'pending'",
            [(reason, seq, conversation_id) for conversation_id, reason in people],
        )

    def sending(
        self, seq: int, account: AccountId, message: Message, people: Sequence[Candidate], epoch: int, now: datetime
    ) -> Sequence[Claimed]:
        """From the commit on it may have been said to them; it stands in their transcripts."""
        claimed = [
            Claimed(seq, one.conversation_id, one.contact, rising_id(now), epoch, one.attempts) for one in people
        ]
        self._sql.many(
            f"UPDATE broadcast_deliveries SET state = 'sending', message_id = ?, epoch = ?, reason = NULL,"
            f" attempts = attempts + 1{_HERE}",
            [(one.message_id, epoch, seq, one.conversation_id) for one in claimed],
        )
        body = encode(Body(None, message))
        at = micros(now)
        self._sql.many(
            _MESSAGE,
            [
                (
                    one.message_id,
                    one.conversation_id,
                    account,
                    self._keys.encrypt(BODY, one.message_id, body),
                    at,
                    epoch,
                )
                for one in claimed
            ],
        )
        return claimed

    def record(self, results: Sequence[Result]) -> None:
        """What became of them. That it was sent counts from whomever, the rest only while it is still being sent under
        the epoch of the claim, so that a stalled sender does not undo its successor's work.
        """
        ended: dict[int, list[SendResult]] = {}
        sent: list[Row] = []
        over: list[Row] = []
        for one in sorted(results, key=lambda result: result.claimed.conversation_id):
            claimed = one.claimed
            here = (claimed.broadcast, claimed.conversation_id, claimed.message_id)
            of_epoch = ended.setdefault(claimed.epoch, [])
            match one.state:
                case "sent":
                    sent.append(here)
                    of_epoch.append(Sent(claimed.message_id, one.provider_id, one.at))
                case "pending":
                    if self._sql.change(_PUT_BACK, (one.reason, micros(one.due_at), *here)):
                        self._sql.change(_NEVER_SAID, (claimed.message_id,))
                case "uncertain":
                    over.append(("uncertain", one.reason, *here))
                    of_epoch.append(Uncertain(claimed.message_id, one.reason or "", one.at))
                case _:
                    over.append(("failed", one.reason, *here))
                    of_epoch.append(Dead(claimed.message_id, one.reason or "", one.at))
            if one.unreachable:
                self._sql.change("UPDATE conversations SET reachable = FALSE WHERE id = ?", (claimed.conversation_id,))
        self._sql.many(_WAS_SENT, sent)
        self._sql.many(_ENDED, over)
        for epoch, some in ended.items():
            if some:
                self._outbox.record(some, epoch)

    def settle_abandoned(self, account: AccountId, epoch: int, now: datetime) -> int:
        """What a former holder of the lease was sending may have arrived: it is uncertain and not repeated; how many people
        are concerned, besides the followers of an article.
        """
        BroadcastArticles(self._sql).settle_abandoned(account, epoch, INTERRUPTED)
        rows = self._sql.rows(
            f"UPDATE broadcast_deliveries {_BY_STATE} SET state = 'uncertain', reason = ?"
            " WHERE account = ? AND state = 'sending'"
            " AND epoch < ? AND broadcast IN (SELECT seq FROM broadcasts WHERE state IN"
            " ('running', 'paused', 'stopped', 'cancelled')) RETURNING message_id",
            (INTERRUPTED, account, epoch),
        )
        self._sql.many(
            "UPDATE messages SET delivery = 'uncertain', reason = ?, reported_at = ? WHERE id = ? AND delivery = 'sending'",
            [(INTERRUPTED, micros(now), row[0]) for row in sorted(rows)],
        )
        return len(rows)

    def put_back_unheld(self, account: AccountId, epoch: int, held: Collection[str]) -> int:
        """What was claimed under the caller's own living epoch and is none of `held` (message ids) waits again: the
        database took a claim whose answer was lost, so nobody has sent it. How many.
        """
        rows = self._sql.rows(
            f"SELECT broadcast, conversation_id, message_id FROM broadcast_deliveries {_BY_STATE} WHERE account = ?"
            " AND state = 'sending' AND epoch = ? AND broadcast IN (SELECT seq FROM broadcasts WHERE state IN"
            " ('running', 'paused', 'stopped', 'cancelled'))",
            (account, epoch),
        )
        lost = [tuple(row) for row in rows if row[2] not in held]
        self._sql.many(_PUT_BACK, [(None, None, *row) for row in lost])
        self._sql.many(_NEVER_SAID, [row[2:] for row in lost])
        return len(lost)

    # -- how it stands

    def counts(self, seq: int) -> Counts:
        return summed(self.tallies(seq))

    def tallies(self, seq: int) -> Sequence[Tally]:
        """How many people by account, state and reason."""
        rows = self._sql.rows(
            "SELECT account, state, reason, COUNT(*) FROM broadcast_deliveries WHERE broadcast = ?"
            " GROUP BY state, account, reason",
            (seq,),
        )
        return [Tally(AccountId(row[0]), row[1], row[2], row[3]) for row in rows]
