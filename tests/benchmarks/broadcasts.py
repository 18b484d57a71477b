"""What an announcement to a million costs beside the bare statements, in one run, as ratios.

    python tests/benchmarks/broadcasts.py [people]

Four platforms' people in a SQLite file. Planned as the gateway does it, in chunks of one transaction each, beside one bare
INSERT … SELECT of the same rows into a table with the same key. A dry run, claiming and recording, and the counts beside.
"""

import asyncio
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conversation.ids import AccountId
from conversation.messages import Message
from ticket_store.broadcast_deliveries import Result
from ticket_store.broadcasts import Audience, Broadcast, NewBroadcast
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.leases import sender_lease

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WINDOWS = {
    AccountId("zalo"): timedelta(days=7),
    AccountId("viber"): None,
    AccountId("messenger"): timedelta(hours=24),
    AccountId("telegram"): None,
}
VIBER = AccountId("viber")


def fill(path: Path, people: int) -> None:
    """Conversations with random ids; a tenth has blocked or opted out, window clocks lie anywhere in the last ten days."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) INSERT INTO conversations"
            " (id, account, contact, platform, version, phase, reachable, opted_out, window_from, last_message_at, unread)"
            " SELECT lower(hex(randomblob(12))), p, 'c' || x, p, 1, 'idle', x % 20 <> 0, x % 20 = 1,"
            " ? - abs(random() % 864000000000), x, 0"
            " FROM (SELECT x, CASE x % 4 WHEN 0 THEN 'zalo' WHEN 1 THEN 'viber' WHEN 2 THEN 'messenger' ELSE 'telegram' END"
            " AS p FROM n)",
            (people, round(NOW.timestamp() * 1e6)),
        )


def timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def bare(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE bare (broadcast INTEGER, conversation_id TEXT, account TEXT, state TEXT,"
            " PRIMARY KEY (broadcast, conversation_id)) WITHOUT ROWID"
        )
        connection.execute("INSERT INTO bare SELECT 1, id, account, 'pending' FROM conversations ORDER BY id")


def plan_through(store: Store, one: Broadcast) -> float:
    """The longest transaction, in seconds: so long a reply may have to wait."""
    longest, done = 0.0, False
    while not done:
        started = time.perf_counter()
        with store.writing() as work:
            done = work.broadcast_deliveries.expand(one, WINDOWS, NOW)
        longest = max(longest, time.perf_counter() - started)
    return longest


def send(store: Store, one: Broadcast, calls: int) -> None:
    """As the Viber account does: 300 people claimed, then recorded, in two transactions."""
    with store.writing() as work:
        epoch = work.leases.take(sender_lease(VIBER), "bench", NOW, timedelta(hours=1))
    assert epoch is not None
    for _ in range(calls):
        with store.writing() as work:
            people = work.broadcast_deliveries.next(one.seq, VIBER, epoch, NOW, 300)
            claimed = work.broadcast_deliveries.sending(one.seq, VIBER, one.message, people, epoch, NOW)
        with store.writing() as work:
            work.broadcast_deliveries.record([Result(each, "sent", NOW, provider_id="t") for each in claimed])


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        store = open_store(f"sqlite:///{path}", KeyRing.from_secrets("a key for benchmarks only, long enough"))
        store.upgrade()
        fill(path, people)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        reference = timed(lambda: bare(path))
        with store.writing() as work:
            made = work.broadcasts.add(NewBroadcast("Bão", Message("Bão vào tối nay"), Audience(), "a"), NOW)
            one = work.broadcasts.approve(made.id, "b", NOW)
        with store.reading() as work:
            dry = timed(lambda: work.broadcast_deliveries.count(one.audience, WINDOWS, NOW))
        longest = 0.0

        def planning() -> None:
            nonlocal longest
            longest = plan_through(store, one)

        planned = timed(planning)
        calls = min(100, people // 4 // 300 // 2)
        sending = timed(lambda: send(store, one, calls))
        with store.reading() as work:
            counting = timed(lambda: work.broadcast_deliveries.counts(one.seq))
            counts = work.broadcast_deliveries.counts(one.seq)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert counts.planned == people
        print(f"{people:,} people, {counts.skipped:,} left out: {dict(counts.skipped_by_reason)}")  # noqa: T201 - the report
        print(  # noqa: T201 - the report
            f"planned        {planned:7.2f} s   {planned / reference:5.2f} x the bare INSERT … SELECT ({reference:.2f} s)"
        )
        print(f"longest chunk  {longest * 1000:7.0f} ms")  # noqa: T201 - the report
        print(f"dry run        {dry:7.2f} s   {dry / reference:5.2f} x")  # noqa: T201 - the report
        print(f"counts         {counting:7.2f} s   {counting / reference:5.2f} x")  # noqa: T201 - the report
        print(f"claim, record  {calls * 300 / sending:7.0f} people a second")  # noqa: T201 - the report
        print(f"memory grown   {grown:7.1f} MiB")  # noqa: T201 - the report
        store.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from benchmarks.broadcast_sending import measure

    main()
    with tempfile.TemporaryDirectory() as sending:
        for part in ("limited", "free"):
            (Path(sending) / part).mkdir()
        asyncio.run(measure(Path(sending)))
