"""One account's announcement by a simulated clock: the pure planner and pacer, driven as `bots.broadcaster` drives them.

People are claimed a little ahead, each call waits for its moment and then for the gate, replies leave in between, and the
process is late now and then. What left is kept, for others to judge.
"""

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.base import Capabilities
from bots.pacing import BulkPacer
from conversation.broadcast import Recipient, Send, Skip, plan
from conversation.quiet import QuietHours

AHEAD, LATEST = 0.3, 5.0
_LOOK = 0.05
_BULK_CALLS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Person:
    """`wrote`: seconds before the start, if ever; the other moments are seconds after it, when something changes."""

    reachable: bool
    opted_out: bool
    held: bool
    by_article: bool
    wrote: float | None
    says_stop: float | None
    taken_over: float | None
    writes_again: float | None

    def last_word(self, at: float) -> float | None:
        """When they wrote last, as it is known at that moment."""
        if self.writes_again is not None and self.writes_again <= at:
            return self.writes_again
        return None if self.wrote is None else -self.wrote

    def stopped(self, at: float) -> bool:
        return self.opted_out or (self.says_stop is not None and self.says_stop <= at)

    def is_held(self, at: float) -> bool:
        return self.held or (self.taken_over is not None and self.taken_over <= at)


@dataclass(frozen=True, slots=True)
class Left:
    """A call that left: at which second, which part of the words, to whom (numbers of people)."""

    at: float
    part: int
    people: tuple[int, ...]
    refused: float | None


@dataclass
class Run:
    """`refusals`: the platform says "too fast" to the call of that number, and how long it wants silence. `lags`: how late the
    process comes to each call.
    """

    can: Capabilities
    people: Sequence[Person]
    start: datetime
    parts: int = 1
    exempt: bool = False
    quiet: QuietHours | None = None
    expires: float | None = None
    pause: tuple[float, float] | None = None
    replies: Sequence[float] = ()
    refusals: dict[int, float] = field(default_factory=dict)
    lags: Sequence[float] = (0.0,)

    left: list[Left] = field(default_factory=list)
    skipped: dict[int, Skip] = field(default_factory=dict)
    sent: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._pacer = BulkPacer(self.can.sends_per_second, self.can.sends_counted_over)
        self._pending = dict.fromkeys(range(len(self.people)), 0.0)
        self._number = itertools.count()
        self._wakes: list[tuple[float, int, int, tuple[int, ...], datetime | None, float]] = []
        self._waiting = 0
        self._lag = itertools.cycle(self.lags or (0.0,))

    def _claimable(self, now: float) -> bool:
        wall = self.start + timedelta(seconds=now)
        quiet = self.quiet is not None and self.quiet.until(wall) is not None
        paused = self.pause is not None and self.pause[0] <= now < self.pause[1]
        late = self.expires is not None and now >= self.expires
        return not (quiet or paused or late) and self._pacer.ready_in(now) <= 2 * AHEAD

    def run(self) -> None:
        """Until everybody has it or is left out, or it has expired, or ten hours have passed."""
        now, replies = 0.0, sorted(self.replies)
        while now < 36_000 and (
            self._wakes or (self._pending and not (self.expires is not None and now >= self.expires))
        ):
            if self._claimable(now):
                self._claim(now)
            until = now + (_LOOK if self._wakes else self._idle(now))
            while self._wakes and self._wakes[0][0] <= until:
                while replies and replies[0] <= self._wakes[0][0]:
                    self._pacer.spent(replies.pop(0))
                self._wake()
            while replies and replies[0] <= until:
                self._pacer.spent(replies.pop(0))
            now = until

    def _idle(self, now: float) -> float:
        """Seconds until it is worth looking again, with nothing on its way."""
        wall = self.start + timedelta(seconds=now)
        morning = self.quiet.until(wall) if self.quiet is not None else None
        return 1.0 if morning is None else max(1.0, (morning - wall).total_seconds())

    def _claim(self, now: float) -> None:
        room = int(self.can.sends_per_second * AHEAD) + 1 - self._waiting
        if self.can.bulk_size > 1:
            room = min(_BULK_CALLS_AT_ONCE, room) * self.can.bulk_size
        due = [number for number, at in self._pending.items() if at <= now][: max(room, 0)]
        chosen, until = [], None
        for number in due:
            del self._pending[number]
            planned = plan(self.recipient(number, now), self.start + timedelta(seconds=now), self.can)
            if isinstance(planned, Send):
                chosen.append(number)
                until = min((each for each in (until, planned.until) if each is not None), default=None)
            else:
                self.skipped[number] = planned
        for at in range(0, len(chosen), self.can.bulk_size):
            self._waiting += 1
            self._reserve(now, 0, tuple(chosen[at : at + self.can.bulk_size]), until)

    def recipient(self, number: int, now: float) -> Recipient:
        who = self.people[number]
        wrote = who.last_word(now)
        window = None if wrote is None else self.start + timedelta(seconds=wrote)
        return Recipient(
            who.reachable, who.stopped(now), who.is_held(now), window, self.exempt, by_article=who.by_article
        )

    def _reserve(self, now: float, part: int, people: tuple[int, ...], until: datetime | None) -> None:
        moment = self._pacer.reserve(now)
        at = max(now, moment) + next(self._lag)  # a moment that has passed is made up, not gone back to
        heapq.heappush(self._wakes, (at, next(self._number), part, people, until, moment))

    def _wake(self) -> None:
        now, number, part, people, until, moment = heapq.heappop(self._wakes)
        if (wait := self._pacer.gate(now)) > 0:
            if part == 0 and now + wait > moment + LATEST:
                self._give_back(people, now)
            else:
                heapq.heappush(self._wakes, (now + wait, number, part, people, until, moment))
        elif until is not None and self.start + timedelta(seconds=now) >= until:
            if part == 0:
                self._give_back(people, now)
        else:
            self._leave(now, part, people, until)

    def _give_back(self, people: tuple[int, ...], now: float) -> None:
        self._waiting -= 1
        self._pending |= dict.fromkeys(people, now)

    def _leave(self, now: float, part: int, people: tuple[int, ...], until: datetime | None) -> None:
        refused = self.refusals.get(len(self.left))
        self.left.append(Left(now, part, people, refused))
        self._waiting -= part == 0
        if refused is not None:
            self._pacer.throttled(now + refused)
            if part == 0:
                self._pending |= dict.fromkeys(people, now + refused)
            return
        self._pacer.taken()
        if part + 1 < self.parts:
            self._reserve(now, part + 1, people, until)
        else:
            self.sent |= set(people)
