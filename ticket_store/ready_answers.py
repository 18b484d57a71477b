"""Sentences that operators insert by a shortcut. Nothing is overwritten: every version stays, with its author."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, func, insert, select

from ticket_store.desk_tables import READY_ANSWERS

R = READY_ANSWERS.c


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """`text` may hold placeholders such as `{name}`; no personal data. `removed`: the version that took it away."""

    shortcut: str
    text: str
    author: str
    at: datetime
    removed: bool = False


class ReadyAnswers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, shortcut: str, text: str, author: str, at: datetime) -> None:
        """The shortcut stands for this text from now on."""
        self._add(shortcut, text, author, at, removed=False)

    def remove(self, shortcut: str, author: str, at: datetime) -> None:
        """The shortcut stands for nothing; its versions stay."""
        self._add(shortcut, "", author, at, removed=True)

    def in_use(self) -> list[ReadyAnswer]:
        """By shortcut."""
        newest = select(func.max(R.seq)).group_by(R.shortcut)
        query = select(READY_ANSWERS).where(R.seq.in_(newest), R.removed.is_(False)).order_by(R.shortcut)
        return [_answer(row) for row in self._connection.execute(query)]

    def versions(self, shortcut: str) -> list[ReadyAnswer]:
        """Everything it ever stood for, latest first."""
        query = select(READY_ANSWERS).where(R.shortcut == shortcut).order_by(R.seq.desc())
        return [_answer(row) for row in self._connection.execute(query)]

    def _add(self, shortcut: str, text: str, author: str, at: datetime, *, removed: bool) -> None:
        values = {
            "id": token_hex(12),
            "shortcut": shortcut,
            "text": text,
            "author": author,
            "at": at,
            "removed": removed,
        }
        self._connection.execute(insert(READY_ANSWERS), values)


def _answer(row: object) -> ReadyAnswer:
    return ReadyAnswer(*(getattr(row, name) for name in ("shortcut", "text", "author", "at", "removed")))
