"""What a message of a person holds: `user_send_<kind>`, `anonymous_send_<kind>`, and the media of `oa_send_<kind>`."""

import json
import math
from datetime import datetime

from adapters.hidden_payloads import code_of
from adapters.payload import Fields, kind_word
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
    "image": MediaKind.IMAGE,
    "gif": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.VOICE,  # Zalo has voice notes only (.amr and the like), no music
    "file": MediaKind.FILE,
    "sticker": MediaKind.STICKER,
}


def content_of(kind: str, message: Fields, at: datetime, *, anonymous: bool = False) -> ContactEvent:
    """The event a message stands for. What cannot be read is its text, and without a text it is unsupported."""
    text = message.text("text")
    event: ContactEvent | None = None
    if kind == "text" and text and not anonymous:  # a visitor gets no buttons, so no press can come from one
        code = code_of(text)
        event = ChoicePicked(at, code) if code else None
    elif kind in _MEDIA:
        media = media_of(kind, message)
        event = MediaReceived(at, media, text) if media else None
    elif kind == "location":
        event = _location(message, at)
    elif kind == "business_card":
        event = _business_card(message, at)
    elif kind == "link":
        text = _with_links(text, message)
    if event:
        return event
    return TextReceived(at, text) if text else UnsupportedReceived(at, kind_word(kind))


def media_of(kind: str, message: Fields) -> tuple[Media, ...]:
    """The attachments that are files. Their links die soon (half an hour, as one integrator measured)."""
    found = []
    for attachment in message.objects("attachments"):
        payload = attachment.object("payload")
        media_kind = _MEDIA.get(attachment.text("type") or kind)
        sticker = payload.identity("id") if media_kind is MediaKind.STICKER else None
        source = payload.text("url") or payload.text("thumbnail") or (f"sticker:{sticker}" if sticker else None)
        if media_kind and source:
            found.append(Media(media_kind, source, payload.text("name"), size_bytes=payload.whole("size")))
    return tuple(found)


def _location(message: Fields, at: datetime) -> LocationShared | None:
    for attachment in message.objects("attachments"):
        coordinates = attachment.object("payload").object("coordinates")
        latitude, longitude = _degrees(coordinates, "latitude", 90), _degrees(coordinates, "longitude", 180)
        if latitude is not None and longitude is not None:
            return LocationShared(at, latitude, longitude, message.text("text"))
    return None


def _degrees(coordinates: Fields, name: str, most: int) -> float | None:
    """Zalo sends coordinates as strings."""
    value = coordinates.number(name)
    if value is None:
        try:
            value = float(coordinates.text(name) or "")
        except ValueError:
            return None
    return value if math.isfinite(value) and abs(value) <= most else None


def _business_card(message: Fields, at: datetime) -> PhoneShared | None:
    """A contact card: somebody's number, never proof of the sender's own. Its details are JSON inside a string."""
    for attachment in message.objects("attachments"):
        try:
            details = json.loads(attachment.object("payload").text("description") or "")
        except (ValueError, RecursionError):
            continue
        phone = Fields(details).identity("phone") if isinstance(details, dict) else None
        if phone:
            return PhoneShared(at, phone, own=False, name=message.text("text"))
    return None


def _with_links(text: str | None, message: Fields) -> str | None:
    links = [attachment.object("payload").text("url") for attachment in message.objects("attachments")]
    return (
        "\n".join([*([text] if text else []), *(link for link in links if link and link not in (text or ""))]) or None
    )
