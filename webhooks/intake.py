"""The one road of every event: platforms', console's, clock's. The only place that runs the conversation.

Whatever waits becomes one transaction: event keys claimed, states loaded, each event stepped in order, everything it
came to written set by set. A platform's request is answered after that commit, so an acknowledged event is never lost
and a repeated one is a duplicate of a stored key.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from conversation.machine import step, welcome

from adapters.base import AccountNotice, DeliveryReport, Parsed, Unrecognised, WebhookRequest
from conversation.effects import Transition
from conversation.events import ChatOpened, Event, Inbound
from conversation.ids import AccountId, ConversationKey
from conversation.messages import Message
from conversation.profile import Channel, Profile
from conversation.state import ConversationState
from ticket_store.changes import Changes
from ticket_store.errors import StaleState
from ticket_store.records import Conversation
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.errors import IntakeFull
from webhooks.ledger import Ledger
from webhooks.metrics import DUPLICATES, EVENTS, NOTICES, QUARANTINED, TICKETS, UNRECOGNISED

log = structlog.get_logger("intake")

_MOST_FEEDBACK = 8
"""Effects come back as events, these may have effects again; a site profile cannot make that endless."""


class EventSetAside(StaleState):
    """An event broke the conversation after it had touched the store: run the batch again without it."""


def wants_inline_welcome(item: Parsed) -> bool:
    """Whether the platform waits for the welcome in the answer to this very request."""
    return isinstance(item, Inbound) and isinstance(item.event, ChatOpened) and item.event.answered_inline


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one submission's events: new ones, ones taken in before, and of the new ones those set aside."""

    fresh: int
    duplicates: int
    set_aside: int = 0


@dataclass(slots=True)
class _Submission:
    items: Sequence[Parsed]
    source: WebhookRequest | None
    done: asyncio.Future[Taken]


@dataclass(slots=True)
class _Batch:
    """The submissions of one transaction, kept over reruns, and the events that were set aside meanwhile."""

    submissions: list[_Submission] = field(default_factory=list)
    set_aside: set[int] = field(default_factory=set)


class Intake:
    """Takes events in; what they come to is committed when `take` returns."""

    def __init__(
        self,
        writer: Writer,
        changes: Changes,
        site: Profile,
        channels: Mapping[AccountId, Channel],
        now: Callable[[], datetime],
        *,
        most_waiting: int = 10_000,
    ) -> None:
        self._writer = writer
        self._changes = changes
        self._site = site
        self._channels = channels
        self._now = now
        self._most_waiting = most_waiting
        self._waiting: deque[_Submission] = deque()
        self._scheduled = False
        self._commits: set[asyncio.Task[None]] = set()

    async def take(self, items: Sequence[Parsed], source: WebhookRequest | None = None) -> Taken:
        """Committed when it returns. Raises `IntakeFull`, or the store's error; then nothing was kept."""
        if len(self._waiting) >= self._most_waiting:
            raise IntakeFull
        submission = _Submission(items, source, asyncio.get_running_loop().create_future())
        self._waiting.append(submission)
        if not self._scheduled:
            self._scheduled = True
            commit = asyncio.create_task(self._commit(), name="intake-commit")
            self._commits.add(commit)
            commit.add_done_callback(self._commits.discard)
        return await submission.done

    def welcome(self) -> Message:
        """The words for a platform that takes its welcome in the answer to the opening."""
        return welcome(self._site, None)

    async def _commit(self) -> None:
        batch = _Batch()
        try:
            outcome = await self._writer.write(lambda work: self._apply(work, batch))
        except Exception as error:  # noqa: BLE001 - whoever waits gets the reason; the process lives on
            for submission in batch.submissions:
                if not submission.done.done():
                    submission.done.set_exception(error)
            return
        taken, topics = outcome
        for submission, result in zip(batch.submissions, taken, strict=True):
            if not submission.done.done():
                submission.done.set_result(result)
        self._changes.tell(topics)

    # -- in the writer's thread, inside the transaction

    def _apply(self, work: Work, batch: _Batch) -> tuple[list[Taken], set[str]]:
        if not batch.submissions:
            # whoever appends after this line finds the flag down and schedules the next batch
            self._scheduled = False
            while self._waiting:
                batch.submissions.append(self._waiting.popleft())
        now = self._now()
        inbounds = [
            (number, item)
            for number, submission in enumerate(batch.submissions)
            for item in submission.items
            if isinstance(item, Inbound)
        ]
        fresh = work.inbox.claim([(one.key.account, one.event_key) for _, one in inbounds], now) if inbounds else set()
        ledger = Ledger(work, self._site, now)
        results = [[0, 0] for _ in batch.submissions]
        todo: list[tuple[int, Inbound]] = []
        for number, inbound in inbounds:
            name = (inbound.key.account, inbound.event_key)
            if name in fresh:
                fresh.discard(name)
                results[number][0] += 1
                todo.append((number, inbound))
            else:
                results[number][1] += 1
        conversations = self._load(work, [one for _, one in todo])
        for number, inbound in todo:
            conversations[inbound.key] = self._turn(
                ledger, conversations[inbound.key], inbound, batch.submissions[number], batch
            )
        work.conversations.save(list(conversations.values()))
        ledger.write()
        for submission in batch.submissions:
            self._apply_rest(work, ledger, submission, now)
        DUPLICATES.inc(sum(duplicates for _, duplicates in results))
        aside = [sum(id(item) in batch.set_aside for item in submission.items) for submission in batch.submissions]
        taken = [Taken(new, old, bad) for (new, old), bad in zip(results, aside, strict=True)]
        return taken, ledger.topics

    def _load(self, work: Work, inbounds: Sequence[Inbound]) -> dict[ConversationKey, Conversation]:
        keys = dict.fromkeys(one.key for one in inbounds)
        if not keys:
            return {}
        return work.conversations.load([(self._channels[key.account].platform, key) for key in keys])

    def _turn(
        self, ledger: Ledger, conversation: Conversation, inbound: Inbound, submission: _Submission, batch: _Batch
    ) -> Conversation:
        """One event of one conversation. An event that breaks the conversation is set aside alone; the rest goes on."""
        EVENTS.labels(inbound.key.account, type(inbound.event).__name__).inc()
        if id(inbound) in batch.set_aside:
            self._set_aside(ledger, inbound, submission)
            return conversation
        touched = False
        try:
            turn = ledger.turn(conversation, inbound)
            if wants_inline_welcome(inbound):
                turn.record_inline(self.welcome())
            state, effects = self._step(turn.conversation.state, inbound.event, inbound.key.account)
            pending = list(effects)
            for _ in range(_MOST_FEEDBACK):
                if not pending:
                    break
                feedback: list[Event] = []
                for effect in pending:
                    touched = True
                    event = turn.perform(effect, state)
                    if event is not None:
                        feedback.append(event)
                pending = []
                for event in feedback:
                    state, effects = self._step(state, event, inbound.key.account)
                    pending.extend(effects)
            if turn.opened:
                TICKETS.labels(inbound.key.account).inc(turn.opened)
            return turn.finish(state)
        except StaleState:
            raise
        except Exception as error:
            # a poisoned event is kept for `tongdai replay`; its sender's other events and everybody else's go on
            batch.set_aside.add(id(inbound))
            log.exception("event set aside", account=inbound.key.account, kind=type(inbound.event).__name__)
            if touched:
                raise EventSetAside from error
            ledger.forget_turn()
            self._set_aside(ledger, inbound, submission)
            return conversation

    def _set_aside(self, ledger: Ledger, inbound: Inbound, submission: _Submission) -> None:
        """Its key is free again, so that a replay after the fix finds it fresh and the request's other events not."""
        account = inbound.key.account
        ledger.work.inbox.release([(account, inbound.event_key)])
        self._keep(ledger.work, account, f"event:{type(inbound.event).__name__}", submission.source, ledger.now)

    def _step(self, state: ConversationState, event: Event, account: AccountId) -> Transition:
        return step(state, event, self._site, self._channels[account])

    def _apply_rest(self, work: Work, ledger: Ledger, submission: _Submission, now: datetime) -> None:
        """Receipts, what nobody knows, and what broke."""
        reports = [item for item in submission.items if isinstance(item, DeliveryReport)]
        if reports:
            work.receipts.apply(reports)
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
