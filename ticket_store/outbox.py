# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""What is still to be sent. A message is in the outbox exactly while its `lane` is set; lane 0 are replies."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from conversation.ids import AccountId, ContactId, ConversationKey, PlatformName
from conversation.messages import Message
from ticket_store.codec import decode
from ticket_store.crypto import KeyRing
from ticket_store.leases import sender_lease
from ticket_store.messages import BODY, Body
from ticket_store.moments import micros, moment
from ticket_store.receipts import Receipts
from ticket_store.records import Dead, OutboxCount, Outgoing, Retry, SendResult, Sent, Uncertain
from ticket_store.sql import Sql, chunks, padded, values_of

WINDOW_CLOSED = "window_closed"
"""The reason of a message that waits until its person writes again, because the platform takes none before."""

# Only the first unsent message of a conversation may go: the oldest of its most urgent lane, and none while one is on its
# way. So a reply overtakes an announcement, but never another reply.
_FIRST = (
    "NOT EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = m.conversation_id AND o.lane IS NOT NULL"
    " AND (o.delivery = 'sending' OR o.lane < m.lane OR (o.lane = m.lane AND o.seq < m.seq))"
    # one that waits for its person to write holds up nobody: what comes after it learns the same
    f" AND NOT (o.delivery = 'queued' AND o.reason IS NOT NULL AND o.reason = '{WINDOW_CLOSED}'))"
)
# By name and not "any", so that SQLite stops at what is due: news for people whose window has closed wait for years behind it.
_QUEUED = "m.account = ? AND m.lane IN (0, 1) AND m.delivery = 'queued' AND m.due_at"
_CLAIM = (
    "SELECT m.id, m.conversation_id, c.account, c.contact, c.platform, m.body, m.author, m.attempts, m.parts_done,"
    " m.first_due_at, m.at, c.window_from, c.session_from, c.reachable, m.lane, m.version"
    " FROM messages m JOIN conversations c ON c.id = m.conversation_id"
    f" WHERE {_QUEUED} <= ? AND {_FIRST} ORDER BY m.lane, m.due_at, m.seq LIMIT ?"
)
_SENDING = "UPDATE messages SET delivery = 'sending', epoch = ?, attempts = attempts + 1 WHERE id = ?"
# A receipt may have settled it before we record it; what we learnt of the platform's id is kept in any case.
_SENT = (
    "UPDATE messages SET lane = NULL, reason = NULL, sent_at = ?, provider_id = COALESCE(?, provider_id), parts_done = ?,"
    " delivery = CASE WHEN delivery IN ('delivered', 'seen') THEN delivery ELSE 'sent' END WHERE id = ?"
)
# What was voided while it was being sent is not tried again.
_RETRY = (
    "UPDATE messages SET delivery = CASE WHEN voided_at IS NULL THEN 'queued' ELSE 'cancelled' END,"
    " lane = CASE WHEN voided_at IS NULL THEN lane END, due_at = ?, reason = ?, parts_done = ?"
    " WHERE id = ? AND delivery = 'sending'"
)
# The person wrote while we learnt that the window was closed: `open_windows` has been, and would not come again.
_WROTE_MEANWHILE = (
    "UPDATE messages SET due_at = first_due_at, reason = NULL WHERE id = ? AND delivery = 'queued'"
    " AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = messages.conversation_id AND c.window_from > ?)"
)
_ENDED = (
    "UPDATE messages SET delivery = ?, lane = NULL, reason = ?, reported_at = ? WHERE id = ? AND delivery = 'sending'"
)


class Outbox:
    def __init__(self, sql: Sql, keys: KeyRing, receipts: Receipts) -> None:
        self._sql, self._keys, self._receipts = sql, keys, receipts

    def claim(
        self, account: AccountId, owner_epoch: int, now: datetime, limit: int, busy: Collection[str] = ()
    ) -> list[Outgoing]:
        """Messages that are the caller's to send, now `sending` under its epoch; urgent lanes first, then the longest due.

        At most one per conversation, none of those in `busy`. Nothing for a caller whose lease (`leases.sender_lease`) has
        passed to another: its epoch is no longer the lease's. Takes no lock that intake could wait for.
        """
        share = " FOR SHARE" if self._sql.postgres else ""
        lease = self._sql.rows(f"SELECT epoch FROM leases WHERE name = ?{share}", (sender_lease(account),))
        if lease and lease[0][0] != owner_epoch:
            return []
        text = _CLAIM + (" FOR UPDATE OF m SKIP LOCKED" if self._sql.postgres else "")
        rows = self._sql.rows(text, (account, micros(now), limit + len(busy)))
        free = [row for row in rows if row[1] not in busy][:limit] if busy else rows
        self._sql.many(_SENDING, [(owner_epoch, row[0]) for row in free])
        return [self._read(row) for row in free]

    def _read(self, row: Any) -> Outgoing:  # noqa: ANN401  a driver's row of _CLAIM
        body = decode(Body, self._keys.decrypt(BODY, row[0], row[5]))
        return Outgoing(
            id=row[0],
            conversation_id=row[1],
            key=ConversationKey(AccountId(row[2]), ContactId(row[3])),
            platform=PlatformName(row[4]),
            message=body.message or Message(body.words),
            author=row[6],
            attempts=row[7],
            parts_done=row[8],
            first_due_at=moment(row[9]),
            at=moment(row[10]),
            window_from=moment(row[11]),
            session_from=moment(row[12]),
            reachable=bool(row[13]),
            lane=row[14],
            version=row[15],
        )

    def requeue_abandoned(self, account: AccountId, epoch: int, held: Collection[str] = ()) -> int:
        """What a former holder of the lease was sending is queued again, to be sent perhaps twice, never lost; how many.
        Only what was voided meanwhile is not: it may have been said, and is `uncertain`.

        So is what was claimed under `epoch` and is none of `held`: a claim whose answer was lost, which nobody sent.
        """
        mine = self._sql.rows(
            "SELECT id FROM messages WHERE account = ? AND lane IS NOT NULL AND delivery = 'sending' AND epoch = ?",
            (account, epoch),
        )
        lost = [(row[0],) for row in mine if row[0] not in held]
        self._sql.many("UPDATE messages SET epoch = epoch - 1 WHERE id = ?", lost)
        self._sql.change(
            "UPDATE messages SET delivery = 'uncertain', lane = NULL, reason = 'voided'"
            " WHERE account = ? AND lane IS NOT NULL AND delivery = 'sending' AND epoch < ? AND voided_at IS NOT NULL",
            (account, epoch),
        )
        return self._sql.change(
            "UPDATE messages SET delivery = 'queued'"
            " WHERE account = ? AND lane IS NOT NULL AND delivery = 'sending' AND epoch < ?",
            (account, epoch),
        )

    def record(self, results: Sequence[SendResult], epoch: int | None = None) -> None:
        """What became of claimed messages. `Sent` counts from whomever; the others only for one still being sent, and with
        `epoch` only under that epoch, so that a stalled sender does not undo its successor's work.
        """
        sent, retries, ended, early = [], [], [], []
        for result in sorted(results, key=lambda one: one.id):
            match result:
                case Sent():
                    sent.append((micros(result.at), result.provider_id, result.parts, result.id))
                case Retry():
                    retries.append((micros(result.due_at), result.reason, result.parts_done, result.id))
                    if result.reason == WINDOW_CLOSED:
                        early.append((result.id, micros(result.window_from) or 0))
                case Dead():
                    ended.append(("failed", result.reason, micros(result.at), result.id))
                case Uncertain():
                    ended.append(("uncertain", result.reason, micros(result.at), result.id))
        fence = "" if epoch is None else f" AND epoch = {int(epoch)}"
        self._sql.many(_SENT, sent)
        self._sql.many(_RETRY + fence, retries)
        self._sql.many(_WROTE_MEANWHILE, early)
        self._sql.many(_ENDED + fence, ended)
        if sent:
            self._receipts.match_early([(row[3], row[1]) for row in sent])

    def release_held(self, conversation_ids: Sequence[str]) -> None:
        """Messages still held back for more to come are gone: a later answer takes their place."""
        for some in chunks(sorted(set(conversation_ids))):
            gone = self._sql.rows(
                f"DELETE FROM messages WHERE conversation_id IN {values_of(1, len(some))} AND lane IS NOT NULL"
                " AND delivery = 'queued' AND replaceable AND attempts = 0 RETURNING id",
                some,
            )
            self._sql.many("DELETE FROM media WHERE message_id = ?", gone)

    def void_bot_words(self, conversation_id: str, at: datetime) -> int:
        """What the bot has not sent yet in this conversation will not be sent: `cancelled`; how many.

        What is being sent at this moment is marked: if that fails it is `cancelled` too, and a sender that still waits for
        its moment gives it up (`voided`). Wait for `in_flight` to be 0 before promising silence.
        """
        self._sql.change(
            "UPDATE messages SET voided_at = ?"
            " WHERE conversation_id = ? AND lane IS NOT NULL AND delivery = 'sending' AND author = 'bot'",
            (micros(at), conversation_id),
        )
        return self._sql.change(
            "UPDATE messages SET delivery = 'cancelled', lane = NULL, reported_at = ?"
            " WHERE conversation_id = ? AND lane IS NOT NULL AND delivery = 'queued' AND author = 'bot'",
            (micros(at), conversation_id),
        )

    def open_windows(self, conversation_ids: Sequence[str], at: datetime) -> None:
        """These people have written: what waited for the platform's window may go now, before anything later."""
        for some in chunks(conversation_ids):
            ids = padded(some)
            self._sql.change(
                f"UPDATE messages SET due_at = ?, first_due_at = ?, reason = NULL WHERE conversation_id IN"
                f" {values_of(1, len(ids))} AND lane IS NOT NULL AND delivery = 'queued' AND reason = '{WINDOW_CLOSED}'",
                (micros(at), micros(at), *ids),
            )

    def in_flight(self, conversation_id: str) -> int:
        """How many messages of the bot in this conversation are being sent at this moment."""
        rows = self._sql.rows(
            "SELECT COUNT(*) FROM messages"
            " WHERE conversation_id = ? AND lane IS NOT NULL AND delivery = 'sending' AND author = 'bot'",
            (conversation_id,),
        )
        return int(rows[0][0])

    def voided(self, message_ids: Collection[str]) -> set[str]:
        """Those of the messages that were voided while they were being sent."""
        ids = tuple(message_ids)
        if not ids:
            return set()
        rows = self._sql.rows(
            f"SELECT id FROM messages WHERE id IN {values_of(1, len(ids))} AND voided_at IS NOT NULL", ids
        )
        return {row[0] for row in rows}

    def settle_voided(self, conversation_id: str) -> int:
        """Voided messages whose sender is known to be dead are `uncertain`: they may have been said; how many."""
        return self._sql.change(
            "UPDATE messages SET delivery = 'uncertain', lane = NULL, reason = 'voided'"
            " WHERE conversation_id = ? AND lane IS NOT NULL AND delivery = 'sending' AND voided_at IS NOT NULL",
            (conversation_id,),
        )

    def next_due(self, account: AccountId) -> datetime | None:
        """When the next message of this account may go; in the past when one may go now, None when none waits."""
        rows = self._sql.rows(f"SELECT MIN(m.due_at) FROM messages m WHERE {_QUEUED} >= 0 AND {_FIRST}", (account,))
        due: int | None = rows[0][0]
        return moment(due)

    def counts(self) -> dict[AccountId, OutboxCount]:
        """Each account that has something waiting or failed."""
        waiting = {
            account: (count, oldest)
            for account, count, oldest in self._sql.rows(
                "SELECT account, COUNT(*),"
                f" MIN(CASE WHEN reason IS NOT NULL AND reason = '{WINDOW_CLOSED}' THEN NULL ELSE first_due_at END)"
                " FROM messages WHERE lane IS NOT NULL GROUP BY account"
            )
        }
        failed = dict(
            self._sql.rows("SELECT account, COUNT(*) FROM messages WHERE delivery = 'failed' GROUP BY account")
        )
        found = {}
        for account in waiting.keys() | failed.keys():
            count, oldest = waiting.get(account, (0, None))
            found[AccountId(account)] = OutboxCount(count, failed.get(account, 0), moment(oldest))
        return found

    def resend(self, message_id: str, now: datetime) -> bool:
        """A failed or uncertain message is queued again as if new. False: it is neither."""
        queued = self._sql.change(
            "UPDATE messages SET delivery = 'queued', lane = 0, due_at = ?, first_due_at = ?, reason = NULL, attempts = 0,"
            " parts_done = 0, voided_at = NULL WHERE id = ? AND delivery IN ('failed', 'uncertain')",
            (micros(now), micros(now), message_id),
        )
        return queued > 0
