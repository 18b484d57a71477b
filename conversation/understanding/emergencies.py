"""Emergencies (domain guide, section 13): rather a false alarm than a miss, but not every flame is a fire."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import Hit, Said

_FEAR_WORDS = 4


def emergency(said: Said, lexicon: Lexicon) -> str | None:
    """The kind of emergency told, or None.

    Not one: words that the site lists as calm, what is only feared or planned, what was another time or is a habit.
    """
    hits = list(lexicon.emergencies.find(said, strict=said.accented))
    if not hits:
        return None
    calm = list(lexicon.calm.find(said, strict=said.accented))
    covered = {plain for hit in calm if hit.value == "calm" for plain in range(hit.first, hit.last)}
    for hit in hits:
        if covered.isdisjoint(range(hit.first, hit.last)) and not any(_tempers(said, mild, hit) for mild in calm):
            return hit.value
    return None


def _tempers(said: Said, mild: Hit, hit: Hit) -> bool:
    if mild.value == "feared":
        return 0 <= hit.first - mild.last < _FEAR_WORDS and _together(said, mild, hit, ",.;!?\n")
    return mild.value == "elsewhen" and _together(said, min(mild, hit), max(mild, hit), ".;!?\n")


def _together(said: Said, one: Hit, other: Hit, signs: str) -> bool:
    """Whether none of the signs stands between the two."""
    words = said.words[said.origin[one.last - 1] + 1 : said.origin[other.first] + 1]
    return not any(sign in word.before for word in words for sign in signs)
