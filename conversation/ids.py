"""Names of things. Opaque: only the adapter that made a ContactId looks inside it."""

from dataclasses import dataclass
from typing import NewType

PlatformName = NewType("PlatformName", str)
AccountId = NewType("AccountId", str)
ContactId = NewType("ContactId", str)
EventKey = NewType("EventKey", str)
OperatorId = NewType("OperatorId", str)
TicketCode = NewType("TicketCode", str)


@dataclass(frozen=True, slots=True, order=True)
class ConversationKey:
    """One person at one account of ours: the unit of order, of locking, of state."""

    account: AccountId
    contact: ContactId
