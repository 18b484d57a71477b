# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Tickets and their history. The code is made here, because only the database knows which codes exist."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import delete, select, update

from conversation.effects import TicketDraft
from conversation.ids import AccountId, PlatformName, TicketCode
from conversation.messages import Media
from ticket_store.codec import decode, encode
from ticket_store.codes import new_code, read_code
from ticket_store.desk_tables import DEPARTMENT_LINKS as LINKS
from ticket_store.errors import UnknownTicket
from ticket_store.media import wanted
from ticket_store.moments import micros
from ticket_store.records import Attachment, Conversation, HistoryEntry, Ticket
from ticket_store.sql import values_of
from ticket_store.statuses import ENDED, FOLLOWING, Status, check_change
from ticket_store.tables import MEDIA
from ticket_store.tables import TICKET_HISTORY as HISTORY
from ticket_store.tables import TICKETS as T
from ticket_store.ticket_groups import TicketGroups
from ticket_store.ticket_lists import ANSWER, BODY, NAME, PHONE

HISTORY_BODY = "ticket_history.body"
_ATTEMPTS = 20
# One message in six opens a ticket: as text these two cost a third of what Core's statements do (measured in 2026).
_INSERT = (
    "INSERT INTO tickets (conversation_id, account, platform, contact, status, category, department, priority, publish,"
    " ward_code, ward, province, phone_index, name_index, due_at, created_at, updated_at, announcement, code, body,"
    " to_compare)"
    f" VALUES {values_of(1, 20)[:-1]}, TRUE) ON CONFLICT (code) DO NOTHING RETURNING seq"
)
_REMEMBER = f"INSERT INTO ticket_history (id, code, at, actor, kind, changes, body) VALUES {values_of(1, 7)}"
_FLAGS = {"overdue_at": "overdue", "reminded_at": "due_soon", "unanswered_at": "unanswered"}
"""Moments that the clock notes: as the ticket has them, and as its history tells that they came or went."""
_PLAIN = frozenset(
    {"department", "category", "publish", "priority", "due_at", "rating", "parent", "link_group", *_FLAGS}
)
_SAID = frozenset({"name", "phone", "place", "request", "subject"})
_WORDS = frozenset({"note", "answer"})


@dataclass(frozen=True, slots=True)
class Words:
    """What was said in one history entry."""

    note: str | None = None
    answer: str | None = None
    text: str | None = None


class Tickets(TicketGroups):
    def open(
        self,
        draft: TicketDraft,
        conversation: Conversation | None,
        account: AccountId,
        platform: PlatformName,
        contact: str | None,
        prefix: str,
        local_date: date,
        at: datetime,
        *,
        actor: str = "bot",
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> Ticket:
        """A new ticket with a code nobody had before, `received`, its attachments joined to it, its history begun."""
        place, conversation_id = draft.place, conversation.id if conversation else None
        ticket = Ticket(
            code=TicketCode(""),
            status=Status.RECEIVED.value,
            name=draft.name,
            phone=draft.phone,
            address=place.raw if place else None,
            ward=(place.ward or place.ward_stated) if place else None,
            province=(place.province or place.province_stated) if place else None,
            request=draft.request,
            category=draft.category,
            department=draft.department,
            account=account,
            platform=platform,
            contact=contact,
            publish=draft.publish,
            subject=draft.subject,
            created_at=at,
            updated_at=at,
            priority=draft.priority,
            due_at=draft.due_at,
            ward_code=place.ward_code if place else None,
            place=place,
            national_id=draft.national_id,
            conversation_id=conversation_id,
            announcement=draft.announcement,
        )
        ticket = self._insert(draft, ticket, lambda: new_code(prefix, local_date, randbelow))
        self._media.want(wanted(draft.media, account, at, conversation_id=conversation_id, ticket_code=ticket.code))
        self._remember(ticket.code, at, actor, "opened", {"status": [None, Status.RECEIVED.value]}, Words())
        return ticket

    def _insert(self, draft: TicketDraft, ticket: Ticket, next_code: Callable[[], TicketCode]) -> Ticket:
        """Under the first code that nobody has, nor is about to have in another transaction."""
        plain = encode(replace(draft, media=()))
        at = micros(ticket.created_at)
        known = (
            ticket.conversation_id,
            ticket.account,
            ticket.platform,
            ticket.contact,
            ticket.status,
            ticket.category,
            ticket.department,
            ticket.priority,
            ticket.publish,
            ticket.ward_code,
            ticket.ward,
            ticket.province,
            self._phone_index(draft),
            self._name_index(draft),
            micros(ticket.due_at),
            at,
            at,
            ticket.announcement,
        )
        for _ in range(_ATTEMPTS):
            code = next_code()
            taken = self._sql.rows(_INSERT, (*known, code, self._keys.encrypt(BODY, code, plain)))
            if taken:
                return replace(ticket, code=code, seq=taken[0][0])
        raise RuntimeError(f"no free ticket code after {_ATTEMPTS} attempts")

    def _known(self, code: str, *, lock: bool = False) -> Ticket:
        read = read_code(code)
        query = select(T).where(T.c.code == read)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise UnknownTicket(f"no ticket {read}" if read else "this is not a ticket code")
        return self._read(row)

    def change(self, code: str, actor: str, at: datetime, **changes: Any) -> Ticket:  # noqa: ANN401  each its own type
        """The ticket with these changes made, one entry in its history; as it was when nothing differs.

        `status`, `department`, `category`, `publish`, `priority`, `due_at`, `rating`, `parent`, `link_group`;
        `overdue_at`, `reminded_at` and `unanswered_at`, which go by themselves when another deadline, or any move, makes
        them untrue; `note` (for colleagues) and `answer` (for the citizen); `name`, `phone`, `place`, `request`,
        `subject` as corrected by a colleague. Raises UnknownTicket, ForbiddenStatus, MissingReason.
        """
        unknown = changes.keys() - _PLAIN - _SAID - _WORDS - {"status"}
        if unknown:
            raise ValueError(f"a ticket has no {', '.join(sorted(unknown))} to change")
        before = self._known(code, lock=True)
        words = Words(note=changes.get("note") or None, answer=changes.get("answer") or None)
        values: dict[str, Any] = {
            name: changes[name] for name in _PLAIN & changes.keys() if changes[name] != getattr(before, name)
        }
        status = changes.get("status")
        if status is not None and status != before.status:
            check_change(before.status, status, reasoned=bool(words.note or words.answer))
            values["status"] = str(status)
        said = {name: changes[name] for name in _SAID & changes.keys() if changes[name] != getattr(before, name)}
        if not values and not said and words == Words():
            return before
        noted = {
            _FLAGS.get(name, name): [_noted(name, getattr(before, name)), _noted(name, value)]
            for name, value in values.items()
        }
        if "due_at" in values:
            values |= {"overdue_at": None, "reminded_at": None}
        if values.keys() & {"status", "department"}:
            values["unanswered_at"] = None
        noted |= {
            name: [None, None] for name in said
        }  # that it was corrected; the words themselves are not in the open
        if said:
            values |= self._corrected(before.code, said)
        self._apply(before, at, values, words.answer)
        self._remember(before.code, at, actor, "changed", noted, words)
        return self._known(code)

    def _corrected(self, code: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that hold, or follow from, what was said."""
        stored = self._connection.execute(select(T.c.body).where(T.c.code == code)).scalar_one()
        draft: TicketDraft = replace(decode(TicketDraft, self._keys.decrypt(BODY, code, stored)), **said)
        place = draft.place
        return {
            "body": self._keys.encrypt(BODY, code, encode(draft)),
            "phone_index": self._phone_index(draft),
            "name_index": self._name_index(draft),
            "ward_code": place.ward_code if place else None,
            "ward": (place.ward or place.ward_stated) if place else None,
            "province": (place.province or place.province_stated) if place else None,
        }

    def _phone_index(self, draft: TicketDraft) -> bytes | None:
        return self._keys.blind_index(PHONE, draft.phone) if draft.phone else None

    def _name_index(self, draft: TicketDraft) -> bytes | None:
        return self._keys.blind_index(NAME, self._fold(draft.name)) if draft.name else None

    def _apply(self, before: Ticket, at: datetime, values: dict[str, Any], answer: str | None) -> None:
        if answer is not None:
            values["answer"] = self._keys.encrypt_text(ANSWER, before.code, answer)
            values["answered_at"] = before.answered_at or at
        if "status" in values:
            ended = values["status"] in ENDED
            values["resolved_at"] = (before.resolved_at or at) if ended else None
        self._connection.execute(update(T).where(T.c.code == before.code).values(updated_at=at, **values))

    def join(self, code: str, conversation: Conversation, actor: str, at: datetime) -> Ticket:
        """The ticket belongs to this chat from now on: its news go there. Raises UnknownTicket."""
        before = self._known(code, lock=True)
        values = {"conversation_id": conversation.id, "contact": conversation.key.contact}
        self._connection.execute(update(T).where(T.c.code == before.code).values(updated_at=at, **values))
        self._remember(before.code, at, actor, "changed", {"chat": [None, conversation.key.account]}, Words())
        return self._known(code)

    def amend(
        self,
        code: str,
        text: str,
        media: Sequence[Media],
        at: datetime,
        actor: str,
        reopen: bool = False,
        rating: str | None = None,
    ) -> Ticket:
        """The citizen's later words, files or rating stand in the ticket. `reopen`: an ended one is `reopened`, an open one
        stays as it is. Raises UnknownTicket.
        """
        before = self._known(code, lock=True)
        values: dict[str, Any] = {} if rating is None else {"rating": rating}
        if reopen and Status.REOPENED in FOLLOWING[Status(before.status)]:
            values["status"] = Status.REOPENED.value
        noted = {name: [_code(getattr(before, name)), value] for name, value in values.items()}
        self._apply(before, at, values, None)
        self._media.want(
            wanted(media, before.account, at, conversation_id=before.conversation_id, ticket_code=before.code)
        )
        self._remember(before.code, at, actor, "amended", noted, Words(text=text or None))
        return self._known(code)

    def erase(self, code: str) -> list[str]:
        """The ticket, its history and attachments are gone. Returns the sha256 of stored files nothing refers to any more.
        Only where no archive rule holds it: that is the caller's to know. Raises UnknownTicket.
        """
        known = self._known(code, lock=True)
        mine = update(MEDIA).where(MEDIA.c.ticket_code == known.code)
        self._connection.execute(mine.where(MEDIA.c.message_id.is_not(None)).values(ticket_code=None))
        own = list(self._connection.scalars(select(MEDIA.c.id).where(MEDIA.c.ticket_code == known.code)))
        self._connection.execute(mine.values(ticket_code=None))
        files = self._media.drop(MEDIA.c.id.in_(own))
        self._connection.execute(delete(LINKS).where(LINKS.c.code == known.code))
        self._connection.execute(delete(HISTORY).where(HISTORY.c.code == known.code))
        self._connection.execute(update(T).where(T.c.parent == known.code).values(parent=None))
        self._connection.execute(delete(T).where(T.c.code == known.code))
        return files

    def history(self, code: str) -> list[HistoryEntry]:
        """Everything that happened to it, oldest first."""
        read = read_code(code)
        return self.histories([read]).get(read, []) if read else []

    def histories(self, codes: Sequence[TicketCode]) -> dict[TicketCode, list[HistoryEntry]]:
        """The same of several tickets at once."""
        found: dict[TicketCode, list[HistoryEntry]] = {}
        rows = self._connection.execute(select(HISTORY).where(HISTORY.c.code.in_(codes)).order_by(HISTORY.c.seq))
        for row in rows:
            words = Words() if row.body is None else decode(Words, self._keys.decrypt(HISTORY_BODY, row.id, row.body))
            entry = HistoryEntry(
                row.id,
                TicketCode(row.code),
                row.at,
                row.actor,
                row.kind,
                orjson.loads(row.changes),
                words.note,
                words.answer,
                words.text,
            )
            found.setdefault(entry.code, []).append(entry)
        return found

    def attachments(self, code: str) -> list[Attachment]:
        read = read_code(code)
        return self._media.for_ticket([read]).get(read, []) if read else []

    def _remember(
        self, code: str, at: datetime, actor: str, kind: str, changes: Mapping[str, Sequence[Any]], words: Words
    ) -> None:
        entry = secrets.token_hex(12)
        body = None if words == Words() else self._keys.encrypt(HISTORY_BODY, entry, encode(words))
        self._sql.change(_REMEMBER, (entry, code, micros(at), actor, kind, orjson.dumps(changes).decode(), body))


def _noted(name: str, value: Any) -> Any:  # noqa: ANN401  a plain column's value
    return value is not None if name in _FLAGS else _code(value)


def _code(value: Any) -> Any:  # noqa: ANN401  a plain column's value
    """As it stands in the history's JSON."""
    return value.isoformat() if isinstance(value, datetime) else value
