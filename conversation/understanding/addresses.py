"""Addresses (domain guide, section 8): the citizen's words, and the units they name as they are called now."""

from collections.abc import Sequence
from typing import NamedTuple

from conversation.gazetteer.matching import Candidate, Match, clusters
from conversation.gazetteer.mentions import Mention, Words
from conversation.places import Place
from conversation.state import Phase
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reading import PlaceFound
from conversation.understanding.words import marked

_STRONG = frozenset(
    "thon ap xom hem ngo ngach kiet buon khom duong pho kp tdp sn ql kdc kdt kcn cc phum plei bon street road alley".split()
)
_WEAK = frozenset("to khu ban lang khoi doi soc lo can cau cho toa block km so nha truong chua dai nga to chung cong benh".split())
_LEADS = frozenset("o tai dc dia at ngu in".split())
_UNITS = frozenset(
    "ngay gio thang nam tuan nguoi lan cai chuc dua con h phut giay trieu nghin k d met m km xe cay tran nha hom bua ho dem".split()
)
_STOPS = frozenset(
    "bi dang co khong hu ngap la thi da roi xin nho bao mat cup gay tran nhieu hom may cho hoi ma nen vi do sap boc an "
    "nuoc dien duoc lam de ai gi sao ca suot tu den khi luc".split()
)


class Located(NamedTuple):
    found: PlaceFound
    first: int
    last: int


def find(cuts: Cuts, asked: Phase, lexicon: Lexicon) -> Located | None:
    """The place that the message names, and the words it stands on."""
    words = Words([word.key for word in cuts.said.words], cuts.begins)
    matches = [lexicon.matcher.resolve(cluster) for cluster in clusters(lexicon.finder.mentions(words))]
    matches = [match for match in matches if all(cuts.free(at) for at in range(match.first, match.last))]
    best = max(matches, key=lambda match: (match.ward is not None, match.candidates[0].score if match.candidates else 0), default=None)
    spans = [_piece(cuts, first, last, best, asked) for first, last in cuts.clauses()]
    pieces = [span for span in spans if span is not None]
    if not pieces:
        return None
    first, last = _joined(pieces, best)
    return Located(_place(cuts, first, last, best, lexicon), first, last)


def _piece(cuts: Cuts, first: int, last: int, best: Match | None, asked: Phase) -> tuple[int, int] | None:
    start = next((at for at in range(first, last) if _starts(cuts, at, last, asked)), None)
    if best is not None and first <= best.first < last:
        start = best.first if start is None else min(start, best.first)
        return start, max(best.last, start + 1)
    if best is not None and best.first < first < best.last:
        return first, min(best.last, last)
    if start is None:
        return None
    end = start + 1
    while end < last and not (end > start + 1 and _ends(cuts, end)):
        end += 1
    return start, end


def _starts(cuts: Cuts, at: int, last: int, asked: Phase) -> bool:
    words = cuts.said.words
    following = words[at + 1].key if at + 1 < last else ""
    key = words[at].key
    if not following and key.isalpha():
        return False
    named = bool(following) and (following[0].isdigit() or cuts.capital(at + 1) or asked is Phase.ADDRESS)
    if key in _STRONG:
        return named or not cuts.said.accented
    if key in _WEAK:
        return named
    return key[0].isdigit() and len(key) <= 5 and following not in _UNITS and named and not following[:1].isdigit()


def _ends(cuts: Cuts, at: int) -> bool:
    return cuts.said.words[at].key in _STOPS and not cuts.capital(at)


def _joined(pieces: Sequence[tuple[int, int]], best: Match | None) -> tuple[int, int]:
    """The pieces that stand side by side, around the best match or from the first piece on."""
    groups: list[tuple[int, int]] = []
    for first, last in pieces:
        if groups and groups[-1][1] == first:
            groups[-1] = (groups[-1][0], last)
        else:
            groups.append((first, last))
    if best is not None:
        for first, last in groups:
            if first <= best.first < last:
                return first, last
    return groups[0]


def _place(cuts: Cuts, first: int, last: int, best: Match | None, lexicon: Lexicon) -> PlaceFound:
    raw = cuts.said.between(first, last)
    if best is None:
        own = lexicon.gazetteer.by_code(lexicon.province) if lexicon.province else None
        return PlaceFound(Place(raw, province=own.name if own else None))
    candidates = _by_marks(cuts, best)
    places = tuple(_resolved(raw, cuts, best, candidate, lexicon) for candidate in candidates)
    if len(places) == 1:
        return PlaceFound(places[0], (), candidates[0].score)
    shared = {place.province for place in places}
    stated = Place(
        raw,
        province=shared.pop() if len(shared) == 1 else None,
        ward_stated=_stated(cuts, best.ward),
        district_stated=_stated(cuts, best.district),
        province_stated=_stated(cuts, best.province),
    )
    return PlaceFound(stated, places if len(places) <= 6 else (), candidates[0].score if candidates else 0.0)


def _by_marks(cuts: Cuts, best: Match) -> tuple[Candidate, ...]:
    """The candidates whose name agrees with the marks typed, if any does: Cẩm Giang is not Cẩm Giàng."""
    if best.ward is None:
        return best.candidates
    typed = [cuts.said.words[at].marked for at in range(best.ward.name, best.ward.last)]

    def agrees(candidate: Candidate) -> bool:
        names = [unit.name for unit in (candidate.ward, candidate.former) if unit is not None]
        return any([marked(part) for part in name.replace("'", " ").replace("-", " ").split()] == typed for name in names)

    return tuple(filter(agrees, best.candidates)) or best.candidates


def _resolved(raw: str, cuts: Cuts, best: Match, candidate: Candidate, lexicon: Lexicon) -> Place:
    return Place(
        raw,
        ward=candidate.ward.full_name if candidate.ward else None,
        province=candidate.province.name if candidate.province else None,
        ward_code=candidate.ward.code if candidate.ward else None,
        ward_stated=_stated(cuts, best.ward),
        district_stated=_stated(cuts, best.district),
        province_stated=_stated(cuts, best.province),
        outside=bool(lexicon.province and candidate.province and candidate.province.code != lexicon.province),
    )


def _stated(cuts: Cuts, mention: Mention | None) -> str | None:
    if mention is None:
        return None
    name = cuts.said.between(mention.name, mention.last)
    if mention.name == mention.last - 1 and mention.first == mention.name and mention.kind and mention.key.isdigit():
        name = mention.key
    return f"{mention.kind} {name}" if mention.kind else name


def take(cuts: Cuts, located: Located) -> None:
    """Marks the words of the place, and the word that led to it, as spoken for."""
    first = located.first
    while first > 0 and cuts.free(first - 1) and not cuts.begins[first] and cuts.said.words[first - 1].key in _LEADS:
        first -= 1
    cuts.take(first, located.last, Part.PLACE)
