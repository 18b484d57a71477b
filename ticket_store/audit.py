"""Who looked at personal data, and who did what. Only ever added to, until retention takes it; codes and ids, never words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from ticket_store.desk_tables import AUDIT as A
from ticket_store.moments import micros
from ticket_store.records import Page
from ticket_store.sql import Sql


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`act`: a code such as `conversation.read` or `ticket.change`; `object`: the id or ticket code it was done to."""

    seq: int
    at: datetime
    person: str
    act: str
    object: str
    via: str


class Audit:
    def __init__(self, connection: Connection, sql: Sql) -> None:
        self._connection, self._sql = connection, sql

    def note(self, person: str, act: str, objects: Sequence[str], at: datetime, via: str) -> None:
        """It is on record that this person did this to each of the objects. `via`: `api`, `console` or `command`."""
        self._sql.many(
            "INSERT INTO audit (at, person, act, object, via) VALUES (?, ?, ?, ?, ?)",
            [(micros(at), person, act, one, via) for one in objects],
        )

    def forget(self, before: datetime, limit: int) -> int:
        """Of the entries of before then the oldest `limit` are gone; how many."""
        old = select(A.c.seq).where(A.c.at < before).order_by(A.c.at).limit(limit)
        return self._connection.execute(delete(A).where(A.c.seq.in_(old))).rowcount

    def page(
        self,
        person: str | None = None,
        about: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        after: int | None = None,
    ) -> Page[AuditEntry]:
        """Newest first; by one person, or about one object. `after`: `next` of the page before, a number."""
        query = select(A).order_by(A.c.seq.desc())
        for column, value in ((A.c.person, person), (A.c.object, about)):
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(A.c.at >= since)
        if after is not None:
            query = query.where(A.c.seq < after)
        rows = self._connection.execute(query.limit(limit + 1)).all()
        found = [AuditEntry(row.seq, row.at, row.person, row.act, row.object, row.via) for row in rows[:limit]]
        return Page(found, str(rows[limit - 1].seq) if len(rows) > limit else None)
