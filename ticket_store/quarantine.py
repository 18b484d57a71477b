"""Signed webhooks that could not be read or applied: kept whole, to be replayed after a correction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from conversation.ids import AccountId
from ticket_store.crypto import KeyRing
from ticket_store.records import Page, Quarantined
from ticket_store.tables import QUARANTINE as Q

HEAD, BODY = "quarantine.head", "quarantine.body"


class Quarantine:
    def __init__(self, connection: Connection, keys: KeyRing) -> None:
        self._connection, self._keys = connection, keys

    def keep(
        self,
        account: AccountId,
        at: datetime,
        reason: str,
        headers: Mapping[str, str],
        body: bytes,
        method: str,
        query: Mapping[str, str],
    ) -> str:
        """The request is kept, sealed, exactly as received; its id. `reason` is a code, never the request's words."""
        name = token_hex(12)
        head = orjson.dumps({"headers": dict(headers), "query": dict(query)})
        self._connection.execute(
            insert(Q),
            {
                "id": name,
                "account": account,
                "at": at,
                "reason": reason,
                "method": method,
                "head": self._keys.encrypt(HEAD, name, head),
                "body": self._keys.encrypt(BODY, name, body),
            },
        )
        return name

    def page(self, limit: int = 50, after: str | None = None, *, open_only: bool = False) -> Page[Quarantined]:
        """Oldest first, without headers, query and body. `after`: `next` of the page before."""
        query = select(Q.c.id, Q.c.account, Q.c.at, Q.c.reason, Q.c.method, Q.c.done_at).order_by(Q.c.seq)
        if open_only:
            query = query.where(Q.c.done_at.is_(None))
        if after is not None:
            query = query.where(Q.c.seq > select(Q.c.seq).where(Q.c.id == after).scalar_subquery())
        rows = self._connection.execute(query.limit(limit + 1)).all()
        return Page([_listed(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None)

    def load(self, identifier: str) -> Quarantined | None:
        """The whole request."""
        row = self._connection.execute(select(Q).where(Q.c.id == identifier)).first()
        if row is None:
            return None
        head = orjson.loads(self._keys.decrypt(HEAD, row.id, row.head))
        body = self._keys.decrypt(BODY, row.id, row.body)
        return replace(_listed(row), headers=head["headers"], query=head["query"], body=body)

    def done(self, identifier: str, at: datetime) -> None:
        """It was applied at last; it stays until retention takes it."""
        self._connection.execute(update(Q).where(Q.c.id == identifier, Q.c.done_at.is_(None)).values(done_at=at))

    def forget(self, before: datetime) -> int:
        """Requests kept before are gone, applied or not; how many."""
        return self._connection.execute(delete(Q).where(Q.c.at < before)).rowcount

    def counts(self) -> dict[AccountId, int]:
        """How many wait to be looked at, by account."""
        query = select(Q.c.account, func.count()).where(Q.c.done_at.is_(None)).group_by(Q.c.account)
        return {AccountId(row[0]): row[1] for row in self._connection.execute(query)}


def _listed(row: Any) -> Quarantined:  # noqa: ANN401  Core's row
    return Quarantined(row.id, AccountId(row.account), row.at, row.reason, row.method, row.done_at)
