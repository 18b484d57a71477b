"""The search key of a text: what stays equal when people leave out marks, place tones differently or mix Unicode forms.

`fold` is also what the store's blind index is computed over. Its result for a given text must therefore never change:
a change here makes every name already stored unfindable. The steps, in order: NFKC; invisible characters out; NFD and
all combining marks out; `đ`, `Đ` and the look-alikes `ð`, `Ð` to `d`; lower case (casefold); every run of white space
to one blank, none at the ends. So "Nguyễn  Hoà", "nguyen hòa" and their decomposed forms have the one key "nguyen hoa".
"""

import re
import unicodedata
from collections.abc import Mapping

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u2060\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_NONE: frozenset[str] = frozenset()
_REMEMBERED = 0x3000
"""Below are the scripts people write to us in; whoever sends all of Unicode fills no memory."""
_Y_AS_I = re.compile(r"(?:(?<=[bcdghklmnpqrstvx])|(?<=qu))y(?![a-z])")


class Table(dict[int, int | str | None]):
    """For `str.translate`: `known`, without characters of the categories `dropped`, all others as they are.

    A plain table costs an exception for each character that it does not name: half of the time of `fold`.
    """

    def __init__(self, known: Mapping[int, int | str | None], dropped: frozenset[str] = _NONE) -> None:
        super().__init__(known)
        self._dropped = dropped

    def __missing__(self, character: int) -> int | None:
        kept = None if unicodedata.category(chr(character)) in self._dropped else character
        if character < _REMEMBERED:
            self[character] = kept
        return kept


_BARE = Table(_LETTERS, frozenset({"Mn", "Me"}))


def fold(text: str) -> str:
    """The search key of `text`: lower case, without marks, `đ` as `d`, single blanks. Idempotent."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(unicodedata.normalize("NFD", plain).translate(_BARE).casefold().split())


def same(one: str, other: str) -> bool:
    """Whether a reader takes both for one name: equal keys, a final `y` being an `i` (Lý and Lí, Quý and Quí)."""
    return _Y_AS_I.sub("i", fold(one)) == _Y_AS_I.sub("i", fold(other))
