"""What is said, in either direction, before a platform gives it a shape."""

from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment. `source` is the platform's handle (an address or a file id): only its adapter reads it.

    `sha256` names our stored copy once it was fetched; until then it is None.
    """

    kind: MediaKind
    source: str
    name: str | None = None
    mime: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `code` comes back when it is pressed: 1-60 ASCII characters of a-z 0-9 _ . : - , no personal data.
    With `url`, an https address, it opens that instead and nothing comes back.
    """

    code: str
    label: str
    url: str | None = None


class Answer(StrEnum):
    """What an announcement may be answered by a button."""

    RECEIVED = "received"
    HELP = "help"


ANNOUNCEMENT = "announcement"
"""Begins what names an announcement: a button's code (`announcement:<answer>:<id>`), its picture's source."""


class NativeAsk(StrEnum):
    """A platform's own way to hand over a datum; typed answers always work beside it."""

    PHONE = "phone"
    LOCATION = "location"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Message:
    """One outgoing message. Text is plain, NFC, without markup; `sender_name` is set for a person's own words.

    Platforms that cannot show all choices as buttons print them as numbered lines under the text.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    ask: NativeAsk | None = None
    ask_label: str | None = None
    sender_name: str | None = None
    media: tuple[Media, ...] = ()


def answer_in(code: str) -> tuple[Answer, str] | None:
    """The answer and the announcement's id that a button's code names; a hint, for it came from a device."""
    head, _, value = code.partition(":")
    answer, _, name = value.partition(":")
    return (Answer(answer), name) if head == ANNOUNCEMENT and answer in set(Answer) and name else None


def answers_of(message: Message) -> tuple[Answer, ...]:
    return tuple(found[0] for one in message.choices if (found := answer_in(one.code)))


def link_of(message: Message) -> tuple[str, str] | None:
    """The label and the address of the button that opens one."""
    return next(((one.label, one.url) for one in message.choices if one.url), None)
