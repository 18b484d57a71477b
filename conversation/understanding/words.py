"""A message as words: where each stands, its search key, its marks, and what its short form stands for.

`hear` makes a `Said` of a text; everything else in this package works on it. Phrases are looked up in a `Said` by a
`PhraseTable`. A phrase word matches a typed word when their keys are equal and the typed word has either no marks at
all or the same ones: "đúng" is found in "dung" and "đúng", never in "dừng".
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from conversation.understanding.fold import Table, fold
from conversation.understanding.telex import RAW, rawness, without_keys
from conversation.understanding.vietnamese import SHORT_FORMS

READ_CHARS = 4000
"""What is read of one message; longer reports are kept whole."""

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670])+")
_APOSTROPHES = frozenset("'’")
_TIDY = Table(
    str.maketrans(
        {
            **dict.fromkeys("\u00ad\u034f\u180e\u200b\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"),
            **dict.fromkeys("\u2066\u2067\u2068\u2069\u061c"),
            **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
            "\r": "\n",
            "Ð": "Đ",
            "ð": "đ",
            **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
            **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
            **{chr(0x0660 + digit): str(digit) for digit in range(10)},
            "\uff0b": "+",
        }
    )
)
_UNTIDY = re.compile(f"[{''.join(map(chr, _TIDY))}]")
"""Most texts have nothing of it: to look is quicker than to translate."""
_PERSIAN = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "ـ": None})
_PLACEHOLDER = re.compile(r"\[\[[a-z]{1,20}(?::[^\]\n]{0,60})?\]\]")
"""What stands for a photo, a voice message and the like in written-down dialogues and in tests/eval."""
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}|(?<=[aeiouy])([iuy])\2$", re.IGNORECASE)
"""Letters held down in a cry: "cháyyyy", "voii"."""
_Y_AS_I = re.compile(r"(?:(?<=[bcdghklmnpqrstvx])|(?<=qu))y$")


_FLAT = Table(
    {code: base for code in (*range(0xC0, 0x250), *range(0x1EA0, 0x1EFA)) if len(base := fold(chr(code))) == 1}
    | {code: chr(code + 32) for code in range(65, 91)}
)


def flat(text: str) -> str:
    """`text` folded letter by letter: positions in it are positions in `text`."""
    return text.translate(_FLAT)


class Word(NamedTuple):
    """One word: its place in the text, its key, its key with marks. `before`: what stands between it and the last."""

    start: int
    end: int
    key: str
    marked: str
    before: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text and its words. `keys` and `marks` are the words with short forms written out; `origin` leads back.

    A mark is empty where raw typing was taken out of a word, so that any mark may have been meant.
    """

    text: str
    words: tuple[Word, ...]
    keys: tuple[str, ...]
    marks: tuple[str, ...]
    origin: tuple[int, ...]
    accented: bool

    def between(self, first: int, last: int) -> str:
        """The text from word `first` up to, not including, word `last`."""
        return self.text[self.words[first].start : self.words[last - 1].end] if first < last else ""

    def word_at(self, position: int) -> int:
        """The index of the first word that ends after `position`."""
        low, high = 0, len(self.words)
        while low < high:
            middle = (low + high) // 2
            if self.words[middle].end <= position:
                low = middle + 1
            else:
                high = middle
        return low


def tidy(text: str) -> str:
    """`text` in NFC, at most `READ_CHARS` long, without invisible characters, other scripts' digits as ASCII."""
    clean = text[: 2 * READ_CHARS].replace("\r\n", "\n")
    if _UNTIDY.search(clean):
        clean = clean.translate(_TIDY)
    return unicodedata.normalize("NFC", clean)[:READ_CHARS]


def marked(word: str) -> str:
    """The lower-case word with its tone moved to the end: "hòa" and "hoà" give one text. Unmarked: the key itself."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(part for part in parts if part in _TONES)
    return "".join(part for part in parts if part not in _TONES) + tones


def _keys(word: str) -> tuple[str, str, tuple[tuple[str, str], ...], int]:
    """Key and marks of a word, and of the word or words that it stands for as a short form; its rawness."""
    word = _STRETCHED.sub(r"\1\2", word.translate(_PERSIAN))
    key, mark = fold(word), marked(word)
    longer = _SHORT.get(mark)
    if longer:
        written_out = tuple((_i(fold(one)), _i(marked(one))) for one in longer.split())
    else:
        written_out = ((_i(key), _i(mark)),)
    return key, mark, written_out, rawness(key) if key == mark else 0


_remembered = lru_cache(maxsize=8192)(_keys)
"""For words of letters alone: a language has some thousands. One with a digit may be somebody's number, and comes once."""


def forget() -> None:
    """What was heard until now is worked out anew when it is heard again: a site's thousands of phrases are not what people
    write (2 MB).
    """
    _remembered.cache_clear()


def _i(word: str) -> str:
    """The word as it sounds to most: a final y as i, the falling-rising tones, which the South does not part, as one."""
    return _Y_AS_I.sub("i", word).replace("\u0303", "\u0309")


_SHORT = {marked(short): longer for short, longer in SHORT_FORMS.items()}
_ADDRESS = _keys("địa")[2] + _keys("chỉ")[2]


def hear(text: str, *, typed: bool = True) -> Said:
    """`text` as words; `text` is tidied first, and `Said.text` is the tidied one.

    `typed`: by a citizen, so that Telex or VNI keys may have been left raw in it.
    """
    clean = _PLACEHOLDER.sub(lambda found: " " * len(found.group()), tidy(text))
    words: list[Word] = []
    keys: list[str] = []
    marks: list[str] = []
    origin: list[int] = []
    last = with_marks = raw = 0
    for match in _WORD.finditer(clean):
        word = match[0]
        key, mark, written_out, word_raw = _remembered(word) if word.isalpha() else _keys(word)
        if not key:
            continue
        start, end = match.span()
        before = clean[last:start]
        if before[-1:] in _APOSTROPHES:  # "I'm" holds no short form
            written_out = ((key, mark),)
        elif key == "dc" and clean[end : end + 2].lstrip().startswith(":"):  # a label
            written_out = _ADDRESS
        for plain, plain_mark in written_out:
            keys.append(plain)
            marks.append(plain_mark)
            origin.append(len(words))
        words.append(Word(start, end, key, mark, before))
        with_marks += key != mark
        raw += word_raw
        last = end
    if typed and raw >= RAW:
        for index, at in enumerate(origin):
            syllable = without_keys(words[at].key)
            if syllable is not None and keys[index] == words[at].key == words[at].marked:
                keys[index], marks[index] = _i(syllable), ""
    accented = with_marks * 5 >= len(words) * 2 and with_marks > 0
    return Said(clean, tuple(words), tuple(keys), tuple(marks), tuple(origin), accented)


class Hit(NamedTuple):
    """A phrase found: the plain words `first` to `last` (exclusive), what it stands for, its words without gaps."""

    first: int
    last: int
    value: str
    words: int


_Words = tuple[tuple[str, ...], tuple[str, ...]]
"""Keys and marks."""


class _Phrase(NamedTuple):
    """A phrase: its first words, then parts behind gaps of up to `_GAP` words. `exact`: its marks must be typed."""

    keys: tuple[str, ...]
    marks: tuple[str, ...]
    rest: tuple[_Words, ...]
    length: int
    exact: bool
    value: str


_GAP = 3


class PhraseTable:
    """Phrases by their first two words; one text lists them with commas.

    A phrase that begins with `=` needs its marks typed; `*` inside one stands for up to three other words.
    """

    def __init__(self, phrases: Mapping[str, str | Iterable[str]]) -> None:
        by_first: dict[str, list[_Phrase]] = {}
        for value, texts in phrases.items():
            for text in texts.split(",") if isinstance(texts, str) else texts:
                heard = [hear(part, typed=False) for part in text.split("*")]
                parts = [(said.keys, said.marks) for said in heard if said.keys]
                if parts:
                    (keys, marks), *rest = parts
                    length = sum(len(words) for words, _ in parts)
                    phrase = _Phrase(keys, marks, tuple(rest), length, text.lstrip().startswith("="), value)
                    by_first.setdefault(keys[0], []).append(phrase)
        self._by_first = {first: _by_second(known) for first, known in by_first.items()}

    def at(self, said: Said, index: int, *, strict: bool = False) -> Hit | None:
        """The longest phrase that begins at plain word `index`. `strict`: unmarked words stand for themselves only."""
        known = self._by_first.get(said.keys[index])
        return None if known is None else _longest(known, said, index, strict=strict)

    def find(self, said: Said, *, strict: bool = False) -> list[Hit]:
        """All phrases, from the left, the longest first, none inside another."""
        hits: list[Hit] = []
        if self._by_first.keys().isdisjoint(said.keys):
            return hits
        past = 0
        for index, key in enumerate(said.keys):
            if index >= past and key in self._by_first:
                hit = _longest(self._by_first[key], said, index, strict=strict)
                if hit is not None:
                    hits.append(hit)
                    past = hit.last
        return hits


def _by_second(known: list[_Phrase]) -> dict[str, list[_Phrase]]:
    """Phrases of one first word by the second, each list the longest first; under "" those of which any may follow."""
    known.sort(key=lambda phrase: (-phrase.length, len(phrase.rest), not phrase.exact))
    seconds = {phrase.keys[1] for phrase in known if len(phrase.keys) > 1}
    return {
        second: [phrase for phrase in known if len(phrase.keys) == 1 or phrase.keys[1] == second]
        for second in (*seconds, "")
    }


def _longest(known: Mapping[str, list[_Phrase]], said: Said, index: int, *, strict: bool) -> Hit | None:
    """The longest of the phrases `known` by their second word that stands at `index`."""
    following = said.keys[index + 1] if index + 1 < len(said.keys) else ""
    for keys, marks, rest, length, exact, value in known.get(following) or known[""]:
        if _stands(said, index, keys, marks, strict=strict or exact):
            end: int | None = index + len(keys)
            if rest:
                end = _end(said, index + len(keys), rest, strict=strict or exact)
            if end is not None:
                return Hit(index, end, value, length)
    return None


def _end(said: Said, end: int, rest: tuple[_Words, ...], *, strict: bool) -> int | None:
    """Where a phrase, whose first words end at `end`, ends with its `rest`; of several gaps the shortest. None: it does not."""
    for keys, marks in rest:
        for at, key in enumerate(said.keys[end : end + _GAP + 1], end):
            if key == keys[0] and _stands(said, at, keys, marks, strict=strict):
                end = at + len(keys)
                break
        else:
            return None
    return end


def _stands(said: Said, index: int, keys: tuple[str, ...], marks: tuple[str, ...], *, strict: bool) -> bool:
    """Whether the words stand at `index`, and the marks typed there may be theirs."""
    end = index + len(keys)
    if said.keys[index:end] != keys:
        return False
    for at, mark in enumerate(marks, index):
        typed = said.marks[at]
        if typed != mark and typed and (strict or typed != said.keys[at]):
            return False
    return True
