"""A place made of the citizen's words and the gazetteer's candidates; what was said stays beside what it is now."""

from conversation.gazetteer.matching import Candidate, Match
from conversation.gazetteer.mentions import Mention
from conversation.places import Place
from conversation.understanding.cuts import Cuts
from conversation.understanding.fold import fold
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reading import PlaceFound
from conversation.understanding.words import hear

_MOST_OFFERED = 6


def unplaced(cuts: Cuts, first: int, last: int, lexicon: Lexicon) -> PlaceFound:
    """A place in the citizen's words only: taken to lie in the site's own province."""
    own = lexicon.gazetteer.by_code(lexicon.province).name if lexicon.province else None
    return PlaceFound(Place(raw(cuts, first, last), province=own))


def placed(cuts: Cuts, first: int, last: int, match: Match, lexicon: Lexicon) -> PlaceFound:
    """A place with the unit it names; with several candidates, none chosen, when the text does not decide."""
    text = raw(cuts, first, last)
    candidates = _by_marks(cuts, match)
    places = tuple(_resolved(text, cuts, match, candidate, lexicon) for candidate in candidates)
    if len(places) == 1:
        return PlaceFound(places[0], (), candidates[0].score)
    provinces = {place.province for place in places}
    open_place = Place(
        text,
        province=provinces.pop() if len(provinces) == 1 else None,
        ward_stated=_stated(cuts, match.ward),
        district_stated=_stated(cuts, match.district),
        province_stated=_stated(cuts, match.province),
    )
    offered = places if len(places) <= _MOST_OFFERED else ()
    return PlaceFound(open_place, offered, candidates[0].score if candidates else 0.0)


def raw(cuts: Cuts, first: int, last: int) -> str:
    """The words as typed, with a bracket that was opened among them."""
    text = cuts.said.between(first, last)
    end = cuts.said.words[last - 1].end
    if text.count("(") > text.count(")") and cuts.said.text[end : end + 1] == ")":
        return text + ")"
    return text


def _by_marks(cuts: Cuts, match: Match) -> tuple[Candidate, ...]:
    """The candidates whose name agrees with the marks typed, if any does: Cẩm Giang is not Cẩm Giàng."""
    if match.ward is None or len(match.candidates) < 2:
        return match.candidates
    typed = [cuts.said.words[at].marked for at in range(match.ward.name, match.ward.last)]

    def agrees(candidate: Candidate) -> bool:
        names = [unit.name for unit in (candidate.ward, candidate.former) if unit is not None]
        return any([word.marked for word in hear(name).words] == typed for name in names)

    return tuple(filter(agrees, match.candidates)) or match.candidates


def spelled_so(cuts: Cuts, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether the marks typed allow a name said without its kind: "Nguyễn Bỉnh" is not the district Nguyên Bình."""
    words = cuts.said.words[mention.first : mention.last]
    if all(word.key == word.marked for word in words):
        return True
    typed = [word.marked for word in words]
    names = lexicon.finder.names(mention.level, mention.key)
    return any(
        all(one in {two, fold(two)} for one, two in zip(typed, spelled, strict=False))
        for name in names
        if len(spelled := [word.marked for word in hear(name).words]) == len(typed)
    ) or not any(len(hear(name).words) == len(typed) for name in names)


def _resolved(text: str, cuts: Cuts, match: Match, candidate: Candidate, lexicon: Lexicon) -> Place:
    ward, province = candidate.ward, candidate.province
    return Place(
        text,
        ward=ward.full_name if ward else None,
        province=province.name if province else None,
        ward_code=ward.code if ward else None,
        ward_stated=_stated(cuts, match.ward),
        district_stated=_stated(cuts, match.district),
        province_stated=_stated(cuts, match.province),
        outside=bool(lexicon.province and province and province.code != lexicon.province),
    )


def _stated(cuts: Cuts, mention: Mention | None) -> str | None:
    if mention is None:
        return None
    glued = mention.kind is not None and mention.first == mention.name and mention.key[-1].isdigit()
    name = mention.key.removeprefix("quan") if glued else cuts.said.between(mention.name, mention.last)
    return f"{mention.kind} {name}" if mention.kind else name
