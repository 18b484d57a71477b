"""How a Telegram chat is named. A business chat is another conversation than the bot's own chat with the same number,
so its connection is part of the name (Bot API, business accounts, 2026).
"""

from dataclasses import dataclass

from adapters.payload import Fields
from conversation.ids import ContactId

_BUSINESS = "biz:"


@dataclass(frozen=True, slots=True)
class Chat:
    """`connection` is set for a chat of a connected business account."""

    id: str
    connection: str | None = None

    @property
    def contact(self) -> ContactId:
        return ContactId(f"{_BUSINESS}{self.connection}:{self.id}" if self.connection else self.id)

    @property
    def parameters(self) -> dict[str, int | str]:
        """What names the chat in a call."""
        number = self.id.removeprefix("-")
        chat_id = int(self.id) if number.isascii() and number.isdecimal() and len(number) < 20 else self.id
        return {"chat_id": chat_id, **({"business_connection_id": self.connection} if self.connection else {})}


def chat_of(contact: ContactId) -> Chat:
    """The chat the contact names."""
    connection, colon, chat_id = contact.removeprefix(_BUSINESS).rpartition(":")
    if contact.startswith(_BUSINESS) and colon and connection:
        return Chat(chat_id, connection)
    return Chat(contact)


def private_chat(message: Fields) -> Chat | None:
    """The person's chat of a message, a reaction or a membership; None for groups and channels, whose ids are of others."""
    chat = message.object("chat")
    chat_id = chat.identity("id")
    if chat_id is None or chat.values.get("type", "private") != "private" or chat_id.startswith("-"):
        return None
    return Chat(chat_id, message.identity("business_connection_id"))


def provider_id(chat: Chat, message_id: str) -> str:
    """Names one of our messages in the whole account: Telegram counts messages in each chat anew."""
    return f"{chat.contact}/{message_id}"
