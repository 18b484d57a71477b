"""Dialogues over real HTTP: one town, all four platforms, every citizen of every dialogue in it at the same time.

It goes in rounds. In each, everybody whose dialogue has a next act does it at once; when all webhooks are taken and
everything the gateway has to say is said, what came of it is judged. Between the rounds the clock moves as far as it
does in the pure play. Nothing waits for time to pass, and "no answer" is told from a store with nothing left to send.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from kit.api import callers
from kit.http_chat import HttpChat, NotHere, Stage
from kit.sites import files
from kit.town import StillClock, gateway_in_process, sandbox_town
from kit.transcripts import START, Line, Transcript

from bots.gateway import Gateway, listen
from ticket_store.moments import micros, moment
from webhooks.sandbox.stage import incident_view

_BETWEEN = timedelta(seconds=10)
"""As in the pure play: whoever types needs so long."""
_PATIENCE_S = 60.0
_DUE = "SELECT COUNT(*) FROM messages WHERE lane IS NOT NULL AND (delivery = 'sending' OR due_at <= ?)"
_HELD = "SELECT MIN(due_at) FROM messages WHERE lane IS NOT NULL"
"""A message is in the outbox exactly while its lane is set (ticket_store/outbox.py)."""


@dataclass(slots=True)
class Play:
    """One dialogue on one platform. `problem`: where it went otherwise; `missing`: why it cannot go on here."""

    transcript: Transcript
    platform: str
    chat: HttpChat
    lines: Iterator[Line] = field(init=False)
    next: Line | None = field(init=False)
    problem: str | None = None
    missing: str | None = None

    def __post_init__(self) -> None:
        self.lines = iter(self.transcript.lines)
        self.next = next(self.lines, None)

    @property
    def over(self) -> bool:
        return self.next is None or self.problem is not None or self.missing is not None

    async def act(self) -> None:
        """The next step that is no pause is on its way."""
        line = self.next
        assert line is not None
        self.next = next(self.lines, None)
        try:
            await self.chat.act(line)
        except NotHere as missing:
            self.missing = f"line {line.number}: {missing}"
        except (AssertionError, LookupError) as error:
            self._wrong(line, str(error))

    def judge(self) -> None:
        """The expectations up to the next act are met, or the first that is not is the problem."""
        self.chat.look()
        while not self.over and self.next is not None and self.next.expects:
            complaint = self.chat.complaint(self.next)
            if complaint is not None and not self.chat.seen.answers and self.chat.waits_for_window():
                self.missing = (
                    f"line {self.next.number}: {self.platform} takes no message so long after the citizen's last"
                )
            elif complaint is not None:
                self._wrong(self.next, complaint)
            self.next = next(self.lines, None)

    def _wrong(self, line: Line, what: str) -> None:
        self.problem = f"tests/journeys/transcripts/{self.transcript.name}.txt:{line.number}: {what}"


@dataclass(slots=True)
class Rounds:
    stage: Stage
    gateway: Gateway
    plays: Sequence[Play]

    async def run(self) -> None:
        while acting := [play for play in self.plays if not play.over]:
            pausing = [play for play in acting if play.next is not None and play.next.kind == "later"]
            if pausing:
                await self._pause(pausing)
            else:
                await self._pass(_BETWEEN)
                await asyncio.gather(*(play.act() for play in acting))
                await self._settle()
                for play in acting:
                    play.judge()

    async def _pause(self, plays: Sequence[Play]) -> None:
        """Time passes for all: dialogues with pauses share a town only with the same one on other platforms."""
        for play in plays:
            play.chat.begin()
        (line, *_) = [play.next for play in plays]
        assert line is not None
        await self._pass(line.delay)
        for play in plays:
            play.next = next(play.lines, None)
            play.judge()

    async def _pass(self, delay: timedelta) -> None:
        """What is due meanwhile happens at its moment."""
        clock = self.stage.clock
        until = clock.now() + delay
        while (due := self._wakes_next()) is not None and due <= until:
            clock.pass_time(max(0.0, (due - clock.now()).total_seconds()))
            await self.gateway.timers.turn()
            await self._settle()
            if self._wakes_next() == due:
                raise AssertionError("a conversation that was woken still wants to be woken at the same moment")
        clock.pass_time((until - clock.now()).total_seconds())
        await self.gateway.timers.turn()
        await self._settle()

    def _wakes_next(self) -> datetime | None:
        return moment(self._ask("SELECT MIN(wake_at) FROM conversations"))

    async def _settle(self) -> None:
        """All webhooks are taken, all messages that are due are said; for one held back a little the clock moves on."""
        async with asyncio.timeout(_PATIENCE_S):
            await self.stage.town.sandbox.settled()
            while True:
                if self._ask(_DUE, micros(self.stage.clock.now())):
                    await asyncio.sleep(0.005)  # another thread's database: nobody could tell us
                    continue
                await self.stage.town.sandbox.settled()
                held = moment(self._ask(_HELD))
                if held is None or held > self.stage.clock.now() + _BETWEEN:
                    return
                self.stage.clock.pass_time((held - self.stage.clock.now()).total_seconds())

    def _ask(self, query: str, *values: int) -> int | None:
        """One number out of the gateway's database."""
        path = self.stage.town.environment["DATABASE_URL"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as database:
            found: int | None = database.execute(query, values).fetchone()[0]
            return found


@asynccontextmanager
async def _stage(folder: Path, site_name: str) -> AsyncIterator[tuple[Stage, Gateway]]:
    clock = StillClock(START)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with (
        sandbox_town(folder, hook_port=port, clock=clock) as place,
        gateway_in_process(place, listener, files(site_name), clock.now) as gateway,
        callers(place, lan="operator", an="admin", binh="admin") as (operator, *chiefs),
    ):
        for line in place.sandbox.lines.values():
            line.patience = _PATIENCE_S  # other tests hold how quickly webhooks are answered; this machine may be busy
        store = place.store()
        try:
            yield Stage(place, clock, store, operator, chiefs), gateway
        finally:
            store.close()


async def _others_ticket(stage: Stage) -> str:
    report = {
        "account": "counter",
        "name": "Lê Văn Tám",
        "phone": "0908654321",
        "address": "5 Lê Lợi, phường Bến Thành",
        "request": "ổ gà giữa đường",
        "category": "road",
    }
    made = await stage.operator.post("/tickets", report)
    assert made.status == 201, made.body
    code = str(made.body["code"])
    moved = await stage.operator.patch(f"/tickets/{code}", {"status": "in_progress"})
    assert moved.status == 200, moved.body
    return code


async def play_together(transcripts: Sequence[Transcript], platforms: Sequence[str], folder: Path) -> Sequence[Play]:
    """All of them, where they can happen, in one town; they have the same site. Incidents are problems of everybody on
    that platform.
    """
    async with _stage(folder, transcripts[0].site) as (stage, gateway):
        if any("{other}" in line.text for transcript in transcripts for line in transcript.lines):
            stage.other = await _others_ticket(stage)
        plays = [
            Play(one, platform, HttpChat(stage, platform, stage.town.sandbox.person(platform)))
            for one in transcripts
            for platform in platforms
            if platform in one.platforms
        ]
        await Rounds(stage, gateway, plays).run()
        for incident in stage.town.sandbox.incidents:
            for play in plays:
                if play.platform == incident.platform and play.problem is None:
                    play.problem = f"the gateway broke a rule of the platform: {incident_view(incident)}"
        return plays
