"""The operators' lists of conversations: what waits, what one holds, what others hold, all. Queries over state, so that
nobody can be lost from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, select, tuple_, type_coerce, union_all

from conversation.ids import TicketCode
from ticket_store.codec import decode
from ticket_store.conversations import Conversations
from ticket_store.crypto import KeyRing
from ticket_store.messages import BODY, Body
from ticket_store.moments import Rising
from ticket_store.records import Conversation, Page
from ticket_store.tables import ALERTS, CONVERSATIONS, MESSAGES, TICKETS

C, A, M, T = CONVERSATIONS.c, ALERTS.c, MESSAGES.c, TICKETS.c
EMERGENCY = "emergency"
_MOST_EMERGENCIES = 200
_MOST_COUNTED = 1000


class View(StrEnum):
    """`QUEUE`: nobody holds it and the person asked for one of us, or it is an emergency; longest waiting first."""

    QUEUE = "queue"
    MINE = "mine"
    OTHERS = "others"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty: everything. `waiting_before`: waits since before then. `category`: of a ticket of the conversation.
    `accounts`: any of them. `unread`: words that somebody of ours should read, so not those the bot deals with.
    """

    accounts: tuple[str, ...] = ()
    ward_code: str | None = None
    category: str | None = None
    waiting_before: datetime | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class LastMessage:
    """What a person said last, the citizen or one of us. `text` is empty for files without words."""

    direction: str
    author: str
    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation in a list. `alerts`: reasons of its open alerts; `ticket`: (code, category, status) of its latest."""

    conversation: Conversation
    urgent: bool
    alerts: tuple[str, ...]
    last: LastMessage | None
    ticket: tuple[TicketCode, str, str] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """`queue`: how many wait, at most 1000; `held`: by holder; `unread`: of the held ones, by holder."""

    queue: int
    emergencies: int
    held: dict[str, int]
    unread: dict[str, int]


class Worklists:
    def __init__(self, connection: Connection, keys: KeyRing, conversations: Conversations) -> None:
        self._connection, self._keys, self._conversations = connection, keys, conversations

    def page(
        self, view: View, me: str, filters: Filters = Filters(), limit: int = 50, after: str | None = None
    ) -> Page[Line]:
        """One page. `after`: `next` of the page before. The queue's first page begins with all emergencies; with a category
        and without a ward, all conversations come by their latest report of it.
        """
        urgent = self._emergencies()
        few = view is not View.ALL or filters.unread
        if view is View.ALL and filters.category is not None and filters.ward_code is None:
            query, at, row, rising = self._by_report(filters.category), type_coerce(T.seq, Rising), C.id, False
            filters = replace(filters, category=None)
        else:
            rising = view is View.QUEUE
            # what is held or unread is little: sorted as it is, instead of walked to along the index of everything
            newest = C.last_message_at + 0 if view in {View.MINE, View.OTHERS} or filters.unread else C.last_message_at
            at, row = type_coerce(C.waiting_since if rising else newest, Rising), C.id
            query = select(row, at)
        query = self._filtered(query, filters, few=few)
        match view:
            case View.QUEUE:
                query = query.where(C.waiting_since.is_not(None), C.held_by.is_(None), C.id.not_in(urgent))
            case View.MINE:
                query = query.where(C.held_by == me)
            case View.OTHERS:
                query = query.where(C.held_by.is_not(None), C.held_by != me)
            case View.ALL:
                query = query.where(C.last_message_at > 0)
        if after is not None:
            moment, _, name = after.partition("-")
            place = tuple_(int(moment), name)
            query = query.where(tuple_(at, row) > place if rising else tuple_(at, row) < place)
        query = query.order_by(at, row) if rising else query.order_by(at.desc(), row.desc())
        rows = self._connection.execute(query.limit(limit + 1)).all()
        following = f"{rows[limit - 1][1]}-{rows[limit - 1][0]}" if len(rows) > limit else None
        ids = [found[0] for found in rows[:limit]]
        if view is View.QUEUE and after is None:
            ids = [*self._urgent_first(urgent, filters), *ids]
        return Page(self._lines(ids), following)

    def _by_report(self, category: str) -> Select[Any]:
        """Conversations with their latest report of that category: driven by the reports' own index."""
        later = TICKETS.alias()
        newer = select(later.c.seq).where(
            later.c.conversation_id == T.conversation_id, later.c.category == category, later.c.seq > T.seq
        )
        joined = select(C.id, type_coerce(T.seq, Rising)).join_from(TICKETS, CONVERSATIONS, C.id == T.conversation_id)
        return joined.where(T.category == category, ~newer.exists())

    def _urgent_first(self, urgent: Sequence[str], filters: Filters) -> list[str]:
        """Emergencies that nobody holds, longest since their last word first. Few: sorted here, so that no index of all
        conversations tempts the database.
        """
        query = self._filtered(select(C.id, type_coerce(C.last_message_at, Rising)), filters, few=True)
        rows = self._connection.execute(query.where(C.held_by.is_(None), C.id.in_(urgent))).all()
        return [row[0] for row in sorted(rows, key=lambda row: row[1])]

    def of(self, ids: Sequence[str]) -> list[Line]:
        """These conversations, in this order; unknown ones are left out."""
        return self._lines(list(dict.fromkeys(ids)))

    def is_urgent(self, conversation_id: str) -> bool:
        """Whether an emergency is open in it."""
        query = select(A.seq).where(A.conversation_id == conversation_id, A.closed_at.is_(None), A.urgency == EMERGENCY)
        return self._connection.scalar(query.limit(1)) is not None

    def found(self, tickets: Sequence[TicketCode], limit: int = 50) -> list[Line]:
        """The conversations of these tickets, latest ticket first."""
        query = select(T.conversation_id).where(T.code.in_(tickets), T.conversation_id.is_not(None))
        return self.of(list(self._connection.scalars(query.order_by(T.seq.desc()).limit(limit))))

    def counts(self) -> Counts:
        """What stands beside the lists' names. Cheap: only what waits and what is held is looked at."""
        urgent = self._emergencies()
        waiting = select(C.id).where(C.waiting_since.is_not(None), C.held_by.is_(None), C.id.not_in(urgent))
        emergencies = select(func.count()).select_from(CONVERSATIONS).where(C.held_by.is_(None), C.id.in_(urgent))
        held = select(C.held_by, func.count(), func.count().filter(C.unread > 0))
        rows = self._connection.execute(held.where(C.held_by.is_not(None)).group_by(C.held_by)).all()
        urgent_count = self._connection.scalar(emergencies) or 0
        limited = waiting.limit(_MOST_COUNTED).subquery()
        return Counts(
            queue=(self._connection.scalar(select(func.count()).select_from(limited)) or 0) + urgent_count,
            emergencies=urgent_count,
            held={row[0]: row[1] for row in rows},
            unread={row[0]: row[2] for row in rows if row[2]},
        )

    def place_of(self, conversation: Conversation) -> int | None:
        """How many wait longer than this one; None when it does not wait."""
        since = conversation.state.waiting_since
        if since is None or conversation.state.held_by is not None:
            return None
        before = select(func.count()).where(C.waiting_since < since, C.held_by.is_(None))
        return self._connection.scalar(before) or 0

    def read(self, conversation_id: str) -> bool:
        """Somebody of ours has looked at it. False: nothing was unread. Touches no version: it is no change of the talk."""
        looked = CONVERSATIONS.update().where(C.id == conversation_id, C.unread > 0).values(unread=0)
        return self._connection.execute(looked).rowcount > 0

    def _emergencies(self) -> list[str]:
        """Conversations with an open emergency, latest first. What is open is little: sorted as it is, instead of walked to
        through all that were ever closed.
        """
        query = select(A.conversation_id).where(A.closed_at.is_(None), A.urgency == EMERGENCY)
        latest = (type_coerce(A.seq, Rising) + 0).desc()
        return list(dict.fromkeys(self._connection.scalars(query.order_by(latest).limit(_MOST_EMERGENCIES))))

    def _filtered(self, query: Select[Any], filters: Filters, *, few: bool) -> Select[Any]:
        """`few`: what is looked through is little, and must not be looked for along an account's or a ward's own index."""
        account, ward = (C.account.concat(""), C.ward_code.concat("")) if few else (C.account, C.ward_code)
        if filters.accounts:
            # one account is a plain equation: the list then comes in order from the account's own index
            one, *more = filters.accounts
            query = query.where(account.in_(filters.accounts) if more else account == one)
        if filters.ward_code is not None:
            query = query.where(ward == filters.ward_code)
        if filters.category is not None:
            query = query.where(select(T.seq).where(T.conversation_id == C.id, T.category == filters.category).exists())
        if filters.waiting_before is not None:
            query = query.where(C.waiting_since <= filters.waiting_before)
        if filters.unread:
            held = select(C.id).where(C.held_by.is_not(None), C.unread > 0)
            waits = select(C.id).where(C.waiting_since.is_not(None), C.unread > 0)
            query = query.where(C.id.in_(union_all(held, waits)))
        return query

    def _lines(self, ids: Sequence[str]) -> list[Line]:
        if not ids:
            return []
        alerts = self._alerts(ids)
        last, tickets = self._last(ids), self._tickets(ids)
        return [
            Line(
                conversation=one,
                urgent=any(urgency == EMERGENCY for _, urgency in alerts.get(one.id, ())),
                alerts=tuple(reason for reason, _ in alerts.get(one.id, ())),
                last=last.get(one.id),
                ticket=tickets.get(one.id),
            )
            for one in self._conversations.by_ids(ids)
        ]

    def _alerts(self, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        query = select(A.conversation_id, A.reason, A.urgency).where(A.closed_at.is_(None), A.conversation_id.in_(ids))
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self._connection.execute(query.order_by(A.seq)):
            found.setdefault(row[0], []).append((row[1], row[2]))
        return found

    def _last(self, ids: Sequence[str]) -> dict[str, LastMessage]:
        people = M.author.in_(("contact", "operator")) & (M.direction != "note")
        newest = select(func.max(M.seq)).where(M.conversation_id.in_(ids), people).group_by(M.conversation_id)
        query = select(M.id, M.conversation_id, M.direction, M.author, M.body, M.at).where(M.seq.in_(newest))
        found = {}
        for row in self._connection.execute(query):
            body = decode(Body, self._keys.decrypt(BODY, row.id, row.body))
            found[row.conversation_id] = LastMessage(row.direction, row.author, body.words, row.at)
        return found

    def _tickets(self, ids: Sequence[str]) -> dict[str, tuple[TicketCode, str, str]]:
        newest = select(func.max(T.seq)).where(T.conversation_id.in_(ids)).group_by(T.conversation_id)
        query = select(T.conversation_id, T.code, T.category, T.status).where(T.seq.in_(newest))
        return {row[0]: (TicketCode(row[1]), row[2], row[3]) for row in self._connection.execute(query)}
