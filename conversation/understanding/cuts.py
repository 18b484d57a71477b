"""Which words of a message are already spoken for: by a phone, a name, an address, a greeting. The rest is the request."""

from dataclasses import dataclass, field
from enum import StrEnum

from conversation.understanding.vietnamese import listed
from conversation.understanding.words import Said

_ENDS = frozenset(',;:!?()[]{}"\n|•–—…“”«»،؛؟*=<>→')
_ABBREVIATED = listed(
    "p q h x tp tx tt kp d ph f sn t kv tdp kdc kdt cc ql tl gs pgs ts ths bs ks ls mr mrs ms dr dc st no"
)


class Part(StrEnum):
    PHONE = "phone"
    NAME = "name"
    PLACE = "place"
    PERSON = "person"
    NOISE = "noise"


@dataclass(slots=True)
class Cuts:
    """The words of `said`, which of them begin a clause, and what each was found to be part of.

    `shouted`: written in capitals throughout; `spelled`: capitals inside clauses tell proper names from other words.
    """

    said: Said
    parts: list[Part | None] = field(init=False)
    begins: list[bool] = field(init=False)
    breaks: list[bool] = field(init=False)
    shouted: bool = field(init=False)
    spelled: bool = field(init=False)
    _plain: list[int] = field(init=False)
    _capitals: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        text, words = self.said.text, self.said.words
        self._capitals = [text[word.start].isupper() for word in words]
        letters = list(filter(str.isalpha, text))
        self.shouted = len(letters) > 8 and sum(map(str.isupper, letters)) * 10 > 8 * len(letters)
        self._plain = [0] * (len(words) + 1)
        for plain in range(len(self.said.origin) - 1, -1, -1):
            self._plain[self.said.origin[plain]] = plain
        self._plain[-1] = len(self.said.origin)
        self.parts = [None] * len(words)
        self.begins = [at == 0 or (word.before != " " and self._begins_clause(at)) for at, word in enumerate(words)]
        self.breaks = [begins and not self._dash(at) for at, begins in enumerate(self.begins)]
        self.spelled = not self.shouted and any(
            capital and not self.begins[at] for at, capital in enumerate(self._capitals)
        )

    def _begins_clause(self, at: int) -> bool:
        before = self.said.words[at].before
        if not _ENDS.isdisjoint(before):
            return True
        previous = self.said.words[at - 1].key
        if "." in before:
            if previous in _ABBREVIATED and len(before.strip()) == 1:
                return False
            return len(before) > 1 or not (previous[-1].isdigit() and self.said.words[at].key[0].isdigit())
        return " - " in before or " / " in before or "---" in before

    def _dash(self, at: int) -> bool:
        """Whether only a dash divides the word from the last one: it may stand inside a unit's name."""
        return at > 0 and self.said.words[at].before.strip() in {"-", "–", "—"}

    def take(self, first: int, last: int, part: Part) -> None:
        self.parts[first:last] = [part] * (last - first)

    def free(self, at: int) -> bool:
        return self.parts[at] is None

    def clauses(self) -> list[tuple[int, int]]:
        """Runs of free words that no break and no taken word divides."""
        runs: list[tuple[int, int]] = []
        start: int | None = None
        for at in range(len(self.parts)):
            if not self.free(at):
                start = None
            elif start is None or self.begins[at]:
                runs.append((at, at + 1))
                start = at
            else:
                runs[-1] = (runs[-1][0], at + 1)
        return runs

    def plain_at(self, at: int) -> int:
        """The index of word `at` among the words with short forms written out."""
        return self._plain[at]

    def capital(self, at: int) -> bool:
        return self._capitals[at]
