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


@dataclass(frozen=True, slots=True)
class Consent:
    """Evidence: which notice, when, by which words or button."""

    version: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The report being collected. A field that is set was said by the citizen and stays until they take it back."""

    name: str | None = None
    phone: str | None = None
    place: Place | None = None
    request: str | None = None
    category: str | None = None
    subject: str | None = None
    publish: bool = False
    media: tuple[Media, ...] = ()
    national_id: str | None = None


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A ticket of this conversation, so that the citizen can ask about it or add to it."""

    code: TicketCode
    at: datetime
    category: str = "other"
    ward_code: str | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class ConversationState:
    phase: Phase = Phase.IDLE
    language: str | None = None
    draft: Draft = Draft()
    known: Draft = Draft()
    consent: Consent | None = None
    offered: tuple[Choice, ...] = ()
    misses: int = 0
    tickets: tuple[KnownTicket, ...] = ()
    held_by: OperatorId | None = None
    held_until: datetime | None = None
    waiting_since: datetime | None = None
    last_contact_at: datetime | None = None
    wake_at: datetime | None = None
