"""The contract of an adapter. Pure: bytes and values in, values out; the shell does all I/O.

What a platform may answer is a value (`Outcome`); what we got wrong is an exception (`adapters.errors`).
A new platform is one module or package `adapters/<platform>` with a module-level `ADAPTER`, one test folder and its
fixtures; nothing else is edited.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from adapters.articles import Article, ArticleRules
from conversation.events import Inbound
from conversation.ids import AccountId, ContactId, PlatformName
from conversation.messages import Media, Message


@dataclass(frozen=True, slots=True)
class Account:
    """One official account of ours. `secrets` holds the settings `BOT_<NAME>_<KEY>` by KEY, upper case, and what was
    learnt since (Zalo's `ACCESS_TOKEN`); it is never printed. `api_base`: scheme, host and port only.
    """

    id: AccountId
    platform: PlatformName
    api_base: str
    secrets: Mapping[str, str] = field(repr=False)

    def secret(self, key: str) -> str:
        """The secret's value, empty when it is not set."""
        return self.secrets.get(key, "")


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What came to `/hooks/<account>`. Header names are lower case; `body` are the bytes as received."""

    method: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookReply:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


class ReportStatus(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A receipt or our own echo, about a message we sent.

    It names the message by the platform's id (`provider_id`), by our own reference that travelled with it
    (`reference`, the message's id in our store), or, with `up_to`, all messages to `contact` sent until then.
    An unknown id is ignored by the store. `text` is set for echoes only, to show one that nobody of us sent.
    """

    account: AccountId
    contact: ContactId | None
    status: ReportStatus
    at: datetime
    provider_id: str | None = None
    reference: str | None = None
    up_to: datetime | None = None
    detail: str | None = None
    echo: bool = False
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A signed item of a kind we do not know: counted and kept, answered with 200. `kind` is the platform's own word
    cut to 60 characters of [A-Za-z0-9_.-].
    """

    account: AccountId
    kind: str


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """The platform tells something about the account itself (policy warning, quota, token): the admin must look."""

    account: AccountId
    kind: str
    at: datetime


Parsed = Inbound | DeliveryReport | Unrecognised | AccountNotice


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One HTTP call to the platform. `url` is absolute. At most one of `json`, `form`, `multipart` is set."""

    name: str
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    multipart: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took it. `provider_id`: its id of the message, when it gave one."""

    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too fast. `retry_after` None: the platform did not say. `whole_account`: all sending must pause, not one chat."""

    retry_after: timedelta | None
    whole_account: bool = True


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """The token is not accepted: refresh once and repeat once, else stop the channel and alarm."""

    detail: str


class RefusalReason(StrEnum):
    BLOCKED = "blocked"
    WINDOW_CLOSED = "window_closed"
    UNKNOWN_CONTACT = "unknown_contact"
    BAD_REQUEST = "bad_request"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Refused:
    """Permanent for this message. `whole_account`: stop proactive sending of the account and alarm."""

    reason: RefusalReason
    detail: str
    whole_account: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """May be tried again. `maybe_delivered`: the platform may have taken it before things went wrong."""

    detail: str
    maybe_delivered: bool = False


Outcome = Accepted | Throttled | Unauthorised | Refused | Failed


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the platform can do. `text_limit` in the platform's own unit, as safe characters; `reply_window` None: no
    window; `contact_gap`: between two messages to one person (bursts of three are allowed); `bulk_size` 1: no bulk.
    `sends_counted_over`: the seconds over which the platform counts an announcement's calls.
    """

    text_limit: int
    choice_limit: int
    choice_label_chars: int
    asks_phone: bool
    asks_location: bool
    asks_form: bool
    welcome_inline: bool
    reply_window: timedelta | None
    sends_per_second: float
    contact_gap: timedelta
    bulk_size: int = 1
    replies_per_second: float | None = None
    articles: ArticleRules | None = None
    sends_counted_over: int = 1


class Adapter(Protocol):
    """Total where it says so: any input gives a value or an `AdapterError`, never another exception."""

    @property
    def platform(self) -> PlatformName: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def secret_names(self) -> Sequence[str]:
        """Settings keys that must be set, e.g. `TOKEN`. The start is refused when one is missing or empty."""
        ...

    @property
    def optional_names(self) -> Sequence[str]:
        """Settings keys that may be set besides."""
        ...

    @property
    def default_api_base(self) -> str: ...

    def verify(self, request: WebhookRequest, account: Account) -> None:
        """Returns when the platform sent this with the account's secret; else raises `BadSignature`. Constant time."""
        ...

    def parse(self, request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> Sequence[Parsed]:
        """All items of the batch, in order. `accounts`: all of ours on this platform, for events of a shared app: an
        item of another one of ours carries that account's id, a foreign one is dropped. Raises `Unreadable`.
        """
        ...

    def acknowledge(self, request: WebhookRequest, account: Account, welcome: Message | None) -> WebhookReply:
        """The answer to a verified request: handshakes, and the inline welcome where the platform takes one."""
        ...

    def render(self, message: Message, to: ContactId, account: Account, reference: str) -> Sequence[ApiCall]:
        """The calls that say `message`, in order; loses no character, breaks no limit. `reference`: our message id,
        sent along where the platform has room for it. Total.
        """
        ...

    def judge(self, call: str, reply: ApiReply) -> Outcome:
        """What the answer to the call named `call` means. Total: any bytes give an Outcome."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token pair as the platform gave it; both replace the former ones."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: timedelta


@runtime_checkable
class RefreshesTokens(Protocol):
    """The access token expires. `token_names`: (access, refresh) keys in `Account.secrets`."""

    @property
    def token_names(self) -> tuple[str, str]: ...

    @property
    def refresh_margin(self) -> timedelta:
        """Refresh when less than this is left."""
        ...

    def refresh_call(self, account: Account) -> ApiCall: ...

    def read_tokens(self, reply: ApiReply) -> Tokens | Unauthorised | Failed: ...


@dataclass(frozen=True, slots=True)
class Menu:
    """What registration shows in the platform's own menus: the greeting, and entries (code, label)."""

    greeting: str
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check. `ok` None: could not be told. `remedy`: what to do."""

    check: str
    ok: bool | None
    detail: str
    remedy: str = ""


@runtime_checkable
class RegistersWebhook(Protocol):
    """Tells the platform our address, menus and greeting; repeatable. Platforms that only take it in their web console
    explain so by a `Finding` of `check_webhook`.
    """

    def registration(self, account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:
        """Yields the calls one by one, receives each reply, returns what came of it."""
        ...

    def inspection(self, account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
        """Read-only: are the credentials good, is the webhook ours, is anything reported wrong? For `doctor`."""
        ...


@runtime_checkable
class FetchesMedia(Protocol):
    """Attachments are fetched at once: platform links die."""

    @property
    def media_hosts(self) -> Sequence[str]:
        """Host names media may come from, e.g. `*.fbcdn.net`; the account's own API host is always allowed."""
        ...

    def media_steps(self, media: Media, account: Account) -> Generator[ApiCall, ApiReply, None]:
        """Yields the calls; the body of the last reply is the file."""
        ...


@runtime_checkable
class ConfirmsPress(Protocol):
    """A button press wants a call of its own at once (Telegram's answerCallbackQuery)."""

    def press_answer(self, request: WebhookRequest, account: Account) -> Sequence[ApiCall]:
        """The calls that end the button's waiting sign; best effort, never repeated."""
        ...


@runtime_checkable
class LoadsLater(Protocol):
    """Something heavy is imported after the server listens; until `loaded` only plain texts are parsed at once."""

    @property
    def loaded(self) -> bool: ...

    def load(self) -> None: ...

    def needs_load(self, request: WebhookRequest) -> bool:
        """Whether parsing this request must wait for `load`."""
        ...


@dataclass(frozen=True, slots=True)
class Bubble:
    """What a phone shows of one call: words, whether a picture or another file stands there, the buttons' labels."""

    text: str = field(repr=False)
    media: bool = False
    buttons: tuple[str, ...] = ()


@runtime_checkable
class Previews(Protocol):
    """Tells what a call of `render` will look like, so that a preview is cut where the message will be."""

    def bubble(self, call: ApiCall) -> Bubble: ...


@dataclass(frozen=True, slots=True)
class TakenInBulk:
    """The platform took the call. `refused`: those it did not take, each with why; everybody else is accepted."""

    provider_id: str | None
    refused: Mapping[ContactId, Outcome] = field(default_factory=dict, repr=False)


@runtime_checkable
class SendsInBulk(Protocol):
    """One call says the same to up to `Capabilities.bulk_size` people."""

    def render_bulk(self, message: Message, to: Sequence[ContactId], account: Account) -> Sequence[ApiCall]:
        """The calls that say `message` to all of them, in order; loses no character, breaks no limit. Total."""
        ...

    def judge_bulk(self, call: str, reply: ApiReply) -> TakenInBulk | Outcome:
        """What the answer means: for whom it was taken, or what became of the whole call. Total."""
        ...


@runtime_checkable
class SendsArticles(Protocol):
    """One piece for all followers, by its rules in `Capabilities.articles`: made, asked for until it is ready, sent."""

    def create_article(self, article: Article, account: Account) -> ApiCall: ...

    def check_article(self, token: str, account: Account) -> ApiCall: ...

    def send_article(self, article_id: str, area: str, account: Account) -> ApiCall:
        """`area`: one of the rules', empty for all followers."""
        ...

    def judge_article(self, call: str, reply: ApiReply) -> Outcome:
        """`Accepted` carries the token, then the article's id. Not ready: `Throttled` for one message. Total."""
        ...
