"""The transcript. What was said is one sealed value per message: its text, its outgoing form, its earlier wordings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from conversation.ids import AccountId
from conversation.messages import ANNOUNCEMENT, Message
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.ids import rising_id
from ticket_store.media import MediaFiles, wanted
from ticket_store.moments import micros
from ticket_store.records import Forgotten, Former, NewMessage, Page, StoredMessage, WantedMedia
from ticket_store.sql import Sql
from ticket_store.tables import MEDIA, MESSAGES

BODY = "messages.body"
_ANNOUNCED = f"{ANNOUNCEMENT}:"
_INSERT = (
    "INSERT INTO messages (id, conversation_id, account, direction, author, operator, body, at, sent_at, event_key,"
    " provider_id, delivery, version, lane, due_at, first_due_at, replaceable, attempts, parts_done)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"
)


@dataclass(frozen=True, slots=True)
class Body:
    """`text` None: that of `message`."""

    text: str | None = None
    message: Message | None = None
    former: tuple[Former, ...] = ()

    @property
    def words(self) -> str:
        if self.text is not None:
            return self.text
        return self.message.text if self.message else ""


class Messages:
    def __init__(self, connection: Connection, sql: Sql, keys: KeyRing, media: MediaFiles) -> None:
        self._connection, self._sql, self._keys, self._media = connection, sql, keys, media

    def add(self, messages: Sequence[NewMessage]) -> list[str]:
        """All of them stand in the transcript, in this order; those to be sent are in the outbox, attachments are wanted.
        Returns their ids, in order.
        """
        rows, ids = [], []
        media: list[WantedMedia] = []
        for new in messages:
            name = new.id or rising_id(new.at)
            ids.append(name)
            rows.append(self._row(name, new))
            attached = new.media or (new.message.media if new.message else ())
            if attached:
                media += wanted(attached, new.account, new.at, conversation_id=new.conversation_id, message_id=name)
        self._sql.many(_INSERT, rows)
        self._media.add(media)
        return ids

    def _row(self, name: str, new: NewMessage) -> tuple[Any, ...]:
        delivery = new.delivery or ("queued" if new.direction == "out" else "received")
        queued = delivery == "queued"
        due = micros(new.due_at or new.at) if queued else None
        text = None if new.message is not None and new.message.text == new.text else new.text
        return (
            name,
            new.conversation_id,
            new.account,
            new.direction,
            new.author,
            new.operator,
            self._keys.encrypt(BODY, name, encode(Body(text, new.message))),
            micros(new.at),
            micros(new.sent_at),
            new.event_key,
            new.provider_id,
            delivery,
            new.version,
            new.lane if queued else None,
            due,
            due,
            new.replaceable,
        )

    def page(
        self, conversation_id: str, limit: int = 50, after: str | int | None = None, *, notes: bool = False
    ) -> Page[StoredMessage]:
        """Oldest first, those after the message `after` (an id, or its `seq`). `notes`: with the colleagues' own notes."""
        query = select(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id).order_by(MESSAGES.c.seq)
        if not notes:
            query = query.where(MESSAGES.c.direction != "note")
        if after is not None:
            query = query.where(MESSAGES.c.seq > self._seq(after))
        rows = self._connection.execute(query.limit(limit + 1)).all()
        return Page(self._all(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)

    def newest(
        self, conversation_id: str, limit: int = 50, before: str | int | None = None, *, notes: bool = False
    ) -> Page[StoredMessage]:
        """The last `limit` ones before the message `before`, oldest of them first. `next`: where the page before ends.
        `notes`: with the colleagues' own notes.
        """
        query = select(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id).order_by(MESSAGES.c.seq.desc())
        if not notes:
            query = query.where(MESSAGES.c.direction != "note")
        if before is not None:
            query = query.where(MESSAGES.c.seq < self._seq(before))
        rows = self._connection.execute(query.limit(limit + 1)).all()
        return Page(self._all(rows[:limit][::-1]), rows[limit - 1].id if len(rows) > limit else None)

    def any_before(self, conversation_id: str, seq: int) -> bool:
        """Whether anything was said, or noted, before the message with that `seq`."""
        found = "SELECT 1 FROM messages WHERE conversation_id = ? AND seq < ? LIMIT 1"
        return bool(self._sql.rows(found, (conversation_id, seq)))

    def of_event(self, conversation_id: str, event_key: str) -> StoredMessage | None:
        """The message that an event with this key left in the conversation."""
        query = select(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id, MESSAGES.c.event_key == event_key)
        found = self._all(self._connection.execute(query.order_by(MESSAGES.c.seq).limit(1)).all())
        return found[0] if found else None

    def find(self, message_id: str) -> StoredMessage | None:
        found = self._all(self._connection.execute(select(MESSAGES).where(MESSAGES.c.id == message_id)).all())
        return found[0] if found else None

    def _seq(self, of: str | int) -> Any:  # noqa: ANN401  a number or a subquery
        if isinstance(of, int):
            return of
        return select(MESSAGES.c.seq).where(MESSAGES.c.id == of).scalar_subquery()

    def edit(self, conversation_id: str, message_id: str, text: str, at: datetime) -> bool:
        """The message (our id or the platform's) says `text` now; the former words stay as its history.
        False: there is no such message.
        """
        row = self._named(conversation_id, message_id)
        if row is None:
            return False
        body = self._body(row)
        changed = replace(body, text=text, former=(*body.former, Former(body.words, at)))
        self._connection.execute(
            update(MESSAGES)
            .where(MESSAGES.c.id == row.id)
            .values(body=self._keys.encrypt(BODY, row.id, encode(changed)), edited_at=at)
        )
        return True

    def withdraw(self, conversation_id: str, message_id: str, at: datetime) -> bool:
        """The message is flagged as taken back by its author. False: there is no such message."""
        row = self._named(conversation_id, message_id)
        if row is None:
            return False
        self._connection.execute(update(MESSAGES).where(MESSAGES.c.id == row.id).values(withdrawn_at=at))
        return True

    def forget(self, before: datetime, limit: int = 1000) -> Forgotten:
        """Up to `limit` messages from before, oldest first, are gone with their attachments, except those that still wait to
        be sent; tickets keep their files. Call it again, in a new transaction, until it tells none.
        """
        # Nearly all that is old stands before the first that is not: the whole transcript need not be looked through.
        kept = self._connection.scalar(
            select(MESSAGES.c.seq).where(MESSAGES.c.at >= before).order_by(MESSAGES.c.seq).limit(1)
        )
        query = select(MESSAGES.c.id).where(MESSAGES.c.at < before, MESSAGES.c.lane.is_(None))
        if kept is not None:
            query = query.where(MESSAGES.c.seq < kept)
        ids = list(self._connection.scalars(query.order_by(MESSAGES.c.seq).limit(limit)))
        files = self._media.drop(MEDIA.c.message_id.in_(ids))
        self._connection.execute(update(MEDIA).where(MEDIA.c.message_id.in_(ids)).values(message_id=None))
        self._connection.execute(delete(MESSAGES).where(MESSAGES.c.id.in_(ids)))
        return Forgotten(len(ids), files)

    def _named(self, conversation_id: str, message_id: str) -> Any:  # noqa: ANN401  Core's row or None
        return self._connection.execute(
            select(MESSAGES)
            .where(
                MESSAGES.c.conversation_id == conversation_id,
                or_(MESSAGES.c.id == message_id, MESSAGES.c.provider_id == message_id),
            )
            .order_by(MESSAGES.c.seq.desc())
            .limit(1)
        ).first()

    def _body(self, row: Any) -> Body:  # noqa: ANN401  Core's row of MESSAGES
        return decode(Body, self._keys.decrypt(BODY, row.id, row.body))

    def _all(self, rows: Sequence[Any]) -> list[StoredMessage]:
        bodies = {row.id: self._body(row) for row in rows}
        announced = {name: _announced(body) for name, body in bodies.items()}
        attached = self._media.for_message([*bodies, *{one for one in announced.values() if one}])
        found = []
        for row in rows:
            body = bodies[row.id]
            found.append(
                StoredMessage(
                    seq=row.seq,
                    id=row.id,
                    conversation_id=row.conversation_id,
                    account=AccountId(row.account),
                    direction=row.direction,
                    author=row.author,
                    text=body.words,
                    at=row.at,
                    delivery=row.delivery,
                    message=body.message,
                    attachments=tuple(attached.get(announced[row.id] or row.id, ())),
                    sent_at=row.sent_at,
                    provider_id=row.provider_id,
                    reason=row.reason,
                    reported_at=row.reported_at,
                    operator=row.operator,
                    version=row.version,
                    due_at=row.due_at,
                    attempts=row.attempts,
                    edited_at=row.edited_at,
                    withdrawn_at=row.withdrawn_at,
                    former=body.former,
                )
            )
        return found


def _announced(body: Body) -> str | None:
    """The announcement (its id) whose picture the message shows: there is one file for all who got it."""
    media = body.message.media if body.message else ()
    return next((one.source.removeprefix(_ANNOUNCED) for one in media if one.source.startswith(_ANNOUNCED)), None)
