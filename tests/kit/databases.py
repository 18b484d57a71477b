"""Databases for tests: SQLite in a temporary file, PostgreSQL started here.

    from kit.databases import postgres_server, postgres_template, postgres_url, sqlite_store, sqlite_template, store

`store` runs a test on both. PostgreSQL is Debian's (`apt-get install postgresql`), reached by a socket in a temporary folder
only. Without it the tests fail and say so; TONGDAI_TEST_POSTGRES=off leaves them out on purpose.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conversation.effects import TicketDraft
from conversation.ids import AccountId, ContactId, ConversationKey, PlatformName
from conversation.messages import Message
from conversation.places import Place
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.records import Conversation, NewMessage
from ticket_store.tables import METADATA

KEYS = KeyRing.from_secrets("a test's secret, long enough to be one")

_POSTGRES_USER = "postgres"
_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "log_min_messages=log")
_REMEDY = "install it (apt-get install postgresql) or leave its tests out with TONGDAI_TEST_POSTGRES=off"
_numbers = count(1)


class PostgresServer:
    """A server of our own in a temporary folder; `url(name)` addresses its databases."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        on_path = shutil.which("postgres")
        if not found and not on_path:
            pytest.fail(f"no PostgreSQL here; {_REMEDY}", pytrace=False)
        self._bin = (found[-1] if found else Path(str(on_path))).parent
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._spare: list[str] = []
        self._as = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, _POSTGRES_USER, _POSTGRES_USER)
            self._as = {"user": _POSTGRES_USER, "group": _POSTGRES_USER, "extra_groups": []}
        self._run: dict[str, Any] = {
            "cwd": self._folder,
            "env": {"PATH": str(self._bin), "LC_ALL": "C.UTF-8"},
            **self._as,
        }
        data = self._folder / "data"
        subprocess.run(
            [self._bin / "initdb", "-N", "-A", "trust", "-U", "tongdai", "-E", "UTF8", "-D", data],
            check=True,
            capture_output=True,
            **self._run,
        )
        options = [part for option in _OPTIONS for part in ("-c", option)]
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", data, "-k", self._folder, "-h", "", *options],
            stderr=subprocess.PIPE,
            text=True,
            **self._run,
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                break
        else:
            pytest.fail("PostgreSQL does not start:\n" + "".join(said), pytrace=False)
        # Nobody reads the rest, but a full pipe would stop the server.
        self._drain = threading.Thread(target=self._process.stderr.read, daemon=True)
        self._drain.start()

    def url(self, name: str) -> str:
        return f"postgresql://tongdai@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template`."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.split("/")[3].split("?", maxsplit=1)[0]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def lend(self, template: str) -> str:
        """The address of an empty database with our tables: one that was taken back, or a new copy of `template`."""
        return self._spare.pop() if self._spare else self.create(template)

    def take_back(self, url: str) -> None:
        """Emptied for the next test; several times as quick as dropping and copying one."""
        tables = ";".join(f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables))  # noqa: S608  our own tables
        try:
            with psycopg.connect(url, autocommit=True, options="-c lock_timeout=2s") as connection:
                connection.execute(tables)
        except psycopg.errors.LockNotAvailable:  # a failed test left a transaction open
            self.drop(url)
        else:
            self._spare.append(url)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)  # at once, nothing is kept
        self._process.wait()
        self._drain.join()
        assert self._process.stderr is not None
        self._process.stderr.close()
        shutil.rmtree(self._folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    if os.environ.get("TONGDAI_TEST_POSTGRES") == "off":
        pytest.skip("left out by TONGDAI_TEST_POSTGRES=off")
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A database with our tables, to be copied."""
    url = postgres_server.create()
    made = open_store(url, KEYS)
    made.upgrade()
    made.close()
    return url.split("/")[3].split("?", maxsplit=1)[0]


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    made = open_store(f"sqlite:///{path}", KEYS)
    made.upgrade()
    made.backup(path.with_name("whole.db"))
    made.close()
    return path.with_name("whole.db")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an empty database, in a folder of its own."""
    return f"sqlite:///{tmp_path / 'tongdai.db'}"


@pytest.fixture
def sqlite_store(sqlite_url: str, sqlite_template: Path) -> Iterator[Store]:
    shutil.copyfile(sqlite_template, sqlite_url.removeprefix("sqlite:///"))
    opened = open_store(sqlite_url, KEYS)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with our tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "tongdai.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.lend(request.getfixturevalue("postgres_template"))
    yield url
    server.take_back(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store on each database."""
    opened = open_store(store_url, KEYS)
    yield opened
    opened.close()


AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = AccountId("zalo")
PLATFORM = PlatformName("zalo")


def after(seconds: float) -> datetime:
    """That long after the tests' moment."""
    return AT + timedelta(seconds=seconds)


def person(contact: str = "citizen-1", account: AccountId = ACCOUNT) -> ConversationKey:
    return ConversationKey(account, ContactId(contact))


def conversation(store: Store, contact: str = "citizen-1", at: datetime = AT, **changes: Any) -> Conversation:
    """The stored conversation of a person, with `changes` saved into it."""
    key = person(contact)
    with store.writing() as work:
        loaded = work.conversations.load([(PLATFORM, key)])[key]
        work.conversations.save([replace(loaded, last_message_at=at, **changes)])
    with store.writing() as work:
        return work.conversations.load([(PLATFORM, key)])[key]


def heard(of: Conversation, text: str, at: datetime = AT, **more: Any) -> NewMessage:
    """What a citizen wrote."""
    return NewMessage(of.id, of.key.account, "in", "contact", text, at, **more)


def said(of: Conversation, text: str, at: datetime = AT, **more: Any) -> NewMessage:
    """What the bot is to say."""
    return NewMessage(of.id, of.key.account, "out", more.pop("author", "bot"), text, at, message=Message(text), **more)


def report(name: str = "Nguyễn Văn An", phone: str | None = "+84901234567", **more: Any) -> TicketDraft:
    place = Place("12 Lê Lợi, phường Bến Nghé", ward="Phường Sài Gòn", province="Hồ Chí Minh", ward_code="26740")
    values: dict[str, Any] = {"request": "Đèn đường hỏng ba ngày", "category": "lighting", "place": place, **more}
    return TicketDraft(name=name, phone=phone, **values)
