"""An announcement as the outside sees it: one dictionary for the command line and the API."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Any, Protocol

from conversation.ids import AccountId
from conversation.messages import answers_of, link_of
from ticket_store.audiences import Windows
from ticket_store.broadcast_articles import OPEN, ArticleState, ArticleWay
from ticket_store.broadcast_counts import Counts
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.exports import moment
from ticket_store.unit_of_work import Work


def _at_once(begin: datetime, work: timedelta) -> datetime:
    return begin + work


class ArticleTimes(Protocol):
    """Of a platform that sends articles; `adapters.articles.ArticleRules` has it."""

    @property
    def review(self) -> timedelta: ...
    def next(self, now: datetime, last: datetime | None = None) -> datetime: ...


class Can(Protocol):
    """Of a platform; `adapters.base.Capabilities` has it."""

    @property
    def reply_window(self) -> timedelta | None: ...
    @property
    def sends_per_second(self) -> float: ...
    @property
    def bulk_size(self) -> int: ...
    @property
    def articles(self) -> ArticleTimes | None: ...


class Quiet(Protocol):
    """`conversation.quiet.QuietHours` has it."""

    def until(self, at: datetime) -> datetime | None: ...
    def done_at(self, at: datetime, work: timedelta) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Means:
    """How announcements get out. `speeds`: people an account reaches in a second, at best; `done_at`: when work that begins
    at a moment and takes so long is done, with the rests of quiet hours; `quiet_until`: when the quiet that reigns ends;
    `articles`: when the accounts that can may send one to all followers.
    """

    windows: Windows
    speeds: Mapping[AccountId, float]
    done_at: Callable[[datetime, timedelta], datetime] = _at_once
    quiet_until: Callable[[datetime], datetime | None] = lambda _: None
    articles: Mapping[AccountId, ArticleTimes] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Mapping[AccountId, Can], quiet: Quiet | None) -> "Means":
        windows = {account: can.reply_window for account, can in accounts.items()}
        speeds = {account: can.sends_per_second * can.bulk_size for account, can in accounts.items()}
        articles = {account: can.articles for account, can in accounts.items() if can.articles is not None}
        if quiet is None:
            return cls(windows, speeds, articles=articles)
        return cls(windows, speeds, quiet.done_at, quiet.until, articles)

    def article_at(self, account: str, begin: datetime, last: datetime | None, *, urgent: bool) -> datetime | None:
        """When the followers have an article that may be sent from `begin` on, after the account's last one; None: the
        account sends none.
        """
        times = self.articles.get(AccountId(account))
        if times is None:
            return None
        rested = _at_once if urgent else self.done_at
        none = timedelta()
        return rested(times.next(rested(begin, none), last), none) + times.review


COUNTED = ("account", "state", "reason", "people")
_NOT_YET = (BroadcastState.DRAFT, BroadcastState.WAITING_APPROVAL, BroadcastState.SCHEDULED)


def broadcast_of(work: Work, one: Broadcast, means: Means, now: datetime) -> dict[str, Any]:
    """The object of one announcement. Before it runs its counts are those it would have if it ran now."""
    if one.state in _NOT_YET and one.started_at is None:
        counts = work.broadcast_deliveries.count(
            one.audience, means.windows, now, exempt=one.exempt, topic=one.topic, by_article=one.article_accounts
        )
    else:
        counts = work.broadcast_deliveries.counts(one.seq)
    audience = one.audience
    quiet = means.quiet_until(now) if one.state is BroadcastState.RUNNING and not one.urgent else None
    answers = work.broadcast_answers.counts(one.seq)
    ways = _ways(work, one)
    link = link_of(one.message)
    return {
        "id": one.id,
        "title": one.title,
        "text": one.message.text,
        "texts": {each.language: each.message.text for each in one.others},
        "answers": list(answers_of(one.message)),
        "link": None if link is None else {"label": link[0], "url": link[1]},
        "picture": bool(one.message.media),
        "topic": one.topic,
        "article": _article(one, ways),
        "state": one.state.value,
        "reason": one.reason,
        "audience": {
            "accounts": list(audience.accounts),
            "wards": list(audience.wards),
            "provinces": list(audience.provinces),
            "categories": list(audience.categories),
            "active_since": moment(audience.active_since),
            "languages": list(audience.languages),
        },
        "counts": {
            "planned": counts.planned,
            "pending": counts.pending,
            "sent": counts.sent,
            "delivered": counts.delivered,
            "seen": counts.seen,
            "failed": counts.failed,
            "skipped": counts.skipped,
            "uncertain": counts.uncertain,
        },
        "skipped_by_reason": dict(sorted(counts.skipped_by_reason.items())),
        "failed_by_reason": dict(sorted(counts.failed_by_reason.items())),
        "answered": {answer.value: count for answer, count in answers.items()},
        "reports": work.broadcast_answers.reports(one.id),
        "eta": moment(eta(one, counts, ways, means, now)),
        "quiet_until": moment(quiet),
        "urgent": one.urgent,
        "author": shown_author(one.author),
        "approved_by": None if one.approved_by is None else shown_author(one.approved_by),
        "starts_at": moment(one.starts_at),
        "expires_at": moment(one.expires_at),
        "created_at": moment(one.created_at),
        "started_at": moment(one.started_at),
        "ended_at": moment(one.ended_at),
    }


def _ways(work: Work, one: Broadcast) -> Sequence[ArticleWay]:
    """Of its articles; before it is planned they wait."""
    found = {way.account: way for way in work.broadcast_articles.of(one.seq)} if one.article is not None else {}
    return [
        found.get(AccountId(account), ArticleWay(one.seq, AccountId(account), ArticleState.WAITING))
        for account in one.article_accounts
    ]


def _article(one: Broadcast, ways: Sequence[ArticleWay]) -> dict[str, Any] | None:
    if one.article is None:
        return None
    accounts = [
        {
            "account": way.account,
            "state": way.state.value,
            "reason": way.reason,
            "due_at": moment(way.due_at),
            "sent_at": moment(way.sent_at),
        }
        for way in ways
    ]
    return {"title": one.article.title, "area": one.article.area, "accounts": accounts}


def eta(one: Broadcast, counts: Counts, ways: Sequence[ArticleWay], means: Means, now: datetime) -> datetime | None:
    """When the last one will have it, if nothing slows it down; None: it does not go on, or is through."""
    if one.state not in (BroadcastState.SCHEDULED, BroadcastState.RUNNING):
        return None
    begin = one.starts_at if one.state is BroadcastState.SCHEDULED and one.starts_at is not None else now
    speeds = means.speeds
    calls = 1 + len(one.message.media)  # a picture is a call of its own
    pending = counts.pending_by_account
    seconds = [count * calls / speeds[account] for account, count in pending.items() if account in speeds]
    work = timedelta(seconds=max(seconds, default=0.0))
    articles = [
        means.article_at(way.account, max(begin, way.due_at or begin), None, urgent=one.urgent)
        for way in ways
        if way.state in OPEN
    ]
    return max(
        (_at_once if one.urgent else means.done_at)(begin, work),
        *(each for each in articles if each is not None),
        begin,
    )


def shown_author(person: str) -> str:
    return person.removeprefix("token:")


def count_rows(work: Work, one: Broadcast) -> list[dict[str, Any]]:
    """How many people stand where, by account, state and reason, then what they answered: nothing here names a person."""
    rows: list[tuple[str, str, str, int]] = [
        (tally.account, tally.state, (tally.reason or "").partition(":")[0], tally.people)
        for tally in work.broadcast_deliveries.tallies(one.seq)
    ]
    rows += [
        (account, "answered", answer, people) for account, answer, people in work.broadcast_answers.by_account(one.seq)
    ]
    rows += [(account, "reported", "", people) for account, people in work.broadcast_answers.reports_by_account(one.id)]
    return [dict(zip(COUNTED, row, strict=True)) for row in sorted(rows)]


def counts_csv(work: Work, one: Broadcast) -> str:
    """The same as CSV (RFC 4180)."""
    written = StringIO()
    table = csv.DictWriter(written, COUNTED, lineterminator="\r\n")
    table.writeheader()
    table.writerows(count_rows(work, one))
    return written.getvalue()
