"""Whether the reports of different people tell one matter, and what of one person's answer another one may read.

Nobody is asked about it: everybody gets a ticket of their own, and those that tell the same are linked afterwards for
the operator, who may part them again. So a link missed costs little, a wrong one tells people news that is not theirs:
places that contradict each other are never one matter, however alike the words.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from conversation.places import Place
from conversation.understanding.fold import fold

NEAR_IN_TIME = timedelta(hours=72)
ALIKE_WORDS = 0.6
"""Share of the shorter request's words that the longer one has, too. Two people tell one broken lamp with about two thirds
of their words in common; two matters of one category in one ward share a third or less (the texts of the tests)."""
_FEWEST_WORDS = 4
"""A shorter request says too little to be compared ("đèn hư")."""
_SAME_STREET = 0.6
_NEAR_NUMBERS = 20
"""House numbers so close in one street are neighbours."""
_REMEMBERED = 128
"""In a flood the same few reports are compared with every new one."""
_GIVEN_CHARS = 2
_PHONE_DIGITS = 9
_NUMBERED_UNIT = re.compile(r"(?<!\w)(?:phuong|quan|district|ward|p|q|f)[ .]{0,2}\d{1,2}(?!\w)")
_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)*")
_GENERIC = frozenset(
    [
        "so",
        "nha",
        "duong",
        "hem",
        "ngo",
        "ngach",
        "kiet",
        "pho",
        "khu",
        "to",
        "ap",
        "thon",
        "xom",
        "phuong",
        "xa",
        "thi",
        "tran",
        "quan",
        "huyen",
        "thanh",
        "tp",
        "tinh",
        "q",
        "p",
        "f",
        "truoc",
        "gan",
        "doi",
        "dien",
        "canh",
        "goc",
        "dau",
        "cuoi",
        "o",
        "tai",
        "tren",
        "dia",
        "chi",
        "cong",
        "doan",
        "chung",
        "cu",
        "the",
        "street",
        "st",
        "road",
        "rd",
        "alley",
        "lane",
        "ward",
        "district",
        "near",
        "opposite",
        "corner",
        "of",
        "at",
        "in",
        "on",
        "house",
        "no",
        "number",
        "پلاک",
        "خیابان",
        "کوچه",
        "بلوار",
        "میدان",
        "نزدیک",
        "شهر",
        "استان",
        "محله",
    ]
)
"""Words of nearly every address: no street is known by them. Search keys, as `fold` makes them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One report, as far as it is compared. `phone`: E.164."""

    at: datetime
    category: str
    request: str
    place: Place | None
    phone: str | None


def one_matter(one: Told, other: Told) -> bool:
    """Whether two reports tell the same: near in time, and either of one category in one ward, in like words or at the
    very same spot; or by one phone in like words. Symmetric.
    """
    if abs(one.at - other.at) > NEAR_IN_TIME:
        return False
    here, there = one.place or Place(""), other.place or Place("")
    if here.ward_code and there.ward_code and here.ward_code != there.ward_code:
        return False
    alike = _alike(_words(one.request), _words(other.request)) and not apart(here, there)
    if one.phone is not None and one.phone == other.phone:
        return alike
    known = here.ward_code is not None and here.ward_code == there.ward_code
    return known and one.category == other.category and (alike or same_spot(here, there))


def apart(one: Place, other: Place) -> bool:
    """Whether the two name different streets, or numbers of one street that are no neighbours."""
    numbers = _number(one), _number(other)
    if None not in numbers and abs((numbers[0] or 0) - (numbers[1] or 0)) > _NEAR_NUMBERS:
        return True
    streets = _street(one), _street(other)
    return all(streets) and _shared(*streets) < _SAME_STREET


def one_street(one: Place, other: Place) -> bool:
    """Whether both name one street, without house numbers that are far apart. Their ward is not looked at."""
    streets = _street(one), _street(other)
    return all(streets) and _shared(*streets) >= _SAME_STREET and not apart(one, other)


def same_spot(one: Place, other: Place) -> bool:
    """Whether both name the same house of the same street, or the same crossing or landmark by the same words."""
    streets, numbers = (_street(one), _street(other)), (_number(one), _number(other))
    if not all(streets) or numbers[0] != numbers[1]:
        return False
    return _shared(*streets) == 1 if numbers[0] is not None else streets[0] == streets[1] and len(streets[0]) > 1


def speaks_of(
    text: str, *, name: str | None, phone: str | None, code: str, others: tuple[str | None, ...] = ()
) -> bool:
    """Whether an answer to one person mentions that person: their name or the given name alone, their phone, their code,
    or any of `others` (the address, somebody they reported for). Then nobody else may read it.
    """
    said, digits = fold(text), re.sub(r"\D", "", text)
    given = name.split()[-1] if name and name.split() else ""
    if len(given) >= _GIVEN_CHARS and re.search(rf"(?<!\w){re.escape(given)}(?!\w)", text):
        return True
    if phone is not None and phone[-_PHONE_DIGITS:] in digits:
        return True
    return any(fold(one) in said for one in (name, code, *others) if one and fold(one))


@lru_cache(maxsize=_REMEMBERED)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return min(len(one), len(other)) >= _FEWEST_WORDS and _shared(one, other) >= ALIKE_WORDS


@lru_cache(maxsize=_REMEMBERED)
def _street(place: Place) -> frozenset[str]:
    """The words that tell the street: neither its units nor what stands in every address."""
    far = (place.province, place.province_stated, place.district_stated)
    words = _words(_without_units(place)) - _GENERIC - {word for unit in far if unit for word in _words(unit)}
    street = frozenset(word for word in words if not word[0].isdigit())
    return street - _words(place.ward or "") or street


@lru_cache(maxsize=_REMEMBERED)
def _number(place: Place) -> int | None:
    """The first number of the address: the house's, or the alley's that leads to it."""
    found = re.search(r"(?<!\w)(\d{1,5})", _without_units(place))
    return int(found[1]) if found else None


def _without_units(place: Place) -> str:
    """The folded words of the place without the units it states; a ward may be named like a street, or by a number."""
    raw = fold(place.raw)
    for unit in (place.ward_stated, place.district_stated, place.province_stated):
        raw = raw.replace(fold(unit), " ") if unit else raw
    return _NUMBERED_UNIT.sub(" ", raw)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))
