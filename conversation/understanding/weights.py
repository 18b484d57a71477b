"""Points of words: what each adds to or takes from the suspicion that a message tells of an emergency.

A site's `weights.toml` holds them, written by `tests/eval/weigh.py` from labelled sentences. docs/reading.md tells more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conversation.errors import BadProfile
from conversation.understanding.words import Hit, Said, hear

FILE = "weights.toml"
_WINDOW = 40
"""So many words are weighed at once, so that a long report neither hides a cry nor adds up to one."""
_NUMBERS = ("start", "told", "alarm")
EMERGENCIES = (
    "fire",
    "rescue",
    "flood",
    "crime",
    "accident",
    "medical",
    "wire",
    "child",
    "self_harm",
    "scam",
)
_ANY = "rescue"
"""For a cry for help that does not say of what."""
_POINTS = ("words", "signs", "kinds")


@dataclass(frozen=True, slots=True)
class Weights:
    """`start`: what a message begins with; `told`: what a phrase or situation of the lexicon adds; `alarm`: the limit.

    `words` by the groups that `word_groups` makes, `signs` by the names of the lexicon's `[signs]` and of `calm`,
    `feared`, `elsewhen` and `now`. `kinds`: what single words and signs ("[smoke]") say for each kind of emergency.
    """

    start: int
    told: int
    alarm: int
    words: Mapping[str, int]
    signs: Mapping[str, int]
    kinds: Mapping[str, Mapping[str, int]]

    def heaviest(self, said: Said, signs: Iterable[Hit]) -> int:
        """The points of the window of the message that has the most; every group and every sign counts once in each."""
        found = list(signs)
        count = len(said.keys)
        return self.start + max(
            _sum(self.words, word_groups(said, first, first + _WINDOW))
            + _sum(self.signs, (hit.value for hit in found if first <= hit.first < first + _WINDOW))
            for first in range(0, max(1, count - _WINDOW // 2), _WINDOW // 2)
        )

    def of(self, *, phrase: bool, told: bool) -> int:
        """What a phrase or a situation adds; a phrase at least so much that it is enough among words that say nothing: whoever
        puts one into the site's list expects an alarm.
        """
        if phrase:
            return max(self.told, self.alarm - self.start)
        return self.told if told else 0

    def kind(self, said: Said, signs: Iterable[Hit], told: Iterable[str]) -> str:
        """The kind of emergency that most speaks for, rescue when nothing does; each kind `told` by a phrase or a situation has `told` more."""
        found = {*said.keys, *(f"[{hit.value}]" for hit in signs)}
        points = Counter({kind: _sum(known, found) for kind, known in self.kinds.items()})
        points.update(dict.fromkeys(told, self.told))
        likeliest = max(points, key=points.__getitem__)
        return likeliest if points[likeliest] > 0 else _ANY


def _sum(points: Mapping[str, int], found: Iterable[str]) -> int:
    """The points of what was found, each counted once."""
    return sum(map(points.__getitem__, points.keys() & found))


def word_groups(said: Said, first: int, last: int) -> Iterator[str]:
    """Words, neighbours ("cháy nhà") and words around one other ("người * chết"), both with their marks and without."""
    keys = ["#" if key.isdigit() else key for key in said.keys[first:last]]
    marks = [mark or key for key, mark in zip(keys, said.marks[first:last], strict=True)]
    for at, key in enumerate(keys):
        yield key
        if marks[at] != key and key != "#":
            yield marks[at]
        if at:
            pair = f"{keys[at - 1]} {key}"
            yield pair
            if (marked := f"{marks[at - 1]} {marks[at]}") != pair and "#" not in pair:
                yield marked
        if at > 1:
            yield f"{keys[at - 2]} * {key}"


def read_weights(table: Mapping[str, Any]) -> Weights | None:
    """The weights of a site; None when it has none. Raises BadProfile with the key when the table breaks its shape."""
    if not table:
        return None
    unknown = sorted(set(table) - {*_NUMBERS, *_POINTS})
    if unknown:
        raise BadProfile(FILE, unknown[0], f"no such key; there are {', '.join((*_NUMBERS, *_POINTS))}")
    for key in _NUMBERS:
        if not isinstance(table.get(key), int):
            raise BadProfile(FILE, key, "must be a whole number")
    words = {_group(text): points for text, points in _points(table.get("words", {}), "words")}
    signs = dict(_points(table.get("signs", {}), "signs"))
    by_kind = table.get("kinds", {})
    if not isinstance(by_kind, Mapping):
        raise BadProfile(FILE, "kinds", "must be a table")
    for kind in by_kind:
        if kind not in EMERGENCIES:
            raise BadProfile(FILE, f"kinds.{kind}", f"no such kind; there are {', '.join(EMERGENCIES)}")
    kinds = {kind: dict(_points(by_kind.get(kind, {}), f"kinds.{kind}")) for kind in EMERGENCIES}
    return Weights(table["start"], table["told"], table["alarm"], words, signs, kinds)


def _points(part: object, section: str) -> Iterator[tuple[str, int]]:
    """`"-12" = ["diễn tập"]`: each text with its points."""
    if not isinstance(part, Mapping):
        raise BadProfile(FILE, section, "must be a table")
    for points, texts in part.items():
        if not points.removeprefix("-").isdecimal():
            raise BadProfile(FILE, f"{section}.{points}", "must be named by its points, a whole number")
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise BadProfile(FILE, f"{section}.{points}", "must be a list of texts, none empty")
        yield from ((text, int(points)) for text in texts)


def _group(text: str) -> str:
    """A text of the table as `word_groups` yields it: with its marks when it has any. "*": any other word, "#": digits."""
    group = " ".join(word if word in {"*", "#"} else " ".join(hear(word, typed=False).marks) for word in text.split())
    return text if group == text else group  # most are the same: kept once
