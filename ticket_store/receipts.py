# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Delivery and seen receipts, and echoes of our own words.

A receipt may be here before we have recorded that we sent its message: it then waits in `early_receipts` and is applied
when the message is recorded as sent. What nobody claims within seconds is settled.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol

from conversation.ids import AccountId, ContactId
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.messages import BODY as MESSAGE_BODY
from ticket_store.messages import Body
from ticket_store.moments import micros
from ticket_store.sql import Sql, chunks, flat, padded, values_of

BODY = "early_receipts.body"
_PATIENCE = timedelta(seconds=10)
_PARTS_WITHIN = timedelta(minutes=2)
_RANK = {"uncertain": 0, "cancelled": 0, "failed": 1, "sent": 1, "delivered": 2, "seen": 3}
_UNSENT = ("queued", "sending")
_UPDATE = "UPDATE messages SET delivery = ?, reason = ?, reported_at = ? WHERE id = ?"
_BROADCAST = {
    "sent": "UPDATE broadcast_deliveries SET state = 'sent', reason = NULL WHERE message_id = ? AND state = 'uncertain'",
    "delivered": "UPDATE broadcast_deliveries SET state = 'delivered', reason = NULL"
    " WHERE message_id = ? AND state IN ('sent', 'uncertain')",
    "seen": "UPDATE broadcast_deliveries SET state = 'seen', reason = NULL"
    " WHERE message_id = ? AND state IN ('sent', 'uncertain', 'delivered')",
    "failed": "UPDATE broadcast_deliveries SET state = 'failed', reason = 'reported'"
    " WHERE message_id = ? AND state IN ('sent', 'uncertain')",
}


class Report(Protocol):
    """What an adapter tells (its `DeliveryReport`)."""

    @property
    def account(self) -> AccountId: ...
    @property
    def contact(self) -> ContactId | None: ...
    @property
    def status(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def provider_id(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def up_to(self) -> datetime | None: ...
    @property
    def detail(self) -> str | None: ...
    @property
    def echo(self) -> bool: ...
    @property
    def text(self) -> str | None: ...


class Receipts:
    def __init__(self, sql: Sql, keys: KeyRing) -> None:
        self._sql, self._keys = sql, keys

    def apply(self, reports: Sequence[Report]) -> set[str]:
        """Messages stand where the reports say; they only move forward (sent, delivered, seen), or to failed from sent.
        Returns the ids of the conversations in which something moved.

        A report on a message that is still being sent, or on none we know yet, is kept for ten seconds.
        """
        concerned: set[str] = set()
        single = [report for report in reports if report.up_to is None]
        by_reference = self._by_reference({report.reference for report in single if report.reference})
        by_provider = self._by_provider(
            {(report.account, report.provider_id) for report in single if report.provider_id}
        )
        moved: dict[str, tuple[str, str | None, int]] = {}
        early = []
        announced: list[tuple[str, str]] = []
        for report in single:
            found = by_reference.get((report.account, report.reference or ""))
            if found is None and report.provider_id:
                named = by_provider.get((report.account, report.provider_id), ())
                found = next((row for row in named if report.contact in (None, row[3])), None)
            if found is None or found[2] in _UNSENT:
                early.append(self._early_row(report, found[0] if found else None))
                continue
            now = moved[found[0]][0] if found[0] in moved else found[2]
            if _forward(now, report.status):
                moved[found[0]] = (str(report.status), report.detail, micros(report.at))
                concerned.add(found[-1])
                if found[-2] == "broadcast":
                    announced.append((found[0], str(report.status)))
        self._sql.many(_UPDATE, [(*values, name) for name, values in sorted(moved.items())])
        self._tell_broadcasts(announced)
        self._sql.many(
            "INSERT INTO early_receipts (id, account, contact, provider_id, message_id, status, echo, body, detail, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            early,
        )
        for report in reports:
            if report.up_to is not None:
                concerned |= self._apply_up_to(report, report.up_to)
        return concerned

    def _by_reference(self, references: set[str]) -> Mapping[tuple[str, str], Any]:
        found = {}
        for some in chunks(sorted(references)):
            ids = padded(some)
            for row in self._sql.rows(
                "SELECT id, account, delivery, author, conversation_id FROM messages"
                f" WHERE direction = 'out' AND id IN {values_of(1, len(ids))}",
                ids,
            ):
                found[row[1], row[0]] = row
        return found

    def _by_provider(self, wanted: set[tuple[AccountId, str]]) -> Mapping[tuple[str, str], Sequence[Any]]:
        """By account and the platform's id, with the contact: some platforms count their ids per chat."""
        found: dict[tuple[str, str], list[Any]] = {}
        for some in chunks(sorted(wanted)):
            pairs = padded(some)
            for row in self._sql.rows(
                "SELECT DISTINCT m.id, m.account, m.delivery, c.contact, m.provider_id, m.author, m.conversation_id"
                f" FROM (VALUES {values_of(len(pairs), 2)}) AS k"
                " JOIN messages m ON m.account = k.column1 AND m.provider_id = k.column2 AND m.provider_id IS NOT NULL"
                " JOIN conversations c ON c.id = m.conversation_id WHERE m.direction = 'out'",
                flat(pairs),
            ):
                found.setdefault((row[1], row[4]), []).append(row)
        return found

    def _early_row(self, report: Report, message_id: str | None) -> tuple[Any, ...]:
        name = token_hex(12)
        text = None if report.text is None else self._keys.encrypt_text(BODY, name, report.text)
        return (
            name,
            report.account,
            report.contact,
            report.provider_id,
            message_id,
            str(report.status),
            report.echo,
            text,
            report.detail,
            micros(report.at),
        )

    def _apply_up_to(self, report: Report, up_to: datetime) -> set[str]:
        lower = [
            status for status, rank in _RANK.items() if 0 < rank < _RANK.get(report.status, 0) and status != "failed"
        ]
        if not lower or report.contact is None:
            return set()
        rows = self._sql.rows(
            "UPDATE messages SET delivery = ?, reported_at = ? WHERE conversation_id ="
            " (SELECT id FROM conversations WHERE account = ? AND contact = ?)"
            f" AND direction = 'out' AND sent_at <= ? AND delivery IN {values_of(1, len(lower))}"
            " RETURNING conversation_id, id, author",
            (str(report.status), micros(report.at), report.account, report.contact, micros(up_to), *lower),
        )
        self._tell_broadcasts([(row[1], str(report.status)) for row in rows if row[2] == "broadcast"])
        return {row[0] for row in rows}

    def _tell_broadcasts(self, moved: Sequence[tuple[str, str]]) -> None:
        """The announcements' own records of these messages (id, where it stands) move along."""
        for name, status in moved:
            self._sql.change(_BROADCAST[status], (name,))

    def match_early(self, sent: Sequence[tuple[str, str | None]]) -> None:
        """Receipts that came before their messages (id, platform's id) were recorded are applied now."""
        if not self._sql.rows("SELECT 1 FROM early_receipts LIMIT 1"):
            return
        for name, provider_id in sent:
            rows = self._sql.rows(
                "SELECT e.id, e.status, e.detail, e.at, m.delivery, m.author FROM early_receipts e"
                " JOIN messages m ON m.id = ? JOIN conversations c ON c.id = m.conversation_id"
                " WHERE e.message_id = m.id OR (e.account = m.account AND e.provider_id = ?"
                " AND (e.contact IS NULL OR e.contact = c.contact)) ORDER BY e.at, e.id",
                (name, provider_id),
            )
            now = rows[0][4] if rows else ""
            for _, status, detail, at, _, author in rows:
                if _forward(now, status):
                    now = status
                    self._sql.change(_UPDATE, (status, detail, at, name))
                    if author == "broadcast":
                        self._tell_broadcasts([(name, status)])
            self._sql.many("DELETE FROM early_receipts WHERE id = ?", [row[:1] for row in rows])

    def settle_echoes(self, now: datetime) -> int:
        """Echoes that nothing of ours has claimed for ten seconds stand in the transcript as words of the bot (another
        program sent them in our name); other receipts as old are dropped. Returns how many were added.

        A message that had to be said in several parts is known by its last part's id only: the echo of an earlier part is
        told by standing in that message, and is no news.
        """
        before = (micros(now - _PATIENCE),)
        rows = self._sql.rows(
            "SELECT e.id, e.account, e.provider_id, e.body, e.at, c.id FROM early_receipts e"
            " JOIN conversations c ON c.account = e.account AND c.contact = e.contact"
            " WHERE e.at <= ? AND e.echo AND e.message_id IS NULL AND e.body IS NOT NULL ORDER BY e.at, e.id",
            before,
        )
        added = []
        for early, account, provider_id, stored, at, conversation_id in rows:
            text = self._keys.decrypt_text(BODY, early, stored)
            if self._is_part(conversation_id, at, text):
                continue
            name = token_hex(12)
            body = encode(Body(text))
            sealed = self._keys.encrypt(MESSAGE_BODY, name, body)
            added.append((name, conversation_id, account, sealed, at, at, provider_id))
        self._sql.many(
            "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, sent_at, provider_id,"
            " delivery, version, replaceable, attempts, parts_done)"
            " VALUES (?, ?, ?, 'out', 'bot', ?, ?, ?, ?, 'sent', 0, FALSE, 0, 0)",
            added,
        )
        self._sql.change("DELETE FROM early_receipts WHERE at <= ?", before)
        return len(added)

    def _is_part(self, conversation_id: str, at: int, text: str) -> bool:
        around = _PARTS_WITHIN // timedelta(microseconds=1)
        rows = self._sql.rows(
            "SELECT id, body FROM messages WHERE conversation_id = ? AND direction = 'out' AND parts_done > 1"
            " AND sent_at BETWEEN ? AND ?",
            (conversation_id, at - around, at + around),
        )
        return any(text in decode(Body, self._keys.decrypt(MESSAGE_BODY, name, body)).words for name, body in rows)


def _forward(now: str, status: str) -> bool:
    if status == "failed":
        return now in ("sent", "uncertain")
    return _RANK.get(status, 0) > _RANK.get(now, 0)
