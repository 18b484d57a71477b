"""A reading as the flat record that `tongdai understand` prints."""

from conversation.understanding.reading import Intent, PhoneFound, Reading

_SHOWN_AS_PROVIDE = {Intent.SKIP, Intent.RESTART, Intent.THANKS}


def as_record(record_id: str, reading: Reading) -> dict[str, str | None]:
    """`{"id", "intent", "name", "phone", "address", "ward", "province", "request", "category"}`, None where nothing.

    `intent` is one that docs/reading.md lists; `phone` is None when several compete. `ward` is the unit in
    force, or the stated one while the citizen must still choose.
    """
    place = reading.place.place if reading.place else None
    intent = Intent.PROVIDE if reading.intent in _SHOWN_AS_PROVIDE else reading.intent
    phone = contact(reading.phones)
    return {
        "id": record_id,
        "intent": intent.value,
        "name": reading.name,
        "phone": phone.e164 if phone else None,
        "address": place.raw if place else None,
        "ward": (place.ward or place.ward_stated) if place else None,
        "province": place.province if place else None,
        "request": reading.request,
        "category": reading.categories[0] if reading.categories else None,
    }


def contact(phones: tuple[PhoneFound, ...]) -> PhoneFound | None:
    """The one phone to call back: the only own one, or the only one that is nobody else's; None when they compete."""
    own = [phone for phone in phones if phone.own]
    rest = own or [phone for phone in phones if phone.own is None]
    return rest[0] if len({phone.e164 for phone in rest}) == 1 else None
