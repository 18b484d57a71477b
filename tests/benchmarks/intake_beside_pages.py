"""Whether a thousand operators' pages slow the intake: rounds without and with them in turn, in one gateway process.

    PYTHONPATH=.:tests .venv/bin/python tests/benchmarks/intake_beside_pages.py --pages 1000 --changes 50 --rounds 5

Half as many citizens as pages write so many messages a second as Telegram's webhooks. Measured in each half of a round: how long a webhook waits
for its 200, and the gateway's CPU time for a message. The pages (half on the queue, half on a chat each, as in pages.py)
are read by a process of their own; on two cores they still take some from the gateway, which browsers elsewhere would not.
"""

import argparse
import asyncio
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog
from benchmarks.pages import cpu_seconds
from benchmarks.wire import PLATFORMS
from kit.console import add_person, visitor
from kit.town import GatewayProcess, Town, sandbox_town

from bots.gateway import listen

_BODY = PLATFORMS["telegram"].body
_SETTLE_S = 2.0
_NOTICED_S = 17.0
"""A closed page is noticed at the next beat of its stream, fifteen seconds later at most."""


async def _read(address: tuple[str, int], path: str, cookie: str) -> asyncio.Task[None]:
    """An open page; returns when the gateway has begun to answer."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: gateway\r\nCookie: {cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head

    async def drain() -> None:
        try:
            while await reader.read(1 << 16):
                pass
        finally:
            writer.close()

    return asyncio.create_task(drain())


def watch(url: str, cookie: str, chats: Sequence[str], count: int, link: Connection) -> None:
    """A process full of pages: opens them, says so, and closes them when told."""

    async def run() -> None:
        parts = urlsplit(url)
        pages = []
        for number in range(count):
            feed = "inbox:" if number % 2 == 0 else f"chat:{chats[number % len(chats)]}@1"
            path = f"/console/live?feed=counts&feed={feed}"
            pages.append(await _read((parts.hostname or "", parts.port or 0), path, cookie))
        link.send("open")
        await asyncio.to_thread(link.recv)
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)

    asyncio.run(run())


class Citizens:
    """They write one after the other, each to the next webhook, never twice under one number."""

    def __init__(self, place: Town, session: aiohttp.ClientSession, count: int) -> None:
        self._url = f"{place.gateway_url}/hooks/telegram"
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": place.environment["BOT_TELEGRAM_SECRET"]}
        self._session, self._count, self._number = session, count, 0

    async def write(self, text: str) -> float:
        """How long the webhook waited for its 200, in milliseconds."""
        self._number += 1
        contact = str(7_000_000_000 + self._number % self._count).encode()
        body = _BODY(contact, 100_000 + self._number, orjson.dumps(text))
        began = time.perf_counter()
        headers = {**self._headers, "Content-Type": "application/json"}
        async with self._session.post(self._url, data=body, headers=headers) as answer:
            assert answer.status == 200
            await answer.read()
        return 1000 * (time.perf_counter() - began)

    async def stream(self, rate: int, seconds: float) -> list[float]:
        """So many a second, whatever the answers take."""
        began, tasks = time.monotonic(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            tasks.append(asyncio.create_task(self.write(f"thêm chi tiết {number}")))
        return await asyncio.gather(*tasks)


async def half(citizens: Citizens, gateway: GatewayProcess, rate: int, seconds: float) -> tuple[float, float]:
    """Median answer in ms, and the gateway's CPU ms for a message."""
    used = cpu_seconds(gateway.pid)
    times = await citizens.stream(rate, seconds)
    await asyncio.sleep(_SETTLE_S / 2)  # what the messages still cause counts too
    return median(times), 1000 * (cpu_seconds(gateway.pid) - used) / len(times)


async def measure(pages: int, changes: int, seconds: float, rounds: int, folder: Path) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    async with sandbox_town(folder, platforms=("telegram",), hook_port=port) as place:
        gateway = GatewayProcess(place.environment | {"LOG_LEVEL": "INFO"}, folder, port)
        await gateway.start()
        add_person(place, "Lan")
        async with visitor(place, "Lan") as lan, aiohttp.ClientSession() as session:
            citizens = Citizens(place, session, max(2, pages // 2))
            for _ in range(max(2, pages // 2)):
                await citizens.write("gặp nhân viên")
            store = place.store()
            with store.reading() as work:
                chats = [one.id for one in work.conversations.list(limit=1000)]
            store.close()
            cookie = "; ".join(f"{one.key}={one.value}" for one in lan.session.cookie_jar)
            await half(citizens, gateway, changes, seconds)  # warm
            ratios: list[tuple[float, float]] = []
            for number in range(rounds):
                bare = await half(citizens, gateway, changes, seconds)
                here, there = multiprocessing.Pipe()
                process = multiprocessing.get_context("spawn").Process(
                    target=watch, args=(place.gateway_url, cookie, chats, pages, there), daemon=True
                )
                process.start()
                await asyncio.to_thread(here.recv)
                await asyncio.sleep(_SETTLE_S)
                full = await half(citizens, gateway, changes, seconds)
                here.send("close")
                await asyncio.to_thread(process.join)
                await asyncio.sleep(_NOTICED_S)
                ratios.append((full[0] / bare[0], full[1] / bare[1]))
                sys.stdout.write(
                    f"round {number + 1}: answer {bare[0]:.1f} -> {full[0]:.1f} ms, CPU {bare[1]:.2f} -> {full[1]:.2f} ms"
                    " for a message\n"
                )
                sys.stdout.flush()
        await gateway.terminate()
    answer, cpu = (median(ratio[place] for ratio in ratios) for place in (0, 1))
    sys.stdout.write(
        f"{pages} pages beside {changes} messages/s, median of {rounds} interleaved rounds: an answer takes {answer:.2f} of"
        f" its time without pages, a message {cpu:.2f} of the gateway's CPU\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=50, help="messages of citizens a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(asked.pages, asked.changes, asked.seconds, asked.rounds, Path(folder)))


if __name__ == "__main__":
    main()
