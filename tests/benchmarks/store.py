"""What the store costs beside the bare driver that does the same statements, in one run, as ratios.

    python -m tests.benchmarks.store [seconds] [postgresql://…]

The second side is sqlite3, or psycopg in a database of ours that is given (its rows stay there).

One message = claim its event key, load the conversation, save it, add the incoming and the outgoing message, claim the
outgoing one for sending, record it as sent; two transactions (intake, sending). The bare side has the same tables, indexes
and durability, but plain JSON without encryption, no records and no checks.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from statistics import median
from uuid import uuid4

import psycopg

from conversation.ids import AccountId, ContactId, ConversationKey, EventKey, PlatformName
from conversation.messages import Choice, Message
from conversation.places import Place
from conversation.state import ConversationState, Draft, Phase
from ticket_store.codec import encode
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.records import NewMessage, Sent

AT = datetime(2026, 11, 24, tzinfo=UTC)
ACCOUNT, PLATFORM = AccountId("zalo"), PlatformName("zalo")
STATE = ConversationState(
    phase=Phase.ADDRESS,
    language="vi",
    draft=Draft(name="Nguyễn Văn An", phone="+84901234567", place=Place("12 Lê Lợi, Bến Nghé", ward_code="26740")),
    offered=(Choice("confirm.yes", "Đúng"), Choice("confirm.no", "Sửa")),
)
HEARD = "đèn đường trước nhà tôi hỏng ba ngày nay rồi, nhờ tổng đài xử lý giúp"
SAID = Message(
    "Dạ, anh chị cho em xin địa chỉ nơi xảy ra sự việc ạ?", (Choice("a", "Gửi vị trí"), Choice("b", "Bỏ qua"))
)
PEOPLE = 500


def ours(store: Store, batch: int) -> Iterator[int]:
    for number in count(0, batch):
        keys = [ConversationKey(ACCOUNT, ContactId(f"c{one % PEOPLE}")) for one in range(number, number + batch)]
        with store.writing() as work:
            events = [(ACCOUNT, EventKey(uuid4().hex)) for _ in range(batch)]
            assert len(work.inbox.claim(events, AT)) == batch
            loaded = work.conversations.load([(PLATFORM, key) for key in keys])
            work.conversations.save([replace(loaded[key], state=STATE, last_message_at=AT) for key in keys])
            work.messages.add(
                [
                    message
                    for key in keys
                    for message in (
                        NewMessage(loaded[key].id, ACCOUNT, "in", "contact", HEARD, AT),
                        NewMessage(loaded[key].id, ACCOUNT, "out", "bot", SAID.text, AT, message=SAID),
                    )
                ]
            )
        with store.writing() as work:
            out = work.outbox.claim(ACCOUNT, 1, AT, batch)
            assert len(out) == batch
        with store.writing() as work:
            work.outbox.record([Sent(one.id, f"p{one.id}", AT) for one in out])
        yield batch


def bare(connection: sqlite3.Connection, batch: int) -> Iterator[int]:
    state, body = json.loads(encode(STATE)), json.loads(encode(SAID))
    run = connection.execute
    for number in count(0, batch):
        numbers = range(number, number + batch)
        run("BEGIN IMMEDIATE")
        for one in numbers:
            run(
                "INSERT INTO inbox (account, event_key, at) VALUES ('zalo', ?, 1) ON CONFLICT DO NOTHING",
                (uuid4().hex,),
            )
            contact = f"b{one % PEOPLE}"
            run(
                "INSERT INTO conversations (id, account, contact, platform, version, phase, reachable, opted_out,"
                " last_message_at, unread) VALUES (?, 'zalo', ?, 'zalo', 0, 'idle', 1, 0, 0, 0) ON CONFLICT DO NOTHING",
                (contact, contact),
            )
            version, stored = run(
                "SELECT version, state FROM conversations WHERE account = 'zalo' AND contact = ?", (contact,)
            ).fetchone()
            kept = json.loads(stored) if stored else state
            run(
                "UPDATE conversations SET version = version + 1, state = ?, last_message_at = 1 WHERE id = ? AND version = ?",
                (json.dumps(kept), contact, version),
            )
            run(
                "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version,"
                " replaceable, attempts, parts_done) VALUES (?, ?, 'zalo', 'in', 'contact', ?, 1, 'received', 0, 0, 0, 0)",
                (token_hex(12), contact, HEARD),
            )
            run(
                "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version,"
                " replaceable, attempts, parts_done, lane, due_at, first_due_at)"
                " VALUES (?, ?, 'zalo', 'out', 'bot', ?, 1, 'queued', 0, 0, 0, 0, 0, 1, 1)",
                (token_hex(12), contact, json.dumps(body)),
            )
        run("COMMIT")
        run("BEGIN IMMEDIATE")
        out = run(
            "SELECT id, body FROM messages WHERE account = 'zalo' AND lane IS NOT NULL AND delivery = 'queued'"
            " AND due_at <= 1 ORDER BY lane, due_at, seq LIMIT ?",
            (batch,),
        ).fetchall()
        connection.executemany(
            "UPDATE messages SET delivery = 'sending', epoch = 1 WHERE id = ?", [row[:1] for row in out]
        )
        run("COMMIT")
        run("BEGIN IMMEDIATE")
        connection.executemany(
            "UPDATE messages SET delivery = 'sent', lane = NULL, provider_id = ? WHERE id = ?",
            [(f"p{row[0]}", row[0]) for row in out],
        )
        run("COMMIT")
        yield batch


def bare_postgres(connection: psycopg.Connection, batch: int) -> Iterator[int]:
    """One statement of each kind for a batch, as far as PostgreSQL takes it."""
    state, body = encode(STATE), encode(SAID)
    many = connection.cursor().executemany
    for number in count(0, batch):
        ids = [uuid4().hex for _ in range(batch)]
        people = [f"b{one % PEOPLE}" for one in range(number, number + batch)]
        connection.execute(
            "INSERT INTO inbox SELECT 'zalo', k, 1 FROM unnest(%s::text[]) k ON CONFLICT DO NOTHING RETURNING event_key",
            (ids,),
        )
        many(
            "INSERT INTO conversations (id, account, contact, platform, version, phase, reachable, opted_out,"
            " last_message_at, unread) VALUES (%s, 'zalo', %s, 'zalo', 0, 'idle', TRUE, FALSE, 0, 0) ON CONFLICT DO NOTHING",
            [(one, one) for one in people],
        )
        rows = connection.execute(
            "SELECT id, state FROM conversations WHERE account = 'zalo' AND contact = ANY(%s) ORDER BY contact FOR UPDATE",
            (people,),
        ).fetchall()
        many(
            "UPDATE conversations SET version = version + 1, state = %s, last_message_at = 1 WHERE id = %s",
            [(json.dumps(json.loads(row[1] or state)).encode(), row[0]) for row in rows],
        )
        many(
            "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version, replaceable,"
            " attempts, parts_done, lane, due_at) VALUES (%s, %s, 'zalo', %s, %s, %s, 1, %s, 0, FALSE, 0, 0, %s, %s)",
            [
                row
                for one, contact in zip(ids, people, strict=True)
                for row in (
                    (f"i{one}", contact, "in", "contact", HEARD.encode(), "received", None, None),
                    (f"o{one}", contact, "out", "bot", body, "queued", 0, 1),
                )
            ],
        )
        connection.commit()
        out = connection.execute(
            "SELECT id, body FROM messages WHERE account = 'zalo' AND lane IS NOT NULL AND delivery = 'queued'"
            " AND due_at <= 1 ORDER BY lane, due_at, seq LIMIT %s",
            (batch,),
        ).fetchall()
        _ = [json.loads(row[1]) for row in out]
        many("UPDATE messages SET delivery = 'sending', epoch = 1 WHERE id = %s", [row[:1] for row in out])
        connection.commit()
        many(
            "UPDATE messages SET delivery = 'sent', lane = NULL, provider_id = %s WHERE id = %s",
            [(f"p{row[0]}", row[0]) for row in out],
        )
        connection.commit()
        yield batch


def rate(run: Iterator[int], seconds: float) -> float:
    for _ in range(5):
        next(run)
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        done += next(run)
    return done / spent


def compare(batch: int, seconds: float, url: str | None, rounds: int = 5) -> None:
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            store = open_store(url or f"sqlite:///{folder}/ours{number}.db", KeyRing.from_secrets("k" * 40))
            store.upgrade()
            mine = rate(ours(store, batch), seconds)
            if url:
                with psycopg.connect(url) as postgres:
                    theirs = rate(bare_postgres(postgres, batch), seconds)
            else:
                path = Path(folder) / f"bare{number}.db"
                empty = open_store(f"sqlite:///{path}", KeyRing.from_secrets("k" * 40))
                empty.upgrade()
                empty.close()
                with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                        connection.execute(f"PRAGMA {pragma}")
                    theirs = rate(bare(connection, batch), seconds)
            store.close()
            rates.append((mine, theirs))
    mine, theirs = (median(side) for side in zip(*rates, strict=True))
    ratio = median(one / other for one, other in rates)
    print(  # noqa: T201  a measurement speaks to the terminal
        f"batches of {batch:3}: ours {mine:7,.0f} messages/s, the bare driver {theirs:7,.0f}, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    for size in (1, 8, 64):
        compare(size, float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2] if len(sys.argv) > 2 else None)
