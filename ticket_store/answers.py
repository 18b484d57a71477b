"""What API calls with an Idempotency-Key were answered: a repetition, also a simultaneous one, gets the first answer."""

from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, delete

from ticket_store.crypto import KeyRing
from ticket_store.moments import micros
from ticket_store.sql import Sql
from ticket_store.tables import ANSWERS

BODY = "answers.body"


class Answers:
    def __init__(self, connection: Connection, sql: Sql, keys: KeyRing) -> None:
        self._connection, self._sql, self._keys = connection, sql, keys

    def keep(self, person: str, key: str, body: bytes, at: datetime) -> bytes:
        """The answer that counts for this person's key: `body`, or the one kept before. Call it in the same transaction as
        what the call did, before anything else: a simultaneous second call waits here for the first one's commit.
        """
        name = token_hex(12)
        kept = self._sql.change(
            "INSERT INTO answers (person, key, id, body, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (person, key, name, self._keys.encrypt(BODY, name, body), micros(at)),
        )
        if kept:
            return body
        found = self.find(person, key)
        return body if found is None else found

    def find(self, person: str, key: str) -> bytes | None:
        rows = self._sql.rows("SELECT id, body FROM answers WHERE person = ? AND key = ?", (person, key))
        return self._keys.decrypt(BODY, rows[0][0], rows[0][1]) if rows else None

    def forget(self, before: datetime) -> int:
        """Answers given before are gone; how many."""
        return self._connection.execute(delete(ANSWERS).where(ANSWERS.c.at < before)).rowcount
