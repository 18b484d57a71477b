"""Opening the database: two engines (one writes, one reads), and the traps of each driver."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ticket_store.crypto import KeyRing
from ticket_store.errors import BadDatabaseUrl, StaleState, StoreUnreachable, Unsupported
from ticket_store.folding import fold as plain_fold
from ticket_store.records import Schema
from ticket_store.rotation import Resealed, Rotation, rotate
from ticket_store.schema import downgrade, read_schema, upgrade
from ticket_store.unit_of_work import Work

if TYPE_CHECKING:
    import psycopg

_BUSY_SECONDS = 2
# PostgreSQL: serialization_failure and deadlock_detected ask for another try; the rest of class 40 is like them.
_TRY_AGAIN = "40"


def open_store(url: str, keys: KeyRing, fold: Callable[[str], str] = plain_fold) -> "Store":
    """A store on `sqlite:///path` or `postgresql://…`. Connects at first use only.

    `fold` makes full names comparable before they are indexed; it must stay the same for a database's whole life.
    Raises BadDatabaseUrl.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadDatabaseUrl(
            "DATABASE_URL is not an address; use sqlite:///path or postgresql://user:pass@host/db"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return Store(_sqlite(parsed, reading=False), _sqlite(parsed, reading=True), keys, fold)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
        return Store(_postgres(parsed, reading=False), _postgres(parsed, reading=True), keys, fold)
    raise BadDatabaseUrl(f"DATABASE_URL names {parsed.get_backend_name()}; known are sqlite:///path and postgresql://…")


def is_there(url: str) -> bool:
    """Whether that database exists: of SQLite a file, without making one; a server is taken at its word."""
    path = url.removeprefix("sqlite:///")
    return path == url or Path(path).is_file()


def _sqlite(url: URL, *, reading: bool) -> Engine:
    """SQLAlchemy's default loses updates with sqlite3: a transaction there begins at the first write, so that two
    processes read the same value and both write. Writers therefore take the write lock with BEGIN IMMEDIATE.
    """
    if not url.database or url.database == ":memory:":
        raise BadDatabaseUrl(
            "DATABASE_URL needs a file: sqlite:///path (memory would be a database for each connection)"
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8 if reading else 2,
        max_overflow=16,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS, "isolation_level": None},
    )

    path = Path(url.database)

    @event.listens_for(engine, "do_connect")
    def make_folder(*_: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what was erased is overwritten, not only unlinked
            "temp_store=MEMORY",
            f"query_only={'ON' if reading else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    start = "BEGIN" if reading else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.connection.cursor().execute(start)

    return engine


def _postgres(url: URL, *, reading: bool) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=8 if reading else 4,
        max_overflow=16,
        connect_args={"connect_timeout": _BUSY_SECONDS, "options": "-c timezone=UTC -c lock_timeout=10s"},
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if reading else {},
    )


class Store:
    """The database. Synchronous: call it from threads. Every transaction is short; never wait inside one."""

    def __init__(self, write: Engine, read: Engine, keys: KeyRing, fold: Callable[[str], str]) -> None:
        self._write, self._read, self._keys, self._fold = write, read, keys, fold
        self._sqlite = write.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """One transaction: everything is kept at exit, nothing when an exception leaves it.

        Raises StoreUnreachable, or StaleState when the database asks for another try (a deadlock it broke).
        """
        with self._transaction(self._write) as connection:
            yield Work(connection, self._keys, self._fold)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A snapshot. Writing in it fails."""
        with self._transaction(self._read) as connection:
            yield Work(connection, self._keys, self._fold)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, engine.dialect.loaded_dbapi.Error) as error:
            meant = self._meaning(error)
            if meant is None:
                raise
            if isinstance(meant, StoreUnreachable) and not self._sqlite:
                engine.dispose()  # the others in the pool are as dead as this one
            raise meant from error

    def _meaning(self, error: Exception) -> StoreUnreachable | StaleState | None:
        """What a driver's error says to our caller; None when it is a mistake of ours."""
        if isinstance(error, PoolTimeout):
            return StoreUnreachable("all connections to the database are busy")
        original = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(original, "sqlstate", None) or ""
        if state.startswith(_TRY_AGAIN):
            return StaleState("the database broke a deadlock; run again")
        api = self._write.dialect.loaded_dbapi
        code = getattr(original, "sqlite_errorname", "") or state or type(original).__name__
        # SQLite's plain "error" is a statement of ours that it does not understand.
        if isinstance(original, api.OperationalError | api.InterfaceError) and code != "SQLITE_ERROR":
            return StoreUnreachable(f"the database does not answer ({code})")
        return None

    def schema(self) -> Schema:
        """Whether the database's tables are those of this version. Raises StoreUnreachable."""
        with self._transaction(self._read) as connection:
            return read_schema(connection)

    def upgrade(self) -> None:
        """The tables are those of this version: made at once in an empty database, migrated in an older one.
        Several processes may do it at the same time. Raises SchemaMismatch for a newer database.
        """
        with self._transaction(self._write) as connection:
            upgrade(connection)

    def downgrade(self, revision: str) -> None:
        """The tables are those of the earlier `revision`; "base" leaves none. Loses data; for tests and emergencies."""
        with self._transaction(self._write) as connection:
            downgrade(connection, revision)

    def reencrypt(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Resealed:
        """Everything is sealed with the current key, chunk by chunk while others work; how many rows were not. `progress` hears
        (done, total). Former keys may be dropped afterwards, unless some are left. Raises Undecryptable.
        """
        return rotate(Rotation(self._keys, self._fold), lambda: self._transaction(self._write), progress)

    def backup(self, path: Path) -> None:
        """`path` is a whole copy of the database as it was at one moment; writing goes on meanwhile.
        Raises Unsupported on PostgreSQL.
        """
        if not self._sqlite:
            raise Unsupported(
                "PostgreSQL is backed up with its own tool: pg_dump --format=custom --file=FILE DATABASE_URL"
            )
        with self._read.connect() as connection:
            source = cast("sqlite3.Connection", connection.connection.dbapi_connection)
            copy = sqlite3.connect(path)
            try:
                source.backup(copy, pages=1024, sleep=0)
            finally:
                copy.close()

    @property
    def is_shared(self) -> bool:
        """Whether other processes, on other machines, may work on it too: PostgreSQL."""
        return not self._sqlite

    def notify(self, channel: str, payloads: Sequence[str]) -> None:
        """Whoever listens on the channel gets them. PostgreSQL only; raises StoreUnreachable."""
        with self._transaction(self._write) as connection:
            for payload in payloads:
                connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (channel, payload))

    def listen(self, channel: str, heard: Callable[[str], None], stopped: Callable[[], bool]) -> None:
        """Calls `heard` with every payload on the channel until `stopped`, which is looked at once a second.
        PostgreSQL only; raises StoreUnreachable.
        """
        try:
            with self._write.connect() as connection:
                connection.detach()  # it listens: nobody else may get it afterwards
                driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
                driver.autocommit = True
                driver.execute(f"LISTEN {channel}")
                while not stopped():
                    for note in driver.notifies(timeout=1.0):
                        heard(note.payload)
        except (DBAPIError, PoolTimeout, self._write.dialect.loaded_dbapi.Error) as error:
            raise self._meaning(error) or StoreUnreachable("the database broke off") from error

    def close(self) -> None:
        """All connections are closed."""
        self._write.dispose()
        self._read.dispose()
