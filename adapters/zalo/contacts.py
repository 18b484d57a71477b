"""Who is written to: a user of the OA, or an anonymous visitor, known only by a pair of ids."""

from urllib.parse import quote, unquote

from adapters.errors import Unreadable
from conversation.ids import ContactId

_ANONYMOUS = "anon:"


def user_contact(user_id: str) -> ContactId:
    """A person with a Zalo id; ids are per OA. Raises `Unreadable` for an id that would pass for an anonymous one."""
    if user_id.startswith(_ANONYMOUS):
        raise Unreadable("body: a user's id looks like an anonymous visitor's")
    return ContactId(user_id)


def anonymous_contact(anonymous_id: str, conversation_id: str | None) -> ContactId:
    """A visitor without an id of their own: the pair is all there is, and all that can be answered to."""
    return ContactId(f"{_ANONYMOUS}{quote(anonymous_id, safe='')}:{quote(conversation_id or '', safe='')}")


def is_anonymous(contact: ContactId) -> bool:
    return contact.startswith(_ANONYMOUS)


def recipient_of(contact: ContactId) -> dict[str, str]:
    """`recipient` of a send call."""
    if not is_anonymous(contact):
        return {"user_id": contact}
    anonymous_id, _, conversation_id = contact.removeprefix(_ANONYMOUS).partition(":")
    recipient = {"anonymous_id": unquote(anonymous_id), "conversation_id": unquote(conversation_id)}
    return {name: value for name, value in recipient.items() if value}
