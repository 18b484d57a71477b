"""A conversation's whole history as a page shows it: messages, colleagues' notes, and where its reports began."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from adapters.base import Capabilities
from conversation.ids import PlatformName
from ticket_store.records import Attachment, Conversation, Page, StoredMessage, Ticket
from webhooks.console.attachments import file_name, shown_as, size

FROM_PLATFORM = re.compile(r"(zalo|messenger|telegram|viber):.*")
"""Operators' ids as adapters make them for replies in a platform's own inbox."""
_PIN = re.compile(r"📍 (-?\d{1,3}\.\d{1,8}),(-?\d{1,3}\.\d{1,8}) ?(.*)", re.DOTALL)
_FREE = {"zalo": timedelta(hours=48), "viber": timedelta(hours=24)}
"""Zalo: a week in all, the first 48 hours without charge; Viber: the session of 24 hours. As documented in 2026."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as shown. `shown`: image, audio, video, file, wanted (on its way) or failed."""

    name: str
    size: str
    shown: str
    address: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pin:
    latitude: str
    longitude: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the history. `who`: contact, bot, me, colleague, platform, broadcast, note, or ticket."""

    who: str
    at: datetime
    id: str
    day: date
    message: StoredMessage | None = None
    files: tuple[File, ...] = ()
    pin: Pin | None = None
    name: str = ""
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """How long the platform lets us write. `until` None: always. `free_until`: after it a message costs."""

    open: bool
    until: datetime | None
    free_until: datetime | None


def items(
    messages: Page[StoredMessage],
    tickets: Sequence[Ticket],
    me: str,
    zone: tzinfo,
    address: Callable[[str], str],
) -> list[Item]:
    """The messages of a page with the reports opened among them, oldest first."""
    shown = [_said(message, me, zone, address) for message in messages]
    start = messages[0].at if messages and messages.next else datetime.min.replace(tzinfo=zone)
    end = messages[-1].at if messages else datetime.max.replace(tzinfo=zone)
    shown += [
        Item("ticket", one.created_at, f"t-{one.code}", one.created_at.astimezone(zone).date(), ticket=one)
        for one in tickets
        if start <= one.created_at and (one.created_at <= end or not messages)
    ]
    return sorted(shown, key=lambda item: item.at)


def _said(message: StoredMessage, me: str, zone: tzinfo, address: Callable[[str], str]) -> Item:
    pin = _PIN.fullmatch(message.text) if message.direction == "in" else None
    return Item(
        who=who_said(message, me),
        at=message.at,
        id=f"m-{message.id}",
        day=message.at.astimezone(zone).date(),
        message=message,
        files=tuple(file_of(one, address) for one in message.attachments),
        pin=Pin(pin[1], pin[2], pin[3].strip()) if pin else None,
        name=message.operator or "",
    )


def who_said(message: StoredMessage, me: str) -> str:
    if message.direction == "note":
        return "note"
    if message.author == "operator":
        operator = message.operator or ""
        if FROM_PLATFORM.fullmatch(operator):
            return "platform"
        return "me" if operator == me else "colleague"
    return message.author


def file_of(attachment: Attachment, address: Callable[[str], str]) -> File:
    """`address`: of an attachment's id, where it may be fetched."""
    stored = attachment.state == "stored"
    return File(
        name=file_name(attachment),
        size=size(attachment) if attachment.size_bytes else "",
        shown=shown_as(attachment) if stored else attachment.state,
        address=address(attachment.id) if stored else "",
        reason=attachment.reason,
    )


def window(conversation: Conversation, capabilities: Capabilities | None, now: datetime) -> Window:
    """The platform's messaging window of this conversation."""
    length = capabilities.reply_window if capabilities else None
    began = conversation.window_from
    free = free_until(conversation.platform, conversation)
    if not conversation.reachable:
        return Window(open=False, until=None, free_until=None)
    if length is None:
        return Window(open=True, until=None, free_until=free)
    if began is None:
        return Window(open=False, until=None, free_until=None)
    return Window(open=now < began + length, until=began + length, free_until=free)


def free_until(platform: PlatformName, conversation: Conversation) -> datetime | None:
    length = _FREE.get(platform)
    began = conversation.session_from if platform == "viber" else conversation.window_from
    return began + length if length and began else None
