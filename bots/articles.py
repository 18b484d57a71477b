"""Sends an announcement as one article to all followers of an account: made, asked for until the platform is through with it,
sent in the hours that the platform allows, at most once.

It works under the lease of the account's `Sender`, one call at a time. `sending` is committed before the call that tells all
followers; a call whose end nobody knows is `uncertain` and never repeated. An article that was made twice, because an
answer was lost, stands in the account's own list and was told to nobody.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

import structlog

from adapters.articles import Article, ArticleRules
from adapters.base import (
    Accepted,
    Account,
    ApiCall,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    SendsArticles,
    Throttled,
    Unauthorised,
)
from bots.announcements import TOPIC
from bots.announcing import Announcing
from conversation.messages import link_of
from ticket_store.broadcast_articles import ArticleState, ArticleWay
from ticket_store.broadcasts import ArticleWanted, Broadcast, BroadcastState
from ticket_store.errors import StoreError
from ticket_store.unit_of_work import Work

log = structlog.get_logger("articles")

_LOOK_EVERY = 0.5
_MOST_ATTEMPTS = 6
_ONE_A_DAY, _HOURS = "one_a_day", "hours"
_NEXT = {
    ArticleState.WAITING: ArticleState.PROCESSING,
    ArticleState.PROCESSING: ArticleState.READY,
    ArticleState.SENDING: ArticleState.SENT,
}


@dataclass(frozen=True, slots=True)
class _Step:
    """The call that `way` stands before, under this epoch of the account's lease."""

    way: ArticleWay
    one: Broadcast
    wanted: ArticleWanted
    epoch: int


@dataclass(frozen=True, slots=True)
class _Came:
    """What a step came to. `stop`: why the run stops."""

    before: ArticleWay
    after: ArticleWay
    stop: str | None = None


class ArticleSender:
    """`run` ends after `stop`, when what is on its way has been recorded."""

    def __init__(self, shared: Announcing, adapter: SendsArticles, rules: ArticleRules) -> None:
        """`rules`: the platform's, for `adapter`."""
        self._shared, self._adapter, self._rules = shared, adapter, rules
        self._line, self._id = shared.line, shared.line.account_id
        self._sender, self._pacer = shared.sender, shared.pacer
        self._writer, self._changes, self._now = shared.line.writer, shared.line.changes, shared.line.now
        self._wake = self._changes.listen(TOPIC)
        self._came: _Came | None = None
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        while not self._stopping or self._came is not None:
            self._wake.clear()
            try:
                moved = await self._turn()
            except StoreError as error:
                log.error("the store does not answer", account=self._id, reason=type(error).__name__)
                await asyncio.sleep(_LOOK_EVERY)
                continue
            if not moved:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)

    async def _turn(self) -> bool:
        """Records what came back, or takes the next step; whether anything moved."""
        came = self._came
        if came is not None:
            await self._writer.write(lambda work: self._record(work, came))
            self._came = None
            self._changes.tell([TOPIC])
            return True
        if not self._shared.announcements.with_article or time.monotonic() < self._pacer.paused_until:
            return False
        step = await self._writer.write(self._claim)
        if step is not None:
            self._came = await self._take(step)
        return step is not None

    def _claim(self, work: Work) -> _Step | None:
        """The first step that is due and may be taken at this hour."""
        epoch = self._sender.epoch
        if epoch is None:
            return None
        now = self._now()
        work.broadcast_articles.put_back(self._id, epoch)
        quiet = self._shared.is_quiet(now)
        for one in work.broadcasts.in_state(BroadcastState.RUNNING):
            wanted = one.article
            if wanted is None or (quiet and not one.urgent) or (one.expires_at is not None and one.expires_at <= now):
                continue
            way = work.broadcast_articles.next(one.seq, self._id, epoch, now)
            if way is None:
                continue
            opens = self._rules.next(now, work.broadcast_articles.last_sent(self._id))
            if opens > now:
                reason = _HOURS if self._rules.next(now) > now else _ONE_A_DAY
                work.broadcast_articles.move(way, replace(way, reason=reason, due_at=opens))
                continue
            if way.state is ArticleState.READY:
                claimed = replace(way, state=ArticleState.SENDING, epoch=epoch, sent_at=now, reason=None, due_at=None)
                work.broadcast_articles.move(way, claimed)
                way = claimed
            return _Step(way, one, wanted, epoch)
        return None

    def _record(self, work: Work, came: _Came) -> None:
        if work.broadcast_articles.move(came.before, came.after) and came.stop is not None:
            work.broadcasts.stop(came.before.broadcast, came.stop)
            log.error("announcement stopped", account=self._id, reason=came.stop)

    # -- one call

    async def _take(self, step: _Step) -> _Came:
        try:
            _, outcome = await self._line.say(
                lambda account: [self._call_of(step, account)], lambda call, _: self._perform(step, call)
            )
        except Exception as error:  # what breaks one article must not stop the account; it may have gone out
            log.exception("article broke", account=self._id)
            outcome = Failed(f"bug:{type(error).__name__}", maybe_delivered=True)
        return self._came_to(step.way, outcome)

    def _call_of(self, step: _Step, account: Account) -> ApiCall:
        match step.way.state:
            case ArticleState.WAITING:
                return self._adapter.create_article(self._article(step), account)
            case ArticleState.PROCESSING:
                return self._adapter.check_article(step.way.handle or "", account)
            case _:
                return self._adapter.send_article(step.way.handle or "", step.wanted.area, account)

    def _article(self, step: _Step) -> Article:
        """All languages one after the other, for nobody can be told apart; an address in words, for there are no buttons."""
        message = self._shared.addressed(self._shared.filled(step.one.message, None, None))
        others = [self._shared.filled(each.message, each.language, None) for each in step.one.others]
        parts = [message.text, *(each.text for each in others)]
        if (link := link_of(message)) is not None:
            parts.append(f"{link[0]}: {link[1]}")
        cover = message.media[0].source if message.media else ""
        return Article(step.wanted.title, step.wanted.author, "\n\n".join(parts), cover)

    async def _perform(self, step: _Step, call: ApiCall) -> Outcome:
        """Not made when the account has passed to another process."""
        await self._shared.wait(self._pacer.reserve(time.monotonic()))
        if self._sender.epoch != step.epoch:
            return Throttled(timedelta(0), whole_account=False)
        return await self._line.call(call, self._adapter.judge_article)

    def _came_to(self, way: ArticleWay, outcome: Outcome) -> _Came:
        now = self._now()
        sending = way.state is ArticleState.SENDING
        back = replace(way, state=ArticleState.READY, epoch=None, sent_at=None) if sending else way
        later = now + timedelta(seconds=2**way.attempts)
        match outcome:
            case Accepted(handle):
                self._pacer.taken()
                done = replace(way, state=_NEXT[way.state], handle=handle or way.handle, reason=None, due_at=None)
                return _Came(way, replace(done, attempts=0))
            case Throttled(retry_after, whole_account):
                due = later if retry_after is None else now + retry_after
                if whole_account:
                    self._pacer.throttled(time.monotonic() + (due - now).total_seconds())
                return _Came(way, replace(back, due_at=due, reason=None))
            case Unauthorised(detail):
                return self._stopped(way, back, f"unauthorised: {detail}")
            case Refused(reason, detail, whole_account):
                if whole_account or reason is RefusalReason.QUOTA:
                    return self._stopped(way, back, f"{reason}: {detail}")
                return _Came(way, replace(back, state=ArticleState.REFUSED, reason=f"{reason}: {detail}", due_at=None))
            case Failed(detail, maybe_delivered):
                if sending and maybe_delivered:
                    return _Came(way, replace(way, state=ArticleState.UNCERTAIN, reason=f"no_answer: {detail}"))
                if way.attempts + 1 >= _MOST_ATTEMPTS:
                    return self._stopped(way, back, f"failed: {detail}")
                tried = replace(back, attempts=way.attempts + 1, due_at=later, reason=f"failed: {detail}")
                return _Came(way, tried)
            case _:
                assert_never(outcome)

    def _stopped(self, way: ArticleWay, back: ArticleWay, reason: str) -> _Came:
        """The platform takes no article of this account now: somebody must look, then the run can be resumed."""
        return _Came(way, replace(back, reason=reason, attempts=0, due_at=None), f"{self._id}: {reason}")
