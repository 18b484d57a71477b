"""What a conversation remembers between two events. Frozen values only; stored encrypted, as JSON.

Every field has a default, so that a state stored by an earlier version still loads.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conversation.ids import OperatorId, TicketCode
from conversation.messages import Choice, Media
from conversation.places import Place


class Phase(StrEnum):
    """The question that stands. `IDLE`: nothing asked yet; `DONE`: the code was given."""

    IDLE = "idle"
    CONSENT = "consent"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    REQUEST = "request"
    CONFIRM = "confirm"
    DONE = "done"


class Aside(StrEnum):
    """A question beside the four fields: it stands until it is answered or passed over; the phase stays below it."""

    NATIONAL_ID = "national_id"
    KNOWN = "known"
    PHONE_PICK = "phone_pick"
    PHONE_OLD = "phone_old"
    WARD_PICK = "ward_pick"
    WARD_MISSING = "ward_missing"
    PIN_WORDS = "pin_words"
    SUBJECT = "subject"
    MATTERS = "matters"
    SAME_MATTER = "same_matter"
    FORMAL = "formal"
    EDIT = "edit"
    STUCK = "stuck"
    RESUME = "resume"
    TICKET_PICK = "ticket_pick"
    TICKET_CODE = "ticket_code"
    TICKET_LAST4 = "ticket_last4"
    REASON = "reason"
    NEED_INFO = "need_info"
    NEXT_MATTER = "next_matter"


@dataclass(frozen=True, slots=True)
class Consent:
    """Evidence: which notice, when, by which words or button."""

    version: str
    at: datetime
    by: str


@dataclass(frozen=True)  # no slots: `altered` copies its __dict__
class Draft:
    """The report being collected. A field that is set was said by the citizen and stays until they take it back.

    `phones` and `places` are readings that the citizen must choose from; `phone_was` is the old form of the only one.
    `asked` names what was asked once and is not asked again (`ward`, `skip:name`). `later`: further matters of the
    same message, one report each after this one. `vague`: the request is but an opening ("I want to report something"),
    so it is still asked for. `vouched`: a phone the platform says is theirs, not looked up yet. `announcement`: the id of
    the one under which help was asked for.
    """

    name: str | None = None
    phone: str | None = None
    place: Place | None = None
    request: str | None = None
    category: str | None = None
    subject: str | None = None
    publish: bool = False
    media: tuple[Media, ...] = ()
    national_id: str | None = None
    priority: str = "normal"
    on_behalf: bool = False
    procedure: bool = False
    formal: bool = False
    vague: bool = False
    phones: tuple[str, ...] = ()
    phone_was: str | None = None
    places: tuple[Place, ...] = ()
    asked: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    vouched: str | None = None
    announcement: str | None = None


NOTHING_TOLD = Draft()


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A ticket of this conversation, so that the citizen can ask about it or add to it."""

    code: TicketCode
    at: datetime
    category: str = "other"
    ward_code: str | None = None
    request: str = ""


@dataclass(frozen=True)  # no slots: `altered` copies its __dict__
class ConversationState:
    """`offered`: the buttons under the standing question. `about`: the ticket an aside speaks of. `unread`: the words
    that were not understood, kept so that they can be sent as they are. `announced`: the citizen was told that a
    person joined; `returned`: the next answer tells that the bot is back; `lapsed`: that an unfinished report was
    deleted. `reminded`, `thanked`, `link_told`: done once, not again. `proved`: other chats may be the same person's;
    `elsewhere`: their tickets, as last looked up; `borrowed`: `known` is from there. `opted_out`: no announcements are
    wanted; `topics_off`: none about these topics.
    """

    phase: Phase = Phase.IDLE
    language: str | None = None
    draft: Draft = NOTHING_TOLD
    known: Draft = NOTHING_TOLD
    consent: Consent | None = None
    offered: tuple[Choice, ...] = ()
    misses: int = 0
    tickets: tuple[KnownTicket, ...] = ()
    held_by: OperatorId | None = None
    held_until: datetime | None = None
    waiting_since: datetime | None = None
    last_contact_at: datetime | None = None
    wake_at: datetime | None = None
    aside: Aside | None = None
    about: TicketCode | None = None
    unread: str = ""
    greeted: bool = False
    reminded: bool = False
    thanked: bool = False
    lapsed: bool = False
    announced: bool = False
    returned: bool = False
    opted_out: bool = False
    topics_off: tuple[str, ...] = ()
    closed: bool = False
    proved: bool = False
    borrowed: bool = False
    link_told: bool = False
    elsewhere: tuple[KnownTicket, ...] = ()

    @property
    def place(self) -> Place | None:
        """Of the report being collected, else of the one before."""
        return self.draft.place or self.known.place
