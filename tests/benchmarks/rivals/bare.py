"""The floor: what the same work costs with nothing round it. One process, aiohttp on uvloop.

`ok` answers 200. `insert` checks the secret and keeps one durable row. `road` is the whole durable road on the barest
footing: repeated updates found out, state, ticket and reply in one transaction before the 200, the reply sent by
aiohttp's client after it, and marked as sent. Rows that wait together are committed together, each commit flushed.

Settings from the environment: PORT, API_BASE, SECRET, DATABASE.
"""

import asyncio
import hmac
import os
import sqlite3
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import aiohttp
import orjson
import uvloop
from aiohttp import web
from benchmarks.rivals.words import ANSWERS, new_code

Job = Callable[[sqlite3.Cursor], Any]

_TABLES = """
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE state (chat INTEGER PRIMARY KEY, step INTEGER NOT NULL, draft TEXT NOT NULL);
CREATE TABLE ticket (code TEXT PRIMARY KEY, draft TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, text TEXT NOT NULL, sent INTEGER NOT NULL);
"""


class GroupCommit:
    """One thread, one connection; all jobs that wait make one flushed transaction."""

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[Job, asyncio.Future[Any]]] = []
        self._busy = False
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_TABLES)

    async def commit(self, job: Job) -> Any:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if not self._busy:
            self._busy = True
            self._next()
        return await done

    def _next(self) -> None:
        group, self._waiting = self._waiting, []
        run = asyncio.get_running_loop().run_in_executor(self._thread, self._run, [job for job, _ in group])

        def resolve(run: asyncio.Future[list[Any]]) -> None:
            for (_, done), result in zip(group, run.result(), strict=True):
                done.set_result(result)
            if self._waiting:
                self._next()
            else:
                self._busy = False

        run.add_done_callback(resolve)

    def _run(self, jobs: list[Job]) -> list[Any]:
        cursor = self._database.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        results = [job(cursor) for job in jobs]
        cursor.execute("COMMIT")
        return results


class Bare:
    def __init__(self, kind: str) -> None:
        self._secret = os.environ["SECRET"].encode()
        self._send_url = f"{os.environ['API_BASE']}/bot42:{os.environ['SECRET']}/sendMessage"
        self._commits = GroupCommit(os.environ["DATABASE"]) if kind != "ok" else None
        self._unsent: dict[int, deque[tuple[int, str]]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None
        self._handle = {"ok": self._ok, "insert": self._insert, "road": self._road}[kind]

    async def app(self) -> web.Application:
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=128), cookie_jar=aiohttp.DummyCookieJar()
        )
        app = web.Application()
        app.router.add_get("/healthz", self._ok)
        app.router.add_post("/hooks/telegram", self._handle)
        return app

    async def _ok(self, _: web.Request) -> web.Response:
        return web.Response()

    async def _signed_body(self, request: web.Request) -> bytes:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode()
        if not hmac.compare_digest(given, self._secret):
            raise web.HTTPUnauthorized
        return await request.read()

    async def _insert(self, request: web.Request) -> web.Response:
        body = await self._signed_body(request)
        number = orjson.loads(body)["update_id"]
        assert self._commits is not None
        await self._commits.commit(
            lambda cursor: cursor.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", (number, body))
        )
        return web.Response()

    async def _road(self, request: web.Request) -> web.Response:
        body = await self._signed_body(request)
        assert self._commits is not None
        reply = await self._commits.commit(lambda cursor: _take(cursor, orjson.loads(body), body))
        if reply is not None:
            self._send(*reply)
        return web.Response()

    def _send(self, number: int, chat: int, text: str) -> None:
        """To one person in order, to different people at once."""
        if chat in self._unsent:
            self._unsent[chat].append((number, text))
            return
        self._unsent[chat] = deque([(number, text)])
        task = asyncio.create_task(self._send_all(chat))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_all(self, chat: int) -> None:
        assert self._client is not None
        assert self._commits is not None
        unsent = self._unsent[chat]
        while unsent:
            number, text = unsent.popleft()
            async with self._client.post(
                self._send_url,
                data=orjson.dumps({"chat_id": chat, "text": text}),
                headers={"Content-Type": "application/json"},
            ) as response:
                accepted = orjson.loads(await response.read())["ok"]
            if accepted:
                await self._commits.commit(partial(_mark_sent, number=number))
        del self._unsent[chat]


def _mark_sent(cursor: sqlite3.Cursor, number: int) -> None:
    cursor.execute("UPDATE outbox SET sent = 1 WHERE id = ?", (number,))


def _take(cursor: sqlite3.Cursor, update: dict[str, Any], body: bytes) -> tuple[int, int, str] | None:
    """One update inside the transaction: (outbox row, chat, reply); None for a repeated one."""
    cursor.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", (update["update_id"], body))
    if not cursor.rowcount:
        return None
    chat, text = update["message"]["chat"]["id"], update["message"]["text"]
    row = cursor.execute("SELECT step, draft FROM state WHERE chat = ?", (chat,)).fetchone()
    step, draft = (0, "") if row is None or text == "/start" else row
    draft = f"{draft}\n{text}"
    code = ""
    if step == len(ANSWERS) - 1:
        code = new_code()
        cursor.execute("INSERT INTO ticket VALUES (?, ?)", (code, draft))
    cursor.execute(
        "INSERT INTO state VALUES (?, ?, ?) ON CONFLICT (chat) DO UPDATE SET step = excluded.step, draft = excluded.draft",
        (chat, (step + 1) % len(ANSWERS), draft),
    )
    reply = ANSWERS[step].format(draft=draft, code=code)
    cursor.execute("INSERT INTO outbox (chat, text, sent) VALUES (?, ?, 0)", (chat, reply))
    return cursor.lastrowid or 0, chat, reply


async def main(kind: str) -> None:
    runner = web.AppRunner(await Bare(kind).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main(sys.argv[1]))
