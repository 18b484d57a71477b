"""Words typed in Telex or VNI by somebody whose keyboard did not join the keys: "nuwowcs mays", "d9en2"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from conversation.understanding.vietnamese import ENGLISH, SYLLABLE

_TELEX = re.compile(r"[a-z]*(?:w|aa|ee|oo|dd|[aeiouy][a-z]*[sfrxj]$)[a-z]*")
_VNI = re.compile(r"[a-z]+[1-9][a-z]+[1-9]?")
_SURE = re.compile(r"[a-z]+w|dd|[a-z]\d[a-z]")
_TONES = frozenset("sfrxj")
_TONE_KEYS = str.maketrans("", "", "sfrxj")
_MARK_KEYS = (("w", ""), ("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"))


def is_raw(words: Iterable[str]) -> bool:
    """Whether one of the unmarked words can only be raw typing, or two end in a tone key; English words do not count."""
    toned = 0
    for word in words:
        if _SURE.search(word) and without_keys(word):
            return True
        toned += word[-1:] in _TONES and len(word) > 3 and without_keys(word) is not None
    return toned > 1


@lru_cache(maxsize=8192)
def without_keys(word: str) -> str | None:
    """The syllable that the keys were meant to make, without marks; None if the word is fine as it is or hopeless."""
    if not word.isascii() or SYLLABLE.fullmatch(word) or word in ENGLISH:
        return None
    if _VNI.fullmatch(word):
        tries = [re.sub(r"[1-9]", "", word)]
    elif _TELEX.fullmatch(word):
        bare = word
        for keys, letter in _MARK_KEYS:
            bare = bare.replace(keys, letter)
        tries = [bare, bare[:1] + bare[1:].translate(_TONE_KEYS)]
    else:
        return None
    return next((syllable for syllable in tries if SYLLABLE.fullmatch(syllable)), None)
