"""What a report is about, guessed from the site's keyword table (domain guide, section 6)."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import Said


def categories(said: Said, lexicon: Lexicon) -> tuple[str, ...]:
    """At most two codes, best first: the longer the words that were hit, the better; the earlier, in a draw."""
    weight: dict[str, float] = {}
    for hit in lexicon.categories.find(said):
        length = hit.last - hit.first
        gain = length * length + 1.0 - hit.first / 1000
        weight[hit.value] = weight.get(hit.value, 0.0) + gain
    return tuple(sorted(weight, key=lambda code: -weight[code])[:2])
