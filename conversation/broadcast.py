"""Whether an announcement may be said to somebody at this moment. Asked before planning, and again before sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class SkipReason(StrEnum):
    """Why somebody is left out. `WINDOW_CLOSED`: they wrote too long ago. `NO_ALLOWED_KIND`: they never wrote, and the
    platform takes no unasked message of any kind to them. `BY_ARTICLE`: who follows the account gets an article instead.
    """

    BY_ARTICLE = "by_article"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    TOPIC_OFF = "topic_off"
    HELD = "held"
    NO_ALLOWED_KIND = "no_allowed_kind"
    WINDOW_CLOSED = "window_closed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as the store knows them. `held`: a person of ours speaks with them. `exempt`: an emergency of the profile
    reaches those too who want no announcements. `topic_off`: they want none about its topic. `by_article`: their account
    sends this one as an article.
    """

    reachable: bool
    opted_out: bool
    held: bool
    window_from: datetime | None
    exempt: bool = False
    topic_off: bool = False
    by_article: bool = False


class Rules(Protocol):
    """Of a platform; `adapters.base.Capabilities` has it."""

    @property
    def reply_window(self) -> timedelta | None: ...


@dataclass(frozen=True, slots=True)
class Send:
    """It may be sent. `until`: when the platform's window closes; None: it has none."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    reason: SkipReason


def plan(recipient: Recipient, now: datetime, capabilities: Rules) -> Send | Skip:
    """The first reason against it counts. Total."""
    if recipient.by_article:
        return Skip(SkipReason.BY_ARTICLE)
    if not recipient.reachable:
        return Skip(SkipReason.BLOCKED)
    if recipient.opted_out and not recipient.exempt:
        return Skip(SkipReason.OPTED_OUT)
    if recipient.topic_off and not recipient.exempt:
        return Skip(SkipReason.TOPIC_OFF)
    if recipient.held:
        return Skip(SkipReason.HELD)
    if capabilities.reply_window is None:
        return Send()
    if recipient.window_from is None:
        return Skip(SkipReason.NO_ALLOWED_KIND)
    until = recipient.window_from + capabilities.reply_window
    return Send(until) if now < until else Skip(SkipReason.WINDOW_CLOSED)
