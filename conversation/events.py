"""What happened, in the past tense. `at` is when WE received it (aware, UTC).

State clocks, code dates and messaging windows count from `at`. The platform's own time is kept beside the event
(`Inbound.sent_at`) for display only: it may be missing, in other units, or wrong.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from conversation.ids import ConversationKey, EventKey, OperatorId, TicketCode
from conversation.messages import Answer, Media
from conversation.state import Draft, KnownTicket


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """A person followed us, opened the chat or pressed start.

    `explicit`: they pressed a start button or sent a start command, so they wait for an answer; a mere opening is not.
    `answered_inline`: the platform takes the welcome in the webhook's own answer (Viber), nothing must be sent for it.
    `referral`: the parameter of a deep link or QR code.
    """

    at: datetime
    explicit: bool = False
    answered_inline: bool = False
    referral: str | None = None


@dataclass(frozen=True, slots=True)
class TextReceived:
    at: datetime
    text: str
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class ChoicePicked:
    """A button press. `code` was made by us but travelled through their device: a hint, never an authority."""

    at: datetime
    code: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneShared:
    """A phone from the platform's own share button or a contact card. `own`: the platform vouches that it is theirs."""

    at: datetime
    phone: str
    own: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LocationShared:
    at: datetime
    latitude: float
    longitude: float
    title: str | None = None


@dataclass(frozen=True, slots=True)
class FormSubmitted:
    """A platform's native form. Suggestions to confirm, each may be missing."""

    at: datetime
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    ward: str | None = None
    district: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class MediaReceived:
    """Photos, videos, voice, files, stickers. `album`: several events of one album share it; more may follow at once."""

    at: datetime
    media: tuple[Media, ...]
    caption: str | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class UnsupportedReceived:
    """Something the person sent that we cannot read (a poll, a game, a story share). Answered, never lost."""

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The person changed an earlier message: stored and shown to operators, never answered."""

    at: datetime
    message_id: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageWithdrawn:
    """The person took an earlier message back: noted for operators, never answered."""

    at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """A reaction to a message: it may open the messaging window, it is never answered."""

    at: datetime
    message_id: str
    reaction: str | None


@dataclass(frozen=True, slots=True)
class ChatClosed:
    """The person unfollowed, unsubscribed or blocked us. `erase`: the platform asks for their data to be erased."""

    at: datetime
    erase: bool = False


ContactEvent = (
    ChatOpened
    | TextReceived
    | ChoicePicked
    | PhoneShared
    | LocationShared
    | FormSubmitted
    | MediaReceived
    | UnsupportedReceived
    | MessageEdited
    | MessageWithdrawn
    | Reacted
    | ChatClosed
)


@dataclass(frozen=True, slots=True)
class OperatorTookOver:
    """`operator` holds the conversation. `by`: who gives it to them; None: they took it themselves."""

    at: datetime
    operator: OperatorId
    by: OperatorId | None = None


@dataclass(frozen=True, slots=True)
class OperatorWrote:
    """A person of ours wrote. `from_platform`: in the platform's own inbox, so it has been sent already."""

    at: datetime
    operator: OperatorId
    text: str = ""
    media: tuple[Media, ...] = ()
    from_platform: bool = False
    sender_name: str | None = None


@dataclass(frozen=True, slots=True)
class OperatorHandedBack:
    at: datetime
    operator: OperatorId


OperatorEvent = OperatorTookOver | OperatorWrote | OperatorHandedBack


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """The store made the ticket of `OpenTicket`; stepped at once, in the same transaction."""

    at: datetime
    code: TicketCode
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketFound:
    """The store's answer to `FindTicket`. `code` None: no such ticket. `full`: the asker may see the public answer."""

    at: datetime
    asked: str
    code: TicketCode | None = None
    status: str = ""
    category: str = ""
    updated_at: datetime | None = None
    due_at: datetime | None = None
    answer: str | None = None
    full: bool = False
    overdue: bool = False
    department: str | None = None


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """An operator or a department moved a ticket of this contact on. `by`: who did; None: time did (`overdue`).

    `linked`: it was another person's ticket of the same matter that moved on; `code` is this contact's own, which did not.
    `deadline`: nothing but the date that was promised moved, to `due_at`.
    `opened`: somebody of ours has just written it down for this contact, out of this conversation.
    """

    at: datetime
    code: TicketCode
    status: str
    answer: str | None = None
    reason: str | None = None
    question: str | None = None
    department: str | None = None
    due_at: datetime | None = None
    overdue: bool = False
    by: OperatorId | None = None
    media: tuple[Media, ...] = ()
    linked: bool = False
    deadline: bool = False
    opened: bool = False


@dataclass(frozen=True, slots=True)
class TicketsFound:
    """The store's answer to `FindTickets`: those of the person's other chats."""

    at: datetime
    tickets: tuple[KnownTicket, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFound:
    """The store's answer to `FindKnown`. `known`: name, phone, place of another chat; `joined`: it is joined from now on."""

    at: datetime
    known: Draft = field(default=Draft(), repr=False)
    joined: bool = False


@dataclass(frozen=True, slots=True)
class LinkCodeMade:
    """The store's answer to `MakeLinkCode`: digits, good until `until`."""

    at: datetime
    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class ChatsJoined:
    """A code was typed: this chat and another one are the same person's. `here`: it was typed in this one."""

    at: datetime
    known: Draft = field(default=Draft(), repr=False)
    here: bool = False


@dataclass(frozen=True, slots=True)
class JoinRefused:
    """`unknown`: no such code, or no more; `own`: it was shown in this very chat; `often`: too many wrong ones."""

    at: datetime
    reason: Literal["unknown", "own", "often"]


IdentityEvent = KnownFound | LinkCodeMade | ChatsJoined | JoinRefused


@dataclass(frozen=True, slots=True)
class AnnouncementAnswered:
    """The store's answer to `AnswerAnnouncement` and `AnswerLatest`. `text`: what they were told; None: they never got that announcement.
    `ticket`: their open report that answers it already.
    """

    at: datetime
    announcement: str
    answer: Answer
    text: str | None = field(default=None, repr=False)
    ticket: TicketCode | None = None


@dataclass(frozen=True, slots=True)
class NoAnswerMeant:
    """The store's answer to `AnswerLatest`: no announcement can be meant, so that `text` is a message like any other."""

    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The moment the state asked to be woken at (`ConversationState.wake_at`) has come."""

    at: datetime


Event = (
    ContactEvent
    | OperatorEvent
    | TicketOpened
    | TicketFound
    | TicketsFound
    | TicketChanged
    | IdentityEvent
    | AnnouncementAnswered
    | NoAnswerMeant
    | TimePassed
)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of one conversation, as an adapter or the console hands it in.

    `event_key` is unique inside the account: the same key twice is a duplicate. `sent_at`, `profile_name` and
    `language` are what the platform says; `message_id` its id of the message; `opens_window` whether it counts as an
    interaction of the person for the platform's messaging window.
    """

    key: ConversationKey
    event_key: EventKey
    event: Event
    message_id: str | None = None
    sent_at: datetime | None = None
    profile_name: str | None = field(default=None, repr=False)
    language: str | None = None
    opens_window: bool = True
