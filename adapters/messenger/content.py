"""What a Messenger message holds: words, a pressed quick reply, attachments of every kind."""

import re
from dataclasses import dataclass
from datetime import datetime

from adapters.payload import Fields, kind_word
from conversation.events import (
    ChoicePicked,
    ContactEvent,
    FormSubmitted,
    LocationShared,
    MediaReceived,
    PhoneShared,
    TextReceived,
    UnsupportedReceived,
)
from conversation.messages import Media, MediaKind

_MEDIA_KINDS = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,  # voice notes too: nothing tells them apart
    "file": MediaKind.FILE,
    "sticker": MediaKind.STICKER,
}
_THUMBS_UP = {"369239263222822", "369239343222814", "369239383222810"}
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,22}[0-9]")
_FORM_KEYS = {
    "name": "name",
    "full_name": "name",
    "phone": "phone",
    "phone_number": "phone",
    "address_line_1": "address",
    "locality_commune_precinct": "ward",
    "district_and_or_town": "district",
    "province_city": "province",
}


@dataclass(frozen=True, slots=True, repr=False)
class Utterance:
    """One message, sorted. `shared` are the title and address of a shared link: not the person's own words."""

    text: str | None
    payload: str | None
    media: tuple[Media, ...]
    places: tuple[tuple[float, float, str | None], ...]
    shared: str | None
    thumbs_up: bool
    unreadable: str

    @property
    def words(self) -> str:
        """What a reader of the conversation should see as text."""
        return self.text or self.shared or ("👍" if self.thumbs_up else "")

    def events(self, at: datetime) -> list[ContactEvent]:
        """What it tells the conversation; never nothing."""
        found: list[ContactEvent] = []
        if self.media:
            found.append(MediaReceived(at, self.media, self.text))
        elif self.payload is not None:
            found.append(_tapped(self.text, self.payload, at))
        elif self.text is not None or self.thumbs_up:
            found.append(TextReceived(at, self.text or "👍"))
        elif self.shared is not None:
            found.append(TextReceived(at, self.shared, forwarded=True))
        found.extend(LocationShared(at, *place) for place in self.places)
        return found or [UnsupportedReceived(at, self.unreadable)]


def _tapped(text: str | None, payload: str, at: datetime) -> ContactEvent:
    """A quick reply. For the native phone and e-mail replies text and payload are both the datum, which Messenger
    takes from the profile (Meta docs, quick replies, 2026).
    """
    if text == payload and _PHONE.fullmatch(payload):
        return PhoneShared(at, payload, own=True)
    if text == payload and "@" in payload:
        return TextReceived(at, payload)
    return ChoicePicked(at, payload, text)


def read_utterance(message: Fields) -> Utterance:
    """Everything in it. Total."""
    media, places, shared, thumbs_up = [], [], None, False
    attachments = message.objects("attachments")
    kinds = [attachment.text("type") or "untyped" for attachment in attachments]
    for attachment, kind in zip(attachments, kinds, strict=True):
        payload = attachment.object("payload")
        sticker = payload.identity("sticker_id")
        if sticker in _THUMBS_UP:
            thumbs_up = True
        elif kind == "image" and "sticker" in kinds:
            continue  # until 30 August 2026 a sticker had a twin of kind image
        elif kind == "location":
            places.extend(_place(attachment, payload))
        elif kind == "fallback":
            shared = shared or _shared(attachment, payload)
        elif kind in _MEDIA_KINDS and (url := payload.text("url")) is not None:
            media.append(Media(MediaKind.STICKER if sticker else _MEDIA_KINDS[kind], url))
    unreadable = "unsupported" if message.flag("is_unsupported") else (*kinds, "message")[0]
    return Utterance(
        text=message.text("text"),
        payload=message.object("quick_reply").identity("payload"),
        media=tuple(media),
        places=tuple(places),
        shared=shared,
        thumbs_up=thumbs_up,
        unreadable=kind_word(unreadable),
    )


def _place(attachment: Fields, payload: Fields) -> list[tuple[float, float, str | None]]:
    coordinates = payload.object("coordinates")
    latitude, longitude = coordinates.number("lat"), coordinates.number("long")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return []
    return [(latitude, longitude, attachment.text("title"))]


def _shared(attachment: Fields, payload: Fields) -> str | None:
    """Since v6 in `payload`; in older ones and in echoes beside it, as `url` or `URL`."""
    title = payload.text("title") or attachment.text("title")
    url = payload.text("url") or attachment.text("url") or attachment.text("URL")
    return "\n".join(part for part in (title, url) if part) or None


def read_form(form: Fields, at: datetime) -> FormSubmitted | UnsupportedReceived:
    """The address form's answers, by the keys Meta's docs name for Vietnam (2026)."""
    found: dict[str, str] = {}
    for screen in form.objects("screens"):
        for response in screen.objects("responses"):
            name, value = _FORM_KEYS.get((response.text("key") or "").lower()), response.text("value")
            if name and value:
                found[name] = value
    return FormSubmitted(at, **found) if found else UnsupportedReceived(at, "customer_information")
