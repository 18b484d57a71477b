"""The one road of every event: platforms', console's, clock's. The only place that runs the conversation.

Whatever waits becomes one transaction: event keys claimed, states loaded, each event stepped in order, everything it
came to written set by set. A platform's request is answered after that commit, so an acknowledged event is never lost
and a repeated one is a duplicate of a stored key.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from adapters.base import AccountNotice, DeliveryReport, Parsed, Unrecognised, WebhookRequest
from conversation.events import ChatOpened, Event, Inbound
from conversation.ids import AccountId, ConversationKey, OperatorId
from conversation.machine import step, welcome
from conversation.messages import Message
from conversation.operators import in_the_way
from conversation.profile import Channel
from conversation.state import ConversationState
from ticket_store.changes import Changes
from ticket_store.errors import StaleState, StoreError, StoreUnreachable
from ticket_store.records import Conversation
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.errors import IntakeFull, WebhooksError
from webhooks.ledger import Ledger
from webhooks.metrics import DUPLICATES, EVENTS, NOTICES, QUARANTINED, TICKETS, UNRECOGNISED, WAITING
from webhooks.site import Site

log = structlog.get_logger("intake")

_NEVER = datetime.min.replace(tzinfo=UTC)
_COUNT_EVERY = timedelta(seconds=1)
"""How many people wait is counted as often, since other processes take some out of the queue; and after each of ours."""
_MOST_AT_ONCE = 200
"""So many submissions make one transaction: when thousands come at once, the first are answered early."""
_MOST_FEEDBACK = 8
"""Effects come back as events, these may have effects again; a site profile cannot make that endless."""


def wants_inline_welcome(item: Parsed) -> bool:
    """Whether the platform waits for the welcome in the answer to this very request."""
    return isinstance(item, Inbound) and isinstance(item.event, ChatOpened) and item.event.answered_inline


def may_be_welcomed(state: ConversationState) -> bool:
    """Whether an opening is answered with the welcome: once, and again for who had left; never when a person speaks."""
    return state.held_by is None and (state.closed or not state.greeted)


class Deed(NamedTuple):
    """What an act inside the intake's transaction came to: its result, the events it causes, whom it concerns, the stored
    files (SHA-256) that nobody needs any more.
    """

    result: Any
    items: Sequence[Parsed] = ()
    topics: Sequence[str] = ()
    files_gone: Sequence[str] = ()


Act = Callable[[Work, datetime], Deed]
"""Done in the same transaction as its events. May run more than once; raises before it has written anything."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one submission's events: new ones, ones taken in before, and of the new ones those set aside.

    `held_by`: a person's act was refused, because this other one holds the conversation; it left nothing behind.
    `silent`: somebody holds a conversation that was opened, or it was greeted before, so that no welcome may be said.
    `result`: of the act.
    """

    fresh: int
    duplicates: int
    set_aside: int = 0
    held_by: OperatorId | None = None
    silent: bool = False
    result: Any = None


@dataclass(slots=True)
class _Submission:
    items: Sequence[Parsed]
    source: WebhookRequest | None
    done: asyncio.Future[Taken]
    act: Act | None = None
    deed: Deed | None = None
    error: Exception | None = None

    def answer(self, outcome: Taken | Exception) -> None:
        """Whoever still waits for it has it."""
        if self.done.done():
            return
        if isinstance(outcome, Exception):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


@dataclass(slots=True)
class _Count:
    fresh: int = 0
    duplicates: int = 0
    held_by: OperatorId | None = None
    silent: bool = False


class Intake:
    """Takes events in; what they come to is committed when `take` returns."""

    def __init__(
        self,
        writer: Writer,
        changes: Changes,
        site: Site,
        channels: Mapping[AccountId, Channel],
        now: Callable[[], datetime],
        discard: Callable[[Sequence[str]], None],
        *,
        most_waiting: int = 10_000,
    ) -> None:
        self._writer = writer
        self._changes = changes
        self._site = site
        self._channels = channels
        self._now = now
        self._discard = discard
        self._most_waiting = most_waiting
        self._waiting: deque[_Submission] = deque()
        self._counted_at = _NEVER
        self._people_waiting = 0
        self._scheduled = False
        self._commits: set[asyncio.Task[None] | None] = set()
        WAITING.set_function(lambda: len(self._waiting))  # counted when somebody asks, not for every event

    async def take(self, items: Sequence[Parsed], source: WebhookRequest | None = None) -> Taken:
        """Committed when it returns. Raises `IntakeFull`, or the store's error; then nothing was kept."""
        return await self._submit(_Submission(items, source, asyncio.get_running_loop().create_future()))

    async def perform(self, act: Act) -> Taken:
        """The act and the events it causes are committed, in one transaction. Raises what the act raised, `IntakeFull`,
        or the store's error; then nothing was kept.
        """
        return await self._submit(_Submission((), None, asyncio.get_running_loop().create_future(), act))

    async def _submit(self, submission: _Submission) -> Taken:
        if len(self._waiting) >= self._most_waiting:
            raise IntakeFull
        self._enqueue(submission)
        return await submission.done

    def _take_soon(self, items: Sequence[Inbound]) -> None:
        """What one chat's event means for others; nobody waits for it, and it is news, no promise."""
        submission = _Submission(items, None, asyncio.get_running_loop().create_future())
        submission.done.add_done_callback(lambda done: done.exception())
        self._enqueue(submission)

    def _enqueue(self, submission: _Submission) -> None:
        self._waiting.append(submission)
        self._schedule()

    def _schedule(self, done: asyncio.Task[None] | None = None) -> None:
        """A commit takes who waits, and so does the next when it is `done`."""
        self._commits.discard(done)
        if self._waiting and not self._scheduled:
            self._scheduled = True
            commit = asyncio.create_task(self._commit(), name="intake-commit")
            self._commits.add(commit)
            commit.add_done_callback(self._schedule)

    def serves(self, account: AccountId) -> bool:
        """Whether events of this account can be taken: it is one of ours, still."""
        return account in self._channels

    def welcome(self, account: AccountId) -> Message:
        """The words for a platform that takes its welcome in the answer to the opening."""
        return welcome(self._site.profile, None, self._channels[account])

    async def _commit(self) -> None:
        group: list[_Submission] = []
        try:
            taken, ledger = await self._writer.write(lambda work: self._apply_waiting(work, group))
        except StoreError as error:
            # nothing was kept, the platforms are told to come back; so are all who wait when it is out of reach
            if not group or isinstance(error, StoreUnreachable):
                self._take_waiting(group, self._most_waiting)
            for submission in group:
                submission.answer(error)
            return
        except Exception as error:
            log.exception("a group of events could not be applied; trying one by one", kind=type(error).__name__)
            self._take_waiting(group)
            for submission in group:
                await (self._commit_act if submission.act else self._commit_one_by_one)(submission)
            return
        # whoever waits for an answer finds the rest of the process told already
        self._after_commit(ledger)
        for submission, result in zip(group, taken, strict=True):
            submission.answer(submission.error or result)

    def _after_commit(self, ledger: Ledger) -> None:
        self._changes.tell(ledger.topics)
        if ledger.files_gone:
            self._discard(ledger.files_gone)
        if ledger.further:
            self._take_soon([one for one in ledger.further if self.serves(one.key.account)])

    async def _commit_one_by_one(self, submission: _Submission) -> None:
        """What can be applied is; what cannot is set aside alone, kept with its request for `tongdai replay`."""
        taken = Taken(0, 0)
        try:
            for item in submission.items:
                alone = _Submission([item], submission.source, submission.done)
                try:
                    (one,), ledger = await self._writer.write(lambda work, alone=alone: self._apply(work, [alone]))  # type: ignore[misc]
                except StoreError:
                    raise
                except Exception:
                    log.exception("event set aside", account=account_of(item), kind=kind_of(item))
                    if submission.source is not None:
                        await self.quarantine(account_of(item), f"broke:{kind_of(item)}", submission.source)
                    taken = replace(taken, set_aside=taken.set_aside + 1)
                else:
                    taken = replace(one, fresh=taken.fresh + one.fresh, duplicates=taken.duplicates + one.duplicates)
                    self._after_commit(ledger)
        except StoreError as error:
            submission.answer(error)
        else:
            submission.answer(taken)

    async def _commit_act(self, submission: _Submission) -> None:
        """A person's act: what it cannot do is told to that person."""
        try:
            (taken,), ledger = await self._writer.write(lambda work: self._apply(work, [submission]))
        except Exception as error:  # noqa: BLE001 - handed to the caller of this very act
            submission.answer(error)
        else:
            self._after_commit(ledger)
            submission.answer(submission.error or taken)

    # -- in the writer's thread, inside the transaction; may run again after a rollback

    def _apply_waiting(self, work: Work, group: list[_Submission]) -> tuple[list[Taken], Ledger]:
        if not group:  # a rerun keeps its group
            self._take_waiting(group)
        return self._apply(work, group)

    def _take_waiting(self, group: list[_Submission], most: int = _MOST_AT_ONCE) -> None:
        """Who waits longest is in the group. Two threads may take at the same time."""
        # whoever appends after this line finds the flag down and schedules the next group
        self._scheduled = False
        with suppress(IndexError):
            while len(group) < most:
                group.append(self._waiting.popleft())

    def _apply(self, work: Work, group: Sequence[_Submission]) -> tuple[list[Taken], Ledger]:
        now = self._now()
        ledger = Ledger(work, self._site.profile, now)
        for submission in group:
            if submission.act is not None:
                self._act(submission, submission.act, ledger)
        inbounds = [
            (number, item)
            for number, submission in enumerate(group)
            for item in submission.items
            if isinstance(item, Inbound)
        ]
        fresh = work.inbox.claim([(one.key.account, one.event_key) for _, one in inbounds], now) if inbounds else set()
        counts = [_Count() for _ in group]
        todo: list[tuple[_Count, Inbound]] = []
        for number, inbound in inbounds:
            name = (inbound.key.account, inbound.event_key)
            if name in fresh:
                fresh.discard(name)  # a twin inside the same group is a duplicate
                counts[number].fresh += 1
                todo.append((counts[number], inbound))
            else:
                counts[number].duplicates += 1
        conversations = self._load(work, [inbound for _, inbound in todo])
        for count, inbound in todo:
            conversation = conversations[inbound.key]
            count.held_by = in_the_way(conversation.state, inbound.event)
            if count.held_by is not None:
                work.inbox.release([(inbound.key.account, inbound.event_key)])
                continue
            count.silent = count.silent or not may_be_welcomed(conversation.state)
            conversations[inbound.key] = self._play(ledger, conversation, inbound)
        if conversations:
            work.conversations.save(list(conversations.values()))
        ledger.write()
        for submission in group:
            self._apply_rest(work, ledger, submission, now)
        DUPLICATES.inc(sum(count.duplicates for count in counts))
        return [
            Taken(
                count.fresh,
                count.duplicates,
                held_by=count.held_by,
                silent=count.silent,
                result=submission.deed.result if submission.deed is not None else None,
            )
            for submission, count in zip(group, counts, strict=True)
        ], ledger

    def _act(self, submission: _Submission, act: Act, ledger: Ledger) -> None:
        """What was refused concerns its own submission only, and has written nothing."""
        submission.items, submission.error = (), None
        try:
            submission.deed = act(ledger.work, ledger.now)
        except (StaleState, StoreUnreachable):
            raise
        except (StoreError, WebhooksError) as refusal:
            submission.error = refusal
        else:
            submission.items = submission.deed.items
            ledger.topics.update(submission.deed.topics)
            ledger.files_gone += submission.deed.files_gone

    def _load(self, work: Work, inbounds: Sequence[Inbound]) -> dict[ConversationKey, Conversation]:
        keys = dict.fromkeys(one.key for one in inbounds)
        return work.conversations.load([(self._channels[key.account].platform, key) for key in keys])

    def _play(self, ledger: Ledger, conversation: Conversation, inbound: Inbound) -> Conversation:
        """One event of one conversation: stepped, its effects performed, their results stepped in turn."""
        channel = self._channel(ledger, inbound.key.account)
        EVENTS.labels(inbound.key.account, type(inbound.event).__name__).inc()
        turn = ledger.turn(conversation, inbound)
        if wants_inline_welcome(inbound) and may_be_welcomed(turn.conversation.state):
            turn.record_inline(self.welcome(inbound.key.account))
        state = turn.conversation.state
        events: list[Event] = [inbound.event]
        for event in events:  # grows while it runs
            state, effects = step(state, event, ledger.site, channel)
            results = [turn.perform(effect) for effect in effects]
            if len(events) < _MOST_FEEDBACK:
                events += [result for result in results if result is not None]
        if turn.opened:
            TICKETS.labels(inbound.key.account).inc(turn.opened)
        if (state.waiting_since is None) is not (conversation.state.waiting_since is None):
            self._counted_at = _NEVER
        return turn.finish(state)

    def _channel(self, ledger: Ledger, account: AccountId) -> Channel:
        """The account's, with how many wait for a person."""
        if ledger.now - self._counted_at >= _COUNT_EVERY:
            self._counted_at, self._people_waiting = ledger.now, ledger.work.conversations.waiting()
        channel = self._channels[account]
        return replace(channel, waiting=self._people_waiting) if self._people_waiting else channel

    def _apply_rest(self, work: Work, ledger: Ledger, submission: _Submission, now: datetime) -> None:
        """Receipts, what nobody knows, and what broke."""
        reports = [item for item in submission.items if isinstance(item, DeliveryReport)]
        if reports:
            ledger.topics.update(f"conversation:{one}" for one in work.receipts.apply(reports))
            ledger.topics.update(f"outbox:{report.account}" for report in reports)
        for item in submission.items:
            match item:
                case Unrecognised(account, kind):
                    UNRECOGNISED.labels(account).inc()
                    log.info("unknown kind kept", account=account, kind=kind)
                    self._keep(work, account, f"unknown:{kind}", submission.source, now)
                case AccountNotice(account, kind):
                    log.error("the platform has a notice for the account", account=account, kind=kind)
                    NOTICES.labels(account, kind).inc()
                case _:
                    pass

    def _keep(self, work: Work, account: AccountId, reason: str, source: WebhookRequest | None, now: datetime) -> None:
        if source is None:
            return
        QUARANTINED.labels(account).inc()
        work.quarantine.keep(
            account, now, reason, headers=source.headers, body=source.body, method=source.method, query=source.query
        )

    async def quarantine(self, account: AccountId, reason: str, source: WebhookRequest) -> None:
        """Signed but unreadable: kept for `tongdai replay`."""

        def keep(work: Work) -> None:
            self._keep(work, account, reason, source, self._now())

        await self._writer.write(keep)


def account_of(item: Parsed) -> AccountId:
    """Whose item it is."""
    return item.key.account if isinstance(item, Inbound) else item.account


def kind_of(item: Parsed) -> str:
    """The item's kind, a word of ours."""
    return type(item.event if isinstance(item, Inbound) else item).__name__
