"""SQL text on the transaction's own driver cursor: for the few statements that run for every message.

Both databases understand the same text; placeholders are `?` (no text here contains a question mark or per cent sign
otherwise). What is asked now and then is written with SQLAlchemy's Core instead.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Row = Sequence[Any]

# Values one statement may carry: PostgreSQL takes 65,535, SQLite 32,766.
_MAX_ROWS = 256
_INDEXED_BY = re.compile(r" INDEXED BY \w+")


class Sql:
    """The driver's cursor of one transaction. Values and results are what is at rest: text, int, bytes, None."""

    def __init__(self, connection: Connection) -> None:
        self.postgres = connection.dialect.name == "postgresql"
        self._cursor = connection.connection.cursor()

    def rows(self, text: str, values: Row = ()) -> list[Any]:
        self._cursor.execute(_spelt(text, self.postgres), values)
        return list(self._cursor.fetchall())

    def change(self, text: str, values: Row = ()) -> int:
        """How many rows were touched."""
        self._cursor.execute(_spelt(text, self.postgres), values)
        return self._cursor.rowcount

    def many(self, text: str, rows: Sequence[Row]) -> int:
        """Runs `text` once for each row, in order; how many rows were touched in all."""
        if not rows:
            return 0
        if len(rows) == 1:
            return self.change(text, rows[0])
        self._cursor.executemany(_spelt(text, self.postgres), rows)
        return self._cursor.rowcount

    def for_update(self, of: str) -> str:
        """Locks the rows of a select, in its order. SQLite's one writer holds everything already."""
        return f" FOR UPDATE OF {of}" if self.postgres else ""


@lru_cache(maxsize=2048)
def _spelt(text: str, postgres: bool) -> str:
    """`INDEXED BY` is for SQLite, which never gathers statistics here and would walk through the primary key."""
    return _INDEXED_BY.sub("", text).replace("?", "%s") if postgres else text


def values_of(count: int, width: int) -> str:
    """`(?, ?), (?, ?)`: `count` rows of `width` placeholders."""
    row = "(" + ", ".join("?" * width) + ")"
    return ", ".join([row] * count)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _MAX_ROWS):
        yield items[start : start + _MAX_ROWS]


def padded(items: Sequence[T]) -> list[T]:
    """`items` with the last one repeated up to a power of two: few different texts, so the databases' plans are reused."""
    size = 1 << (len(items) - 1).bit_length()
    return [*items, *[items[-1]] * (size - len(items))]


def flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [value for row in rows for value in row]
