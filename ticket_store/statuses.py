"""A ticket's statuses and which may follow which. Pure; documented for operators in docs/data.md."""

from enum import StrEnum

from ticket_store.errors import ForbiddenStatus, MissingReason


class Status(StrEnum):
    RECEIVED = "received"
    NEED_INFO = "need_info"
    FORWARDED = "forwarded"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    CLOSED = "closed"


_ENDINGS = (Status.RESOLVED, Status.REJECTED, Status.DUPLICATE, Status.CANCELLED)
_AGAIN = (Status.REOPENED, Status.CLOSED)

# An open ticket may go to any other open stage or to an ending, but never back to an earlier "received" by hand, except
# when a department sends it back (forwarded) or the citizen has answered (need_info). What has ended is only reopened or
# closed; what is closed is only reopened.
FOLLOWING: dict[Status, tuple[Status, ...]] = {
    Status.RECEIVED: (Status.NEED_INFO, Status.FORWARDED, Status.IN_PROGRESS, *_ENDINGS),
    Status.NEED_INFO: (Status.RECEIVED, Status.FORWARDED, Status.IN_PROGRESS, *_ENDINGS, Status.CLOSED),
    Status.FORWARDED: (Status.RECEIVED, Status.NEED_INFO, Status.IN_PROGRESS, *_ENDINGS),
    Status.IN_PROGRESS: (Status.NEED_INFO, Status.FORWARDED, *_ENDINGS),
    Status.REOPENED: (Status.NEED_INFO, Status.FORWARDED, Status.IN_PROGRESS, *_ENDINGS),
    Status.RESOLVED: _AGAIN,
    Status.REJECTED: _AGAIN,
    Status.DUPLICATE: _AGAIN,
    Status.CANCELLED: _AGAIN,
    Status.CLOSED: (Status.REOPENED,),
}

NEEDS_REASON = frozenset({Status.REJECTED})
CHASED = "(reminded_at IS NOT NULL OR unanswered_at IS NOT NULL)"
"""A ticket that somebody was reminded of, as SQL has it."""
ENDED = frozenset((*_ENDINGS, Status.CLOSED))


def check_change(current: str, wanted: str, *, reasoned: bool) -> None:
    """Returns when `current` may become `wanted`; raises ForbiddenStatus, naming the allowed ones, or MissingReason."""
    allowed = FOLLOWING[Status(current)]
    if wanted not in allowed:
        raise ForbiddenStatus(current, wanted, allowed)
    if wanted in NEEDS_REASON and not reasoned:
        raise MissingReason(current, wanted, allowed)
