# ruff: noqa: S608 - a number of ours in a statement
"""Whether the console's lists stay quick with a million tickets: every list, filter and search, in a small and a large store.

    PYTHONPATH=.:tests python -m tests.benchmarks.lists [--tickets 1000000] [--small 10000] [--folder /tmp/lists]

Both stores are SQLite files. The newest of both are alike, so that lists begin alike, and as many people wait and are held:
that follows from the staff, not from what has piled up. A fifth as many conversations as tickets, three messages each; one
ticket in a hundred is open. With
`--folder` the files stay and are used again. Times are the quickest of several reads in turn, which other work on the
machine disturbs least. "Other rows": the small store has too little of it for a whole page.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from kit.databases import report

from conversation.ids import OperatorId
from conversation.state import ConversationState
from conversation.understanding.fold import fold
from ticket_store.codec import encode
from ticket_store.codes import new_code
from ticket_store.conversations import STATE
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.messages import BODY as MESSAGE
from ticket_store.messages import Body
from ticket_store.ticket_lists import BODY, NAME, PHONE
from ticket_store.unit_of_work import Work
from ticket_store.worklists import Filters, View

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEYS = KeyRing.from_secrets("a benchmark's secret, of no use elsewhere")
ACCOUNTS = ("zalo", "messenger", "telegram", "viber")
CATEGORIES = ("road", "drainage", "waste", "lighting", "noise", "other")
DEPARTMENTS = ("transport", "construction", "ward", "police")
BUSY = 300
"""So many wait, and so many are held by one of ten."""
RARE = "scam"
_TIMES = 15


def micros(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def rows_of(count: int, dice: random.Random) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Table and row, for the statements of `fill`. The newest is the last; what it is like follows from how new it is."""
    chats, plain = count // 5, encode(report())
    idle = encode(ConversationState())
    for number in range(chats):
        back = chats - number
        one, account = f"{number:024x}", ACCOUNTS[back % 4]
        at = micros(NOW - timedelta(minutes=5 * back))
        waits = back % 2 == 0 and back < 2 * BUSY
        holder = f"op{back % 20 // 2}" if back % 2 == 1 and back < 2 * BUSY else None
        state = idle
        if waits:
            state = encode(ConversationState(waiting_since=NOW - timedelta(minutes=back % 90)))
        elif holder:
            state = encode(ConversationState(held_by=OperatorId(holder)))
        since = micros(NOW - timedelta(minutes=back % 90)) if waits else None
        sealed = KEYS.encrypt(STATE, one, state)
        ward = f"2{6700 + back % 167}"
        unread = int(waits or bool(holder and back % 3 == 0) or back % 50 == 0)
        yield "c", (one, account, f"u{number}", account, sealed, holder, since, ward, at, at, unread)
        for said in range(3):
            name = f"m{number:020x}{said}"
            author = ("contact", "bot", "contact")[said]
            body = KEYS.encrypt(MESSAGE, name, encode(Body("đèn đường hỏng")))
            yield "m", (name, one, account, "out" if author == "bot" else "in", author, body, at + said)
    for number in range(count):
        chat, back = number // 5, count - number
        account = ACCOUNTS[(chats - chat) % 4]
        at = micros(NOW - timedelta(minutes=back))
        ended = back % 101 != 0
        code = new_code("1022", date(2026, 11, 24) - timedelta(days=back // 1440), dice.randrange)
        category = RARE if back % 5000 == 7 else CATEGORIES[back % 6]
        phone, name = f"+849{chat % 10**8:08d}", fold(f"Người {chat // 3}")
        indexes = KEYS.blind_index(PHONE, phone), KEYS.blind_index(NAME, name)
        moments = at + 10**9 * (60 if back % 7 else 3), at, at, at + 10**9 if ended else None
        told = f"{chat:024x}", account, account, "resolved" if ended else "in_progress", category, DEPARTMENTS[back % 4]
        sealed = KEYS.encrypt(BODY, code, plain)
        yield "t", (*told, f"2{6700 + back % 167}", *indexes, *moments, code, sealed)


STATEMENTS = {
    "c": "INSERT INTO conversations (id, account, contact, platform, state, held_by, waiting_since, ward_code, created_at,"
    " last_message_at, unread, version, phase, reachable, opted_out) VALUES (?,?,?,?,?,?,?,?,?,?,?,1,'idle',TRUE,FALSE)",
    "m": "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version, replaceable,"
    " attempts, parts_done) VALUES (?,?,?,?,?,?,?,'sent',1,FALSE,0,0)",
    "t": "INSERT INTO tickets (conversation_id, account, platform, status, category, department, ward_code, phone_index,"
    " name_index, due_at, created_at, updated_at, resolved_at, code, body, priority, publish, to_compare)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'normal',FALSE,FALSE) ON CONFLICT DO NOTHING",
}


def fill(path: Path, count: int) -> None:
    waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in STATEMENTS}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, row in rows_of(count, random.Random(1022)):
            waiting[table].append(row)
            if len(waiting[table]) == 5000:
                connection.executemany(STATEMENTS[table], waiting[table])
                waiting[table].clear()
        for table, rows in waiting.items():
            connection.executemany(STATEMENTS[table], rows)


def reads(some: Sequence[str]) -> dict[str, Callable[[Work], object]]:
    """What the pages read. `some`: a code, in the middle of all."""
    found: dict[str, Callable[[Work], object]] = {"counts": lambda work: work.worklists.counts()}
    filters = {
        "": Filters(),
        " of one platform": Filters(accounts=("zalo",)),
        " of one ward": Filters(ward_code="26740"),
        " of a common category": Filters(category="road"),
        " of a rare category": Filters(category=RARE),
        " unread": Filters(unread=True),
        " waiting 30 minutes": Filters(waiting_before=NOW - timedelta(minutes=30)),
        " of a ward and category": Filters(ward_code="26740", category="road"),
        " unread of one ward": Filters(unread=True, ward_code="26740"),
    }
    for view in View:
        for name, one in filters.items():
            if view in {View.MINE, View.OTHERS} and one.waiting_before is not None:
                continue
            found[f"inbox {view}{name}"] = lambda work, view=view, one=one: work.worklists.page(view, "op1", one)  # type: ignore[misc]
    tickets: dict[str, dict[str, Any]] = {
        "": {},
        " open": {"open_only": True},
        " of one status": {"status": "in_progress"},
        " of a department": {"department": "transport"},
        " of a rare category": {"category": RARE},
        " of a department and category": {"department": "transport", "category": "waste"},
        " of a status, department, category": {"status": "resolved", "department": "ward", "category": "waste"},
        " overdue": {"due_before": NOW},
        " overdue of a department": {"due_before": NOW, "department": "transport"},
        " to chase": {"reminded": True},
        " further back": {"after": some[0]},
        " by code": {"q": some[0]},
        " by phone": {"q": "0900000123", "phone": "+84900000123"},
        " by name": {"q": "người 41"},
        " by name, open": {"q": "người 41", "open_only": True},
        " by what nobody has": {"q": "không có ai"},
    }
    for name, wanted in tickets.items():
        found[f"tickets{name}"] = lambda work, wanted=wanted: work.tickets.page(**wanted)  # type: ignore[misc]
    found["api: held"] = lambda work: work.conversations.list(held=True)
    found["api: held of an account"] = lambda work: work.conversations.list(held=True, account="zalo")
    found["api: waiting"] = lambda work: work.conversations.list(waiting=True)
    found["chats by contact"] = lambda work: work.conversations.list(contact="u123", limit=10)
    found["chats of a ticket"] = lambda work: work.worklists.found([work.tickets.find(some[0]).code])  # type: ignore[union-attr]
    found["clock: overdue"] = lambda work: work.tickets.overdue_to_tell(NOW, 100)
    found["clock: due soon"] = lambda work: work.tickets.due_soon(NOW, timedelta(days=1), 100)
    return found


def opened(path: Path, count: int) -> Store:
    if not path.exists():
        new = open_store(f"sqlite:///{path}", KEYS, fold)
        new.upgrade()
        new.close()
        fill(path, count)
    return open_store(f"sqlite:///{path}", KEYS, fold)


def measured(small: Store, large: Store, some: Sequence[Sequence[str]]) -> Iterator[tuple[str, list[int], list[float]]]:
    """Name, how many rows each store gave, and the milliseconds it took."""
    both = [(store, reads(codes)) for store, codes in zip((small, large), some, strict=True)]
    for name in both[0][1]:
        times: list[list[float]] = [[], []]
        rows = [1, 1]
        for _ in range(_TIMES):
            for place, (store, calls) in enumerate(both):
                with store.reading() as work:
                    started = time.perf_counter()
                    found = calls[name](work)
                    times[place].append(1000 * (time.perf_counter() - started))
                    rows[place] = len(found) if isinstance(found, Sequence) else 1
        yield name, rows, [min(one) for one in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        stores = [opened(folder / f"{count}.db", count) for count in (asked.small, asked.tickets)]
        some = []
        for store, count in zip(stores, (asked.small, asked.tickets), strict=True):
            with store.reading() as work:
                some.append(
                    [
                        work._connection.exec_driver_sql(
                            f"SELECT code FROM tickets WHERE seq = {count // 2}"
                        ).scalar_one()
                    ]
                )
        sys.stdout.write(f"{'milliseconds (rows)':>44} {asked.small:>16,} {asked.tickets:>16,}  ratio\n")
        for name, rows, (few, many) in measured(stores[0], stores[1], some):
            told = f"{few:10.2f} ({rows[0]:3}) {many:10.2f} ({rows[1]:3}) {many / few:6.2f}"
            sys.stdout.write(f"{name:>44} {told}{'' if rows[0] == rows[1] else '  (other rows)'}\n")
            sys.stdout.flush()
        for store in stores:
            store.close()


if __name__ == "__main__":
    main()
