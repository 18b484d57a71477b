"""Moves announcements on: starts what is due, plans who gets it chunk by chunk, ends what is through or too late."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bots.accounts import Accounts
from conversation.ids import AccountId
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.errors import StoreError
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer

log = structlog.get_logger("announcements")

_LOOK_EVERY = 0.5
_EXPIRED, _CANCELLED = "expired", "cancelled"
TOPIC = "broadcasts"


def windows_of(accounts: Accounts) -> Mapping[AccountId, timedelta | None]:
    return {one: accounts.adapter(one).capabilities.reply_window for one in accounts}


class Announcements:
    """One in each process that sends. Several do no harm: every step is one transaction that tells who was first.

    `running`: any runs; `with_article`: one of them goes as an article, too.
    """

    def __init__(
        self, store: Store, writer: Writer, changes: Changes, accounts: Accounts, now: Callable[[], datetime]
    ) -> None:
        self._store, self._writer, self._changes, self._now = store, writer, changes, now
        self._windows = windows_of(accounts)
        self._wake = changes.listen(TOPIC)
        self.running = self.with_article = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                again = await self._turn()
            except StoreError as error:
                log.error("the store does not answer", reason=type(error).__name__)
                again = False
            if not again:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)

    async def _turn(self) -> bool:
        """Whether there is more to do at once."""
        active, left = await asyncio.to_thread(self._look)
        running = [one for one in active if one.state is BroadcastState.RUNNING]
        self.running, self.with_article = bool(running), any(one.article is not None for one in running)
        if not active and not left:
            return False
        again, moved = await self._writer.write(lambda work: self._step(work, active, left))
        if moved:
            self._changes.tell([TOPIC])
        return again

    def _look(self) -> tuple[list[Broadcast], list[int]]:
        with self._store.reading() as work:
            active = work.broadcasts.in_state(BroadcastState.RUNNING, BroadcastState.SCHEDULED)
            return list(active), list(work.broadcast_deliveries.cancelled_with_rest())

    def _step(self, work: Work, active: list[Broadcast], left: list[int]) -> tuple[bool, bool]:
        """One chunk of each; (more to do at once, something others should see)."""
        now = self._now()
        again = False
        started = work.broadcasts.start_due(now)
        for seq in left:
            again |= work.broadcast_deliveries.leave_rest(seq, _CANCELLED) > 0
            work.broadcast_articles.leave(seq, _CANCELLED)
        for one in active:
            if one.state is not BroadcastState.RUNNING:
                continue
            if one.planned_at is None:
                work.broadcast_articles.want(one.seq, [each for each in one.article_accounts if each in self._windows])
                again |= not work.broadcast_deliveries.expand(one, self._windows, now)
            elif one.expires_at is not None and one.expires_at <= now:
                again |= work.broadcast_deliveries.leave_rest(one.seq, _EXPIRED) > 0
                work.broadcast_articles.leave(one.seq, _EXPIRED)
        done = work.broadcast_deliveries.finish(now)
        if done:
            log.info("announcement through", runs=done)
        return again or started > 0, bool(started or done)
