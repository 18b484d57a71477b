"""What one reading adds to the draft. A field that is set stays until the citizen takes it back."""

import re
from dataclasses import replace

from conversation.frozen import altered
from conversation.places import Place
from conversation.profile import OTHER, Profile
from conversation.questions import PHASES
from conversation.state import Aside, ConversationState, Draft, Phase
from conversation.understanding.fold import fold
from conversation.understanding.phones import dialled
from conversation.understanding.reading import Field, PhoneFound, PlaceFound, Reading

_REQUEST_CHARS = 20_000
"""Five of the longest messages a platform takes; what is beyond stays in the transcript."""
_VAGUE_WORDS = 6
"""A request of so few words, of which no category is known, is an opening and no report yet."""
_YES_WORDS = 6
"""The longest plain yes, politeness included."""
_HOUSE_NUMBER = re.compile(r"\d+[\w/]*")
_CITIZEN_ID = re.compile(r"(?<![\w+])0\d{2}(?:[ .]?\d{3}){3}(?!\d)")
"""Twelve digits beginning with 0 (Law on Identification, 2023); phones have at most eleven."""
_ONLY_A_NUMBER = re.compile(r"(?:(?:số nhà|so nha|nhà số|nha so|số|so|sn|no\.?|number)\s*)?(\d+[\w/]*)", re.IGNORECASE)


def fill(state: ConversationState, reading: Reading, site: Profile) -> Draft:
    """The draft with everything the message holds. In the asked question, at the summary and by a correction a value
    replaces the former one; elsewhere it only fills what is empty.
    """
    draft, reading = state.draft, _with_unlisted_place(state, reading, site)
    if reading.request:
        reading = altered(reading, request=without_ids(reading.request, site))
    if reading.name and (draft.name is None or _may_replace(state, reading, Field.NAME)):
        draft = altered(draft, name=reading.name)
    draft = _fill_phone(state, draft, reading)
    if reading.place is not None and not _in_passing(state, reading, reading.place):
        draft = _fill_place(state, draft, reading, reading.place, site)
    draft = _fill_request(state, draft, reading)
    return altered(
        draft,
        subject=reading.subject or draft.subject,
        on_behalf=reading.on_behalf or draft.on_behalf,
        procedure=reading.procedure or draft.procedure,
        formal=reading.formal or draft.formal,
        publish=draft.publish if reading.publish is None else reading.publish,
        national_id=(reading.national_id if site.report.require_national_id else None) or draft.national_id,
    )


def without_ids(text: str, site: Profile) -> str:
    """The text with citizens' ID numbers masked but for their end: nobody asked for them in Vietnam, and they are not
    handed on (domain guide, section 2). The transcript keeps what was written.
    """
    return _CITIZEN_ID.sub(lambda found: f"*********{found[0][-3:]}", text) if site.rules == "vn" else text


def overheard(state: ConversationState, reading: Reading, site: Profile) -> Draft:
    """What of a talk with a person of ours belongs into the draft: fields still empty; of the talk itself nothing but a
    matter that is clearly one.
    """
    heard = reading if reading.categories and state.draft.request is None else altered(reading, request=None)
    return fill(state, heard, site)


def only_vague(before: Draft, after: Draft) -> bool:
    """Whether nothing came but words that may be a report or may be none: kept, and no answer to another question."""
    return (
        after.vague and altered(after, request=before.request, category=before.category, vague=before.vague) == before
    )


def with_supplement(reading: Reading) -> Reading:
    """A yes at the summary that goes on ("right, and it is so every night") adds its words to the report."""
    more = reading.request is None and len(reading.text.split()) > _YES_WORDS
    return altered(reading, request=reading.text.strip()) if more else reading


def e164(phone: str, site: Profile) -> str | None:
    """A phone that a platform or a form hands over, with or without `+`, as E.164; None if it is none."""
    digits = re.sub(r"[^\d+]", "", phone)
    region = "IR" if site.rules == "fa" else "VN"
    for attempt in (digits, f"+{digits}"):
        found = dialled(attempt, region)
        if found is not None:
            return found[0]
    return None


def _with_unlisted_place(state: ConversationState, reading: Reading, site: Profile) -> Reading:
    """Where no list of units helps to tell a place from other words, the answer to the address question is one."""
    asked = state.phase is Phase.ADDRESS and state.aside in {None, Aside.PIN_WORDS}
    if site.province is not None or not asked or reading.place or not reading.request:
        return reading
    return altered(reading, place=PlaceFound(Place(raw=reading.text.strip())), request=None)


def _may_replace(state: ConversationState, reading: Reading, field: Field) -> bool:
    if reading.corrects is not None:
        return reading.corrects is field
    if state.phase is Phase.CONFIRM:
        return reading.request is None
    return state.phase is PHASES[field] and state.aside not in {Aside.KNOWN, Aside.NATIONAL_ID}


def _fill_phone(state: ConversationState, draft: Draft, reading: Reading) -> Draft:
    replaces = _may_replace(state, reading, Field.PHONE)
    if not reading.phones or not (draft.phone is None or replaces):
        return draft
    found = _contact(reading.phones) or (reading.phones if state.phase is Phase.PHONE else ())
    numbers = tuple(dict.fromkeys(phone.e164 for phone in found))
    if not numbers:
        return draft
    was = found[0].converted_from if len(numbers) == 1 else None
    if was is None and len(numbers) == 1:
        return altered(draft, phone=numbers[0], phones=(), phone_was=None)
    return altered(draft, phones=numbers, phone_was=was)


def _contact(phones: tuple[PhoneFound, ...]) -> tuple[PhoneFound, ...]:
    """Those introduced as the writer's; else those of which nothing was said; never somebody else's."""
    own = tuple(phone for phone in phones if phone.own)
    return own or tuple(phone for phone in phones if phone.own is None)


def _in_passing(state: ConversationState, reading: Reading, found: PlaceFound) -> bool:
    """Whether a place is but mentioned in a story ("the lamp before the house"): no unit, no number, no proper name,
    and its words stand in the request as well. Then it is still asked for.
    """
    place = found.place
    if state.phase is Phase.ADDRESS or reading.corrects is Field.ADDRESS or found.candidates:
        return False
    if place.ward_stated or place.district_stated or place.province_stated or place.ward:
        return False
    proper = any(map(str.isdigit, place.raw)) or any(map(str.isupper, place.raw[1:]))
    return not proper and fold(place.raw) in fold(reading.request or "")


def _fill_place(state: ConversationState, draft: Draft, reading: Reading, found: PlaceFound, site: Profile) -> Draft:
    old, new = draft.place, found.place
    if old is not None and old.raw and not _may_replace(state, reading, Field.ADDRESS):
        return draft
    if old is not None and not old.raw:
        new = replace(new, latitude=old.latitude, longitude=old.longitude)
    elif old is not None and reading.corrects is Field.ADDRESS:
        new = _corrected(old, new)
    elif old is not None:
        draft = altered(draft, asked=tuple(name for name in draft.asked if name != "ward"))
    return altered(draft, place=located(new, site), places=found.candidates)


def _corrected(old: Place, new: Place) -> Place:
    """A corrected part inside the former place: a bare house number goes where the old one stood."""
    number = _ONLY_A_NUMBER.fullmatch(new.raw.strip())
    if number is not None and _HOUSE_NUMBER.search(old.raw):
        return replace(old, raw=_HOUSE_NUMBER.sub(lambda _: number[1], old.raw, count=1))
    if new.ward is None and new.province in {None, old.province}:
        return replace(old, raw=new.raw)
    return replace(new, latitude=old.latitude, longitude=old.longitude)


def located(place: Place, site: Profile) -> Place:
    """The place with its flag: whether it lies in another province than the site's."""
    outside = bool(place.province and site.province and place.province != site.province)
    return replace(place, outside=outside)


def _fill_request(state: ConversationState, draft: Draft, reading: Reading) -> Draft:
    categories = reading.categories[:1]
    if not reading.request:
        category = draft.category or (categories[0] if categories else None)
        return altered(draft, category=category)
    asked = state.phase is Phase.REQUEST and state.aside is None
    if draft.request is None and not asked:
        alone = reading.name is None and not reading.phones and reading.place is None
        vague = alone and not categories and len(reading.request.split()) <= _VAGUE_WORDS
        return altered(draft, request=reading.request, category=categories[0] if categories else None, vague=vague)
    if draft.vague:
        category = categories[0] if categories else draft.category
        return altered(draft, request=f"{draft.request}\n{reading.request}", category=category, vague=False)
    if draft.request is None or reading.replaces_request or reading.corrects is Field.REQUEST or asked:
        return altered(draft, request=reading.request, category=categories[0] if categories else None)
    if reading.request in draft.request:
        return draft
    category = draft.category if draft.category not in {None, OTHER} else (categories[0] if categories else None)
    request = f"{draft.request}\n{reading.request}"[:_REQUEST_CHARS]
    return altered(draft, request=request, category=category)
