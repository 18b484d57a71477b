"""Tickets handed to a department that has no account of its own: one link, valid for a while, spent by its answer."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, insert, select, update

from conversation.ids import TicketCode
from ticket_store.desk_tables import DEPARTMENT_LINKS as L
from ticket_store.tables import TICKETS


@dataclass(frozen=True, slots=True)
class DepartmentLink:
    """`spent_at`: it was refused, reported on, or replaced by a newer one."""

    id: str
    code: TicketCode
    department: str
    person: str
    created_at: datetime
    until: datetime
    accepted_at: datetime | None = None
    spent_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.spent_at is None and now < self.until


class DepartmentLinks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, code: str, department: str, person: str, at: datetime, until: datetime) -> DepartmentLink:
        """A new link; any other of this ticket is spent, so that one department at a time answers."""
        self.spend_all(code, at)
        link = DepartmentLink(token_hex(12), TicketCode(code), department, person, at, until)
        values = {
            "id": link.id,
            "code": code,
            "department": department,
            "person": person,
            "created_at": at,
            "until": until,
        }
        self._connection.execute(insert(L), values)
        return link

    def find(self, link_id: str, *, lock: bool = False) -> DepartmentLink | None:
        query = select(L).where(L.c.id == link_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            return None
        return DepartmentLink(
            row.id,
            TicketCode(row.code),
            row.department,
            row.person,
            row.created_at,
            row.until,
            row.accepted_at,
            row.spent_at,
        )

    def accept(self, link_id: str, at: datetime) -> None:
        """The department works on it; the link stays open for its report."""
        self._connection.execute(update(L).where(L.c.id == link_id).values(accepted_at=at))

    def silent(self, opened_before: datetime, limit: int) -> list[TicketCode]:
        """Tickets whose department has done nothing with its link since before then, and of which nobody was told;
        longest silent first.
        """
        query = (
            select(L.c.code)
            .join(TICKETS, TICKETS.c.code == L.c.code)
            .where(L.c.accepted_at.is_(None), L.c.spent_at.is_(None), L.c.created_at < opened_before)
            .where(TICKETS.c.resolved_at.is_(None), TICKETS.c.unanswered_at.is_(None))
        )
        return [TicketCode(one) for one in self._connection.scalars(query.order_by(L.c.created_at).limit(limit))]

    def spend(self, link_id: str, at: datetime) -> None:
        self._connection.execute(update(L).where(L.c.id == link_id).values(spent_at=at))

    def spend_all(self, code: str, at: datetime) -> None:
        self._connection.execute(update(L).where(L.c.code == code, L.c.spent_at.is_(None)).values(spent_at=at))
