"""Where a text names units: "p. 22", "quận Bình Thạnh", "TPHCM", "Hai Chau ward", and names without their kind.

Works on words already folded; knows no spelling, only keys.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, chain

from conversation.gazetteer.units import District, FormerProvince, Gazetteer, Province


def listed(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


class Level(StrEnum):
    WARD = "ward"
    DISTRICT = "district"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Mention:
    """Words `first` to `last` (exclusive) name a unit. `name`: where the bare name begins; `key`: what to look up.

    `kind` is the kind stated, in full ("Phường"), None when only the name was said. `shorter`: other ends of the name
    under which it is known too.
    """

    level: Level
    first: int
    last: int
    name: int
    key: str
    kind: str | None = None
    shorter: tuple[tuple[int, str], ...] = ()


WARD_KINDS = {
    **dict.fromkeys(("p", "ph", "f", "phuong", "fuong", "phg"), "Phường"),
    **dict.fromkeys(("x", "xa"), "Xã"),
    **dict.fromkeys(("tt", "thi tran"), "Thị trấn"),
    **dict.fromkeys(("dk", "dac khu"), "Đặc khu"),
}
DISTRICT_KINDS = {
    **dict.fromkeys(("q", "quan"), "Quận"),
    **dict.fromkeys(("h", "huyen"), "Huyện"),
    **dict.fromkeys(("tx", "thi xa"), "Thị xã"),
    **dict.fromkeys(("tp", "thanh pho"), "Thành phố"),
}
PROVINCE_KINDS = {"tinh": "Tỉnh", "tp": "Thành phố", "thanh pho": "Thành phố"}
_BEFORE_ENGLISH = {"district": "Quận", "dist": "Quận"}
_ALL_KINDS = (*WARD_KINDS, *DISTRICT_KINDS, *PROVINCE_KINDS, *_BEFORE_ENGLISH)
_ONE_WORD = frozenset(kind for kind in _ALL_KINDS if " " not in kind)
_TWO_WORDS = frozenset(kind.split()[0] for kind in _ALL_KINDS if " " in kind)
_MARKERS = _ONE_WORD | _TWO_WORDS
_AFTER_ENGLISH = {
    "ward": (Level.WARD, "Phường"),
    "commune": (Level.WARD, "Xã"),
    "district": (Level.DISTRICT, "Quận"),
    "city": (Level.PROVINCE, "Thành phố"),
    "province": (Level.PROVINCE, "Tỉnh"),
}
_STREET_WORDS = listed(
    "duong pho ngo ngach hem kiet cau cho truong st street road nga bus tuyen xe quoc lo tinh dai ben thon ap xom khu buon "
    "lang ban khom khoi bon plei kp tdp cu hang cong dg d chua dinh song kenh rach ho vien"
)
_GLUED = re.compile(r"(p|f|ph|phuong|q|quan)0?(\d{1,2})")
_LONGEST_NAME = 6
_STREETS = listed("dienbienphu")
"""Names of districts that are streets in every city: the district is meant only with its kind or its province."""


class Words:
    """A text for the gazetteer: folded words, which of them begin a new clause, which are typed with a capital."""

    def __init__(self, keys: Sequence[str], breaks: Sequence[bool]) -> None:
        self.keys, self.breaks = keys, breaks
        self._bare = [key.lstrip("0") or key if key.isdigit() else key for key in keys]
        self._ends = [len(keys)] * (len(keys) + 1)  # of each word's clause
        for at in range(len(keys) - 1, 0, -1):
            self._ends[at - 1] = at if breaks[at] else self._ends[at]

    def joined(self, first: int, last: int) -> str:
        """The lookup key of the words `first` to `last`."""
        return "".join(self._bare[first:last])

    def ends(self, first: int, most: int) -> list[tuple[int, str]]:
        """The names that may begin at `first`, of `most` words and not over a break: where each ends and its lookup key,
        the longest first.
        """
        names = accumulate(self._bare[first : min(self._ends[first], first + most)])
        return list(enumerate(names, first + 1))[::-1]


class Finder:
    """Finds mentions in texts, with a site's aliases: key to one or several keys; `alias_starts`: their first words;
    `alias_names`: each by its key as the site writes it.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        aliases: Mapping[str, Sequence[str]],
        alias_starts: Iterable[str] = (),
        alias_names: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._units = gazetteer
        self._aliases = aliases
        self._alias_names = tuple(alias_names)
        self._alias_starts = frozenset(alias_starts)

    @cached_property
    def _bare_starts(self) -> frozenset[str]:
        """First words, and whole keys, of all names that count without their kind: a quick no for other words."""
        starts = set(self._aliases)
        tables: tuple[Iterable[Province | FormerProvince | District], ...] = (
            self._units.provinces,
            self._units.former_provinces,
            self._units.districts,
        )
        for unit in chain.from_iterable(tables):
            starts.update((unit.key, unit.key[: sum(letter.isalnum() for letter in unit.name.split()[0])]))
        starts.update(alias for unit in self._units.districts for alias in unit.aliases)
        return frozenset(starts) | self._alias_starts

    def wards(self, key: str) -> bool:
        return key in self._units.wards_named or key in self._units.former_wards_named

    def known(self, level: Level, key: str) -> bool:
        if level is Level.WARD:
            return self.wards(key)
        table = self._units.districts_named if level is Level.DISTRICT else self._units.provinces_named
        return key in table or (key in self._aliases and any(alias in table for alias in self._aliases[key]))

    def mentions(self, words: Words) -> list[Mention]:
        """All mentions, left to right, none inside another."""
        found: list[Mention] = []
        at = 0
        english = not _AFTER_ENGLISH.keys().isdisjoint(words.keys)
        while at < len(words.keys):
            mention = self._glued(words, at) or self._marked(words, at)
            if mention is None and english:
                mention = self._english(words, at)
            mention = mention or self._bare(words, at, found)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.last
        return found

    def _glued(self, words: Words, at: int) -> Mention | None:
        match = None if words.keys[at].isalpha() else _GLUED.fullmatch(words.keys[at])
        if match is None:
            return None
        level = Level.DISTRICT if match[1][0] == "q" else Level.WARD
        kinds = DISTRICT_KINDS if level is Level.DISTRICT else WARD_KINDS
        return Mention(level, at, at + 1, at, self._number(level, match[2]), kinds[match[1]])

    def _number(self, level: Level, digits: str) -> str:
        """The key of a numbered unit. Districts that were merged away (Quận 2, Quận 9) are known by an alias."""
        key = digits.lstrip("0") or digits
        return f"quan{key}" if level is Level.DISTRICT and not self.known(level, key) else key

    def _marked(self, words: Words, at: int) -> Mention | None:
        keys = words.keys
        if keys[at] not in _MARKERS:
            return None
        markers = [(keys[at], at + 1)] if keys[at] in _ONE_WORD else []
        if keys[at] in _TWO_WORDS and at + 1 < len(keys):
            markers.insert(0, (f"{keys[at]} {keys[at + 1]}", at + 2))
        for marker, name in markers:
            for level, kinds in (
                (Level.PROVINCE, PROVINCE_KINDS),
                (Level.DISTRICT, DISTRICT_KINDS),
                (Level.WARD, WARD_KINDS),
                (Level.DISTRICT, _BEFORE_ENGLISH),
            ):
                kind = kinds.get(marker)
                if kind is not None and name < len(keys) and not words.breaks[name]:
                    mention = self._named(words, level, at, name, kind)
                    if mention is not None:
                        return mention
        return None

    def _named(self, words: Words, level: Level, first: int, name: int, kind: str | None) -> Mention | None:
        ends = [
            (last, key)
            for last, joined in words.ends(name, _LONGEST_NAME)
            if self.known(level, key := joined)
            or (key.isdigit() and self.known(level, key := self._number(level, key)))
        ]
        if not ends:
            return None
        return Mention(level, first, ends[0][0], name, ends[0][1], kind, tuple(ends[1:]))

    def _english(self, words: Words, at: int) -> Mention | None:
        for last, key in words.ends(at, 4):
            if last < len(words.keys) and words.keys[last] in _AFTER_ENGLISH and not words.breaks[last]:
                level, kind = _AFTER_ENGLISH[words.keys[last]]
                for known_at in (level, Level.DISTRICT):
                    if self.known(known_at, key):
                        return Mention(known_at, at, last + 1, at, key, kind)
        return None

    def _bare(self, words: Words, at: int, before: Sequence[Mention]) -> Mention | None:
        if words.keys[at] not in self._bare_starts:
            return None
        previous = words.keys[at - 1] if at else ""
        behind = bool(before and before[-1].last == at)
        street = previous in _STREET_WORDS or previous[:1].isdigit()
        if street and not behind and not words.breaks[at]:
            return None
        ends = [(last, key) for last, key in words.ends(at, 5) if self._is_name(key)]
        if not ends or any(key in _STREETS and not self._before_province(words, last) for last, key in ends):
            return None
        for level, least in ((Level.PROVINCE, 1), (Level.DISTRICT, 2)):
            for last, key in ends:
                if not self.known(level, key) or (level is Level.DISTRICT and key.isdigit()):
                    continue
                if level is Level.DISTRICT and not self._is_placed(words, at, last, before):
                    continue
                if last - at >= max(least, 2) or self._stands_out(words, at, last, before):
                    return Mention(level, at, last, at, key)
        return None

    def _is_name(self, key: str) -> bool:
        """Whether it may be a name without its kind, or a street that is no such name: a quick no for other words."""
        units = self._units
        return key in units.provinces_named or key in units.districts_named or key in self._aliases or key in _STREETS

    def ward_before(self, words: Words, at: int, least: int) -> Mention | None:
        """A ward named without its kind in the words that end at `at`: a clause of its own, or two words and more."""
        for first in range(max(least, at - 4), at):
            if any(words.breaks[each] for each in range(first + 1, at)):
                continue
            key = words.joined(first, at)
            previous = words.keys[first - 1] if first else ""
            whole = words.breaks[first] or first == 0
            street = previous in _STREET_WORDS or previous[:1].isdigit()
            if self.wards(key) and not key.isdigit() and (whole or (at - first > 1 and not street)):
                return Mention(Level.WARD, first, at, first, key)
        return None

    def _is_placed(self, words: Words, at: int, last: int, before: Sequence[Mention]) -> bool:
        """Whether a district named without its kind stands where districts stand: behind a ward, at an end, in a province."""
        if last == len(words.keys) or words.breaks[last] or (before and before[-1].last == at):
            return True
        return self._before_province(words, last)

    def _before_province(self, words: Words, last: int) -> bool:
        return any(self.known(Level.PROVINCE, key) for _, key in words.ends(last, 4))

    def names(self, level: Level, key: str) -> list[str]:
        """The names, with their marks, of the districts or provinces that `key` may mean, and the alias as written."""
        found = [name for alias, name in self._alias_names if alias == key]
        for each in (key, *self._aliases.get(key, ())):
            if level is Level.DISTRICT:
                found += [self._units.districts[at].name for at in self._units.districts_named.get(each, ())]
            else:
                table = self._units.provinces_named.get(each, ())
                found += [
                    self._units.provinces[-1 - at].name if at < 0 else self._units.former_provinces[at].name
                    for at in table
                ]
        return found

    @staticmethod
    def _stands_out(words: Words, at: int, last: int, before: Sequence[Mention]) -> bool:
        """A short name or alias ("dn", "Huế") counts after another unit, or alone between two breaks."""
        if len(words.joined(at, last)) > 4:
            return True
        ends = last == len(words.keys) or words.breaks[last]
        return bool(before and before[-1].last == at) or (ends and (words.breaks[at] or at == 0)) or ends
