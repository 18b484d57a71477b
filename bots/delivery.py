"""Sends what an account has to say: in order to each person, paced, repeated until told or refused.

One process at a time owns an account's unsent messages, by a lease row with an epoch. What it takes is marked `sending`
with that epoch, so that after a crash the next owner knows what may have been said: a reply may come twice then, it is
never lost and never silent.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from adapters.base import Accepted, ApiCall, Failed, Outcome, RefusalReason, Refused, Throttled, Unauthorised
from bots.line import Line
from bots.pacing import Pacer
from bots.retries import next_try
from ticket_store.errors import StoreError
from ticket_store.leases import sender_lease
from ticket_store.outbox import WINDOW_CLOSED
from ticket_store.records import Dead, Outgoing, Retry, SendResult, Sent
from ticket_store.unit_of_work import Work

log = structlog.get_logger("delivery")

LEASE = timedelta(seconds=2)
_RENEW_EVERY = 0.6
_LOOK_EVERY = 0.5
"""Other processes may have put messages in; within this process a commit wakes the sender."""
MOST_IN_FLIGHT = 64
_THROTTLE_WITHOUT_HINT = timedelta(seconds=5)
_REST_WHEN_UNAUTHORISED = timedelta(seconds=15)
_UNTIL_THEY_WRITE = timedelta(days=3650)
"""Their next message makes it due at once (`outbox.open_windows`)."""
_VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class _Held:
    """The account's lease in the hands of this process: under which epoch, until which (monotonic) moment."""

    epoch: int | None = None
    until: float = 0.0


class Sender:
    """The sending side of one account. `run` ends when cancelled; `drain` lets what is on its way finish."""

    def __init__(
        self,
        line: Line,
        owner: str,
        spent: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`spent` hears of each call that is made, at which (monotonic) moment."""
        self._line, self._owner, self._spent = line, owner, spent
        self._id, self._adapter = line.account_id, line.adapter
        self._writer, self._changes, self._now = line.writer, line.changes, line.now
        can = self._adapter.capabilities
        paced = line.accounts.paced(self._id)
        self._pacer = Pacer(
            can.replies_per_second if paced else None, can.contact_gap.total_seconds() if paced else 0.0
        )
        self._lease = sender_lease(self._id)
        self._held = _Held()
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._unrecorded: set[str] = set()
        self._results: list[SendResult] = []
        self._concerned: set[str] = set()
        self._wake = line.changes.listen(f"outbox:{self._id}")
        self._next_due: datetime | None = None
        self._pausing: dict[str, asyncio.Event] = {}
        self._voided: set[str] = set()
        self._stopping = False

    async def run(self) -> None:
        """Sends until `stop`; then finishes what is on its way, records it and gives the lease back."""
        while not self._stopping or self._in_flight or self._results:
            try:
                await self._turn()
            except StoreError as error:
                log.error("the store does not answer the sender", account=self._id, reason=type(error).__name__)
                self._held = _Held()
                await asyncio.sleep(_LOOK_EVERY)
        with suppress(StoreError):  # unreachable at the end: the lease runs out by itself
            await self._writer.write(lambda work: work.leases.release(self._lease, self._owner))

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    @property
    def epoch(self) -> int | None:
        """Under which this process may send for the account at this moment; None: it may not."""
        return self._held.epoch if time.monotonic() < self._held.until else None

    def reserve(self, contact: str) -> float:
        """The (monotonic) moment at which something else than a reply may leave for this person."""
        return self._pacer.reserve(contact, time.monotonic())

    async def _turn(self) -> None:
        """Records what came back, takes what is due, waits for the next reason to look."""
        self._wake.clear()
        recording, concerned = self._results, self._concerned
        self._results, self._concerned = [], set()
        ours = tuple(self._unrecorded)
        try:
            held, rows = await self._writer.write(lambda work: self._record_and_claim(work, recording, ours))
        except StoreError:
            self._results = recording + self._results
            self._concerned |= concerned
            raise
        self._held = held
        self._unrecorded.difference_update(result.id for result in recording)
        self._unrecorded.update(row.id for row in rows)
        self._changes.tell(f"conversation:{one}" for one in concerned)
        for voided in self._voided:
            if voided in self._pausing:
                self._pausing[voided].set()
        for row in rows:
            task = asyncio.create_task(self._deliver(row), name=f"deliver-{self._id}")
            self._in_flight[row.conversation_id] = task
        if not self._results:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._patience())

    def _patience(self) -> float:
        wait = _LOOK_EVERY
        if self._next_due is not None and len(self._in_flight) < MOST_IN_FLIGHT:
            wait = min(wait, max(0.01, (self._next_due - self._now()).total_seconds()))
        return wait

    def _record_and_claim(
        self, work: Work, results: list[SendResult], ours: Sequence[str]
    ) -> tuple[_Held, list[Outgoing]]:
        """Inside the transaction: the lease as it is afterwards, and what is ours to send. May be rolled back and run
        again, so what it learns counts from the commit on. `ours`: what was claimed and is not recorded yet.
        """
        if results:
            work.outbox.record(results, self._held.epoch)
        self._voided = work.outbox.voided(tuple(self._pausing)) if self._pausing else set()
        held, moment = self._held, time.monotonic()
        if held.epoch is None or moment >= held.until - (LEASE.total_seconds() - _RENEW_EVERY):
            epoch = work.leases.take(self._lease, self._owner, self._now(), LEASE)
            if epoch is None:
                return _Held(), []
            if epoch != held.epoch:
                again = work.outbox.requeue_abandoned(self._id, epoch, ours)
                unknown = work.broadcast_deliveries.settle_abandoned(self._id, epoch, self._now())
                log.info("sending for the account", account=self._id, epoch=epoch, taken_over=again, uncertain=unknown)
            held = _Held(epoch, moment + LEASE.total_seconds())
        room = MOST_IN_FLIGHT - len(self._in_flight)
        if held.epoch is None or self._stopping or room <= 0:
            return held, []
        now = self._now()
        rows = work.outbox.claim(self._id, held.epoch, now, room, tuple(self._in_flight))
        self._next_due = work.outbox.next_due(self._id) if not rows else None
        return held, rows

    # -- one message

    async def _deliver(self, row: Outgoing) -> None:
        try:
            result = await self._say(row)
        except Exception as error:  # a message that breaks the renderer must not stop the account
            log.exception("message cannot be sent", account=self._id, message=row.id)
            result = Dead(row.id, f"bug:{type(error).__name__}", self._now())
        self._results.append(result)
        self._concerned.add(row.conversation_id)
        del self._in_flight[row.conversation_id]
        self._wake.set()

    async def _say(self, row: Outgoing) -> SendResult:
        window = self._adapter.capabilities.reply_window
        if window is not None and row.window_from is not None and self._now() - row.window_from >= window:
            return self._outside_window(row, 0)
        if not row.reachable:
            return Dead(row.id, RefusalReason.BLOCKED, self._now())
        part, outcome = await self._line.say(
            lambda account: self._adapter.render(row.message, row.key.contact, account, row.id),
            lambda call, _: self._call(row, call),
            row.parts_done,
        )
        if isinstance(outcome, Accepted):
            return Sent(row.id, outcome.provider_id, self._now(), part)
        return self._unsent(row, outcome, part)

    async def _call(self, row: Outgoing, call: ApiCall) -> Outcome:
        """One call, at its moment."""
        moment = self._pacer.reserve(row.key.contact, time.monotonic())
        if (pause := moment - time.monotonic()) > 0 and await self._given_up(row, pause):
            return Failed(_VOIDED)  # a person took over meanwhile: recording it makes it `cancelled`
        if time.monotonic() >= self._held.until:
            return Failed("the lease ran out while the message waited")  # another process may be sending by now
        self._spent(time.monotonic())
        try:
            return await self._line.call(call, self._adapter.judge)
        finally:
            self._pacer.settle(row.key.contact, moment, time.monotonic())

    async def _given_up(self, row: Outgoing, pause: float) -> bool:
        """Waits; whether the message was voided meanwhile."""
        given_up = self._pausing[row.id] = asyncio.Event()
        try:
            async with asyncio.timeout(pause):
                await given_up.wait()
        except TimeoutError:
            return False
        finally:
            del self._pausing[row.id]
        return True

    def _outside_window(self, row: Outgoing, part: int) -> SendResult:
        """The bot's words are void by then; a person's, and news of a ticket, wait until the citizen writes."""
        now = self._now()
        if row.author == "operator":
            return Retry(row.id, now + _UNTIL_THEY_WRITE, WINDOW_CLOSED, part, row.window_from)
        return Dead(row.id, RefusalReason.WINDOW_CLOSED, now)

    def _unsent(self, row: Outgoing, outcome: Outcome, part: int) -> SendResult:
        now = self._now()
        match outcome:
            case Throttled(retry_after, whole_account):
                wait = retry_after or _THROTTLE_WITHOUT_HINT
                if whole_account:
                    self._pacer.pause(time.monotonic() + wait.total_seconds())
                log.warning("the platform asks to slow down", account=self._id, seconds=wait.total_seconds())
                return Retry(row.id, now + wait, "throttled", part)
            case Unauthorised(detail):
                log.error("the platform refuses our token", account=self._id, detail=detail)
                self._pacer.pause(time.monotonic() + _REST_WHEN_UNAUTHORISED.total_seconds())
                return self._later(row, f"unauthorised:{detail}", part, now)
            case Refused(reason, detail):
                log.warning(
                    "the platform refuses the message", account=self._id, message=row.id, reason=reason, detail=detail
                )
                if reason is RefusalReason.WINDOW_CLOSED:
                    return self._outside_window(row, part)
                return Dead(row.id, reason, now)
            case Failed(detail):
                log.warning("sending failed", account=self._id, message=row.id, detail=detail, attempt=row.attempts + 1)
                return self._later(row, f"failed:{detail}", part, now)
            case Accepted():
                raise AssertionError("an accepted call is no failure")

    def _later(self, row: Outgoing, reason: str, part: int, now: datetime) -> SendResult:
        due = next_try(row.attempts + 1, row.first_due_at, now)
        return Dead(row.id, reason, now) if due is None else Retry(row.id, due, reason, part)
