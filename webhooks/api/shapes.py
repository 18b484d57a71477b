"""What the API answers: plain dictionaries in the contract's shapes."""

from typing import Any

from ticket_store.exports import attachment_shape, moment
from ticket_store.records import Conversation, StoredMessage
from webhooks.desk.chats import shown_name

_SHOWN_AS = {"sending": "queued"}


def conversation_shape(one: Conversation) -> dict[str, Any]:
    return {
        "id": one.id,
        "account": one.key.account,
        "platform": one.platform,
        "contact": one.key.contact,
        "name": one.state.draft.name or one.state.known.name or one.profile_name,
        "phase": one.state.phase,
        "held_by": None if one.state.held_by is None else shown_name(one.state.held_by),
        "waiting_since": moment(one.state.waiting_since),
        "last_message_at": moment(one.last_message_at),
    }


def message_shape(one: StoredMessage) -> dict[str, Any]:
    """`delivery` is null for what came in."""
    return {
        "id": one.id,
        "direction": one.direction,
        "author": one.author,
        "text": one.text,
        "attachments": [attachment_shape(attachment) for attachment in one.attachments],
        "at": moment(one.at),
        "delivery": None if one.direction == "in" else _SHOWN_AS.get(one.delivery, one.delivery),
        "reason": one.reason,
        "edited_at": moment(one.edited_at),
        "withdrawn_at": moment(one.withdrawn_at),
    }
