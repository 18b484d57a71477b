"""Tokens that platforms gave us, newest in use, the one before kept beside it."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, delete, insert, select, update

from conversation.ids import AccountId
from ticket_store.crypto import KeyRing
from ticket_store.records import Credential
from ticket_store.tables import CREDENTIALS as C

VALUE = "credentials.value"


class Credentials:
    def __init__(self, connection: Connection, keys: KeyRing) -> None:
        self._connection, self._keys = connection, keys

    def load(self, account: AccountId) -> dict[str, Credential]:
        """Those in use, by name."""
        rows = self._connection.execute(select(C).where(C.c.account == account, C.c.replaced_at.is_(None)))
        return {
            row.name: Credential(self._keys.decrypt_text(VALUE, row.id, row.value), row.obtained_at, row.expires_at)
            for row in rows
        }

    def put(self, account: AccountId, credentials: Mapping[str, Credential], at: datetime) -> None:
        """These are in use from now on, all at once; the ones before them stay for audit, older ones are gone."""
        same = (C.c.account == account) & C.c.name.in_(list(credentials))
        self._connection.execute(delete(C).where(same, C.c.replaced_at.is_not(None)))
        self._connection.execute(update(C).where(same).values(replaced_at=at))
        rows = []
        for name, credential in credentials.items():
            row = token_hex(12)
            rows.append(
                {
                    "id": row,
                    "account": account,
                    "name": name,
                    "value": self._keys.encrypt_text(VALUE, row, credential.value),
                    "obtained_at": credential.obtained_at,
                    "expires_at": credential.expires_at,
                    "put_at": at,
                }
            )
        if rows:
            self._connection.execute(insert(C), rows)
