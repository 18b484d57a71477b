"""Tickets of one matter, reported by different people: found, linked under a random id, parted again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import and_, func, or_, select, update

from ticket_store.records import Ticket
from ticket_store.tables import TICKETS as T
from ticket_store.ticket_lists import PHONE, TicketLists


class TicketGroups(TicketLists):
    def of_group(self, link_group: str) -> list[Ticket]:
        """Tickets of one and the same matter, oldest first."""
        rows = self._connection.execute(select(T).where(T.c.link_group == link_group).order_by(T.c.seq))
        return [self._read(row) for row in rows]

    def first_of_group(self, link_group: str) -> Ticket:
        """The one by which the matter became known. In a flood a group has thousands: they are not read."""
        query = select(T).where(T.c.link_group == link_group).order_by(T.c.seq).limit(1)
        return self._read(self._connection.execute(query).one())

    def group(self, code: str) -> list[Ticket]:
        """All tickets of this one's matter, itself among them, oldest first; [] when it is linked with none."""
        ticket = self.find(code)
        return [] if ticket is None or ticket.link_group is None else self.of_group(ticket.link_group)

    def group_sizes(self, groups: Sequence[str]) -> dict[str, int]:
        """How many tickets each of the groups has."""
        counted = select(T.c.link_group, func.count()).where(T.c.link_group.in_(groups)).group_by(T.c.link_group)
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def any_to_compare(self) -> bool:
        return self._connection.scalar(select(T.c.seq).where(T.c.to_compare).limit(1)) is not None

    def to_compare(self, limit: int) -> list[Ticket]:
        """New tickets that nobody has compared with others yet, oldest first. Those another process has are left out."""
        query = select(T).where(T.c.to_compare).order_by(T.c.seq).limit(limit).with_for_update(skip_locked=True)
        return [self._read(row) for row in self._connection.execute(query)]

    def beside(self, ticket: Ticket, since: datetime, limit: int) -> Iterator[Ticket]:
        """Earlier tickets that may tell the same: of its ward and category, or of its phone. Newest first, each one
        deciphered when it is asked for: the first often is the one.
        """
        here = and_(T.c.ward_code == ticket.ward_code, T.c.category == ticket.category) if ticket.ward_code else None
        own = T.c.phone_index.in_(self._keys.blind_indexes(PHONE, ticket.phone)) if ticket.phone else None
        ways = [way for way in (here, own) if way is not None]
        if not ways:
            return
        query = select(T).where(or_(*ways), T.c.created_at >= since, T.c.seq < ticket.seq)
        for row in self._connection.execute(query.order_by(T.c.created_at.desc(), T.c.seq.desc()).limit(limit)).all():
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
        former = self._connection.scalar(select(T.c.link_group).where(T.c.code == other).with_for_update())
        group = former or token_hex(8)
        self._connection.execute(update(T).where(T.c.code.in_(sorted((code, other)))).values(link_group=group))
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
