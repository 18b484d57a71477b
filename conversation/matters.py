"""Whether words tell the same matter again, add to it, tell several, or nothing at all."""

import re
from collections.abc import Sequence
from datetime import datetime

from conversation.profile import OTHER, Profile
from conversation.state import ConversationState, Draft, KnownTicket
from conversation.understanding.fold import fold
from conversation.understanding.reading import Intent, Reading

_ALIKE = 0.4
"""Share of common words from which two requests of one person, one place and one category count as one matter."""
_BARE_WORDS = 2
_EMPTY = frozenset({Intent.CONFIRM, Intent.DENY, Intent.THANKS, Intent.SKIP})
_TOLD_AGAIN = 0.7
"""From such a share on words after the code are the report once more, and the citizen is asked what is meant."""
_LINE_MARK = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*+])\s+", re.MULTILINE)
_FEWEST_WORDS = 3
"""A part with fewer words is no matter of its own ("ngoài ra cảm ơn")."""


def same_matter(state: ConversationState, site: Profile, at: datetime) -> KnownTicket | None:
    """The newest ticket of this conversation that the draft tells again, within the profile's time."""
    draft = state.draft
    for ticket in reversed(state.tickets):
        if draft.request and at - ticket.at <= site.times.same_matter and _alike(draft, ticket):
            return ticket
    return None


def _alike(draft: Draft, ticket: KnownTicket) -> bool:
    category = draft.category or OTHER
    ward = draft.place.ward_code if draft.place else None
    if ward and ticket.ward_code and ward != ticket.ward_code:
        return False
    if category != ticket.category and OTHER not in {category, ticket.category}:
        return False
    return _common(draft.request or "", ticket.request) >= _ALIKE


def _common(one: str, other: str) -> float:
    """Which share of the shorter text's words the longer one has, too."""
    words, others = set(fold(one).split()), set(fold(other).split())
    return len(words & others) / min(len(words), len(others)) if words and others else 0.0


def is_addition(reading: Reading, ticket: KnownTicket, site: Profile, at: datetime) -> bool:
    """Whether words after the code belong to that ticket: a correction, or soon after it what tells no other matter."""
    age = at - ticket.at
    if reading.corrects is not None:
        return age <= site.times.same_matter
    ward = reading.place.place.ward_code if reading.place else None
    elsewhere = ward is not None and ticket.ward_code not in {None, ward}
    other = elsewhere or (bool(reading.categories) and ticket.category not in {OTHER, *reading.categories})
    told_again = bool(reading.request) and _common(reading.request or "", ticket.request) >= _TOLD_AGAIN
    return age <= site.times.addition and not (other or told_again or (reading.phones and reading.request))


def says_nothing(reading: Reading, *, recent: bool) -> bool:
    """Whether it is a bare yes, no or thanks. `recent`: soon after the code one or two odd words are one, too."""
    if reading.intent in _EMPTY or not any(letter.isalnum() for letter in reading.text):
        return True
    something = reading.request or reading.place or reading.phones or reading.name or reading.corrects
    return recent and not something and len(reading.text.split()) <= _BARE_WORDS


def several(request: str, split_words: Sequence[str]) -> tuple[str, ...]:
    """The matters of a text that lists them or joins them by the site's words; () when it tells one."""
    parts = [part.strip(" \n\t,;.") for part in _LINE_MARK.split(request)] if _LINE_MARK.search(request) else [request]
    for word in split_words:
        parts = [piece.strip(" \n\t,;.") for part in parts for piece in _cut(part, word)]
    matters = tuple(part for part in parts if len(part.split()) >= _FEWEST_WORDS)
    return matters if len(matters) > 1 else ()


def _cut(text: str, word: str) -> list[str]:
    return re.split(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags=re.IGNORECASE)
