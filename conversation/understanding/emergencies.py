"""Emergencies (domain guide, section 13): rather a false alarm than a miss, but not every flame is a fire."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import Said


def emergency(said: Said, lexicon: Lexicon) -> str | None:
    """The kind of emergency told, or None. What the site lists as calm takes the words it covers out of view."""
    covered: set[int] = set()
    for hit in lexicon.calm.find(said):
        covered.update(range(hit.first, hit.last))
    for hit in lexicon.emergencies.find(said, strict=said.accented):
        if covered.isdisjoint(range(hit.first, hit.last)):
            return hit.value
    return None
