"""Carries webhooks to the gateway: signed bytes, in the platform's order, again and again until they are taken."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from webhooks.sandbox.faults import Faults
from webhooks.sandbox.stage import SandboxAccount, Stage

Taken = Callable[[bytes], Awaitable[None]]


@dataclass(slots=True)
class Parcel:
    """One webhook. `lane`: what shares it is delivered one after the other. `gives_up_at`: by the sandbox's clock."""

    lane: str
    event: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    born_at: float
    on_taken: Taken | None = None
    attempts: int = 0
    copies_left: int = 0
    retry_after: float | None = None


class Schedule(Protocol):
    """How one platform treats an answer."""

    patience: float  # seconds until an answer counts as missing
    in_order: bool  # the next of a lane waits until this one is taken

    def accepts(self, status: int) -> bool: ...
    def next_wait(self, parcel: Parcel) -> float | None: ...
    def retry_headers(self, parcel: Parcel) -> Mapping[str, str]: ...
    def gave_up(self, parcel: Parcel) -> None: ...


class Courier:
    """Of one account. Nothing is lost while it runs: what is not taken waits for its next attempt."""

    def __init__(self, stage: Stage, account: SandboxAccount, faults: Faults, schedule: Schedule) -> None:
        self.stage = stage
        self.account = account
        self.faults = faults
        self.schedule = schedule
        self.url = account.hook_url
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, deque[Parcel]] = {}
        self._running: set[str] = set()
        self._stragglers: list[Parcel] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._sleeping = 0
        self._changed = asyncio.Condition()

    def start(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._run_lanes()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._session = None

    def send(self, parcel: Parcel) -> None:
        """The parcel is on its way, behind those of its lane."""
        if not self.url:
            return
        self._lanes.setdefault(parcel.lane, deque()).append(parcel)
        self._run_lanes()

    def release(self) -> None:
        """What was held back goes out now."""
        self.faults.held = False
        self._run_lanes()

    def later(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """`act` happens after so many seconds, unless the sandbox is stopped before."""

        async def wait_and_act() -> None:
            await self.stage.wait(seconds)
            await act()

        self._begin(wait_and_act())

    async def settled(self) -> None:
        """Every webhook was tried and every late copy is out; what is not taken yet waits for its next attempt, and what
        is held back stays so.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: not self._lanes or (self.faults.held and not self._running))
        for parcel in self._drain_stragglers():
            await self._attempt(parcel)

    @property
    def waiting_for_retry(self) -> int:
        return self._sleeping

    async def post(self, parcel: Parcel) -> tuple[int, bytes, float | None]:
        """One attempt: status, body and Retry-After of the answer; status 0 when there was none in time."""
        session = self._session
        entry = self.stage.wire.begin(
            "webhook", self.account.name, self.account.platform, "POST", _path(self.url), parcel.headers, parcel.body
        )
        entry.event = parcel.event
        began = time.monotonic()
        if session is None or self.faults.down:
            self.stage.wire.end(entry, 0, b"", 0.0, "the gateway could not be reached")
            return 0, b"", None
        headers = {**parcel.headers, **self.schedule.retry_headers(parcel)}
        limit = aiohttp.ClientTimeout(total=self.schedule.patience)
        try:
            async with session.post(self.url, data=parcel.body, headers=headers, timeout=limit) as response:
                body = await response.read()
                pause = response.headers.get("Retry-After", "")
                status, retry_after = response.status, float(pause) if pause.isdigit() else None
        except TimeoutError:
            self.stage.broke(self.account, "slow_webhook", f"{parcel.event}: no answer in {self.schedule.patience:g} s")
            status, body, retry_after = 0, b"", None
        except aiohttp.ClientError:
            status, body, retry_after = 0, b"", None
        note = f"attempt {parcel.attempts + 1}" if parcel.attempts else ""
        self.stage.wire.end(entry, status, body, time.monotonic() - began, note)
        return status, body, retry_after

    async def get(self, url: str) -> tuple[int, bytes]:
        """A handshake: status and body, status 0 when nobody answered."""
        if self._session is None:
            return 0, b""
        path = _path(url)
        entry = self.stage.wire.begin("webhook", self.account.name, self.account.platform, "GET", path, {}, b"")
        began = time.monotonic()
        try:
            async with self._session.get(url, timeout=aiohttp.ClientTimeout(total=self.schedule.patience)) as response:
                status, body = response.status, await response.read()
        except (TimeoutError, aiohttp.ClientError):
            status, body = 0, b""
        self.stage.wire.end(entry, status, body, time.monotonic() - began, "handshake")
        return status, body

    # -- lanes -------------------------------------------------------------------------------------------------

    def _run_lanes(self) -> None:
        if self._session is None or self.faults.held:
            return
        for lane in self._lanes.keys() - self._running:
            self._running.add(lane)
            self._begin(self._run(lane))

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting and not self.faults.held:
                index = 0 if self.schedule.in_order else self.faults.pick(len(waiting))
                parcel = waiting[index]
                del waiting[index]
                parcel.copies_left = self.faults.duplicate - 1
                await self._deliver(parcel)
        finally:
            self._running.discard(lane)
            if not waiting:
                del self._lanes[lane]
            async with self._changed:
                self._changed.notify_all()

    async def _deliver(self, parcel: Parcel) -> None:
        taken = await self._attempt(parcel)
        if taken:
            await self._repeat(parcel)
        elif self.schedule.in_order:
            await self._retry(parcel)
        else:
            self._begin(self._retry(parcel))

    async def _repeat(self, parcel: Parcel) -> None:
        for _ in range(parcel.copies_left):
            if not self.schedule.in_order and self.faults.straggles():
                self._stragglers.append(parcel)
            else:
                await self._attempt(parcel)
        if self._stragglers and not self.faults.straggles():
            for late in self._drain_stragglers(but=parcel):
                await self._attempt(late)

    def _drain_stragglers(self, but: Parcel | None = None) -> list[Parcel]:
        ready = [each for each in self._stragglers if each is not but]
        self._stragglers = [each for each in self._stragglers if each is but]
        return ready

    async def _attempt(self, parcel: Parcel) -> bool:
        status, body, retry_after = await self.post(parcel)
        parcel.attempts += 1
        if not self.schedule.accepts(status):
            parcel.retry_after = retry_after
            return False
        on_taken, parcel.on_taken = parcel.on_taken, None
        if on_taken is not None:
            await on_taken(body)
        return True

    async def _retry(self, parcel: Parcel) -> None:
        while (wait := self.schedule.next_wait(parcel)) is not None:
            self._sleeping += 1
            try:
                await self.stage.wait(wait)
            finally:
                self._sleeping -= 1
            if await self._attempt(parcel):
                return
        self.schedule.gave_up(parcel)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Future[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            task.get_loop().call_exception_handler({"message": "a sandbox courier failed", "exception": error})


def _path(url: str) -> str:
    rest = url.partition("://")[2]
    return "/" + rest.partition("/")[2]
