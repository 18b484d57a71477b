"""Cuts overlong text where a reader would: between paragraphs, lines, words, and only then inside a word."""

import unicodedata
from collections.abc import Callable

_ZWJ = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def utf16_units(text: str) -> int:
    """Its length as Telegram, Java and JavaScript count: letters beyond U+FFFF (most emoji) are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2  # ten times as fast as looking at each letter


def split_text(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Parts of at most `limit` by `measure`, none of them blank; joined they are the text, but for the white space at a
    cut. A letter keeps its marks and an emoji its parts, unless one such cluster alone is longer than the limit.
    A blank text has no parts.
    """
    parts = []
    rest = text
    while measure(rest) > limit:
        cut = _cut(rest, _longest(rest, limit, measure))
        parts.append(rest[:cut].rstrip())
        rest = _without_leading_space(rest[cut:])
    return [part for part in [*parts, rest] if part and not part.isspace()]


def _longest(text: str, limit: int, measure: Callable[[str], int]) -> int:
    """The largest n, at least 1, with measure(text[:n]) <= limit; `measure` counts a letter as one or more."""
    low, high = 1, min(len(text), max(limit, 1))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut(text: str, end: int) -> int:
    for separator in ("\n\n", "\n"):  # a break that leaves less than half a part is no gain for the reader
        place = text.rfind(separator, 0, end + len(separator))
        if place >= max(end // 2, 1) and not _belong_together(text, place + len(separator)):
            return place
    for place in range(min(end, len(text) - 1), 0, -1):
        if text[place].isspace() and not _belong_together(text, place + 1):
            return place
    return next((place for place in range(end, 0, -1) if not _belong_together(text, place)), end)


def _belong_together(text: str, place: int) -> bool:
    """Whether a cut before `text[place]` would tear something that is read as one sign."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _ZWJ in (before, after) or ord(after) in _SKIN_TONES or unicodedata.category(after).startswith("M"):
        return True
    if ord(before) in _FLAG_LETTERS and ord(after) in _FLAG_LETTERS:  # flags are pairs: an odd letter awaits its mate
        start = place
        while start > 0 and ord(text[start - 1]) in _FLAG_LETTERS:
            start -= 1
        return (place - start) % 2 == 1
    return False


def _without_leading_space(text: str) -> str:
    start = 0
    while start < len(text) and text[start].isspace() and not _belong_together(text, start + 1):
        start += 1
    return text[start:]
