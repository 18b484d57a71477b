"""Who may do something: API tokens and operators of the console."""

from datetime import datetime
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ticket_store.errors import NameTaken
from ticket_store.records import Operator, Person
from ticket_store.tables import OPERATORS as O
from ticket_store.tables import TOKENS as T


class Tokens:
    """Each token is a person of its own. Only the SHA-256 is stored: 256 random bits need no slow hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: str, at: datetime, department: str | None = None) -> str:
        """The new token, to be shown this once. `department`: of the role `department`, the code whose tickets it sees;
        its own name when none is given. Raises NameTaken when a valid one has this name.
        """
        taken = select(T.c.id).where(T.c.name == name, T.c.revoked_at.is_(None))
        if self._connection.execute(taken).first():
            raise NameTaken(f"there is a valid token of the name {name}")
        token = token_urlsafe(32)
        values = {
            "id": token_hex(12),
            "name": name,
            "role": role,
            "department": (department or name) if role == "department" else None,
            "sha256": _digest(token),
            "created_at": at,
        }
        self._connection.execute(insert(T), values)
        return token

    def page(self) -> list[Person]:
        """All that ever were, oldest first."""
        rows = self._connection.execute(select(T).order_by(T.c.created_at, T.c.id))
        return [_person(row) for row in rows]

    def revoke(self, name: str, at: datetime | None = None) -> bool:
        """The token of this name is worth nothing from now on. False: there is no valid one.

        `at` None: the moment is not known to the caller and the token's own creation stands for it.
        """
        revoked = update(T).where(T.c.name == name, T.c.revoked_at.is_(None)).values(revoked_at=at or T.c.created_at)
        return self._connection.execute(revoked).rowcount > 0

    def find(self, token: str) -> Person | None:
        """Whose valid token it is. Looked up by its digest, so timing tells nothing of a stored one."""
        query = select(T).where(T.c.sha256 == _digest(token), T.c.revoked_at.is_(None))
        row = self._connection.execute(query).first()
        return _person(row) if row else None


class Operators:
    """People of the console. The caller hashes passwords (Argon2); they are never here in the open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: str, password_hash: str, at: datetime, department: str | None = None) -> None:
        """They may log in. Raises NameTaken."""
        if self.find(name):
            raise NameTaken(f"there is an operator of the name {name}")
        values = {
            "name": name,
            "role": role,
            "department": department,
            "password_hash": password_hash,
            "created_at": at,
        }
        self._connection.execute(insert(O), values)

    def list(self) -> list[Operator]:
        return [_operator(row) for row in self._connection.execute(select(O).order_by(O.c.name))]

    def find(self, name: str) -> Operator | None:
        row = self._connection.execute(select(O).where(O.c.name == name)).first()
        return _operator(row) if row else None

    def disable(self, name: str, at: datetime) -> bool:
        """They may not log in any more; their past work stays theirs. False: no such enabled operator."""
        disabled = update(O).where(O.c.name == name, O.c.disabled_at.is_(None)).values(disabled_at=at)
        return self._connection.execute(disabled).rowcount > 0

    def change_password(self, name: str, password_hash: str) -> bool:
        """They log in with the new password; all else stays. False: no such operator."""
        changed = update(O).where(O.c.name == name).values(password_hash=password_hash)
        return self._connection.execute(changed).rowcount > 0

    def reset(self, name: str, password_hash: str) -> bool:
        """They log in with the new password, disabled before or not; the second factor is to be set up anew."""
        changed = (
            update(O).where(O.c.name == name).values(password_hash=password_hash, second_factor=None, disabled_at=None)
        )
        return self._connection.execute(changed).rowcount > 0


def _person(row: Any) -> Person:  # noqa: ANN401  Core's row of TOKENS
    return Person(row.name, row.role, row.created_at, row.revoked_at, row.department, token=True)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _operator(row: object) -> Operator:
    names = ("name", "role", "department", "password_hash", "created_at", "disabled_at")
    return Operator(*(getattr(row, name) for name in names))
