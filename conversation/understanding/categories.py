"""What a report is about, guessed from the site's keyword table."""

from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.lexicon import Lexicon

_NEAR = frozenset(
    tuple(near.split())
    for near in (
        "truoc",
        "gan",
        "sau",
        "sau lung",
        "doi dien",
        "canh",
        "ben canh",
        "ke ben",
        "truoc cong",
        "cong",
        "near",
        "opposite",
    )
)
"""Words before a landmark: "ổ gà trước trường học" is about the road."""


def categories(cuts: Cuts, lexicon: Lexicon) -> tuple[str, ...]:
    """At most two codes, best first: the longer the words that were hit, the better; the earlier, in a draw.

    Words of a name or a phone say nothing about the matter; those of a place, and of what stands near, only little.
    """
    said = cuts.said
    weight: dict[str, float] = {}
    for hit in lexicon.categories.find(said, strict=said.accented):
        parts = {cuts.parts[said.origin[plain]] for plain in range(hit.first, hit.last)}
        if parts & {Part.NAME, Part.PHONE}:
            continue
        place = Part.PLACE in parts or any(said.keys[max(0, hit.first - back) : hit.first] in _NEAR for back in (1, 2))
        length = hit.last - hit.first
        gain = (length * length + 1.0 - hit.first / 1000) * (0.3 if place else 1.0)
        weight[hit.value] = weight.get(hit.value, 0.0) + gain
    return tuple(sorted(weight, key=lambda code: -weight[code])[:2])
