"""The shapes of the API, as docs/reference.md tells them; the OpenAPI document is written from these."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Never

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from conversation.profile import Profile
from ticket_store.statuses import Status

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]
SOMETHING = r"[^\s\x1C-\x1F\x85\uFEFF]"
"""One character that is no space, for Python, for Rust and for JavaScript: each counts others among them."""
Words = Annotated[str, StringConstraints(pattern=SOMETHING, max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=500)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Body(BaseModel):
    """What is sent to us: exactly these fields, each of its own JSON type. Validators are built when first asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class _Answer(BaseModel):
    """What we answer. More fields may come; none of these goes."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Problem(_Answer):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Attachment(_Answer):
    id: Id
    kind: str
    name: str | None
    mime: str | None
    size_bytes: int | None
    sha256: str | None
    state: Literal["wanted", "stored", "failed"]


class Conversation(_Answer):
    id: Id
    account: str
    platform: str
    contact: str
    name: str | None
    phase: str
    held_by: str | None
    waiting_since: AwareDatetime | None
    last_message_at: AwareDatetime | None


class Message(_Answer):
    id: Id
    direction: Literal["in", "out"]
    author: Literal["contact", "bot", "operator", "broadcast"]
    text: str
    attachments: list[Attachment]
    at: AwareDatetime
    delivery: Literal["queued", "sent", "delivered", "seen", "failed", "uncertain", "cancelled"] | None
    reason: str | None


class HistoryEntry(_Answer):
    at: AwareDatetime
    actor: str
    kind: str
    changes: dict[str, Any]


class Ticket(_Answer):
    code: Id
    status: Status
    name: str | None
    phone: str | None
    address: str | None
    ward: str | None
    province: str | None
    request: str
    category: str
    department: str | None
    account: str
    platform: str
    contact: str | None
    publish: bool
    subject: str | None
    priority: str
    due_at: AwareDatetime | None
    announcement: str | None = Field(description="The announcement under which help was asked for.")
    same_matter: int = Field(description="How many tickets tell this matter, this one among them.")
    attachments: list[Attachment]
    created_at: AwareDatetime
    updated_at: AwareDatetime
    history: list[HistoryEntry]


class ConversationPage(_Answer):
    items: list[Conversation]
    next: str | None


class MessagePage(_Answer):
    items: list[Message]
    next: str | None


class TicketPage(_Answer):
    items: list[Ticket]
    next: str | None


class Figures(_Answer):
    received: int
    answered: int
    resolved: int
    on_time: int
    overdue: int
    handling_ratio: float | None
    median_first_answer_seconds: float | None
    median_resolution_seconds: float | None


class KeyedFigures(Figures):
    code: str | None


class Stats(_Answer):
    since: AwareDatetime | None
    until: AwareDatetime | None
    total: Figures
    channel: list[KeyedFigures]
    category: list[KeyedFigures]
    department: list[KeyedFigures]
    ward: list[KeyedFigures]
    operator: list[KeyedFigures]


class Said(_Body):
    text: Words


class TicketChange(_Body):
    status: Annotated[Status, Strict(False)] | None = None
    department: Code | None = None
    category: Code | None = None
    note: Words | None = None
    answer: Words | None = None
    publish: bool | None = None
    priority: Literal["normal", "high", "emergency"] | None = None
    question: Words | None = Field(default=None, description="Asks the citizen back; the status becomes need_info.")
    duplicate_of: Code | None = Field(default=None, description="The code of the ticket it is joined to.")
    subject: Line | None = None
    unlink: Literal[True] | None = Field(
        default=None, description="It tells another matter than those it is linked with."
    )


class NewTicket(_Body):
    account: Literal["phone", "counter"]
    name: Line | None = None
    phone: Line | None = None
    address: Annotated[str, StringConstraints(max_length=1000)] | None = None
    ward: Line | None = None
    province: Line | None = None
    request: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    category: Code | None = None
    department: Code | None = None
    subject: Line | None = None
    publish: bool = False
    priority: Literal["normal", "high", "emergency"] = "normal"


class Bodies(NamedTuple):
    """The bodies as one site takes them: with its own categories, departments and required fields."""

    change: type[TicketChange]
    opening: type[NewTicket]


_LONGEST = {"name": 500, "phone": 500, "address": 1000, "request": 20_000, "subject": 500}
_BESIDE = r"[ -*,-/:-~]*"
_DIGIT = f"{_BESIDE}[0-9]"
_DIALLED = {
    "vn": rf"^{_BESIDE}(0|\+?8{_BESIDE}4){_BESIDE}[35789]({_DIGIT}){{8}}{_BESIDE}$",
    "fa": rf"^{_BESIDE}(0|\+?9{_BESIDE}8){_BESIDE}9({_DIGIT}){{9}}{_BESIDE}$",
}
"""How a mobile phone looks, whatever stands beside its digits; other numbers are taken as well (docs/reference.md)."""
_TYPED = r"^[ -~\p{Nd}\p{Zs}]*$"
"""What stands in a spelling of a phone: other scripts' digits, too, but no other letters."""
_ADDRESS = r"^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:([1-9][0-9]{0,3}|[1-5][0-9]{4}))?([/?#][!-~]*)?$"


def bodies_for(site: Profile) -> Bodies:
    codes: dict[str, Any] = {
        "category": (Literal[tuple(site.categories)] | None, None),
        "department": (Literal[tuple(site.open_departments)] | None, None),
    }
    required = {field.value for field in site.report.required}
    if site.report.require_subject:
        required.add("subject")
    needed: dict[str, Any] = {
        name: (Annotated[str, StringConstraints(max_length=_LONGEST[name], pattern=SOMETHING)], ...)
        for name in required
    }
    form = {"type": "string", "pattern": _DIALLED[site.rules], "maxLength": 500}
    form["description"] = "A mobile phone in any spelling; other numbers are taken as well. Kept as E.164."
    phone = Annotated[str, StringConstraints(max_length=500, pattern=_TYPED), WithJsonSchema(form)]
    needed["phone"] = (phone, ...) if "phone" in required else (phone | None, None)
    return Bodies(
        create_model("TicketChange", __base__=TicketChange, **codes),
        create_model("NewTicket", __base__=NewTicket, **codes, **needed),
    )


class Counts(_Answer):
    planned: int = Field(description="pending + sent + failed + skipped + uncertain")
    pending: int
    sent: int
    delivered: int = Field(description="The part of `sent` with a receipt.")
    seen: int = Field(description="The part of `delivered` that was looked at.")
    failed: int
    skipped: int
    uncertain: int = Field(description="May have arrived; not repeated.")


class Link(_Body):
    """A button that opens an address."""

    label: Annotated[str, StringConstraints(pattern=SOMETHING, max_length=20)]
    url: Annotated[str, StringConstraints(pattern=_ADDRESS, max_length=500)]


class ArticleWay(_Answer):
    account: str
    state: Literal["waiting", "processing", "ready", "sending", "sent", "refused", "uncertain", "skipped"]
    reason: str | None
    due_at: AwareDatetime | None = Field(description="Before that nothing is tried.")
    sent_at: AwareDatetime | None = Field(description="The platform looks at it for a while before people have it.")


class Article(_Answer):
    """One piece to all followers of these accounts, instead of messages to the people of these."""

    title: str
    area: str = Field(description="Where the followers live, as the platform has it; empty: everywhere.")
    accounts: list[ArticleWay]


class Broadcast(_Answer):
    id: Id
    title: str
    text: str
    state: Literal["draft", "waiting_approval", "scheduled", "running", "paused", "stopped", "done", "cancelled"]
    reason: str | None = Field(description="Why it was stopped.")
    texts: dict[str, str] = Field(description="In the site's other languages.")
    answers: list[Literal["received", "help"]]
    link: Link | None
    picture: bool
    topic: str | None = Field(description="The code of the only one it is about; people can stop it alone.")
    article: Article | None
    counts: Counts
    answered: dict[str, int] = Field(description="How many people pressed each button for an answer.")
    reports: int = Field(description="Reports that were opened from it.")
    skipped_by_reason: dict[str, int]
    failed_by_reason: dict[str, int]
    eta: AwareDatetime | None
    quiet_until: AwareDatetime | None = Field(description="It waits for the end of the site's quiet hours.")
    urgent: bool
    author: str
    approved_by: str | None
    starts_at: AwareDatetime | None
    expires_at: AwareDatetime | None
    created_at: AwareDatetime


class Counted(_Answer):
    account: str
    state: str = Field(
        description="pending, sending, sent, delivered, seen, failed, skipped, uncertain, answered, reported"
    )
    reason: str = Field(description="Why, or which answer.")
    people: int


class CountedPage(_Answer):
    items: list[Counted]


class BroadcastPage(_Answer):
    items: list[Broadcast]
    next: str | None


Names = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=500)]


class AudienceWanted(_Body):
    """Each key narrows it; an absent or empty one does not."""

    accounts: Names = []
    wards: Names = Field(default=[], description="Names as tickets have them, or codes.")
    provinces: Names = []
    categories: Names = []
    active_since: AwareDatetime | date | None = None
    languages: Names = []


class NewBroadcast(_Body):
    title: Annotated[str, StringConstraints(pattern=SOMETHING, max_length=200)] = Field(description="For ourselves.")
    text: Words = Field(description="What people get, in the site's first language.")
    texts: dict[str, Words] = {}
    answers: list[Literal["received", "help"]] = Field(default=[], description="Buttons under it.")
    link: Link | None = None
    topic: Code | None = Field(default=None, description="The code of the only one it is about.")
    audience: AudienceWanted = AudienceWanted()
    starts_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = Field(default=None, description="Nobody gets it after that.")
    urgent: bool = Field(default=False, description="Before other announcements; never before replies.")


def broadcast_body(site: Profile, accounts: Sequence[str]) -> type[NewBroadcast]:
    """An announcement as one site takes it: to its own accounts, about its own categories."""

    def of(codes: Sequence[str]) -> Any:  # noqa: ANN401  a type made of values
        return Literal[tuple(codes)] if codes else Never

    def some(codes: Sequence[str]) -> Any:  # noqa: ANN401  as above
        return Annotated[list[of(codes)], Field(max_length=500)]  # type: ignore[misc]

    languages: Any = Field(default=[], description="Who speaks none of the site's is taken to speak its first.")
    audience = create_model(
        "AudienceWanted",
        __base__=AudienceWanted,
        accounts=(some(accounts), []),
        categories=(some(tuple(site.categories)), []),
        languages=(some(site.languages), languages),
    )
    topics = tuple(site.announcements.topics)
    topic: Any = Literal[topics] | None if topics else None
    texts: Any = dict[of(site.languages[1:]), Words]  # type: ignore[misc]
    told: Any = Field(default={}, description="What those get who speak another of its languages.")
    return create_model(
        "NewBroadcast",
        __base__=NewBroadcast,
        audience=(audience, audience()),
        texts=(texts, told),
        topic=(topic, None),
    )
