"""Opening, transactions, durability, and what is said when the database is not there."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from kit.databases import AT, KEYS, PLATFORM, PostgresServer, after, conversation, heard, person
from sqlalchemy.exc import IntegrityError

from ticket_store.engine import Store, open_store
from ticket_store.errors import BadDatabaseUrl, StaleState, StoreUnreachable, Unsupported
from ticket_store.folding import fold
from ticket_store.moments import UTCDateTime, micros, moment


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://u:pass-word@h/db", "sqlite://", "sqlite:///:memory:"])
def test_a_wrong_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as raised:
        open_store(url, KEYS)
    assert "pass-word" not in str(raised.value)
    assert "sqlite:///" in str(raised.value)


def test_a_database_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for url in (
        f"postgresql://tongdai@/none?host={tmp_path}",
        "postgresql://u:pass-word@127.0.0.1:1/db",
        f"sqlite:///{tmp_path}",
    ):
        store = open_store(url, KEYS)
        for attempt in (store.schema, store.upgrade):
            with pytest.raises(StoreUnreachable) as raised:
                attempt()
            assert "pass-word" not in str(raised.value)
        store.close()


@pytest.mark.postgres
def test_after_the_server_dropped_our_connections_the_next_call_works(postgres_url: str) -> None:
    import psycopg

    store = open_store(postgres_url, KEYS)
    store.upgrade()
    store.schema()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    for broken in (store.schema, lambda: conversation(store)):
        with pytest.raises(StoreUnreachable):
            broken()
        broken()
    store.close()


def test_a_reader_sees_one_moment_and_cannot_write(store: Store) -> None:
    one = conversation(store)
    with store.reading() as reader:
        assert reader.messages.page(one.id) == []
        with store.writing() as work:
            work.messages.add([heard(one, "new")])
        assert reader.messages.page(one.id) == []
    with store.reading() as reader:
        assert len(reader.messages.page(one.id)) == 1
    with pytest.raises(Exception, match=r"READONLY|read-only"), store.reading() as reader:
        reader.messages.add([heard(one, "never")])


def test_a_mistake_of_ours_is_not_called_unreachable(store: Store) -> None:
    one = conversation(store)
    with pytest.raises((IntegrityError, store._write.dialect.loaded_dbapi.IntegrityError)), store.writing() as work:
        work.messages.add([replace(heard(one, "x"), id="same"), replace(heard(one, "y"), id="same")])
    with store.reading() as work:
        assert work.messages.page(one.id) == []


def test_a_database_without_our_tables_is_no_network_trouble(sqlite_url: str) -> None:
    store = open_store(sqlite_url, KEYS)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        conversation(store)
    store.close()


def test_no_update_is_lost_when_several_write_at_once(store_url: str) -> None:
    """SQLite's default transactions lose nearly half of these."""
    stores, together, rounds = [open_store(store_url, KEYS) for _ in range(4)], Barrier(4), 25

    def add_up(number: int) -> None:
        together.wait()
        for _ in range(rounds):
            with stores[number].writing() as work:
                loaded = work.conversations.load([(PLATFORM, person())])[person()]
                work.conversations.save([replace(loaded, unread=loaded.unread + 1)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_up, range(4)))
    final = conversation(stores[0])
    assert final.unread == 4 * rounds
    for one in stores:
        one.close()


def test_new_people_met_by_several_at_once_in_any_order_get_one_conversation_each(store_url: str) -> None:
    stores, together = [open_store(store_url, KEYS) for _ in range(4)], Barrier(4)
    people = [person(f"p{number}") for number in range(30)]
    orders = [people, people[::-1], people[15:] + people[:15], people[::2] + people[1::2]]

    def meet(number: int) -> set[str]:
        together.wait()
        ids: set[str] = set()
        for start in range(0, 30, 6):
            with stores[number].writing() as work:
                loaded = work.conversations.load([(PLATFORM, key) for key in orders[number][start : start + 6]])
                work.conversations.save(list(loaded.values()))
                ids |= {one.id for one in loaded.values()}
        return ids

    with ThreadPoolExecutor(4) as pool:
        assert len(set.union(*pool.map(meet, range(4)))) == 30
    for one in stores:
        one.close()


@pytest.mark.postgres
def test_a_deadlock_the_database_broke_asks_for_another_try(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    url = postgres_server.create(postgres_template)
    store = open_store(url, KEYS)
    first, second, together = conversation(store, "a"), conversation(store, "b"), Barrier(2)

    def cross(mine: str, other: str) -> bool:
        try:
            with store.writing() as work:
                work.messages.add([heard(first, "x")])
                work._sql.change("UPDATE conversations SET unread = 1 WHERE id = ?", (mine,))
                together.wait()
                work._sql.change("UPDATE conversations SET unread = 1 WHERE id = ?", (other,))
        except StaleState:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(cross, (first.id, second.id), (second.id, first.id)))
    assert sorted(done) == [False, True]
    store.close()
    postgres_server.drop(url)


KILLED = """
import sys
from kit.databases import *
store = open_store(sys.argv[1], KEYS)
one = conversation(store)
for number in range(10**6):
    with store.writing() as work:
        work.messages.add([heard(one, str(number))])
    sys.stdout.write(f"{number}\\n"); sys.stdout.flush()
"""


def test_what_was_committed_survives_a_kill_at_any_moment(sqlite_store: Store, sqlite_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((".", "tests"))}
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, sqlite_url], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert child.stdout is not None
    told = -1
    for line in child.stdout:
        told = int(line)
        if told >= 60:
            child.send_signal(signal.SIGKILL)
            break
    rest = child.stdout.read().split()
    told = int(rest[-1]) if rest else told
    child.wait()
    child.stdout.close()
    one = conversation(sqlite_store)
    with sqlite_store.reading() as work:
        kept = work.messages.page(one.id, limit=10**6)
    assert [message.text for message in kept][: told + 1] == [str(number) for number in range(told + 1)]
    assert len(kept) <= told + 2  # the one that was being told of when it died
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as look:
        assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    look.close()


def test_what_is_committed_is_flushed_to_disk(sqlite_store: Store) -> None:
    with sqlite_store._write.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_backup_is_whole_while_writing_goes_on(sqlite_store: Store, tmp_path: Path) -> None:
    one = conversation(sqlite_store)
    with sqlite_store.writing() as work:
        work.messages.add([heard(one, "kept")])
    with sqlite_store.writing() as work:
        work.messages.add([heard(one, "not yet committed")])
        sqlite_store.backup(tmp_path / "copy.db")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}", KEYS)
    with copy.reading() as work:
        assert [message.text for message in work.messages.page(one.id)] == ["kept"]
    copy.close()


@pytest.mark.postgres
def test_postgresql_is_backed_up_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, KEYS)
    with pytest.raises(Unsupported, match="pg_dump"):
        store.backup(tmp_path / "copy")
    store.close()


def test_moments_without_a_zone_are_refused_and_others_kept_to_the_microsecond() -> None:
    exact = after(0.123457)
    assert moment(micros(exact)) == exact
    assert (micros(None), moment(None)) == (None, None)
    for store_it in (micros, lambda at: UTCDateTime().process_bind_param(at, None)):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="time zone"):
            store_it(AT.replace(tzinfo=None))


def test_names_are_folded_to_be_found() -> None:
    assert fold("  NGUYỄN  Thị\tĐào ") == fold("nguyễn thị đào") == "nguyen thi dao"
    assert fold("حسن رضایی") == "حسن رضایی"
