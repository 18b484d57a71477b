"""What a Telegram message without text holds, read through aiogram's types. Importing this module takes seconds.

Only the content is validated, not the envelope: a new kind of forward origin or a sender of a new shape must not cost
us the photo (aiogram 3.31 refuses those, tried 2026). What even so is refused is told by its key.
"""

from datetime import datetime
from typing import Protocol

from aiogram.types import Contact, Location, Message, Venue
from pydantic import ValidationError

from adapters.payload import Fields, clean_text, kind_word
from conversation.events import (
    ContactEvent,
    LocationShared,
    MediaReceived,
    PhoneShared,
    TextReceived,
    UnsupportedReceived,
)
from conversation.messages import Media, MediaKind

_ENVELOPE = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
_BESIDE_CONTENT = {
    *_ENVELOPE,
    *(
        "author_signature",
        "business_connection_id",
        "caption",
        "caption_entities",
        "edit_date",
        "effect_id",
        "entities",
    ),
    *("external_reply", "from", "forward_date", "forward_from", "forward_from_chat", "forward_from_message_id"),
    *("forward_origin", "forward_sender_name", "forward_signature", "has_media_spoiler", "has_protected_content"),
    *("is_automatic_forward", "is_from_offline", "is_paid_post", "is_topic_message", "link_preview_options"),
    *("media_group_id", "message_thread_id", "paid_star_count", "quote", "reply_markup", "reply_to_checklist_task_id"),
    *("reply_to_message", "reply_to_poll_option_id", "reply_to_story", "sender_boost_count", "sender_business_bot"),
    *("sender_chat", "sender_tag", "show_caption_above_media", "text", "via_bot"),
}
_FILES = {
    # The first that is there counts: an animation comes with a twin `document`, a live photo with a `photo`.
    "animation": MediaKind.VIDEO,
    "live_photo": MediaKind.VIDEO,
    "video": MediaKind.VIDEO,
    "video_note": MediaKind.VIDEO,
    "voice": MediaKind.VOICE,
    "audio": MediaKind.AUDIO,
    "sticker": MediaKind.STICKER,
    "document": MediaKind.FILE,
}
_SAID_BUT_UNREAD = {
    *("checklist", "chat_shared", "dice", "game", "gift", "giveaway", "invoice", "paid_media", "passport_data", "poll"),
    *("rich_message", "story", "unique_gift", "user_shared", "users_shared", "web_app_data"),
}


class _File(Protocol):
    """What all of aiogram's file types have; they have no base of their own."""

    @property
    def file_id(self) -> str: ...

    @property
    def file_size(self) -> int | None: ...


def read_content(message: Fields, at: datetime) -> list[ContactEvent]:
    """Its events; [] for a service message. Total."""
    content = {name: value for name, value in message.values.items() if name not in _BESIDE_CONTENT}
    caption = message.text("caption")
    found: ContactEvent | None = None
    try:
        typed = Message.model_validate({**_ENVELOPE, **content})
    except ValidationError:
        return [_unread(content, caption, at)]
    media = _media(typed)
    if media is not None:
        found = MediaReceived(at, (media,), caption, message.identity("media_group_id"))
    elif typed.contact is not None:
        found = _phone(typed.contact, message.object("from").identity("id"), at)
    elif typed.venue is not None:
        found = _venue(typed.venue, at)
    elif typed.location is not None:
        found = _location(typed.location, at)
    if found is not None:
        return [found]
    known = Message.model_fields.keys() & content.keys()
    if caption is not None or known & _SAID_BUT_UNREAD or not known:
        return [_unread(content, caption, at)]
    return []  # a service message: pinned, joined, the timer changed


def _unread(content: dict[str, object], caption: str | None, at: datetime) -> ContactEvent:
    if caption is not None:
        return TextReceived(at, caption)
    return UnsupportedReceived(at, kind_word(next(iter(content), "empty")))


def _media(typed: Message) -> Media | None:
    if typed.live_photo is None and typed.photo:
        largest = max(typed.photo, key=lambda size: size.width * size.height)
        return _file(MediaKind.IMAGE, largest)
    for name, kind in _FILES.items():
        file: _File | None = getattr(typed, name)
        if file is not None:
            return _file(kind, file)
    return None


def _file(kind: MediaKind, file: _File) -> Media:
    name, mime = getattr(file, "file_name", None), getattr(file, "mime_type", None)
    return Media(
        kind,
        clean_text(file.file_id),
        clean_text(name) if name else None,
        clean_text(mime) if mime else None,
        file.file_size,
    )


def _phone(contact: Contact, sender: str | None, at: datetime) -> PhoneShared | UnsupportedReceived:
    """A card from the address book has another `user_id` or none: only the person's own card is theirs.

    Telegram tells its own numbers with the country's code and often without the plus sign before it.
    """
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    own = contact.user_id is not None and str(contact.user_id) == sender
    number = clean_text(contact.phone_number)
    if not number:
        return UnsupportedReceived(at, "contact")
    return PhoneShared(at, f"+{number}" if own and "1" <= number[0] <= "9" else number, own, clean_text(name) or None)


def _venue(venue: Venue, at: datetime) -> ContactEvent:
    title = ", ".join(part for part in (venue.title, venue.address) if part)
    return _location(venue.location, at, clean_text(title) or None)


def _location(location: Location, at: datetime, title: str | None = None) -> ContactEvent:
    if not (abs(location.latitude) <= 90 and abs(location.longitude) <= 180):
        return UnsupportedReceived(at, "location")
    return LocationShared(at, location.latitude, location.longitude, title)
