"""An announcement as the outside sees it: one dictionary for the command line and the API."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from conversation.ids import AccountId
from conversation.messages import answers_of, link_of
from ticket_store.audiences import Windows
from ticket_store.broadcast_counts import Counts
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.exports import moment
from ticket_store.unit_of_work import Work

Speeds = Mapping[AccountId, float]
"""People an account reaches in a second, at best."""
_NOT_YET = (BroadcastState.DRAFT, BroadcastState.WAITING_APPROVAL, BroadcastState.SCHEDULED)


def broadcast_of(work: Work, one: Broadcast, windows: Windows, speeds: Speeds, now: datetime) -> dict[str, Any]:
    """The object of one announcement. Before it runs its counts are those it would have if it ran now."""
    if one.state in _NOT_YET and one.started_at is None:
        counts = work.broadcast_deliveries.count(one.audience, windows, now, exempt=one.exempt)
    else:
        counts = work.broadcast_deliveries.counts(one.seq)
    audience = one.audience
    answers = work.broadcast_answers.counts(one.seq)
    link = link_of(one.message)
    return {
        "id": one.id,
        "title": one.title,
        "text": one.message.text,
        "texts": {each.language: each.message.text for each in one.others},
        "answers": list(answers_of(one.message)),
        "link": None if link is None else {"label": link[0], "url": link[1]},
        "picture": bool(one.message.media),
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
        "eta": moment(eta(one, counts, speeds, now)),
        "urgent": one.urgent,
        "author": shown_author(one.author),
        "approved_by": None if one.approved_by is None else shown_author(one.approved_by),
        "starts_at": moment(one.starts_at),
        "expires_at": moment(one.expires_at),
        "created_at": moment(one.created_at),
        "started_at": moment(one.started_at),
        "ended_at": moment(one.ended_at),
    }


def eta(one: Broadcast, counts: Counts, speeds: Speeds, now: datetime) -> datetime | None:
    """When the last one will have it, if nothing slows it down; None: it does not go on, or is through."""
    if one.state not in (BroadcastState.SCHEDULED, BroadcastState.RUNNING):
        return None
    begin = one.starts_at if one.state is BroadcastState.SCHEDULED and one.starts_at is not None else now
    seconds = [count / speeds[account] for account, count in counts.pending_by_account.items() if account in speeds]
    return begin + timedelta(seconds=max(seconds, default=0.0))


def shown_author(person: str) -> str:
    return person.removeprefix("token:")
