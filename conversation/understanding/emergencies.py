"""Emergencies: rather a false alarm than a miss, but not every flame is a fire. docs/reading.md tells the logic."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from conversation.understanding.lexicon import Lexicon, Situation
from conversation.understanding.vietnamese import listed
from conversation.understanding.words import Hit, Said

_FEAR_WORDS = 4
_WINDOW = 12
"""Within so many words the signs of a situation stand."""
_CHAIN = 6
"""Within so many words the second of two signs follows where their order matters."""
_SENTENCE_ENDS = frozenset(".;!?\n")
_CLAUSE_ENDS = _SENTENCE_ENDS | {","}
_DATED = listed("nam in since")


def emergency(said: Said, lexicon: Lexicon, *, weighed: bool = True) -> str | None:
    """The kind of emergency told, or None: by a phrase or a situation of the site; if it has weights and the message is
    to be `weighed`, by the points of all its words, to which a phrase or a situation adds its own.
    """
    phrases = lexicon.emergencies.find(said, strict=said.accented)
    signs = [
        Hit(hit.first, hit.last, sign, hit.words)
        for hit in lexicon.signs.find(said, strict=said.accented)
        for sign in hit.value.split()
    ]
    weights = lexicon.weights if weighed else None
    if weights is None and not phrases and len(signs) < 2:
        return None
    around = lexicon.calm.find(said, strict=said.accented)
    phrase = told = None
    if phrases or signs:
        view = _View(said, around, signs)
        phrase = next((hit.value for hit in phrases if view.stands(hit)), None)
        told = phrase or _situation([hit for hit in signs if view.stands(hit)], lexicon.situations, view)
    if weights is None:
        return told
    if (
        weights.heaviest(said, signs + around) + weights.of(phrase=phrase is not None, told=told is not None)
        < weights.alarm
    ):
        return None
    return phrase or weights.kind(said, signs, {hit.value for hit in phrases} | ({told} if told else set()))


class _View:
    """What the words around say about a hit: where clauses and sentences end, what is calm, feared, another time."""

    def __init__(self, said: Said, around: Iterable[Hit], signs: Iterable[Hit]) -> None:
        self._said = said
        self._sentences = _numbered(said, _SENTENCE_ENDS)
        self._calm: list[Hit] = []
        self._feared: set[int] = set()
        elsewhen: set[int] = set()
        urgent = {self.sentence(hit.first) for hit in signs if hit.value == "plea"}
        for hit in around:
            if hit.value == "calm":
                self._calm.append(hit)
            elif hit.value == "feared":
                self._feared.update(
                    at
                    for at in range(hit.last, min(len(said.keys), hit.last + _FEAR_WORDS))
                    if self._clause(at) == self._clause(hit.last - 1)
                )
            elif hit.value == "elsewhen":
                elsewhen.add(self.sentence(hit.first))
            else:
                urgent.add(self.sentence(hit.first))
        elsewhen.update(map(self.sentence, _past_years(said)))
        self._elsewhen = elsewhen - urgent

    def sentence(self, plain: int) -> int:
        return self._sentences[self._said.origin[plain]]

    def stands(self, hit: Hit) -> bool:
        """Whether the hit is meant as it reads: a calm phrase covers what is not longer than itself."""
        return (
            self._feared.isdisjoint(range(hit.first, hit.last))
            and self.sentence(hit.first) not in self._elsewhen
            and not any(
                calm.first < hit.last
                and hit.first < calm.last
                and not (hit.first <= calm.first and calm.last <= hit.last and hit.words > calm.words)
                for calm in self._calm
            )
        )

    def _clause(self, plain: int) -> int:
        return self._clauses[self._said.origin[plain]]

    @cached_property
    def _clauses(self) -> list[int]:
        return _numbered(self._said, _CLAUSE_ENDS)


def _past_years(said: Said) -> Iterator[int]:
    """Where a year that is over stands: "năm 2022"; the message's own clock is not known here."""
    for at, key in enumerate(said.keys):
        if len(key) == 4 and key.isdigit() and at and said.keys[at - 1] in _DATED:
            yield at


def _numbered(said: Said, signs: frozenset[str]) -> list[int]:
    """For each word the number of the piece it stands in, pieces being divided by the signs."""
    numbers: list[int] = []
    current = 0
    for word in said.words:
        current += word.before != " " and not signs.isdisjoint(word.before)
        numbers.append(current)
    return numbers


def _situation(signs: Sequence[Hit], situations: Sequence[Situation], view: _View) -> str | None:
    """The first situation whose signs all stand close together in one sentence."""
    found = {hit.value for hit in signs}
    likely = [situation for situation in situations if situation.signs <= found]
    for start, hit in enumerate(signs) if likely else ():
        near = [
            other
            for other in signs[start : start + _WINDOW]
            if other.first - hit.first < _WINDOW and view.sentence(other.first) == view.sentence(hit.first)
        ]
        kinds = {other.value for other in near}
        for situation in likely:
            if hit.value in situation.signs and situation.signs <= kinds and _in_order(near, situation.chains):
                return situation.kind
    return None


def _in_order(near: Sequence[Hit], chains: Sequence[tuple[str, str]]) -> bool:
    """Whether for each pair the second sign follows the first closely: "té xuống … giếng", not "giếng … té"."""
    return all(
        any(
            one.value == first and other.value == second and 0 <= other.first - one.last < _CHAIN
            for one in near
            for other in near
        )
        for first, second in chains
    )
