"""Citizens who chat: each sends six messages in order, the next one after the former's 2xx and its reply.

Bounded in time and in number, loopback only. Every reply is kept and looked at afterwards, so that a fast server which
loses, doubles or mixes up replies is not taken for a fast one.
"""

import asyncio
import gc
import itertools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import orjson
from benchmarks.dialogue import STEPS, TICKET_CODE, Citizen, anonymous
from benchmarks.wire import PLATFORMS

MOST_CITIZENS = 50_000
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, how long (seconds), how many at a time. `replies` False: only the 2xx is waited for.

    `grace` is for the dialogues that are open when the time is up, `listen_on` for doubled replies that come late.
    """

    port: int
    path: str
    platform: str
    replies: bool
    at_a_time: int
    warm_up: float
    seconds: float
    grace: float = 15.0
    listen_on: float = 0.3


@dataclass(slots=True)
class Talk:
    """One citizen's dialogue as it went. Moments are monotonic nanoseconds."""

    citizen: Citizen
    sent: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    replies: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0
    waiter: asyncio.Future[None] | None = None

    def hear(self, text: str, at: int) -> None:
        self.replies.append((at, text))
        if self.waiter is not None and len(self.replies) >= len(self.sent):
            if not self.waiter.done():
                self.waiter.set_result(None)
            self.waiter = None

    async def reply(self) -> None:
        """Returns when there are as many replies as messages."""
        if len(self.replies) < len(self.sent):
            self.waiter = asyncio.get_running_loop().create_future()
            await self.waiter


class Line(asyncio.Protocol):
    """One keep-alive connection to the server."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server hung up"))

    async def post(self, request: bytes) -> int:
        """The answer's status. Raises ConnectionError."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the server hung up")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._buffer[:head_end])
        if length is None:
            raise ValueError("an answer without Content-Length")
        end = head_end + 4 + int(length[1])
        if len(self._buffer) >= end:
            status, self._buffer = int(self._buffer[9:12]), self._buffer[end:]
            assert self._answer is not None
            self._answer.set_result(status)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Figures:
    """What one run came to. Milliseconds at the 50th and 99th percentile inside the window."""

    messages: int = 0
    per_second: float = 0.0
    ack_ms: tuple[float, float] = (0.0, 0.0)
    reply_ms: tuple[float, float] = (0.0, 0.0)
    citizens: int = 0
    ticketless: int = 0
    shared_codes: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    refused: int = 0
    strangers: int = 0
    example: str = ""
    """The first reply that was not the one that fits its step: what was expected, what came."""

    def faults(self) -> dict[str, int]:
        """What makes the run worthless, by name."""
        counts = {
            "citizens without a ticket": self.ticketless,
            "codes given twice": self.shared_codes,
            "replies lost": self.lost,
            "replies doubled": self.doubled,
            "replies out of order or for somebody else": self.wrong,
            "messages refused": self.refused,
            "replies to nobody": self.strangers,
        }
        return {name: count for name, count in counts.items() if count}


class Crowd:
    """The citizens of one server's run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._platform = PLATFORMS[plan.platform]
        self._numbers = itertools.count(1)
        self._events = itertools.count(100_001)
        self._talks: dict[str, Talk] = {}
        self._first: Talk | None = None
        self._strangers = 0
        self._open = True
        self._head = (
            f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nContent-Type: application/json\r\n"
        ).encode()

    def hear(self, contact: str, text: str, at: int) -> None:
        """The fake APIs tell of a reply."""
        talk = self._talks.get(contact)
        if talk is None:
            self._strangers += 1
        else:
            talk.hear(text, at)

    async def first(self, seconds: float = 20.0) -> Talk:
        """One citizen alone: shows what each step is answered with. Raises TimeoutError, ConnectionError."""
        line = await self._line()
        try:
            async with asyncio.timeout(seconds):
                self._first = await self._chat(line)
                return self._first
        finally:
            line.close()

    async def chat(self) -> Figures:
        """All citizens, warm-up and window; what it came to, replies compared with those to the first."""
        plan = self._plan
        gc.collect()
        gc.disable()  # a pause of ours would count as one of the server's
        start = time.monotonic_ns()
        window = start + int(plan.warm_up * 1e9), start + int((plan.warm_up + plan.seconds) * 1e9)
        try:
            workers = [asyncio.create_task(self._work()) for _ in range(plan.at_a_time)]
            await asyncio.sleep(plan.warm_up + plan.seconds)
            self._open = False
            _, stuck = await asyncio.wait(workers, timeout=plan.grace)
            for worker in stuck:
                worker.cancel()
            broken = [one for one in await asyncio.gather(*workers, return_exceptions=True) if isinstance(one, OSError)]
            await asyncio.sleep(plan.listen_on if plan.replies else 0)
        finally:
            gc.enable()
        figures = self._sum_up(window)
        figures.refused += len(broken)
        return figures

    async def _work(self) -> None:
        line = await self._line()
        try:
            while self._open and len(self._talks) < MOST_CITIZENS:
                await self._chat(line)
        finally:
            line.close()

    async def _line(self) -> Line:
        _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", self._plan.port)
        return line

    async def _chat(self, line: Line) -> Talk:
        citizen = Citizen(next(self._numbers))
        talk = self._talks[citizen.contact] = Talk(citizen)
        contact = citizen.contact.encode()
        for words in citizen.says(self._platform.hello):
            body = self._platform.body(contact, next(self._events), orjson.dumps(words))
            head = b"%s%sContent-Length: %d\r\n\r\n" % (self._head, self._platform.headers(body), len(body))
            talk.sent.append(time.monotonic_ns())
            status = await line.post(head + body)
            talk.acknowledged.append(time.monotonic_ns())
            if not 200 <= status < 300:
                talk.refused += 1
                break
            if self._plan.replies:
                await talk.reply()
        return talk

    # -- afterwards

    def _sum_up(self, window: tuple[int, int]) -> Figures:
        talks = [talk for talk in self._talks.values() if talk is not self._first]
        figures = Figures(messages=sum(len(talk.acknowledged) for talk in talks), citizens=len(talks))
        acks = [(at, at - sent) for talk in talks for sent, at in zip(talk.sent, talk.acknowledged, strict=False)]
        replies = [(at, at - sent) for talk in talks for sent, (at, _) in zip(talk.sent, talk.replies, strict=False)]
        figures.ack_ms = _percentiles(acks, window)
        figures.reply_ms = _percentiles(replies, window)
        counted = replies if self._plan.replies else acks
        inside = sum(window[0] <= at < window[1] for at, _ in counted)
        figures.per_second = inside / self._plan.seconds
        figures.refused = sum(talk.refused for talk in talks)
        figures.strangers = self._strangers
        if self._plan.replies and self._first is not None:
            self._check(figures, list(self._talks.values()), expected(self._first))
        return figures

    def _check(self, figures: Figures, talks: Sequence[Talk], expected: Sequence[str]) -> None:
        codes: list[str] = []
        for talk in talks:
            surplus = len(talk.replies) - len(talk.sent)
            figures.doubled += max(0, surplus)
            figures.lost += max(0, -surplus)
            found = [TICKET_CODE.search(text) for _, text in talk.replies]
            last = found[STEPS - 1] if len(found) >= STEPS else None
            if last is None:
                figures.ticketless += 1
            else:
                codes.append(last[0])
            for (_, text), wanted in zip(talk.replies, expected, strict=False):
                if (came := anonymous(text, talk.citizen)) != wanted:
                    figures.wrong += 1
                    figures.example = figures.example or f"expected: {wanted!r}\ncame:     {came!r}"
        figures.shared_codes = len(codes) - len(set(codes))


def expected(first: Talk) -> list[str]:
    """The six replies every citizen must get. Raises ValueError when the first citizen did not end with a code."""
    said = [text for _, text in first.replies]
    if len(said) != STEPS or len(set(said)) != STEPS or not TICKET_CODE.search(said[-1]):
        listed = "\n".join(f"  {number}. {text!r}" for number, text in enumerate(said, 1))
        raise ValueError(f"the first citizen's six messages did not lead to a ticket; the answers were\n{listed}")
    return [anonymous(text, first.citizen) for text in said]


def _percentiles(moments: Sequence[tuple[int, int]], window: tuple[int, int]) -> tuple[float, float]:
    took = sorted(duration for at, duration in moments if window[0] <= at < window[1])
    if not took:
        return 0.0, 0.0
    return took[len(took) // 2] / 1e6, took[min(len(took) - 1, len(took) * 99 // 100)] / 1e6
