"""What the console is made of."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.base import Bubble, Capabilities, Finding
from conversation.ids import AccountId
from conversation.messages import Message
from conversation.profile import Channel
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.writer import Writer
from webhooks.desk.desk import Desk
from webhooks.desk.files import Files
from webhooks.signing import Signer
from webhooks.site import Site


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root hands in."""

    store: Store
    writer: Writer
    site: Site
    channels: Mapping[AccountId, Channel]
    changes: Changes
    signer: Signer
    media_dir: Path
    now: Callable[[], datetime]
    desk: Desk
    files: Files
    capabilities: Mapping[AccountId, Capabilities]
    inspect: Callable[[AccountId], Awaitable[Sequence[Finding]]]
    """Asks the account's platform about our credentials and our webhook; changes nothing."""
    refused_in_a_row: Callable[[AccountId], int]
    """How many of the account's webhooks, the last ones, did not bear our signature."""
    preview: Callable[[AccountId, Message], Sequence[Bubble]]
    """What phones will show of the message, cut as the account's platform has it cut."""
    replay: Callable[[str], Awaitable[bool]]
    """Applies the quarantined webhook of that id again; whether it could be."""
