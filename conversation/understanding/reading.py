"""What one message was found to hold. Values only; `reader.read` makes them, the machine uses them."""

from dataclasses import dataclass
from enum import StrEnum

from conversation.places import Place


class Intent(StrEnum):
    """What the writer wants (docs/reading.md; `skip`, `restart` and `thanks` are shown as provide)."""

    PROVIDE = "provide"
    CANCEL = "cancel"
    BACK = "back"
    HELP = "help"
    STATUS_LOOKUP = "status_lookup"
    OPERATOR = "operator"
    CONFIRM = "confirm"
    DENY = "deny"
    EMERGENCY = "emergency"
    GREETING = "greeting"
    STOP = "stop"
    SKIP = "skip"
    RESTART = "restart"
    THANKS = "thanks"


class StopKind(StrEnum):
    """What `stop` is about: no more announcements, announcements again, or which there are; erasure of one's data, or a
    look at it.
    """

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    TOPICS = "topics"
    ERASE = "erase"
    SEE_DATA = "see_data"


class Field(StrEnum):
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class PhoneFound:
    """`e164` as it is dialled now; `converted_from`: the old 11-digit form it was made from, to be confirmed.

    `own`: introduced as the writer's or as the contact; None: nothing said about whose it is.
    """

    e164: str
    typed: str
    own: bool | None = None
    converted_from: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """The best reading of a place, and when the citizen must be asked, the candidates to offer."""

    place: Place
    candidates: tuple[Place, ...] = ()
    score: float = 0.0


@dataclass(frozen=True)  # no slots: `altered` copies its __dict__
class Reading:
    """Everything one message holds. None or empty where nothing was understood; texts as typed, never re-accented.

    `topic`: the only one of announcements that `stop` is about. `request` is the part that tells the matter (the whole text when it cannot be cut cleanly). `categories`: best
    first, at most two. `emergency`: one of `lexicon.EMERGENCIES` (`fire`, `rescue`, `flood`, `crime`,
    `accident`, `medical`, `wire`, `child`, `self_harm`, `scam`). `corrects`: the field the writer says is wrong; the new
    value, when given, stands in its own field above. `codes`: ticket codes mentioned, as typed. `procedure`: asks how
    an administrative matter works, not an incident. `formal`: a formal complaint or denunciation.
    """

    text: str
    intent: Intent = Intent.PROVIDE
    stop: StopKind | None = None
    topic: str | None = None
    name: str | None = None
    phones: tuple[PhoneFound, ...] = ()
    place: PlaceFound | None = None
    request: str | None = None
    categories: tuple[str, ...] = ()
    emergency: str | None = None
    codes: tuple[str, ...] = ()
    last4: str | None = None
    corrects: Field | None = None
    replaces_request: bool = False
    subject: str | None = None
    on_behalf: bool = False
    language: str | None = None
    procedure: bool = False
    formal: bool = False
    publish: bool | None = None
    national_id: str | None = None
    number: int | None = None
