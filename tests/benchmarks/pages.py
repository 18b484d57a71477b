"""Many operators' pages open at once, with citizens writing: how soon each page is told, what it costs the gateway.

    PYTHONPATH=.:tests .venv/bin/python tests/benchmarks/pages.py --pages 1000 --changes 50 --seconds 10

Half of the pages show the queue, half one conversation each. The gateway is a process of its own; the pages are event
streams of this one, so on a small machine both share the cores.
"""

import argparse
import asyncio
import logging
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import structlog
from kit.console import add_person, visitor
from kit.town import GatewayProcess, Town, sandbox_town

from bots.gateway import listen

_MARK = re.compile(rb"T(\d+\.\d{3})")


class Pages:
    """Open event streams. `told`: how old the newest change was that a list page had just shown, in seconds."""

    def __init__(self, place: Town, cookies: dict[str, str], conversations: list[str], most: int) -> None:
        self._place, self._cookies, self._conversations, self._most = place, cookies, conversations, most
        self.all_open = asyncio.Event()
        self.open = self.bytes = 0
        self.told: list[float] = []
        self.silences: dict[int, float] = {}
        self._last: dict[int, float] = {}

    async def show(self, number: int, session: aiohttp.ClientSession) -> None:
        chat = self._conversations[number % len(self._conversations)]
        feed = "inbox:" if number % 2 == 0 else f"chat:{chat}@1"
        url = f"{self._place.gateway_url}/console/live?feed=counts&feed={feed}"
        async with session.get(url, cookies=self._cookies, timeout=aiohttp.ClientTimeout(total=None)) as stream:
            self.open += 1
            if self.open == self._most:
                self.all_open.set()
            async for line in stream.content:
                self.bytes += len(line)
                marks = _MARK.findall(line) if line.startswith(b'data: ["inbox') else []
                if marks:
                    self._note(number, time.monotonic(), float(max(marks)))

    def _note(self, number: int, now: float, newest: float) -> None:
        self.told.append(now - newest)
        before = self._last.get(number, now)
        self.silences[number] = max(self.silences.get(number, 0.0), now - before)
        self._last[number] = now

    def forget(self) -> None:
        self.told.clear()
        self.silences.clear()
        self._last.clear()
        self.bytes = 0


def memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def measure(pages: int, changes: int, seconds: float, folder: Path) -> str:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    async with sandbox_town(folder, platforms=("telegram",), hook_port=port) as place:
        gateway = GatewayProcess(place.environment | {"LOG_LEVEL": "INFO"}, folder, port)
        await gateway.start()
        add_person(place, "Lan")
        people = [place.sandbox.person("telegram", f"Người {number}") for number in range(changes)]
        for person in people:
            await person.open_chat()
            place.clock.pass_time(3)
            await person.send_text("gặp nhân viên")
        await place.sandbox.settled()
        store = place.store()
        with store.reading() as work:
            conversations = [one.id for one in work.conversations.list(limit=200)]
        store.close()
        async with (
            visitor(place, "Lan") as lan,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        ):
            cookies = {one.key: one.value for one in lan.session.cookie_jar}
            shown = Pages(place, cookies, conversations, pages)
            bare = memory_mb(gateway.pid)
            tasks = [asyncio.create_task(shown.show(number, session)) for number in range(pages)]
            await shown.all_open.wait()
            await asyncio.sleep(2)
            shown.forget()
            used, began, sent = cpu_seconds(gateway.pid), time.monotonic(), 0
            while (passed := time.monotonic() - began) < seconds:
                place.clock.pass_time(0.1)
                await people[sent % changes].send_text(f"T{time.monotonic():.3f} thêm chi tiết")
                sent += 1
                await asyncio.sleep(max(0.0, sent / changes - passed))
            await place.sandbox.settled()
            passed = time.monotonic() - began
            cores = (cpu_seconds(gateway.pid) - used) / passed
            await asyncio.sleep(2)
            full = memory_mb(gateway.pid)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    told = sorted(shown.told)
    return (
        f"{pages} pages, {sent / passed:.0f} changes/s: a list shows a change {statistics.median(told):.2f} s old (median;"
        f" 99 % {told[int(len(told) * 0.99)]:.2f} s), is silent for {max(shown.silences.values()):.2f} s at most;"
        f" gateway {cores:.2f} cores, {bare:.0f} MB before the pages, {full:.0f} MB with them;"
        f" {shown.bytes / passed / 1e6:.1f} MB/s to the pages"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=50, help="messages of citizens a second")
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(asyncio.run(measure(asked.pages, asked.changes, asked.seconds, Path(folder))) + "\n")


if __name__ == "__main__":
    main()
