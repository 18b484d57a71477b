"""How an announcement leaves: the share of each platform's allowed rate, and the speed without limits beside a bare client.

The gateway's own broadcaster, with its database, against a server of its own process that takes every call.
"""

import asyncio
import os
import sqlite3
import sys
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
from benchmarks.processes import Server, free_port
from kit.town import environment_for

from adapters.registry import adapter_for
from bots.clock import Clock
from bots.gateway import Gateway, listen
from bots.settings import read_settings
from bots.site import read_files
from conversation.ids import ContactId, PlatformName
from conversation.messages import Message
from ticket_store.broadcasts import Audience, BroadcastState, NewBroadcast
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store

PLATFORMS = ("zalo", "viber", "messenger", "telegram")
_SECONDS = 12.0
_UNLIMITED = 4000
_CONNECTIONS = 256
_PATIENCE_S = 240.0
_WORDS = Message("Bão số 9 vào tối nay, bà con ở trong nhà.")


@asynccontextmanager
async def _stub(folder: Path) -> AsyncIterator[str]:
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("platform_stub.py")), str(port)]
    server = Server(command, os.environ, folder, port)
    await server.ready("/arrivals", 10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def _people(path: Path, counts: Mapping[str, int], now: float) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for platform, count in counts.items():
            connection.execute(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) INSERT INTO conversations"
                " (id, account, contact, platform, version, phase, reachable, opted_out, window_from, last_message_at,"
                " unread) SELECT lower(hex(randomblob(12))), ?, x, ?, 1, 'idle', TRUE, FALSE, ?, x, 0 FROM n",
                (count, platform, platform, round(now * 1e6)),
            )


async def _announced(
    folder: Path, url: str, counts: Mapping[str, int], *, paced: bool
) -> Mapping[str, Sequence[float]]:
    """When each call came at the platforms."""
    path = folder / "bench.db"
    environment = environment_for(list(counts), url, folder, f"sqlite:///{path}") | {"LOG_LEVEL": "ERROR"}
    if not paced:
        environment |= {f"BOT_{platform.upper()}_PACE": "off" for platform in counts}
    settings = read_settings(environment, need_key=True, terminal=False)
    store = open_store(settings.database_url, KeyRing.from_secrets(environment["SECRET_KEY"]))
    store.upgrade()
    now = Clock(settings.clock_offset).now
    _people(path, counts, now().timestamp())
    with store.writing() as work:
        made = work.broadcasts.add(NewBroadcast("Bão", _WORDS, Audience(), "a"), now())
        work.broadcasts.approve(made.id, "b", now())
    stop = asyncio.Event()
    gateway = Gateway(settings, read_files(settings.site), store)
    serving = asyncio.create_task(gateway.serve(listen("127.0.0.1", 0), stop=stop))
    looking = open_store(settings.database_url, KeyRing.from_secrets(environment["SECRET_KEY"]))
    async with asyncio.timeout(_PATIENCE_S):
        while not await asyncio.to_thread(_is_done, looking, made.id):  # noqa: ASYNC110 - a database is looked at
            await asyncio.sleep(0.2)
    looking.close()
    stop.set()
    await serving
    async with aiohttp.ClientSession() as session, session.get(f"{url}/arrivals") as reply:
        found: Mapping[str, Sequence[float]] = await reply.json()
    return found


def _is_done(store: Store, name: str) -> bool:
    with store.reading() as work:
        return work.broadcasts.find(name).state is BroadcastState.DONE


async def _bare(url: str, platform: str, count: int) -> float:
    """Calls a second of aiohttp's client alone, the same calls, as many at once as the broadcaster has."""
    account = environment_for([platform], url, Path(), "")
    settings = read_settings(account | {"DATABASE_URL": "sqlite:///unused.db"}, need_key=True, terminal=False)
    one = settings.accounts[0]
    calls = iter([one.adapter.render(_WORDS, ContactId(str(number)), one.account, "1")[0] for number in range(count)])

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as session:

        async def worker() -> None:
            for call in calls:
                async with session.request(call.method, call.url, json=call.json, headers=call.headers) as reply:
                    await reply.read()

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(_CONNECTIONS)))
        spent = time.perf_counter() - began
        async with session.get(f"{url}/arrivals"):
            pass
    return count / spent


def most_in_a_second(moments: Sequence[float]) -> int:
    """The fullest second, wherever it begins."""
    return max(bisect_left(moments, begin + 1.0) - at for at, begin in enumerate(moments))


async def measure(folder: Path, seconds: float = _SECONDS, unlimited: int = _UNLIMITED) -> None:
    """Prints both. `folder` has the folders `limited` and `free`; `seconds`: so long each platform is watched."""
    rates = {one: adapter_for(PlatformName(one)).capabilities for one in PLATFORMS}
    counts = {one: round(can.sends_per_second * can.bulk_size * seconds) for one, can in rates.items()}
    async with _stub(folder) as url:
        limited = await _announced(folder / "limited", url, counts, paced=True)
        for one, can in rates.items():
            moments = sorted(limited[one])
            per_second = (len(moments) - 1) / (moments[-1] - moments[0])
            most = most_in_a_second(moments)
            print(  # noqa: T201 - the report
                f"{one:<10} allowed {can.sends_per_second:5.1f} calls/s   used {per_second / can.sends_per_second:5.3f}"
                f"   fullest second {most / can.sends_per_second:5.3f}"
            )
        bare = await _bare(url, "telegram", unlimited)
        free = sorted((await _announced(folder / "free", url, {"telegram": unlimited}, paced=False))["telegram"])
        again = await _bare(url, "telegram", unlimited)
        sent = (len(free) - 1) / (free[-1] - free[0])
        middle = (bare + again) / 2
        print(  # noqa: T201 - the report
            f"without limits {sent:6.0f} calls/s, a bare client {middle:6.0f}: {sent / middle:5.2f} of it"
        )
