"""Who is logged in to the console, and people's second factors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, delete, insert, select, update

from ticket_store.crypto import KeyRing
from ticket_store.records import Operator
from ticket_store.tables import OPERATORS, SESSIONS

S, PEOPLE = SESSIONS.c, OPERATORS.c
SECOND_FACTOR = "operators.second_factor"


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in. `device`: a browser and system in a few words. `confirmed_at` None: the second factor is awaited."""

    id: str
    operator: str
    device: str
    created_at: datetime
    confirmed_at: datetime | None
    seen_at: datetime
    expires_at: datetime


class Sessions:
    """Only the SHA-256 of a token is stored: 256 random bits need no slow hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, operator: str, device: str, at: datetime, lasts: timedelta, *, confirmed: bool) -> str:
        """The token of a new session, known to nobody but the caller."""
        token = token_urlsafe(32)
        values = {
            "id": token_hex(12),
            "operator": operator,
            "sha256": _digest(token),
            "device": device,
            "created_at": at,
            "confirmed_at": at if confirmed else None,
            "seen_at": at,
            "expires_at": at + lasts,
        }
        self._connection.execute(insert(SESSIONS), values)
        return token

    def find(self, token: str, at: datetime, idle: timedelta) -> tuple[Session, Operator] | None:
        """Whose living session it is. None: unknown, ended, too old, idle too long, or the person is disabled."""
        query = (
            select(SESSIONS, PEOPLE.role, PEOPLE.department, PEOPLE.password_hash, PEOPLE.created_at.label("since"))
            .join(OPERATORS, PEOPLE.name == S.operator)
            .where(S.sha256 == _digest(token), S.expires_at > at, S.seen_at > at - idle, PEOPLE.disabled_at.is_(None))
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return _session(row), Operator(row.operator, row.role, row.department, row.password_hash, row.since)

    def seen(self, session_id: str, at: datetime) -> None:
        """The person was here."""
        self._connection.execute(update(SESSIONS).where(S.id == session_id).values(seen_at=at))

    def of(self, operator: str, at: datetime) -> list[Session]:
        """The person's sessions that have not run out, latest used first."""
        query = select(SESSIONS).where(S.operator == operator, S.expires_at > at).order_by(S.seen_at.desc(), S.id)
        return [_session(row) for row in self._connection.execute(query)]

    def end(self, session_id: str, operator: str) -> bool:
        """This session of the person is over. False: they have no such session."""
        ended = delete(SESSIONS).where(S.id == session_id, S.operator == operator)
        return self._connection.execute(ended).rowcount > 0

    def end_all(self, operator: str, except_id: str | None = None) -> int:
        """All sessions of the person, but that one, are over; how many there were."""
        return self._connection.execute(
            delete(SESSIONS).where(S.operator == operator, S.id != (except_id or ""))
        ).rowcount

    def forget(self, at: datetime) -> int:
        """Those that ran out are gone; how many."""
        return self._connection.execute(delete(SESSIONS).where(S.expires_at <= at)).rowcount


class SecondFactors:
    """Secrets of one-time passwords (TOTP, RFC 6238), with the last time step used: a code counts once."""

    def __init__(self, connection: Connection, keys: KeyRing) -> None:
        self._connection, self._keys = connection, keys

    def put(self, operator: str, secret: str | None, used_step: int = 0) -> None:
        """The person logs in with this secret's codes from now on; None: without."""
        sealed = None if secret is None else self._keys.encrypt_text(SECOND_FACTOR, operator, f"{used_step} {secret}")
        self._connection.execute(update(OPERATORS).where(PEOPLE.name == operator).values(second_factor=sealed))

    def get(self, operator: str) -> tuple[str, int] | None:
        """(secret, last used step); None: the person has no second factor."""
        sealed = self._connection.scalar(select(PEOPLE.second_factor).where(PEOPLE.name == operator))
        if sealed is None:
            return None
        step, secret = self._keys.decrypt_text(SECOND_FACTOR, operator, sealed).split(" ", 1)
        return secret, int(step)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _session(row: object) -> Session:
    names = ("id", "operator", "device", "created_at", "confirmed_at", "seen_at", "expires_at")
    return Session(*(getattr(row, name) for name in names))
