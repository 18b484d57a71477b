"""Finding tickets: by code, phone or name, by what they are, in order."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Connection,
    literal_column,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)

from conversation.effects import TicketDraft
from conversation.ids import AccountId, PlatformName, TicketCode
from ticket_store.codec import decode
from ticket_store.codes import read_code
from ticket_store.crypto import KeyRing
from ticket_store.desk_tables import IDENTITIES as I
from ticket_store.media import MediaFiles
from ticket_store.moments import Rising
from ticket_store.records import Page, Ticket
from ticket_store.sql import Sql
from ticket_store.statuses import CHASED, ENDED, Status
from ticket_store.tables import CONVERSATIONS as C
from ticket_store.tables import TICKETS as T

BODY, ANSWER = "tickets.body", "tickets.answer"
PHONE, NAME = "tickets.phone", "tickets.name"
_CHUNK = 500
OPEN = tuple(sorted(status.value for status in Status if status not in ENDED))


class TicketLists:
    def __init__(
        self, connection: Connection, sql: Sql, keys: KeyRing, fold: Callable[[str], str], media: MediaFiles
    ) -> None:
        self._connection, self._sql, self._keys, self._fold, self._media = connection, sql, keys, fold, media

    def find(self, code: str) -> Ticket | None:
        """The ticket of a code as somebody types it (`codes.read_code`)."""
        read = read_code(code)
        row = None if read is None else self._connection.execute(select(T).where(T.c.code == read)).first()
        return self._read(row) if row else None

    def page(
        self,
        status: str | None = None,
        department: str | None = None,
        category: str | None = None,
        q: str | None = None,
        limit: int = 50,
        after: str | None = None,
        *,
        phone: str | None = None,
        open_only: bool = False,
        due_before: datetime | None = None,
        reminded: bool = False,
    ) -> Page[Ticket]:
        """Newest first. `q`: a code, a phone in E.164 or a full name, exact but for accents and case; `phone`: what the
        caller makes of `q` as a phone. `open_only`: none that have ended; `due_before`: of those, whose deadline is before;
        `reminded`: of those, which somebody was reminded of. `after`: `next` of the page before, a code.
        """
        wanted = [
            column == value
            for column, value in ((T.c.status, status), (T.c.department, department), (T.c.category, category))
            if value is not None
        ]
        if due_before is not None:
            wanted.append(T.c.due_at < due_before)
        if reminded:
            wanted.append(literal_column(CHASED, Boolean))
        if q is not None:
            found_by = (
                T.c.code == (read_code(q) or ""),
                T.c.phone_index.in_(self._keys.blind_indexes(PHONE, phone or q.strip())),
                T.c.name_index.in_(self._keys.blind_indexes(NAME, self._fold(q))),
            )
            wanted.append(or_(*found_by))
        if after is not None:
            wanted.append(T.c.seq < select(T.c.seq).where(T.c.code == after).scalar_subquery())
        if reminded or (q is not None and (open_only or due_before is not None)):
            wanted.append(T.c.resolved_at.is_(None))
            open_only, due_before = False, None
        query = select(T).where(*wanted)
        if open_only or due_before is not None:
            query = select(T).where(T.c.seq.in_(_newest_open(wanted, limit + 1)))
        rows = self._connection.execute(query.order_by(T.c.seq.desc()).limit(limit + 1)).all()
        return Page([self._read(row) for row in rows[:limit]], rows[limit - 1].code if len(rows) > limit else None)

    def iterate(self) -> Iterator[Ticket]:
        """All tickets, oldest first, a few hundred in memory at a time."""
        last = 0
        while rows := self._connection.execute(select(T).where(T.c.seq > last).order_by(T.c.seq).limit(_CHUNK)).all():
            for row in rows:
                yield self._read(row)
            last = rows[-1].seq

    def overdue_to_tell(self, now: datetime, limit: int) -> list[Ticket]:
        """Open ones whose deadline has passed and of which nobody has been told so, longest overdue first; not those of
        citizens with whom somebody of ours speaks, in this chat or in another of theirs.
        """
        held = select(C.c.id).where(C.c.held_by.is_not(None))
        persons = select(I.c.person).where(I.c.conversation_id.in_(held))
        spoken = union(held, select(I.c.conversation_id).where(I.c.person.in_(persons)))
        free = or_(T.c.conversation_id.is_(None), T.c.conversation_id.not_in(spoken))
        return self._due(T.c.due_at < now, T.c.overdue_at.is_(None), free, limit=limit)

    def due_soon(self, now: datetime, within: timedelta, limit: int) -> list[Ticket]:
        """Open ones whose deadline comes within that time, was farther away when they came in, and of which nobody was
        reminded; the next deadline first.
        """
        took = type_coerce(T.c.due_at, Rising) - type_coerce(T.c.created_at, Rising)
        soon = (T.c.due_at >= now, T.c.due_at < now + within, took > within // timedelta(microseconds=1))
        return self._due(*soon, T.c.reminded_at.is_(None), limit=limit)

    def _due(self, *wanted: ColumnElement[bool], limit: int) -> list[Ticket]:
        query = select(T).where(T.c.resolved_at.is_(None), *wanted).order_by(T.c.due_at).limit(limit)
        return [self._read(row) for row in self._connection.execute(query)]

    def children(self, code: str) -> list[Ticket]:
        """Oldest first."""
        rows = self._connection.execute(select(T).where(T.c.parent == code).order_by(T.c.seq))
        return [self._read(row) for row in rows]

    def ended_before(self, moment: datetime, limit: int) -> list[TicketCode]:
        """Codes of tickets that ended before, longest ago first."""
        query = select(T.c.code).where(T.c.status.in_(sorted(ENDED)), T.c.resolved_at < moment)
        return [TicketCode(one) for one in self._connection.scalars(query.order_by(T.c.resolved_at).limit(limit))]

    def of_conversation(self, conversation_id: str) -> list[Ticket]:
        """Oldest first."""
        rows = self._connection.execute(select(T).where(T.c.conversation_id == conversation_id).order_by(T.c.seq))
        return [self._read(row) for row in rows]

    def _read(self, row: Any) -> Ticket:  # noqa: ANN401  Core's row of TICKETS
        draft = decode(TicketDraft, self._keys.decrypt(BODY, row.code, row.body))
        return Ticket(
            code=TicketCode(row.code),
            status=row.status,
            name=draft.name,
            phone=draft.phone,
            address=draft.place.raw if draft.place else None,
            ward=row.ward,
            province=row.province,
            request=draft.request,
            category=row.category,
            department=row.department,
            account=AccountId(row.account),
            platform=PlatformName(row.platform),
            contact=row.contact,
            publish=row.publish,
            subject=draft.subject,
            created_at=row.created_at,
            updated_at=row.updated_at,
            priority=row.priority,
            due_at=row.due_at,
            answer=None if row.answer is None else self._keys.decrypt_text(ANSWER, row.code, row.answer),
            rating=row.rating,
            ward_code=row.ward_code,
            place=draft.place,
            national_id=draft.national_id,
            conversation_id=row.conversation_id,
            answered_at=row.answered_at,
            resolved_at=row.resolved_at,
            overdue_at=row.overdue_at,
            reminded_at=row.reminded_at,
            unanswered_at=row.unanswered_at,
            parent=row.parent,
            link_group=row.link_group,
            announcement=row.announcement,
            seq=row.seq,
        )


def _newest_open(wanted: Sequence[ColumnElement[bool]], limit: int) -> CompoundSelect[Any]:
    """Of each open status the newest `limit`: few among all tickets, and each status has them in order already."""
    parts = [
        select(select(T.c.seq).where(T.c.status == one, *wanted).order_by(T.c.seq.desc()).limit(limit).subquery())
        for one in OPEN
    ]
    return union_all(*parts)
