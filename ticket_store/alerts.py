"""What operators must be told. One open alert for each reason of a conversation."""

from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, func, select, update

from ticket_store.moments import micros
from ticket_store.records import Alert
from ticket_store.sql import Sql
from ticket_store.tables import ALERTS as A
from ticket_store.tables import CONVERSATIONS as C


class Alerts:
    def __init__(self, connection: Connection, sql: Sql) -> None:
        self._connection, self._sql = connection, sql

    def raise_(self, conversation_id: str, reason: str, urgency: str, at: datetime) -> None:
        """The alert is open; one that is open for the same reason keeps its moment and takes the urgency."""
        self._sql.change(
            "INSERT INTO alerts (id, conversation_id, reason, urgency, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (conversation_id, reason) WHERE closed_at IS NULL DO UPDATE SET urgency = excluded.urgency",
            (token_hex(12), conversation_id, reason, str(urgency), micros(at)),
        )

    def open(self) -> list[Alert]:
        """Those that nobody has closed, oldest first."""
        rows = self._connection.execute(select(A).where(A.c.closed_at.is_(None)).order_by(A.c.at, A.c.seq))
        return [Alert(row.id, row.conversation_id, row.reason, row.urgency, row.at) for row in rows]

    def waited_without(self, reason: str, since: datetime, limit: int) -> list[str]:
        """Conversations that have waited for a person since then or longer, without an open alert for this reason; longest first."""
        alarmed = select(A.c.conversation_id).where(A.c.reason == reason, A.c.closed_at.is_(None))
        query = select(C.c.id).where(C.c.waiting_since <= since, C.c.id.not_in(alarmed))
        return list(self._connection.scalars(query.order_by(C.c.waiting_since).limit(limit)))

    def counts(self) -> dict[str, int]:
        """How many are open, by urgency."""
        query = select(A.c.urgency, func.count()).where(A.c.closed_at.is_(None)).group_by(A.c.urgency)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def close(self, conversation_id: str, at: datetime | None = None, *, but: str | None = None) -> int:
        """The conversation's alerts are dealt with; how many there were. `at` None: their own moment stands for it.
        `but`: those whose reason begins so stay open.
        """
        closed = update(A).where(A.c.conversation_id == conversation_id, A.c.closed_at.is_(None))
        if but is not None:
            closed = closed.where(A.c.reason.not_like(f"{but}%"))
        return self._connection.execute(closed.values(closed_at=at or A.c.at)).rowcount
