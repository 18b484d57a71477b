"""Which question is next. It follows from the state alone; nothing is changed here, and asking.py finds the words."""

from datetime import datetime
from typing import NamedTuple

from conversation.matters import same_matter, several
from conversation.profile import ConsentMode, Profile
from conversation.state import Aside, ConversationState, Draft, KnownTicket, Phase
from conversation.understanding.reading import Field

PHASES = {
    Field.NAME: Phase.NAME,
    Field.PHONE: Phase.PHONE,
    Field.ADDRESS: Phase.ADDRESS,
    Field.REQUEST: Phase.REQUEST,
}
FIELDS = {phase: field for field, phase in PHASES.items()}
OPEN_ENDED = frozenset({Aside.REASON, Aside.NEED_INFO})
"""Any words are an answer to these."""


class Question(NamedTuple):
    phase: Phase
    aside: Aside | None = None
    about: KnownTicket | None = None


def consented(state: ConversationState, site: Profile) -> bool:
    """Whether the report may go on: agreed to this very notice, or the site acts by law and only informs."""
    if site.consent.mode is ConsentMode.NOTICE:
        return True
    return state.consent is not None and state.consent.version == site.consent.version


def next_question(state: ConversationState, site: Profile, at: datetime) -> Question:
    """The first thing missing, in the profile's order; the confirmation when nothing is."""
    draft, rules = state.draft, site.report
    if draft.priority == "emergency" and draft.place is None and "urgent" not in draft.asked:
        return Question(Phase.ADDRESS)
    if not consented(state, site):
        return Question(Phase.CONSENT)
    if rules.require_national_id and draft.national_id is None and not _knows(state):
        return Question(Phase.NAME, Aside.NATIONAL_ID)
    whole = _about_the_whole(state, site, at)
    if whole is not None:
        return whole
    for field in rules.order:
        question = _missing(field, draft, site)
        if question is not None:
            return question
    needs_subject = rules.require_subject and draft.on_behalf and draft.subject is None
    return Question(Phase.CONFIRM, Aside.SUBJECT if needs_subject else None)


def _about_the_whole(state: ConversationState, site: Profile, at: datetime) -> Question | None:
    """What may make the fields needless: another office's matter, one reported before, several, a known citizen."""
    draft, rules = state.draft, site.report
    if draft.formal and "formal" not in draft.asked:
        return Question(Phase.REQUEST, Aside.FORMAL)
    again = same_matter(state, site, at) if "same" not in draft.asked else None
    if again is not None:
        return Question(Phase.REQUEST, Aside.SAME_MATTER, again)
    splits = rules.split_requests == "ask" and "matters" not in draft.asked
    if splits and several(draft.request or "", rules.split_words):
        return Question(Phase.REQUEST, Aside.MATTERS)
    return Question(Phase.NAME, Aside.KNOWN) if _knows(state) else None


def _knows(state: ConversationState) -> bool:
    """Whether the details of a former report can be offered instead of asking for them. Who gave the same phone by the
    platform's button is asked for the name alone.
    """
    draft, known = state.draft, state.known
    if known.phone is None or draft.phones or "known" in draft.asked:
        return False
    return draft.phone is None or (state.borrowed and draft.phone == known.phone and draft.name is None)


def _missing(field: Field, draft: Draft, site: Profile) -> Question | None:
    if draft.asked and f"skip:{field}" in draft.asked:
        return None
    match field:
        case Field.NAME:
            return Question(Phase.NAME) if draft.name is None else None
        case Field.PHONE:
            if draft.phones:
                old = len(draft.phones) == 1 and draft.phone_was is not None
                return Question(Phase.PHONE, Aside.PHONE_OLD if old else Aside.PHONE_PICK)
            return Question(Phase.PHONE) if draft.phone is None else None
        case Field.ADDRESS:
            return _missing_place(draft, site)
        case _:
            return Question(Phase.REQUEST) if draft.request is None or draft.vague else None


def _missing_place(draft: Draft, site: Profile) -> Question | None:
    place = draft.place
    if place is None:
        return None if draft.procedure else Question(Phase.ADDRESS)
    if draft.places:
        return Question(Phase.ADDRESS, Aside.WARD_PICK)
    if not place.raw and "pin" not in draft.asked:
        return Question(Phase.ADDRESS, Aside.PIN_WORDS)
    unknown = place.raw and place.ward is None and not place.outside
    if unknown and site.report.ask_ward and not {"ward", "pin"} & set(draft.asked):
        return Question(Phase.ADDRESS, Aside.WARD_MISSING)
    return None
