"""What must be done, in the imperative. The shell performs effects inside the event's own transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from conversation.ids import TicketCode
from conversation.messages import Answer, Media, Message
from conversation.places import Place
from conversation.state import ConversationState


@dataclass(frozen=True, slots=True)
class Say:
    """Send this. `wait`: hold it that long, because more is likely to follow; a later answer replaces a held one."""

    message: Message
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A finished report. `phone` is E.164; `due_at` and `department` come from the site's profile. `announcement`: the id
    of the one that it answers.
    """

    name: str | None
    phone: str | None
    place: Place | None
    request: str
    category: str
    department: str | None = None
    due_at: datetime | None = None
    subject: str | None = None
    publish: bool = False
    priority: str = "normal"
    media: tuple[Media, ...] = ()
    national_id: str | None = None
    announcement: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Make a ticket; its code comes back as `TicketOpened`."""

    draft: TicketDraft


@dataclass(frozen=True, slots=True)
class AmendTicket:
    """Add the citizen's later words or attachments to their ticket. `reopen`: they say it was not solved."""

    code: TicketCode
    text: str = ""
    media: tuple[Media, ...] = ()
    reopen: bool = False
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class FindTicket:
    """Look a ticket up; the result comes back as `TicketFound`. `code` as typed; `last4`: digits of the phone."""

    code: str
    last4: str | None = None


@dataclass(frozen=True, slots=True)
class FindTickets:
    """Look up the tickets of this person's other chats; they come back as `TicketsFound`."""


@dataclass(frozen=True, slots=True)
class FindKnown:
    """The platform vouches that this phone (E.164) is theirs: join the chats that have the same proof; what these know
    comes back as `KnownFound`.
    """

    phone: str


@dataclass(frozen=True, slots=True)
class MakeLinkCode:
    """Make a code that joins this chat with the one it is typed in; it comes back as `LinkCodeMade`."""


@dataclass(frozen=True, slots=True)
class JoinByCode:
    """Join this chat with the one that was shown the code; it comes back as `ChatsJoined` or `JoinRefused`."""

    code: str


@dataclass(frozen=True, slots=True)
class PartChats:
    """This chat stands alone again, also when its phone is proved once more; a new code may join it."""


@dataclass(frozen=True, slots=True)
class AnswerAnnouncement:
    """A button under an announcement was pressed. Whether they got that one only the store knows; it counts the answer,
    once a person, and tells by `AnnouncementAnswered`.
    """

    announcement: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerLatest:
    """A button of an announcement was said in words. Which one was meant, if any, only the store knows: the last that had
    it, while it is fresh, and unless something else has been said to them since (`beside`: or even then). It tells by
    `AnnouncementAnswered`, or by `NoAnswerMeant`, which brings `text` back.
    """

    answer: Answer
    text: str = field(repr=False)
    beside: bool = False


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    WAITING = "waiting"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class AlertOperators:
    """Tell the operators. `reason` is a code (`wants_operator`, `emergency_fire`, `data_request`), never citizen's words."""

    reason: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class EraseContact:
    """Erase transcript, draft and profile of this conversation; tickets follow their own rules."""

    reason: str


Effect = (
    Say
    | OpenTicket
    | AmendTicket
    | FindTicket
    | FindTickets
    | FindKnown
    | MakeLinkCode
    | JoinByCode
    | PartChats
    | AnswerAnnouncement
    | AnswerLatest
    | AlertOperators
    | EraseContact
)


class Transition(NamedTuple):
    state: ConversationState
    effects: tuple[Effect, ...] = ()
