"""Wakes conversations at the moment they asked for. Several processes may do it: the event's key makes it once."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from conversation.events import Inbound, TimePassed
from conversation.ids import ConversationKey, EventKey
from ticket_store.engine import Store
from ticket_store.errors import StoreError
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.throttle import FORGET
from webhooks.desk.clock import DeskClock
from webhooks.desk.tools import DESK
from webhooks.errors import IntakeFull
from webhooks.intake import Intake

log = structlog.get_logger("timers")

_LOOK_EVERY = 1.0
_AT_ONCE = 200
_TIDY_EVERY = timedelta(seconds=15)
_KEEP_ANSWERS = timedelta(days=1)
"""As long a repeated call with the same Idempotency-Key gets the first answer."""


class Timers:
    """`run` ends when cancelled."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        intake: Intake,
        keep_events: timedelta,
        now: Callable[[], datetime],
        desk: DeskClock,
    ) -> None:
        self._desk = desk
        self._store = store
        self._writer = writer
        self._intake = intake
        self._keep_events = keep_events
        self._now = now
        self._tidy_at: datetime | None = None
        self._turning = asyncio.Lock()

    async def run(self) -> None:
        while True:
            try:
                woken = await self.turn()
            except (StoreError, IntakeFull) as error:
                log.error("conversations cannot be woken", reason=type(error).__name__)
                woken = 0
            if woken < _AT_ONCE:
                await asyncio.sleep(_LOOK_EVERY)

    async def turn(self) -> int:
        """All that is due now has happened; how many conversations were woken. One at a time in this process."""
        async with self._turning:
            woken = await self.wake_due()
            await self._desk.link_new()
            await self._desk.tell_on()
            await self._tidy()
            return woken

    async def wake_due(self) -> int:
        """How many conversations were woken; their events are committed."""
        now = self._now()
        due = await asyncio.to_thread(self._due, now)
        # two processes may wake the same one: the second finds that its moment has moved on, and does nothing
        key = EventKey(f"time:{now.isoformat()}")
        if due:
            await self._intake.take([Inbound(one, key, TimePassed(now), opens_window=False) for one in due])
        return len(due)

    async def _tidy(self) -> None:
        now = self._now()
        if self._tidy_at is not None and now < self._tidy_at:
            return
        self._tidy_at = now + _TIDY_EVERY

        def tidy(work: Work) -> None:
            work.receipts.settle_echoes(now)
            work.inbox.forget(now - self._keep_events)
            work.answers.forget(now - _KEEP_ANSWERS)
            work.inbox.forget(now - _KEEP_ANSWERS, DESK)
            work.log_ins.forget(now - FORGET)

        await self._writer.write(tidy)
        await self._desk.tick()

    def _due(self, now: datetime) -> list[ConversationKey]:
        with self._store.reading() as work:
            return [key for _, key in work.conversations.due(now, _AT_ONCE)]
