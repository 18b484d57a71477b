"""Which chats are one person's, by proof: a phone their platforms vouch for, or a code shown in one and typed in the other.

One row for each chat that ever proved something. Only keyed hashes of the phone and the code stand in it. A chat that was
parted stays alone however often its phone is proved; only a new code joins it again.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from ticket_store.crypto import KeyRing
from ticket_store.desk_tables import IDENTITIES as I
from ticket_store.sql import Sql

CODE_LASTS = timedelta(minutes=10)
CODE_DIGITS = 8
PHONE, CODE = "identities.phone", "identities.code"
_MOST_TRIES = 5
_TRIES_COUNT_FOR = timedelta(hours=1)

Refusal = Literal["unknown", "own", "often"]


class Identities:
    def __init__(self, connection: Connection, sql: Sql, keys: KeyRing) -> None:
        self._connection, self._sql, self._keys = connection, sql, keys

    def prove(self, conversation_id: str, phone: str, at: datetime) -> bool:
        """The platform vouches for the phone (E.164). Whether this joined the chat with others that proved the same."""
        row = self._row(conversation_id)
        self._put(conversation_id, phone_index=self._keys.blind_index(PHONE, phone))
        if row.parted:
            return False
        same = I.c.phone_index.in_(self._keys.blind_indexes(PHONE, phone))
        query = select(I.c.conversation_id, I.c.person).where(same, I.c.conversation_id != conversation_id, ~I.c.parted)
        others = self._connection.execute(query.order_by(I.c.conversation_id)).all()
        joined = [self._join(conversation_id, one.conversation_id, at, "phone") for one in others]
        return any(joined)

    def others(self, conversation_id: str) -> list[str]:
        """The person's other chats."""
        person = select(I.c.person).where(I.c.conversation_id == conversation_id).scalar_subquery()
        query = select(I.c.conversation_id).where(I.c.person == person, I.c.conversation_id != conversation_id)
        return list(self._connection.scalars(query.order_by(I.c.conversation_id)))

    def make_code(
        self, conversation_id: str, at: datetime, randbelow: Callable[[int], int] = secrets.randbelow
    ) -> tuple[str, datetime]:
        """Eight digits that join another chat with this one, once, until the moment beside them. An earlier one ends."""
        self._row(conversation_id)
        self._put(conversation_id, code=None)
        until = at + CODE_LASTS
        code = f"{randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        while self._connection.scalar(select(I.c.conversation_id).where(self._is(code))) is not None:
            code = f"{randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        self._put(conversation_id, code=self._keys.blind_index(CODE, code), code_until=until)
        return code, until

    def join_by_code(self, conversation_id: str, code: str, at: datetime) -> tuple[str | None, Refusal | None]:
        """The chat that showed the code, joined with this one from now on; or why not. A code is good once; after five
        wrong ones within an hour none is looked at.
        """
        row = self._row(conversation_id)
        counts = row.tries_from is not None and at - row.tries_from < _TRIES_COUNT_FOR
        if counts and row.tries >= _MOST_TRIES:
            return None, "often"
        query = select(I.c.conversation_id).where(self._is(code), I.c.code_until > at)
        shown = self._connection.scalar(query)
        if shown is None:
            tries = {"tries": row.tries + 1} if counts else {"tries": 1, "tries_from": at}
            self._put(conversation_id, **tries)
            return None, "unknown"
        if shown == conversation_id:
            return None, "own"
        self._put(shown, code=None, code_until=None, parted=False)
        self._put(conversation_id, parted=False)
        self._join(conversation_id, shown, at, "code")
        return shown, None

    def part(self, conversation_id: str) -> list[str]:
        """The chat stands alone; those it was joined with."""
        others = self.others(conversation_id)
        if self._connection.scalar(select(I.c.conversation_id).where(I.c.conversation_id == conversation_id)):
            self._put(
                conversation_id, person=None, phone_index=None, code=None, code_until=None, joined_at=None, parted=True
            )
        if len(others) == 1:
            self._put(others[0], person=None, joined_at=None)
        return others

    def _is(self, code: str) -> Any:  # noqa: ANN401  Core's condition
        return I.c.code.in_(self._keys.blind_indexes(CODE, code))

    def _row(self, conversation_id: str) -> Any:  # noqa: ANN401  Core's row, locked
        self._sql.change(
            "INSERT INTO identities (conversation_id, tries, parted) VALUES (?, 0, FALSE) ON CONFLICT DO NOTHING",
            (conversation_id,),
        )
        query = select(I).where(I.c.conversation_id == conversation_id).with_for_update()
        return self._connection.execute(query).one()

    def _put(self, conversation_id: str, **values: Any) -> None:  # noqa: ANN401  each column its own type
        self._connection.execute(update(I).where(I.c.conversation_id == conversation_id).values(**values))

    def _join(self, one: str, other: str, at: datetime, way: str) -> bool:
        """Both, and whoever is joined with either, are one person. Whether they were not before."""
        query = select(I.c.conversation_id, I.c.person).where(I.c.conversation_id.in_((one, other)))
        persons = {row.conversation_id: row.person for row in self._connection.execute(query)}
        mine, theirs = persons[one], persons[other]
        if mine is not None and mine == theirs:
            return False
        person = theirs or mine or token_hex(8)
        if mine is not None:
            self._connection.execute(update(I).where(I.c.person == mine).values(person=person))
        for name in sorted((one, other)):
            self._put(name, person=person, joined_at=at, way=way)
        return True
