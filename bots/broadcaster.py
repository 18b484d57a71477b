"""Sends announcements of one account, beside its replies and after them, at most once to each person.

It works under the lease of the account's `Sender`: whoever may send replies may send announcements. `sending` is
committed before the call; a call whose end nobody knows is `uncertain` and never repeated.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

import structlog

from adapters.base import (
    Accepted,
    ApiCall,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    SendsInBulk,
    TakenInBulk,
    Throttled,
    Unauthorised,
)
from bots.announcements import TOPIC
from bots.announcing import Announcing
from conversation.broadcast import Recipient, Skip, plan
from conversation.messages import Message
from ticket_store.broadcast_deliveries import Candidate, Claimed, Result
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.errors import StoreError
from ticket_store.unit_of_work import Work

log = structlog.get_logger("broadcaster")

_Judged = TypeVar("_Judged")

_LOOK_EVERY = 0.5
_AHEAD = 0.3
"""Seconds of calls that are claimed ahead: as long it may take until a pause or somebody's stop is honoured."""
_MOST_WAITING = 512
_LATEST = 5.0
"""Seconds behind its moment (replies go first, the platform asked for silence) after which somebody waits unclaimed again."""
_BULK_CALLS_AT_ONCE = 4
"""Claimed in one transaction, for which replies have to wait."""
_GROUP = 0.05
_MANY = 128
"""So many results are recorded at once, without waiting for the rest of the group."""
_MOST_ATTEMPTS = 6
_THROTTLE_WITHOUT_HINT = timedelta(seconds=5)
_CROWDED_PERSON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Batch:
    """`until`: when the platform's window closes for one of them, and may for all."""

    message: Message
    people: Sequence[Claimed]
    until: datetime | None = None

    @property
    def broadcast(self) -> int:
        return self.people[0].broadcast


class Broadcaster:
    """`run` ends after `stop`, when what is on its way has been recorded."""

    def __init__(self, shared: Announcing) -> None:
        self._shared, self._line = shared, shared.line
        self._id, self._adapter = shared.line.account_id, shared.line.adapter
        self._bulk = self._adapter if isinstance(self._adapter, SendsInBulk) else None
        self._size = self._adapter.capabilities.bulk_size if self._bulk is not None else 1
        self._sender, self._pacer = shared.sender, shared.pacer
        self._writer, self._changes, self._now = shared.line.writer, shared.line.changes, shared.line.now
        self._wake = self._changes.listen(TOPIC)
        self._many = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._results: list[Result] = []
        self._held: set[str] = set()
        self._claim_lost = False
        self._stops: dict[int, str] = {}
        self._stopped: set[int] = set()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        while not self._stopping or self._tasks or self._results:
            self._wake.clear()
            try:
                claimed = await self._turn()
            except StoreError as error:
                log.error("the store does not answer", account=self._id, reason=type(error).__name__)
                await asyncio.sleep(_LOOK_EVERY)
                continue
            if not claimed or self._pacer.rate is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _AHEAD if self._tasks else _LOOK_EVERY)
                if self._tasks and len(self._results) < _MANY:  # what comes back together is recorded together
                    self._many.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._many.wait(), _GROUP)

    async def _turn(self) -> bool:
        """Records what came back, claims who is next; whether there was anybody."""
        if not (self._results or self._stops or self._claim_lost or self._shared.announcements.running):
            return False
        results, stops = self._results, dict(self._stops)
        self._results = []
        room = 0 if self._stopping or self._pacer.ready_in(time.monotonic()) > 2 * _AHEAD else self._room()
        try:
            batches = await self._writer.write(lambda work: self._record_and_claim(work, results, stops, room))
        except StoreError:
            self._results = results + self._results
            self._claim_lost = True  # it may have been committed all the same
            raise
        self._claim_lost = self._claim_lost and room <= 0
        self._held.difference_update(one.claimed.message_id for one in results)
        for seq in stops:
            del self._stops[seq]
        if stops:
            self._changes.tell([TOPIC])
        self._changes.tell(f"conversation:{one.claimed.conversation_id}" for one in results)
        for batch in batches:
            self._held.update(one.message_id for one in batch.people)
            self._waiting += 1
            task = asyncio.create_task(self._deliver(batch), name=f"announce-{self._id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return bool(batches)

    def _room(self) -> int:
        """For how many people there is room."""
        if self._bulk is not None:
            most = _BULK_CALLS_AT_ONCE if self._pacer.rate is None else int(self._pacer.rate * _AHEAD) + 1
            return min(_BULK_CALLS_AT_ONCE, most - len(self._tasks)) * self._adapter.capabilities.bulk_size
        free = _MOST_WAITING - len(self._tasks)
        if self._pacer.rate is not None:
            free = min(free, int(self._pacer.rate * _AHEAD) + 1 - self._waiting)
        return free

    def _record_and_claim(self, work: Work, results: list[Result], stops: dict[int, str], room: int) -> list[_Batch]:
        if results:
            work.broadcast_deliveries.record(results)
        for seq, reason in stops.items():
            if work.broadcasts.stop(seq, reason):
                log.error("announcement stopped", account=self._id, reason=reason)
        epoch = self._sender.epoch
        if epoch is None or room <= 0:
            return []
        if self._claim_lost:
            work.broadcast_deliveries.put_back_unheld(self._id, epoch, self._held)
        now = self._now()
        quiet = self._shared.is_quiet(now)
        batches: list[_Batch] = []
        for one in work.broadcasts.in_state(BroadcastState.RUNNING):
            if (one.expires_at is None or now < one.expires_at) and (one.urgent or not quiet):
                claimed = self._claim(work, one, epoch, now, room)
                batches += claimed
                room -= len(claimed) * self._size
            self._stopped.discard(one.seq)
            if room <= 0:
                break
        return batches

    def _claim(self, work: Work, one: Broadcast, epoch: int, now: datetime, room: int) -> Sequence[_Batch]:
        """Who reads the same words goes together, in as many calls as there is room for. Asked once more whether it may be
        said to them: they may have said stop a moment ago.
        """
        candidates = work.broadcast_deliveries.next(one.seq, self._id, epoch, now, room)
        chosen: dict[Message, list[Candidate]] = {}
        skipped, closing = [], []
        for each in candidates:
            topic_off = one.topic in each.topics_off
            recipient = Recipient(each.reachable, each.opted_out, each.held, each.window_from, one.exempt, topic_off)
            planned = plan(recipient, now, self._adapter.capabilities)
            if isinstance(planned, Skip):
                skipped.append((each.conversation_id, planned.reason.value))
            else:
                message = self._shared.filled(one.message_in(each.language), each.language, each.ward_code)
                chosen.setdefault(message, []).append(each)
                closing += [planned.until] if planned.until is not None else []
        work.broadcast_deliveries.skip(one.seq, skipped)
        size, batches = self._size, list[_Batch]()
        until = min(closing, default=None)
        for message, group in chosen.items():
            if (left := room - len(batches) * size) <= 0:
                break  # the rest waits unclaimed
            people = work.broadcast_deliveries.sending(one.seq, self._id, message, group[:left], epoch, now)
            shown = self._shared.addressed(message)
            batches += [_Batch(shown, people[at : at + size], until) for at in range(0, len(people), size)]
        return batches

    # -- one call, to one person or to many

    async def _deliver(self, batch: _Batch) -> None:
        left_queue = False

        def leave_queue() -> bool:
            """Whether it is the first call."""
            nonlocal left_queue
            first, left_queue = not left_queue, True
            self._waiting -= first
            return first

        try:
            if self._bulk is not None:
                results = await self._say_to_many(batch, self._bulk, leave_queue)
            else:
                results = [await self._say(batch, batch.people[0], leave_queue)]
        except Exception as error:  # what breaks one announcement must not stop the account; it may have been said
            log.exception("announcement broke", account=self._id)
            reason = f"bug:{type(error).__name__}"
            results = [Result(one, "uncertain", self._now(), reason) for one in batch.people]
        leave_queue()
        self._results += results
        self._wake.set()
        if len(self._results) >= _MANY:
            self._many.set()

    async def _say(self, batch: _Batch, one: Claimed, leave_queue: Callable[[], bool]) -> Result:
        async def make(call: ApiCall, part: int) -> Outcome:
            moment = max(self._pacer.reserve(time.monotonic()), self._sender.reserve(one.contact) if part == 0 else 0)
            outcome = await self._call(batch, call, moment, leave_queue, self._adapter.judge)
            if isinstance(outcome, Accepted):
                self._pacer.taken()
            return outcome

        part, outcome = await self._line.say(
            lambda account: self._adapter.render(batch.message, one.contact, account, one.message_id), make
        )
        if isinstance(outcome, Accepted):
            return Result(one, "sent", self._now(), provider_id=outcome.provider_id)
        return self._unsent(one, outcome, part)

    async def _say_to_many(self, batch: _Batch, bulk: SendsInBulk, leave_queue: Callable[[], bool]) -> list[Result]:
        await self._line.tokens.ensure(self._id)
        account = self._line.account
        results: list[Result] = []
        left = list(batch.people)
        part, provider_id = 0, None
        while left:
            calls = bulk.render_bulk(batch.message, [one.contact for one in left], account)
            if part >= len(calls):
                break
            moment = self._pacer.reserve(time.monotonic())
            outcome = await self._call(batch, calls[part], moment, leave_queue, bulk.judge_bulk)
            if not isinstance(outcome, TakenInBulk):
                return results + [self._unsent(one, outcome, part) for one in left]
            self._pacer.taken()
            provider_id = outcome.provider_id or provider_id
            refused = {one.contact: one for one in left if one.contact in outcome.refused}
            results += [self._unsent(one, outcome.refused[contact], part) for contact, one in refused.items()]
            left = [one for one in left if one.contact not in refused]
            part += 1
        return results + [Result(one, "sent", self._now(), provider_id=provider_id) for one in left]

    async def _call(
        self,
        batch: _Batch,
        call: ApiCall,
        moment: float,
        leave_queue: Callable[[], bool],
        judge: Callable[[str, ApiReply], _Judged],
    ) -> _Judged | Throttled | Failed:
        """One call at its moment, judged; not made when the run was stopped, a window closed, the account passed to another
        process, or the first one would leave too late.
        """
        if not await self._shared.wait(moment, lambda at: at > moment + _LATEST and leave_queue()):
            return Throttled(timedelta(0), whole_account=False)
        leave_queue()
        closed = batch.until is not None and self._now() >= batch.until
        if closed or batch.broadcast in self._stopped or self._sender.epoch != batch.people[0].epoch:
            return Throttled(timedelta(0), whole_account=False)
        return await self._line.call(call, judge)

    def _unsent(self, one: Claimed, outcome: Outcome, part: int) -> Result:  # noqa: C901 -- one case per outcome
        """`part`: how many parts of an overlong text arrived before this: then it is neither sent nor to be repeated."""
        now = self._now()
        if part > 0:
            return Result(one, "uncertain", now, "partly")
        match outcome:
            case Throttled(retry_after, whole_account):
                wait = _THROTTLE_WITHOUT_HINT if retry_after is None else retry_after
                if whole_account:
                    self._pacer.throttled(time.monotonic() + wait.total_seconds())
                elif retry_after is None:
                    wait = _CROWDED_PERSON
                if one.attempts >= _MOST_ATTEMPTS and wait and not whole_account:
                    return Result(one, "failed", now, "throttled")
                return Result(one, "pending", now, "throttled", due_at=now + wait if wait else None)
            case Unauthorised(detail):
                return self._stop_run(one, f"unauthorised: {detail}", now)
            case Refused(reason, detail, whole_account):
                if whole_account or reason is RefusalReason.QUOTA:
                    return self._stop_run(one, f"{reason}: {detail}", now)
                return Result(one, "failed", now, reason.value, unreachable=reason is RefusalReason.BLOCKED)
            case Failed(detail, maybe_delivered):
                if maybe_delivered:
                    return Result(one, "uncertain", now, f"unknown:{detail}")
                if one.attempts >= _MOST_ATTEMPTS:
                    return Result(one, "failed", now, f"failed:{detail}")
                return Result(one, "pending", now, "failed", due_at=now + timedelta(seconds=2**one.attempts))
            case Accepted():
                raise AssertionError("an accepted call is no failure")
            case _:
                assert_never(outcome)

    def _stop_run(self, one: Claimed, reason: str, now: datetime) -> Result:
        """The platform takes nothing more from this account: somebody must look, then the run can be resumed."""
        self._stops[one.broadcast] = f"{self._id}: {reason}"
        self._stopped.add(one.broadcast)
        return Result(one, "pending", now, "stopped")
