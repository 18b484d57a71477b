"""What people changed of the site over what its files say: a history that is only added to; the newest of a key counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ticket_store.desk_tables import SITE_REVISIONS
from ticket_store.errors import SiteChanged
from ticket_store.moments import micros
from ticket_store.records import Page
from ticket_store.sql import Sql

R = SITE_REVISIONS.c


@dataclass(frozen=True, slots=True)
class SiteRevision:
    """`before`, `after`: what the part named by `key` was and became; None in `after`: what the files say."""

    number: int
    key: str
    before: Any
    after: Any
    author: str
    at: datetime
    note: str = ""


class SiteRevisions:
    def __init__(self, connection: Connection, sql: Sql) -> None:
        self._connection, self._sql = connection, sql

    def head(self, key: str | None = None) -> int:
        """The number of the last revision, of that part or of all; 0: there is none."""
        query = select(func.max(R.number))
        if key is not None:
            query = query.where(R.key == key)
        return self._connection.execute(query).scalar() or 0

    def edits(self) -> Mapping[str, Any]:
        """What lies over the files now: key → value."""
        newest = select(func.max(R.number)).group_by(R.key)
        rows = self._connection.execute(select(R.key, R.after).where(R.number.in_(newest)).order_by(R.number))
        found = {key: json.loads(after) for key, after in rows}
        return {key: value for key, value in found.items() if value is not None}

    def find(self, number: int) -> SiteRevision | None:
        row = self._connection.execute(select(SITE_REVISIONS).where(R.number == number)).first()
        return None if row is None else _revision(row)

    def page(self, key: str | None = None, limit: int = 50, after: int | None = None) -> Page[SiteRevision]:
        """Newest first. `after`: `next` of the page before, a number."""
        query = select(SITE_REVISIONS).order_by(R.number.desc())
        if key is not None:
            query = query.where(R.key == key)
        if after is not None:
            query = query.where(R.number < after)
        rows = self._connection.execute(query.limit(limit + 1)).all()
        found = [_revision(row) for row in rows[:limit]]
        return Page(found, str(found[-1].number) if len(rows) > limit else None)

    def add(self, revision: SiteRevision) -> None:
        """It is the last one now. Raises SiteChanged when its number is not one more than that of the last."""
        row = (revision.number, revision.key, _json(revision.before), _json(revision.after), revision.author)
        if self.head() != revision.number - 1 or not self._sql.change(
            "INSERT INTO site_revisions (number, key, before, after, author, at, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (*row, micros(revision.at), revision.note),
        ):
            raise SiteChanged("the site was changed meanwhile")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _revision(row: Any) -> SiteRevision:  # noqa: ANN401  Core's row of SITE_REVISIONS
    return SiteRevision(
        row.number, row.key, json.loads(row.before), json.loads(row.after), row.author, row.at, row.note
    )
