"""Addresses: which words of a message tell the place.

Streets and hamlets are known by their cue words and numbers, wards and provinces by the gazetteer. The pieces that
stand side by side are one address; between two addresses the one introduced as the scene wins over a home.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from conversation.gazetteer.matching import Match
from conversation.state import Phase
from conversation.understanding.address_words import CUES, LEADS, NEAR, REFUSALS, STOPS
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.places import placed, unplaced
from conversation.understanding.reading import PlaceFound
from conversation.understanding.vietnamese import FAMILY_NAMES, listed

_UNITS = listed(
    "ngay gio thang nam tuan nguoi lan cai chuc dua con h phut giay trieu nghin ngan k d met m xe cay hom bua dem tieng "
    "hours days weeks people months times cars am pm nha can vu chiec lit kg lon nho nua tuoi"
)
_ROAD = re.compile(r"(?:ql|tl|dt|hl|dh|kp|km|tdp)\d{1,4}[a-z]?")
_ALLEY = re.compile(r"[kh]\d{1,4}")
"""A kiệt or hẻm written as one word with its number: "K36/12 Trần Cao Vân"."""
_NAME_WORDS = 3
_ON_STREETS = listed(
    "nguyen tran le pham hoang huynh phan vo dang bui ngo duong ly dinh doan trinh truong dao luong ton cao chau"
)
_JOINING = listed("va voi and giao")
_MOST_WORDS = 12
_BEHIND = listed("street st road rd avenue alley bis apartment building market bridge school")


class Located(NamedTuple):
    """A place found and the words it stands on."""

    found: PlaceFound
    first: int
    last: int


class _Piece(NamedTuple):
    first: int
    last: int
    worth: float


def find(cuts: Cuts, asked: Phase, lexicon: Lexicon, matches: Sequence[Match]) -> Located | None:
    """The place that the message names, and the words it stands on."""
    if asked is Phase.ADDRESS and lexicon.rules == "fa":
        return _whole(cuts, lexicon)
    open_matches = [match for match in matches if all(_open(cuts, at) for at in range(match.first, match.last))]
    pieces = [
        piece for first, last in _clauses(cuts) if (piece := _piece(cuts, first, last, open_matches, asked)) is not None
    ]
    groups = _groups(cuts, pieces)
    if not groups:
        return _whole(cuts, lexicon) if asked is Phase.ADDRESS else None
    best = max(groups, key=lambda group: group.worth)
    inside = [match for match in open_matches if best.first <= match.first < best.last]
    if inside:
        return Located(placed(cuts, best.first, best.last, _chosen(cuts, inside), lexicon), best.first, best.last)
    if _vain(cuts, best):
        return None
    return Located(unplaced(cuts, best.first, best.last, lexicon), best.first, best.last)


def as_typed(cuts: Cuts, lexicon: Lexicon) -> PlaceFound | None:
    """What stands behind "sai tên đường, …": the new words, whatever they are."""
    last = len(cuts.parts)
    if not 0 < last <= _MOST_WORDS or REFUSALS.find(cuts.said):
        return None
    return unplaced(cuts, 0, last, lexicon)


def take(cuts: Cuts, located: Located) -> None:
    """Marks the words of the place, and those that led to it, as spoken for."""
    first = located.first
    plain = cuts.plain_at(first)
    for hit in LEADS.find(cuts.said):
        if hit.last == plain and all(cuts.free(at) for at in range(cuts.said.origin[hit.first], first)):
            first = cuts.said.origin[hit.first]
    cuts.take(first, located.last, Part.PLACE)


def _open(cuts: Cuts, at: int) -> bool:
    part = cuts.parts[at]
    return part is None or part is Part.PLACE


def _clauses(cuts: Cuts) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at in range(len(cuts.parts)):
        if not _open(cuts, at):
            continue
        if runs and runs[-1][1] == at and not cuts.begins[at]:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _piece(cuts: Cuts, first: int, last: int, matches: Sequence[Match], asked: Phase) -> _Piece | None:
    """The part of a clause that tells a place, with how much speaks for it."""
    through = next((match for match in matches if match.first < first < match.last), None)
    if through is not None:
        return _Piece(first, _tail(cuts, min(through.last, last), last), 0.5)
    match = next((match for match in matches if first <= match.first < last), None)
    opening = _opening(cuts, first, last, match, asked)
    if match is not None:
        alone = match.first == first and match.last >= last
        if opening.start is None and match.bare and asked is not Phase.ADDRESS and not alone:
            return None
        start = match.first if opening.start is None else opening.start
        worth = opening.worth + 2.0 + (match.ward is not None)
        end = _tail(cuts, min(match.last, last), last)
        if end < last and _starts(cuts, end, last, asked, None):
            end = _end(cuts, end, last, asked)
        return _Piece(start, end, worth)
    if opening.start is None:
        return None
    whole = opening.labelled and last - opening.start <= _MOST_WORDS
    end = last if whole else _end(cuts, opening.start, last, asked)
    return _Piece(opening.start, end, opening.worth)


class _Opening(NamedTuple):
    """Where an address begins inside a clause, None if nowhere. `labelled`: behind a label, to the clause's end."""

    start: int | None
    worth: float
    labelled: bool


_WORTH = {"label": 1.0, "scene": 0.3, "home": -0.2}


def _opening(cuts: Cuts, first: int, last: int, match: Match | None, asked: Phase) -> _Opening:
    """The first lead, cue or number that an address follows; what a word of the request comes behind is forgotten."""
    labelled = _label_before(cuts, first)
    begin, worth = first, _WORTH["label"] if labelled else 0.0
    start: int | None = first if labelled else None
    index, until = first, match.first if match is not None else last
    while index < until:
        lead = LEADS.at(cuts.said, cuts.plain_at(index))
        if lead is not None and (behind := cuts.said.origin[lead.last - 1] + 1) < last:
            labelled = lead.value == "label"
            if labelled or start is None:
                begin, worth = behind, _WORTH[lead.value]
                start = begin if labelled or _proper(cuts, begin) else None
            index = behind
            continue
        if start is not None and index > start and _family_name(cuts, index):
            index += _NAME_WORDS
            continue
        if start is not None and (past := _past(cuts, index)):
            index = past
            continue
        if start is not None and not labelled and _stops(cuts, index):
            if match is None:
                break
            start, worth = None, 0.0
        elif start is None and _starts(cuts, index, last, asked, match):
            start, worth = _back(cuts, index, begin), worth + 1.0
            index = max(index, _past(cuts, index) - 1)
        index += 1
    return _Opening(start, worth, labelled)


def _family_name(cuts: Cuts, at: int) -> bool:
    """Whether a street's name begins here, so that its next syllables are no everyday words: "hem 41 nguyen van dau"."""
    return not cuts.spelled and cuts.said.words[at].key in _ON_STREETS


def _stops(cuts: Cuts, at: int) -> bool:
    stop = STOPS.at(cuts.said, cuts.plain_at(at), strict=cuts.said.accented)
    joins = cuts.said.words[at].key in _JOINING and at + 1 < len(cuts.parts) and _proper(cuts, at + 1)
    return stop is not None and not joins and not _proper(cuts, at)


def _label_before(cuts: Cuts, first: int) -> bool:
    """Whether a label and a colon stand right before: "Nơi ở: …"."""
    if ":" not in cuts.said.words[first].before:
        return False
    here = cuts.plain_at(first)
    hits = (LEADS.at(cuts.said, plain) for plain in range(max(0, here - 6), here))
    return any(hit is not None and hit.last == here and hit.value == "label" for hit in hits)


def _tail(cuts: Cuts, end: int, last: int) -> int:
    """One word more where it says that the name is a former one."""
    return end + 1 if end < last and cuts.said.words[end].key == "cu" else end


def _proper(cuts: Cuts, at: int) -> bool:
    return cuts.spelled and cuts.capital(at)


def _starts(cuts: Cuts, at: int, last: int, asked: Phase, match: Match | None) -> bool:
    """Whether an address may begin at word `at`: a road's number, a cue word with its name, a house number."""
    if at + 1 >= last:
        return False
    numbered = not cuts.said.words[at].key.isalpha()
    if numbered and _ROAD.fullmatch(cuts.said.words[at].key):
        return True
    hit = CUES.at(cuts.said, cuts.plain_at(at))
    if hit is not None:
        behind = cuts.said.origin[hit.last - 1] + 1
        return behind < last and _names_something(cuts, behind, last, asked, strong=hit.value != "weak")
    return numbered and _house_number(cuts, at, asked, match)


def _names_something(cuts: Cuts, behind: int, last: int, asked: Phase, *, strong: bool) -> bool:
    """Whether a cue word is followed by its name or number, and is no everyday word."""
    key = cuts.said.words[behind].key
    if key[0].isdigit():
        measured = behind + 1 < last and cuts.said.words[behind + 1].key in _UNITS
        return key != "1022" and (strong or not measured)
    if cuts.spelled and cuts.capital(behind):
        return True
    inner = CUES.at(cuts.said, cuts.plain_at(behind))
    if inner is not None:
        after = cuts.said.origin[inner.last - 1] + 1
        return not cuts.spelled or (after < last and (cuts.capital(after) or cuts.said.words[after].key[0].isdigit()))
    plain_text = not cuts.spelled or asked is Phase.ADDRESS
    return strong and plain_text and STOPS.at(cuts.said, cuts.plain_at(behind)) is None


def _house_number(cuts: Cuts, at: int, asked: Phase, match: Match | None) -> bool:
    words = cuts.said.words
    key, behind = words[at].key, words[at + 1].key
    if _ALLEY.fullmatch(key):
        return words[at + 1].before == "/" or _proper(cuts, at + 1)
    if not key[0].isdigit() or len(key) > 5:
        return False
    if words[at + 1].before.strip() == "/" or words[at + 1].before == "-":
        return True
    if (behind in _UNITS and not _proper(cuts, at + 1)) or (behind[0].isdigit() and words[at + 1].before.strip()):
        return False
    if cuts.spelled and asked is not Phase.ADDRESS:
        return cuts.capital(at + 1) or CUES.at(cuts.said, cuts.plain_at(at + 1)) is not None
    return asked is Phase.ADDRESS or match is not None or behind in FAMILY_NAMES


def _back(cuts: Cuts, at: int, least: int) -> int:
    """Where the address begins when its cue stands at `at`: with the house number and "near" before it."""
    while at > least:
        previous = cuts.said.words[at - 1].key
        hit = next(
            (
                hit
                for plain in range(max(0, cuts.plain_at(at) - 3), cuts.plain_at(at))
                if (hit := NEAR.at(cuts.said, plain)) and hit.last == cuts.plain_at(at)
            ),
            None,
        )
        if hit is not None and cuts.said.origin[hit.first] >= least:
            at = cuts.said.origin[hit.first]
        elif previous[0].isdigit() and len(previous) <= 5:
            at -= 1
        else:
            break
    return at


def _end(cuts: Cuts, start: int, last: int, asked: Phase) -> int:
    """How far an address goes that no unit closes: while names, numbers and cue words follow."""
    end = _past(cuts, start) or start + 1
    while end < last and end - start < _MOST_WORDS:
        if _family_name(cuts, end):
            end += _NAME_WORDS
            continue
        plain = cuts.plain_at(end)
        key = cuts.said.words[end].key
        proper = cuts.capital(end) or key[0].isdigit() or key in _BEHIND
        cue = CUES.at(cuts.said, plain) or NEAR.at(cuts.said, plain)
        if cuts.spelled and asked is not Phase.ADDRESS:
            if not proper and not (cue and _leads_on(cuts, end, last)):
                break
        elif not (proper and cuts.spelled) and STOPS.at(cuts.said, plain) and not (cue and end + 1 < last):
            break
        end = max(end + 1, (cue and cuts.said.origin[cue.last - 1] + 1) or 0)
    return min(end, last)


def _past(cuts: Cuts, at: int) -> int:
    """Behind the cue words that begin at `at`; 0 when there is none."""
    end = 0
    while at < len(cuts.parts) and (
        hit := CUES.at(cuts.said, cuts.plain_at(at)) or NEAR.at(cuts.said, cuts.plain_at(at))
    ):
        end = at = cuts.said.origin[hit.last - 1] + 1
    return end


def _leads_on(cuts: Cuts, at: int, last: int) -> bool:
    """Whether a name or number stands within the next three words."""
    return any(
        cuts.capital(after) or cuts.said.words[after].key[0].isdigit() for after in range(at + 1, min(last, at + 4))
    )


def _groups(cuts: Cuts, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces side by side as one; a short clause between two of them belongs to the address too."""
    groups: list[_Piece] = []
    for piece in pieces:
        if groups and _bridged(cuts, groups[-1].last, piece.first):
            last = groups[-1]
            groups[-1] = _Piece(last.first, piece.last, last.worth + piece.worth)
        else:
            groups.append(piece)
    return groups


def _bridged(cuts: Cuts, first: int, last: int) -> bool:
    if first == last:
        return "." not in cuts.said.words[first].before or first == 0
    return (
        last - first <= 4
        and cuts.begins[first]
        and cuts.begins[last]
        and "." not in cuts.said.words[first].before + cuts.said.words[last].before
        and all(_open(cuts, at) and (cuts.capital(at) or not cuts.spelled) for at in range(first, last))
        and not any(STOPS.at(cuts.said, cuts.plain_at(at)) for at in range(first, last))
    )


def _chosen(cuts: Cuts, inside: Sequence[Match]) -> Match:
    """Of several unit names in one address the one said to hold now, else the best known."""

    def worth(match: Match) -> float:
        said = cuts.said
        before = " ".join(said.words[at].key for at in range(max(0, match.first - 3), match.first))
        score = match.candidates[0].score if match.candidates else 0.0
        return score + 2.0 * (match.ward is not None) + 3.0 * ("nay la" in before or "nay thuoc" in before)

    return max(inside, key=worth)


def _vain(cuts: Cuts, piece: _Piece) -> bool:
    """Whether a piece without any unit is no address but an evasion: "sao cần địa chỉ chi vậy"."""
    return bool(REFUSALS.find(cuts.said)) and not any(
        word.key[0].isdigit() or cuts.capital(at)
        for at, word in enumerate(cuts.said.words)
        if piece.first <= at < piece.last
    )


def _whole(cuts: Cuts, lexicon: Lexicon) -> Located | None:
    """An answer to the address question that names no street and no unit: a landmark in the citizen's words."""
    said = cuts.said
    first = next((at for at in range(len(cuts.parts)) if cuts.free(at)), len(cuts.parts))
    last = next((at for at in range(first, len(cuts.parts)) if not cuts.free(at)), len(cuts.parts))
    if not 2 <= last - first <= _MOST_WORDS or "?" in said.text or REFUSALS.find(said):
        return None
    if lexicon.rules != "fa" and not any(
        NEAR.at(said, plain) or CUES.at(said, plain) for plain in range(len(said.keys))
    ):
        return None
    return Located(unplaced(cuts, first, last, lexicon), first, last)
