"""A whole town for journeys: the sandbox's four platforms on one port, the gateway on another, real HTTP between them."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from aiohttp import web

from adapters.base import LoadsLater
from bots.demo_accounts import demo_secrets
from bots.gateway import Gateway, listen
from bots.schema import prepare
from bots.settings import read_settings
from bots.site import read_files
from conversation.site import SiteFiles
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.exports import all_tickets
from webhooks.sandbox.person import Person
from webhooks.sandbox.server import Sandbox, SandboxAccount

PLATFORMS = ("zalo", "viber", "messenger", "telegram")
KEY = "a key for tests only of more than 32 characters"
TICKET_CODE = re.compile(r"[A-Za-z0-9]+-\d{6}-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{5}")
REPOSITORY = Path(__file__).resolve().parents[2]


@cache
def shipped() -> SiteFiles:
    """The shipped site, read once a test run: its tables of place names take a while to be indexed."""
    return read_files(None)


def free_port() -> int:
    """For a gateway that is a process of its own, and may be started there again."""
    listener = listen("127.0.0.1", 0)
    port: int = listener.getsockname()[1]
    listener.close()
    return port


class TownClock:
    """The platforms' clock: real, plus what was added. A citizen who needs no time to type would break rate limits."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset  # noqa: TID251 - the simulated platforms have a clock of their own

    def pass_time(self, seconds: float) -> None:
        self.offset += seconds


class StillClock(TownClock):
    """A clock for platforms and gateway alike that moves only when it is told to: `now` is the gateway's."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._moment = start

    def __call__(self) -> float:
        return self._moment.timestamp()

    def now(self) -> datetime:
        return self._moment

    def pass_time(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)


def with_profile(**changes: object) -> SiteFiles:
    """The default site's files, whose profile has these parts."""
    files = shipped()
    return replace(files, profile=replace(files.profile, **changes))  # type: ignore[arg-type]


@dataclass
class Town:
    """`environment`: the settings of the gateway that belongs to the sandbox."""

    sandbox: Sandbox
    clock: TownClock
    environment: dict[str, str]
    folder: Path
    gateway_url: str = ""
    people: dict[str, Person] = field(default_factory=dict)

    def store(self) -> Store:
        """A store of our own beside the gateway's, as another process would have it."""
        return open_store(self.environment["DATABASE_URL"], KeyRing.from_secrets(KEY))

    def tickets(self) -> list[dict[str, object]]:
        store = self.store()
        try:
            with store.reading() as work:
                return list(all_tickets(work))
        finally:
            store.close()


def environment_for(platforms: Sequence[str], sandbox_url: str, folder: Path, database_url: str) -> dict[str, str]:
    """Settings of a gateway whose platforms are at `sandbox_url`, as the contract names them."""
    environment = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": KEY,
        "MEDIA_DIR": str(folder / "media"),
        "PORT": "0",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
    }
    for platform in platforms:
        prefix = f"BOT_{platform.upper()}_"
        environment[f"{prefix}API_BASE"] = sandbox_url
        for name, value in demo_secrets(platform, KEY, "Tổng đài 1022").items():
            environment[f"{prefix}{name}"] = value
        if platform == "zalo":
            environment[f"{prefix}OAUTH_BASE"] = sandbox_url
    return environment


@asynccontextmanager
async def sandbox_town(
    folder: Path,
    *,
    platforms: Sequence[str] = PLATFORMS,
    database_url: str | None = None,
    paced: bool = False,
    hook_port: int,
    time_scale: float = 0.01,
    clock: TownClock | None = None,
) -> AsyncIterator[Town]:
    """The platforms run; a gateway is expected at `hook_port`."""
    clock = clock or TownClock()
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    environment = environment_for(platforms, url, folder, database_url or f"sqlite:///{folder}/town.db")
    if not paced:
        environment |= {f"BOT_{platform.upper()}_PACE": "off" for platform in platforms}
    accounts = [
        SandboxAccount(
            platform,
            platform,
            {name.removeprefix(f"BOT_{platform.upper()}_"): value for name, value in environment.items()
             if name.startswith(f"BOT_{platform.upper()}_")},
            f"http://127.0.0.1:{hook_port}/hooks/{platform}",
        )
        for platform in platforms
    ]  # fmt: skip
    sandbox = Sandbox(accounts, clock=clock, time_scale=time_scale, base_url=url)
    app = web.Application()
    app.add_routes(sandbox.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    await sandbox.start()
    try:
        yield Town(sandbox, clock, environment, folder, f"http://127.0.0.1:{hook_port}")
    finally:
        while RUNNING:
            await RUNNING.pop().kill()
        await sandbox.stop()
        await runner.cleanup()


@asynccontextmanager
async def gateway_in_process(
    town: Town,
    listener: socket.socket,
    site: SiteFiles | None = None,
    now: Callable[[], datetime] | None = None,
) -> AsyncIterator[Gateway]:
    """The town's gateway, in this very process; stopped in order at the end."""
    settings = read_settings(town.environment, need_key=True, terminal=False)
    store = town.store()
    await asyncio.to_thread(prepare, store)
    for one in settings.accounts:
        if isinstance(one.adapter, LoadsLater) and not one.adapter.loaded:
            await asyncio.to_thread(one.adapter.load)  # once a test run; a server does it after it listens
    gateway = Gateway(settings, site or shipped(), store, now=now)
    stop = asyncio.Event()
    task = asyncio.create_task(gateway.serve(listener, stop=stop))
    try:
        yield gateway
    finally:
        stop.set()
        await task


@asynccontextmanager
async def town(
    folder: Path,
    *,
    platforms: Sequence[str] = PLATFORMS,
    site: SiteFiles | None = None,
    database_url: str | None = None,
    paced: bool = False,
    clock: StillClock | None = None,
) -> AsyncIterator[Town]:
    """Platforms and gateway, both in this process; with `clock` neither knows another time."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with (
        sandbox_town(
            folder, platforms=platforms, database_url=database_url, paced=paced, hook_port=port, clock=clock
        ) as place,
        gateway_in_process(place, listener, site, clock.now if clock is not None else None),
    ):
        yield place


RUNNING: list["GatewayProcess"] = []
"""Processes that a failed test may have left behind; ended with the town."""


class GatewayProcess:
    """`tongdai serve` as a process of its own, to be killed and started again."""

    def __init__(self, environment: Mapping[str, str], folder: Path, port: int) -> None:
        self.environment = {**environment, "PORT": str(port)}
        self.folder = folder
        self.log = folder / "gateway.log"
        self._process: asyncio.subprocess.Process | None = None
        self._log_read = self.log.stat().st_size if self.log.exists() else 0
        RUNNING.append(self)

    async def start(self, *arguments: str) -> None:
        """Returns when it says that it listens."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bots", "serve", *arguments,
                cwd=self.folder,
                env={**clean, **self.environment, "PYTHONPATH": str(REPOSITORY)},
                stderr=log, stdout=log,
            )  # fmt: skip
        async with asyncio.timeout(30):
            while b"listening" not in self.log.read_bytes()[self._log_read :]:
                if self._process.returncode is not None:
                    raise AssertionError(self.log.read_text(encoding="utf-8"))
                await asyncio.sleep(0.02)
        self._log_read = self.log.stat().st_size

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """As a power cut would: no chance to finish anything."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """In order; the exit status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()
