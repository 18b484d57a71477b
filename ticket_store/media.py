"""Attachments: what is to be fetched, what is stored, what failed. The files themselves are the shell's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from conversation.ids import AccountId, TicketCode
from conversation.messages import Media, MediaKind
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.moments import micros
from ticket_store.records import Attachment, WantedMedia
from ticket_store.sql import Sql
from ticket_store.tables import MEDIA

BODY = "media.body"
SOURCE = "media.source"
# A fetch that was claimed and never settled (its process died) is claimed again after this long.
_CLAIM = timedelta(minutes=2)
_INSERT = (
    "INSERT INTO media (id, account, conversation_id, message_id, ticket_code, source_index, kind, body, mime, size_bytes,"
    " sha256, state, attempts, due_at, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Body:
    source: str
    name: str | None = None


class MediaFiles:
    def __init__(self, connection: Connection, sql: Sql, keys: KeyRing) -> None:
        self._connection, self._sql, self._keys = connection, sql, keys

    def want(self, rows: Sequence[WantedMedia]) -> None:
        """Each is known and, if we have no copy, waits to be fetched.

        An attachment that its conversation knows already (by its source) is not fetched twice: a ticket's is the message's,
        and asking again changes nothing.
        """
        self._sql.many(_INSERT, [self._row(row) for row in rows if not self._joined(row)])

    def add(self, rows: Sequence[WantedMedia]) -> None:
        """As `want`, for messages that are new themselves: nothing to look up."""
        self._sql.many(_INSERT, [self._row(row) for row in rows])

    def _row(self, row: WantedMedia) -> tuple[Any, ...]:
        media, name = row.media, token_hex(12)
        at = micros(row.at)
        return (
            name,
            row.account,
            row.conversation_id,
            row.message_id,
            row.ticket_code,
            self._keys.blind_index(SOURCE, media.source),
            media.kind.value,
            self._keys.encrypt(BODY, name, encode(Body(media.source, media.name))),
            media.mime,
            media.size_bytes,
            media.sha256,
            "stored" if media.sha256 else "wanted",
            None if media.sha256 else at,
            at,
        )

    def _joined(self, row: WantedMedia) -> bool:
        """Whether a row of this attachment exists; it then belongs to the ticket or message too."""
        if row.conversation_id is None:
            return False
        indexes = self._keys.blind_indexes(SOURCE, row.media.source)
        found = self._connection.execute(
            select(MEDIA.c.id, MEDIA.c.message_id, MEDIA.c.ticket_code)
            .where(MEDIA.c.conversation_id == row.conversation_id, MEDIA.c.source_index.in_(indexes))
            .order_by(MEDIA.c.seq.desc())
        ).all()
        for one in found:
            message_fits = row.message_id in (None, one.message_id) or one.message_id is None
            ticket_fits = row.ticket_code in (None, one.ticket_code) or one.ticket_code is None
            if message_fits and ticket_fits:
                self._connection.execute(
                    update(MEDIA)
                    .where(MEDIA.c.id == one.id)
                    .values(
                        message_id=one.message_id or row.message_id,
                        ticket_code=one.ticket_code or row.ticket_code,
                    )
                )
                return True
        return False

    def claim(self, now: datetime, limit: int) -> list[Attachment]:
        """Attachments to fetch now; nobody else gets them for two minutes."""
        query = select(MEDIA).where(MEDIA.c.due_at <= now).order_by(MEDIA.c.due_at, MEDIA.c.seq).limit(limit)
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).all()
        self._connection.execute(
            update(MEDIA)
            .where(MEDIA.c.id.in_([row.id for row in rows]))
            .values(due_at=now + _CLAIM, attempts=MEDIA.c.attempts + 1)
        )
        return [self._read(row) for row in rows]

    def stored(self, attachment_id: str, sha256: str, mime: str, size: int) -> None:
        """Our copy exists under its `sha256`; `mime` as found in the content."""
        self._connection.execute(
            update(MEDIA)
            .where(MEDIA.c.id == attachment_id)
            .values(sha256=sha256, mime=mime, size_bytes=size, state="stored", reason=None, due_at=None)
        )

    def failed(self, attachment_id: str, reason: str, retry_at: datetime | None) -> None:
        """It could not be fetched; tried again at `retry_at`, or given up."""
        self._connection.execute(
            update(MEDIA)
            .where(MEDIA.c.id == attachment_id)
            .values(state="wanted" if retry_at else "failed", reason=reason, due_at=retry_at)
        )

    def find(self, attachment_id: str) -> Attachment | None:
        row = self._connection.execute(select(MEDIA).where(MEDIA.c.id == attachment_id)).first()
        return self._read(row) if row else None

    def for_message(self, message_ids: Sequence[str]) -> dict[str, list[Attachment]]:
        """The attachments of each message that has some, in their order."""
        return self._grouped(MEDIA.c.message_id, message_ids)

    def for_ticket(self, codes: Sequence[str]) -> dict[str, list[Attachment]]:
        """The attachments of each ticket that has some, in their order."""
        return self._grouped(MEDIA.c.ticket_code, codes)

    def _grouped(self, column: Any, wanted: Sequence[str]) -> dict[str, list[Attachment]]:  # noqa: ANN401  Core's column
        grouped: dict[str, list[Attachment]] = {}
        if wanted:
            query = select(MEDIA).where(column.in_(wanted)).order_by(MEDIA.c.seq)
            for row in self._connection.execute(query):
                grouped.setdefault(row._mapping[column], []).append(self._read(row))  # noqa: SLF001  SQLAlchemy's public name
        return grouped

    def drop(self, condition: ColumnElement[bool]) -> list[str]:
        """Attachments of no ticket that fit the condition are gone. Returns the sha256 of stored files that nothing refers to
        any more: the caller deletes them.
        """
        mine = MEDIA.c.ticket_code.is_(None) & condition
        files = set(self._connection.scalars(select(MEDIA.c.sha256).where(mine, MEDIA.c.sha256.is_not(None))))
        self._connection.execute(delete(MEDIA).where(mine))
        return sorted(files - self.known_files(files))

    def leave(self, message_id: str, but: Sequence[str] = ()) -> list[str]:
        """The message has no attachments any more but those files (SHA-256). As `drop`."""
        return self.drop((MEDIA.c.message_id == message_id) & MEDIA.c.sha256.not_in(but))

    def known_files(self, sha256s: Iterable[str]) -> set[str]:
        """Those of the files that something still refers to."""
        asked = list(sha256s)
        return (
            set(self._connection.scalars(select(MEDIA.c.sha256).where(MEDIA.c.sha256.in_(asked)))) if asked else set()
        )

    def _read(self, row: Any) -> Attachment:  # noqa: ANN401  Core's row of MEDIA
        body = decode(Body, self._keys.decrypt(BODY, row.id, row.body))
        return Attachment(
            id=row.id,
            kind=MediaKind(row.kind),
            name=body.name,
            mime=row.mime,
            size_bytes=row.size_bytes,
            sha256=row.sha256,
            state=row.state,
            reason=row.reason,
            source=body.source,
            account=AccountId(row.account),
            message_id=row.message_id,
            ticket_code=None if row.ticket_code is None else TicketCode(row.ticket_code),
            conversation_id=row.conversation_id,
            attempts=row.attempts,
        )


def wanted(
    media: Iterable[Media],
    account: AccountId,
    at: datetime,
    *,
    conversation_id: str | None,
    message_id: str | None = None,
    ticket_code: TicketCode | None = None,
) -> list[WantedMedia]:
    return [WantedMedia(one, account, at, conversation_id, message_id, ticket_code) for one in media]
