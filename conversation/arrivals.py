"""What platforms hand over beside words (phones, pins, forms, files), as it goes into the draft."""

from dataclasses import replace

from conversation.events import FormSubmitted, LocationShared, PhoneShared
from conversation.frozen import altered
from conversation.messages import Media, MediaKind
from conversation.places import Place
from conversation.profile import Profile
from conversation.slots import e164, located
from conversation.state import Draft, Phase
from conversation.understanding.reader import read
from conversation.wording import Wording

_SPOKEN = frozenset({MediaKind.VOICE, MediaKind.AUDIO})


def with_phone(draft: Draft, event: PhoneShared, phase: Phase, site: Profile, words: Wording) -> Draft | None:
    """Their own number is taken; a card of somebody's must be confirmed, and once a number is known it is a note.
    None: it is no phone.
    """
    number = e164(event.phone, site)
    if number is None:
        return None
    if event.own:
        return altered(draft, phone=number, phones=(), phone_was=None, vouched=number)
    if draft.phone is None or phase is Phase.PHONE:
        return altered(draft, phones=(number,), phone_was=None)
    note = f"{words('label-phone')}: {number}" + (f" ({event.name})" if event.name else "")
    return altered(draft, request=f"{draft.request}\n{note}" if draft.request else note)


def with_pin(draft: Draft, event: LocationShared, site: Profile) -> Draft:
    """The pin joins the words of the place; a title that came along is words, too."""
    old = draft.place
    if old is not None and old.raw:
        return altered(draft, place=replace(old, latitude=event.latitude, longitude=event.longitude))
    found = read(event.title, Phase.ADDRESS, site.lexicon).place if event.title else None
    place = found.place if found else Place(raw=event.title or "")
    pinned = replace(place, latitude=event.latitude, longitude=event.longitude)
    return altered(draft, place=located(pinned, site), places=found.candidates if found else ())


def with_form(draft: Draft, event: FormSubmitted, site: Profile) -> Draft:
    """The form's values fill what is empty; the summary lets the citizen confirm them."""
    number = e164(event.phone, site) if event.phone else None
    address = ", ".join(part for part in (event.address, event.ward, event.district, event.province) if part)
    if address and draft.place is None:
        found = read(address, Phase.ADDRESS, site.lexicon).place
        place = found.place if found else Place(raw=address)
        draft = altered(draft, place=located(place, site), places=found.candidates if found else ())
    name = " ".join(event.name.split()) if event.name else None
    return altered(draft, name=draft.name or name or None, phone=draft.phone or number)


def worth_keeping(media: tuple[Media, ...]) -> tuple[Media, ...]:
    """Everything but stickers: these are never evidence."""
    return tuple(one for one in media if one.kind is not MediaKind.STICKER)


def all_spoken(media: tuple[Media, ...]) -> bool:
    return all(one.kind in _SPOKEN for one in media)
