"""What every part of the desk needs, and how an act is done once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import structlog

from adapters.base import Capabilities
from conversation.ids import AccountId, EventKey
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.records import Person
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.intake import Intake
from webhooks.signing import Signer
from webhooks.site import Site

log = structlog.get_logger("desk")
T = TypeVar("T")

DESK = AccountId("desk")
"""Under this name the keys of acts without a conversation stand beside the platforms' event keys."""


@dataclass(frozen=True, slots=True)
class Tools:
    """`keep` stores a file's content and gives its SHA-256 and type; None: not a kind of file that is kept."""

    store: Store
    writer: Writer
    intake: Intake
    site: Site
    changes: Changes
    signer: Signer
    now: Callable[[], datetime]
    keep: Callable[[bytes], tuple[str, str] | None] = field(default=lambda _: None)
    capabilities: Mapping[AccountId, Capabilities] = field(default_factory=dict)


def once(work: Work, key: str | None, now: datetime, do: Callable[[], T]) -> T | None:
    """What `do` gives; None when an act with this key was done before. A refused act may be tried again."""
    if key is None:
        return do()
    name = (DESK, EventKey(key))
    if not work.inbox.claim([name], now):
        return None
    try:
        return do()
    except Exception:
        work.inbox.release([name])
        raise


def via(person: Person) -> str:
    """The way an act came, as the audit log names it."""
    return "api" if person.token else "console"
