"""An update as events. Ids and texts are taken from the raw JSON; whatever else a message holds is read by
`adapters.telegram.content` through aiogram's types, which are imported only then.

Natural keys name the events: `update_id` starts anew at a random number after a week of silence (Bot API, 2026).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.base import AccountNotice, DeliveryReport, Parsed, ReportStatus, Unrecognised
from adapters.payload import Fields, event_key, kind_word
from adapters.telegram.commands import code_of
from adapters.telegram.contacts import Chat, private_chat, provider_id
from conversation.events import (
    ChatClosed,
    ChatOpened,
    ChoicePicked,
    ContactEvent,
    Event,
    Inbound,
    MediaReceived,
    MessageEdited,
    MessageWithdrawn,
    OperatorWrote,
    Reacted,
    TextReceived,
    UnsupportedReceived,
)
from conversation.ids import AccountId, ConversationKey, EventKey, OperatorId

ReadContent = Callable[[Fields, datetime], list[ContactEvent]]
"""Reads what a message without text holds; [] for a service message. Total."""

_START = re.compile(r"/start(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
_FORWARDED = ("forward_origin", "forward_date", "forward_from", "forward_from_chat", "forward_sender_name")
_UNUSED = {
    "channel_post",
    "chat_boost",
    "chat_join_request",
    "chat_member",
    "chosen_inline_result",
    "edited_channel_post",
    "inline_query",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "pre_checkout_query",
    "purchased_paid_media",
    "removed_chat_boost",
    "shipping_query",
}


def kind_of(update: Fields) -> str | None:
    """Which kind of update it is: the one key beside `update_id` that holds an object."""
    return next((name for name, value in update.values.items() if isinstance(value, dict)), None)


def needs_types(update: Fields) -> bool:
    """Whether its message holds more than text, so that aiogram's types are wanted."""
    kind = kind_of(update)
    return kind in _MESSAGES and not update.object(kind).text("text")


@dataclass(frozen=True, slots=True)
class Update:
    """One update on its way to events."""

    account: AccountId
    id: str
    at: datetime
    read_content: ReadContent

    def inbound(
        self,
        chat: Chat,
        key: EventKey,
        event: Event,
        source: Fields,
        message_id: str | None = None,
        *,
        opens: bool = True,
    ) -> Inbound:
        sender = source.object("from")
        names = [name for name in (sender.text("first_name"), sender.text("last_name")) if name]
        return Inbound(
            key=ConversationKey(self.account, chat.contact),
            event_key=key,
            event=event,
            message_id=message_id,
            sent_at=source.moment("edit_date", 1) or source.moment("date", 1),
            profile_name=" ".join(names) or None,
            language=sender.text("language_code"),
            opens_window=opens,
        )


def read_update(update: Fields, account: AccountId, at: datetime, read_content: ReadContent) -> list[Parsed]:
    """Its events. Raises `Unreadable` where there is no `update_id`."""
    update_id, kind = update.need_identity("update_id"), kind_of(update)
    reader = _READERS.get(kind or "")
    if kind is not None and reader is not None:
        return list(reader(Update(account, update_id, at, read_content), update.object(kind)))
    return [] if kind in _UNUSED else [Unrecognised(account, kind_word(kind or "nothing"))]


def _message(update: Update, message: Fields) -> Iterator[Parsed]:
    chat, message_id = private_chat(message), message.identity("message_id")
    if chat is None or message_id is None:
        return
    events = _said(update, message)
    if chat.connection and message.object("from").identity("id") != chat.id:
        yield from _of_business(update, chat, message, message_id, events)
        return
    key = event_key("message", chat.contact, message_id)
    for number, event in enumerate(events):
        yield update.inbound(chat, event_key(key, number) if number else key, event, message, message_id)


def _said(update: Update, message: Fields) -> list[ContactEvent]:
    text = message.text("text")
    if text is None:
        return update.read_content(message, update.at)
    forwarded = any(name in message for name in _FORWARDED)
    if text.startswith("/") and not forwarded:
        if start := _START.fullmatch(text):
            return [ChatOpened(update.at, explicit=True, referral=(start[1] or "").strip() or None)]
        if code := code_of(text):
            return [ChoicePicked(update.at, code, text)]
    return [TextReceived(update.at, text, forwarded)]


def _of_business(
    update: Update, chat: Chat, message: Fields, message_id: str, events: list[ContactEvent]
) -> Iterator[Parsed]:
    """The account's owner spoke, in their own app, unless our bot or an automatic reply did (Bot API, 2026)."""
    text = " ".join(event.text for event in events if isinstance(event, TextReceived))
    media = tuple(media for event in events if isinstance(event, MediaReceived) for media in event.media)
    captions = [event.caption for event in events if isinstance(event, MediaReceived) and event.caption]
    text = text or " ".join(captions)
    if message.object("sender_business_bot") or message.flag("is_from_offline"):
        yield DeliveryReport(
            update.account,
            chat.contact,
            ReportStatus.SENT,
            update.at,
            provider_id=provider_id(chat, message_id),
            echo=True,
            text=text or None,
        )
        return
    operator = OperatorId(f"telegram:{message.object('from').identity('id') or 'business'}")
    wrote = OperatorWrote(update.at, operator, text, media, from_platform=True)
    key = event_key("message", chat.contact, message_id)
    yield Inbound(
        ConversationKey(update.account, chat.contact),
        key,
        wrote,
        message_id,
        message.moment("date", 1),
        opens_window=False,
    )


def _edit(update: Update, message: Fields) -> Iterator[Parsed]:
    """An edit never answers a question; a live location moves by edits."""
    chat, message_id = private_chat(message), message.identity("message_id")
    if chat is None or message_id is None:
        return
    if chat.connection and message.object("from").identity("id") != chat.id:
        return  # the owner corrected their own words
    text = message.text("text") or message.text("caption") or _position(message.object("location")) or ""
    key = event_key("edit", chat.contact, message_id, message.identity("edit_date") or update.id)
    yield update.inbound(chat, key, MessageEdited(update.at, message_id, text), message, message_id, opens=False)


def _position(location: Fields) -> str | None:
    latitude, longitude = location.number("latitude"), location.number("longitude")
    return None if latitude is None or longitude is None else f"{latitude}, {longitude}"


def _press(update: Update, query: Fields) -> Iterator[Parsed]:
    """A button press. Its message may be too old to be shown, or missing; the chat of a person has the person's id."""
    message, person, query_id = query.object("message"), query.object("from").identity("id"), query.identity("id")
    chat = private_chat(message) if message else Chat(person) if person else None
    if chat is None or query_id is None:
        return
    code = query.text("data")
    event: ContactEvent = UnsupportedReceived(update.at, "callback_game")
    if code is not None:
        event = ChoicePicked(update.at, code, _label(message, code))
    yield update.inbound(chat, event_key("press", query_id), event, query)


def _label(message: Fields, code: str) -> str | None:
    """What stood on the pressed button."""
    for row in message.object("reply_markup").values.get("inline_keyboard", ()) or ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == code:
                return Fields(button).text("text")
    return None


def _membership(update: Update, change: Fields) -> Iterator[Parsed]:
    chat, status = private_chat(change), change.object("new_chat_member").text("status")
    event: ContactEvent | None = None
    if status == "kicked":
        event = ChatClosed(update.at)
    elif status == "member":
        event = ChatOpened(update.at)
    if chat is not None and event is not None:
        key = event_key("membership", chat.contact, update.id, change.identity("date"))
        yield update.inbound(chat, key, event, change, opens=status == "member")


def _reaction(update: Update, change: Fields) -> Iterator[Parsed]:
    chat, message_id = private_chat(change), change.identity("message_id")
    if chat is None or message_id is None:
        return
    signs = [sign.text("emoji") or sign.text("type") for sign in change.objects("new_reaction")]
    key = event_key("reaction", chat.contact, message_id, update.id, change.identity("date"))
    yield update.inbound(chat, key, Reacted(update.at, message_id, next(iter(signs), None)), change)


def _deletion(update: Update, deleted: Fields) -> Iterator[Parsed]:
    chat = private_chat(deleted)
    if chat is None:
        return
    ids = deleted.values.get("message_ids")
    for number in ids if isinstance(ids, list) else ():
        message_id = Fields({"id": number}).identity("id")
        if message_id is not None:
            key = event_key("deletion", chat.contact, message_id)
            yield update.inbound(chat, key, MessageWithdrawn(update.at, message_id), deleted, message_id, opens=False)


def _connection(update: Update, connection: Fields) -> Iterator[Parsed]:
    """A business account connected us, or no longer; or took the right to answer away."""
    rights = connection.object("rights") or connection  # older servers: `can_reply` beside the id
    if not connection.flag("is_enabled"):
        yield AccountNotice(update.account, "business_connection.disabled", update.at)
    elif not rights.flag("can_reply"):
        yield AccountNotice(update.account, "business_connection.cannot_reply", update.at)


_MESSAGES = {"message", "business_message"}
_READERS: dict[str, Callable[[Update, Fields], Iterator[Parsed]]] = {
    "message": _message,
    "business_message": _message,
    "edited_message": _edit,
    "edited_business_message": _edit,
    "callback_query": _press,
    "my_chat_member": _membership,
    "message_reaction": _reaction,
    "deleted_business_messages": _deletion,
    "business_connection": _connection,
}
