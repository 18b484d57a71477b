"""Words typed in Telex or VNI by somebody whose keyboard did not join the keys: "nuwowcs mays", "d9en2"."""

import re

from conversation.understanding.vietnamese import ENGLISH, SYLLABLE

_TELEX = re.compile(r"[a-z]*(?:w|aa|ee|oo|dd|[aeiouy][a-z]*[sfrxj]$)[a-z]*")
_VNI = re.compile(r"[a-z]+[1-9][a-z]+[1-9]?")
_SURE = re.compile(r"[a-z]+w|dd|[a-z]\d[a-z]")
_TONES = frozenset("sfrxj")
_TONE_KEYS = str.maketrans("", "", "sfrxj")
_MARK_KEYS = (("w", ""), ("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"))


RAW = 2


def rawness(word: str) -> int:
    """What an unmarked word adds to the suspicion that a text was typed raw, which is certain from `RAW` on: that much if
    it can be nothing else, half of it if it ends in a tone key; English words add nothing.
    """
    if _SURE.search(word) and without_keys(word):
        return RAW
    return int(word[-1:] in _TONES and len(word) > 3 and without_keys(word) is not None)


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
