"""What the store gives and takes. Frozen; whatever a citizen said, or a secret, stays out of `repr`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from conversation.ids import AccountId, ConversationKey, OperatorId, PlatformName, TicketCode
from conversation.messages import Media, MediaKind, Message
from conversation.places import Place
from conversation.state import ConversationState

T = TypeVar("T")


class Page(list[T], Generic[T]):
    """One page of a list. `next`: what to give as `after` for the following one; None when there is none."""

    def __init__(self, items: Iterable[T] = (), following: str | None = None) -> None:
        super().__init__(items)
        self.next = following


class Schema(StrEnum):
    """The database's tables against this version's. `EMPTY` sets itself up, `BEHIND` needs an upgrade, `AHEAD` a newer us."""

    EMPTY = "empty"
    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True)  # no slots: `conversation.frozen.altered` copies its __dict__
class Conversation:
    """One person at one account. `window_from`: last interaction that opens the messaging window; `session_from`: the one
    that opened the running session. `version` rises with each save; `created_at` is None until the first save.
    """

    id: str
    key: ConversationKey = field(repr=False)
    platform: PlatformName
    state: ConversationState = field(default=ConversationState(), repr=False)
    version: int = 0
    profile_name: str | None = field(default=None, repr=False)
    language: str | None = None
    reachable: bool = True
    window_from: datetime | None = None
    session_from: datetime | None = None
    created_at: datetime | None = None
    last_message_at: datetime | None = None
    unread: int = 0
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be kept. `direction` "in", "out" or "note" (colleagues only); `author` "contact", "bot", "operator", "broadcast".

    An "out" with `message` and `delivery` "queued" goes to the outbox at `due_at` (None: at once). `replaceable`: a later
    answer may take its place while it waits. `version`: of the conversation it was made for. `media`: attachments that
    came with an "in"; those of an "out" are in its `message`. `id` None: the store picks one.
    """

    conversation_id: str
    account: AccountId
    direction: str
    author: str
    text: str = field(repr=False)
    at: datetime
    message: Message | None = field(default=None, repr=False)
    media: tuple[Media, ...] = field(default=(), repr=False)
    sent_at: datetime | None = None
    provider_id: str | None = None
    event_key: str | None = None
    delivery: str | None = None
    due_at: datetime | None = None
    replaceable: bool = False
    lane: int = 0
    operator: str | None = None
    version: int = 0
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """What a message said before it was edited at `at`."""

    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message or ticket. `state`: "wanted", "stored" (then `sha256` names our copy) or "failed"."""

    id: str
    kind: MediaKind
    name: str | None = field(repr=False)
    mime: str | None
    size_bytes: int | None
    sha256: str | None
    state: str
    reason: str | None
    source: str = field(repr=False)
    account: AccountId
    message_id: str | None = None
    ticket_code: TicketCode | None = None
    conversation_id: str | None = None
    attempts: int = 0

    @property
    def media(self) -> Media:
        return Media(self.kind, self.source, self.name, self.mime, self.size_bytes, self.sha256)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of the transcript. `delivery`: received, queued, sending, sent, delivered, seen, failed, uncertain,
    cancelled. `former`: earlier wordings, oldest first. `reason`: why it failed, a code or the platform's words.
    """

    seq: int
    id: str
    conversation_id: str
    account: AccountId
    direction: str
    author: str
    text: str = field(repr=False)
    at: datetime
    delivery: str
    message: Message | None = field(default=None, repr=False)
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    provider_id: str | None = None
    reason: str | None = None
    reported_at: datetime | None = None
    operator: str | None = None
    version: int = 0
    due_at: datetime | None = None
    attempts: int = 0
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    former: tuple[Former, ...] = field(default=(), repr=False)


class Forgotten(NamedTuple):
    """What retention took. `files`: sha256 of stored files nothing refers to any more; the caller deletes them."""

    messages: int
    files: list[str]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is ours to send now. `parts_done`: how many of its calls succeeded before; `at`: when it was said."""

    id: str
    conversation_id: str
    key: ConversationKey = field(repr=False)
    platform: PlatformName
    message: Message = field(repr=False)
    author: str
    attempts: int
    parts_done: int
    first_due_at: datetime
    at: datetime
    window_from: datetime | None
    session_from: datetime | None
    reachable: bool
    lane: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """`provider_id` is that of the last part; `parts`: in how many calls it was said."""

    id: str
    provider_id: str | None
    at: datetime
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Retry:
    """To be tried again at `due_at`; `parts_done` calls need not be repeated. `window_from`: with the reason that the
    platform's window is closed, the interaction it was counted from; a later one makes the message due at once.
    """

    id: str
    due_at: datetime
    reason: str
    parts_done: int = 0
    window_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """Will not be sent; `reason` is shown to operators."""

    id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Uncertain:
    """May have been delivered and must not be repeated."""

    id: str
    reason: str
    at: datetime


SendResult = Sent | Retry | Dead | Uncertain


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """One account's outbox. `oldest_due_at`: since when the longest waiting message should have gone."""

    queued: int
    failed: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A report. `address` is the citizen's words; `place` has them with what was understood. `phone` is E.164."""

    code: TicketCode
    status: str
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    address: str | None = field(repr=False)
    ward: str | None
    province: str | None
    request: str = field(repr=False)
    category: str
    department: str | None
    account: AccountId
    platform: PlatformName
    contact: str | None = field(repr=False)
    publish: bool
    subject: str | None = field(repr=False)
    created_at: datetime
    updated_at: datetime
    priority: str = "normal"
    due_at: datetime | None = None
    answer: str | None = field(default=None, repr=False)
    rating: str | None = None
    ward_code: str | None = None
    place: Place | None = field(default=None, repr=False)
    national_id: str | None = field(default=None, repr=False)
    conversation_id: str | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    overdue_at: datetime | None = None
    reminded_at: datetime | None = None
    unanswered_at: datetime | None = None
    parent: TicketCode | None = None
    link_group: str | None = None
    announcement: str | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a ticket. `kind`: opened, changed, amended. `changes`: field → (before, after) as codes;
    `note`, `answer`, `text`: the words, where there were some.
    """

    id: str
    code: TicketCode
    at: datetime
    actor: str
    kind: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    value: str = field(repr=False)
    obtained_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WantedMedia:
    """An attachment to be fetched. At least one of `message_id` and `ticket_code` is set."""

    media: Media = field(repr=False)
    account: AccountId
    at: datetime
    conversation_id: str | None = None
    message_id: str | None = None
    ticket_code: TicketCode | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A webhook kept aside. `headers`, `query` and `body` are loaded by `quarantine.load` only."""

    id: str
    account: AccountId
    at: datetime
    reason: str
    method: str
    done_at: datetime | None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds an API token or an operator's account. `department`: whose tickets alone the role `department` sees.

    `token`: an API token, which is a person of its own, also beside an operator of the same name.
    """

    name: str
    role: str
    created_at: datetime
    revoked_at: datetime | None = None
    department: str | None = None
    token: bool = False

    @property
    def id(self) -> OperatorId:
        """As it stands in what they hold, wrote and did."""
        return OperatorId(f"token:{self.name}" if self.token else self.name)


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    role: str
    department: str | None
    password_hash: str = field(repr=False)
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    id: str
    conversation_id: str
    reason: str
    urgency: str
    at: datetime
