"""What a `message` event holds, by `message.type`."""

from datetime import datetime
from pathlib import PurePosixPath

from adapters.hidden_payloads import code_of
from adapters.payload import Fields, kind_word
from adapters.viber.keyboards import OPENED, SHARE_LOCATION, SHARE_PHONE
from conversation.events import (
    ChoicePicked,
    ContactEvent,
    LocationShared,
    MediaReceived,
    PhoneShared,
    TextReceived,
    UnsupportedReceived,
)
from conversation.messages import Media, MediaKind

_MEDIA = {
    "picture": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "file": MediaKind.FILE,
    "sticker": MediaKind.STICKER,
}
# Voice notes have no documented type of their own; they were seen as files (integrators, 2026).
_SOUNDS = {".aac", ".amr", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav"}


def content_of(message: Fields, at: datetime) -> ContactEvent:
    """The event a message stands for. What cannot be read is its text, and without a text it is unsupported."""
    kind = message.text("type") or ""
    text = message.text("text")
    event: ContactEvent | None = None
    if kind == "text" and text:
        event = _pressed(text, at)
    elif kind in _MEDIA:
        event = _media(_MEDIA[kind], message, at)
    elif kind == "contact":
        event = _contact(message, at)
    elif kind == "location":
        event = _location(message, at)
    elif kind == "url":
        text = message.text("media") or text
    if event:
        return event
    return TextReceived(at, text) if text else UnsupportedReceived(at, kind_word(kind))


def is_opened_address(message: Fields) -> bool:
    """Whether it tells but that the person pressed a button of ours that opens an address."""
    said = message.text("text") or message.text("media") or ""
    return said.startswith("https://") and said.endswith(OPENED) and not any(map(str.isspace, said))


def _pressed(text: str, at: datetime) -> ContactEvent | None:
    """A press looks exactly like a typed text. Viber's desktop sends a share button's body and shares nothing."""
    if text in (SHARE_PHONE, SHARE_LOCATION):
        return UnsupportedReceived(at, "share_button_on_desktop")
    code = code_of(text)
    return ChoicePicked(at, code) if code else None


def _media(kind: MediaKind, message: Fields, at: datetime) -> MediaReceived | None:
    """Links live for about an hour. A sticker may come by its number alone."""
    sticker = message.identity("sticker_id") if kind is MediaKind.STICKER else None
    source = message.text("media") or (f"sticker:{sticker}" if sticker else None)
    if not source:
        return None
    name = message.text("file_name")
    if kind is MediaKind.FILE and PurePosixPath(name or "").suffix.lower() in _SOUNDS:
        kind = MediaKind.AUDIO
    return MediaReceived(at, (Media(kind, source, name, size_bytes=message.whole("size")),), message.text("text"))


def _contact(message: Fields, at: datetime) -> PhoneShared | None:
    """Our share button's press carries its body as text, a card from the address book does not: a hint, no proof."""
    contact = message.object("contact")
    phone = contact.identity("phone_number")
    if not phone:
        return None
    return PhoneShared(at, phone, own=message.text("text") == SHARE_PHONE, name=contact.text("name"))


def _location(message: Fields, at: datetime) -> LocationShared | None:
    place = message.object("location")
    latitude, longitude = place.number("lat"), place.number("lon")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return LocationShared(at, latitude, longitude)
