# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Tickets of one matter, reported by different people: found, linked under a random id, parted again."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import func, select, text, update

from ticket_store.moments import micros
from ticket_store.records import Ticket
from ticket_store.tables import TICKETS as T
from ticket_store.ticket_lists import PHONE, TicketLists

# Along an index, newest first, no farther than asked: in a flood one ward has thousands of tickets of one category, and
# SQLite would sort them all for every new one.
_OF_PLACE = (
    "SELECT seq FROM tickets INDEXED BY ix_tickets_ward WHERE ward_code = ? AND category = ? AND created_at >= ?"
    " AND created_at <= ? AND seq < ? ORDER BY created_at DESC, seq DESC LIMIT ?"
)
_OF_PHONE = (
    "SELECT seq FROM tickets INDEXED BY ix_tickets_phone WHERE phone_index = ? AND created_at >= ? AND seq < ?"
    " ORDER BY seq DESC LIMIT ?"
)
_NEW = text("tickets.to_compare")
"""In the index's own words: SQLite does not know that "to_compare = 1" is the same, and would look through all tickets."""
_CLOCKS_APART = timedelta(seconds=5)
"""So much may the clocks of two processes differ: an earlier ticket may look younger."""


class TicketGroups(TicketLists):
    def of_group(self, link_group: str, after: int = 0, limit: int | None = None) -> list[Ticket]:
        """Tickets of one and the same matter, oldest first: those behind the one whose `seq` is `after`."""
        query = select(T).where(T.c.link_group == link_group, T.c.seq > after).order_by(T.c.seq).limit(limit)
        return [self._read(row) for row in self._connection.execute(query)]

    def group_sizes(self, groups: Sequence[str]) -> dict[str, int]:
        """How many tickets each of the groups has."""
        counted = select(T.c.link_group, func.count()).where(T.c.link_group.in_(groups)).group_by(T.c.link_group)
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def any_to_compare(self) -> bool:
        return self._connection.scalar(select(T.c.seq).where(_NEW).limit(1)) is not None

    def to_compare(self, limit: int) -> list[Ticket]:
        """New tickets that nobody has compared with others yet, oldest first. Those another process has are left out."""
        query = select(T).where(_NEW).order_by(T.c.seq).limit(limit).with_for_update(skip_locked=True)
        return [self._read(row) for row in self._connection.execute(query)]

    def beside(self, ticket: Ticket, since: datetime, limit: int) -> Iterator[Ticket]:
        """Earlier tickets that may tell the same: of its ward and category, or of its phone. Newest first. The first often
        is the one: the others are read when they are asked for.
        """
        start = micros(since)
        found: set[int] = set()
        if ticket.ward_code is not None:
            until = micros(ticket.created_at + _CLOCKS_APART)
            place = (ticket.ward_code, ticket.category, start, until, ticket.seq, limit)
            found.update(row[0] for row in self._sql.rows(_OF_PLACE, place))
        if ticket.phone is not None:
            for index in self._keys.blind_indexes(PHONE, ticket.phone):
                found.update(row[0] for row in self._sql.rows(_OF_PHONE, (index, start, ticket.seq, limit)))
        newest = sorted(found, reverse=True)[:limit]
        for some in filter(None, (newest[:1], newest[1:])):
            query = select(T).where(T.c.seq.in_(some)).order_by(T.c.seq.desc())
            for row in self._connection.execute(query).all():
                yield self._read(row)

    def open_around(self, ward_code: str, category: str | None, since: datetime, limit: int) -> list[Ticket]:
        """Open ones of this ward, and of this category when one is named, that came in since then. Newest first."""
        query = select(T).where(T.c.ward_code == ward_code, T.c.created_at >= since, T.c.resolved_at.is_(None))
        if category is not None:
            query = query.where(T.c.category == category)
        rows = self._connection.execute(query.order_by(T.c.created_at.desc(), T.c.seq.desc()).limit(limit))
        return [self._read(row) for row in rows]

    def compared(self, codes: Sequence[str]) -> None:
        """These need not be compared again."""
        self._connection.execute(update(T).where(T.c.code.in_(codes)).values(to_compare=False))

    def link(self, code: str, other: str) -> str:
        """Both are of one matter from now on: the id of their group, the other's if it had one. Nothing else of them
        changes, nor is it news; whoever links tells the audit.
        """
        lock = self._sql.for_update("tickets")
        former = self._sql.rows(f"SELECT link_group FROM tickets WHERE code = ?{lock}", (other,))
        group = (former[0][0] if former else None) or token_hex(8)
        self._sql.many(
            "UPDATE tickets SET link_group = ? WHERE code = ?", [(group, one) for one in sorted((code, other))]
        )
        return group

    def unlink(self, code: str) -> bool:
        """The ticket is of no group any more, nor is one that would be left alone; whether it was linked."""
        group = self._connection.scalar(select(T.c.link_group).where(T.c.code == code).with_for_update())
        if group is None:
            return False
        self._connection.execute(update(T).where(T.c.code == code).values(link_group=None))
        if self.group_sizes([group]).get(group) == 1:
            self._connection.execute(update(T).where(T.c.link_group == group).values(link_group=None))
        return True
