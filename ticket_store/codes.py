"""Ticket codes: `<prefix>-<yyMMdd>-<5>`, e.g. `1022-261121-7K3MX`.

The last character checks all before it: any single wrong character and any two neighbours swapped are noticed. Thirty
characters leave no room for the usual arithmetic (weights modulo an even number cannot see every swap), so the check
multiplies in the dihedral group of thirty elements, each position through one more turn of an anti-symmetric permutation
(Verhoeff 1969; Gumm 1985 for groups beyond ten elements).

Two signs share a value where no code has both: `0` with `Y` and `1` with `Z`. A date holds digits only and the random part
neither 0 nor 1, so it matters in a prefix alone, and the site's prefix is known.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

from conversation.ids import TicketCode

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_CHARS = 4
_TAIL_CHARS = _RANDOM_CHARS + 1
_DATE_CHARS = 6
_HALF = 15

_VALUE = {char: value for value, char in enumerate(ALPHABET)}
# Signs outside the alphabet occur in prefixes (and 0 and 1 in dates); look-alikes share one value.
_VALUE |= {"0": _VALUE["Y"], "O": _VALUE["Y"], "1": _VALUE["Z"], "I": _VALUE["Z"], "L": _VALUE["Z"], "U": _VALUE["V"]}

# What somebody meant who reads or types a sign that no random part has. Only where the check leaves one choice.
_MEANT = {"0": "DQ", "O": "DQ", "1": "7JT", "I": "7JT", "L": "7JT", "U": "V"}
_AS_DIGIT = str.maketrans("OQDILZSGB", "000112568")

_FORM = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{1,12}?)[- ]*([0-9OQDILZSGB]{6})[- ]*([0-9A-Z]{5})(?![0-9A-Z])")


def _times(left: int, right: int) -> int:
    """The product in the dihedral group: 0-14 turn, 15-29 turn and flip."""
    turn = right % _HALF
    flip = left // _HALF
    return (left % _HALF + (-turn if flip else turn)) % _HALF + _HALF * (flip ^ right // _HALF)


# Anti-symmetric: x*T(y) = y*T(x) only for x = y (asserted over all pairs by a test).
_TURN = [2 * turn % _HALF for turn in range(_HALF)] + [_HALF + (flip + 1) % _HALF for flip in range(_HALF)]
_TURNS = [list(range(30))]
for _ in range(29):
    _TURNS.append([_TURN[value] for value in _TURNS[-1]])


def check_char(before: str) -> str:
    """The character that closes `before` (prefix, date and random part; hyphens do not count)."""
    signs = before.replace("-", "")
    value = 0
    for position, sign in enumerate(signs, 1):
        value = _times(value, _TURNS[position % len(_TURNS)][_VALUE[sign]])
    # A flip undoes itself, a turn is undone by turning back.
    undo = value if value >= _HALF else -value % _HALF
    return ALPHABET[_TURNS[(len(signs) + 1) % len(_TURNS)].index(undo)]


def new_code(prefix: str, local_date: date, randbelow: Callable[[int], int]) -> TicketCode:
    """A code of that day. `randbelow(n)` gives 0 … n-1 unforeseeably (`secrets.randbelow`); `prefix` is upper case."""
    start = f"{prefix}-{local_date:%y%m%d}-" + "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(_RANDOM_CHARS))
    return TicketCode(start + check_char(start))


def read_code(text: str) -> TicketCode | None:
    """The code that somebody typed or read aloud, if the whole text is one; None when it cannot be one.

    Forgiven: case, missing or other hyphens, spaces anywhere, full-width and Arabic digits. Look-alikes: in the date any
    letter that looks like a digit is that digit; in a prefix of digits O is 0 and I, L are 1; in the last part, which has
    none of 0 O 1 I L U, they stand for what they resemble (0 O: D Q; 1 I L: 7 J T; U: V) if the check leaves one choice.
    """
    signs = "".join(sign for sign in _plain(text) if sign.isalnum())
    prefix, day, tail = (
        signs[: -_DATE_CHARS - _TAIL_CHARS],
        signs[-_DATE_CHARS - _TAIL_CHARS : -_TAIL_CHARS],
        signs[-_TAIL_CHARS:],
    )
    return _read(prefix, day, tail)


def find_codes(text: str) -> list[TicketCode]:
    """All codes inside a text, in order, each once. The three parts may be apart by hyphens or spaces, or joined."""
    return list(dict.fromkeys(_find(_plain(text))))


def _find(plain: str) -> Iterator[TicketCode]:
    at = 0
    while match := _FORM.search(plain, at):
        code = _read(*match.groups())
        if code:
            yield code
        # A word before the code may have been taken for its prefix: look again from the next word on.
        at = match.end() if code else match.end(1)


def _plain(text: str) -> str:
    """Upper case, ASCII digits, one kind of hyphen and space, without invisible signs."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(sign)
        if kind == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif kind == "Pd":
            signs.append("-")
        elif kind != "Cf":
            signs.append(" " if sign.isspace() else sign)
    return "".join(signs).upper()


def _read(prefix: str, day: str, tail: str) -> TicketCode | None:
    day = day.translate(_AS_DIGIT)
    if not (prefix and prefix.isascii() and _is_day(day) and len(tail) == _TAIL_CHARS):
        return None
    digits = prefix.translate(str.maketrans("OIL", "011"))
    if digits.isdigit():
        prefix = digits
    meant = [_MEANT.get(sign, sign) for sign in tail]
    if not all(sign in ALPHABET for signs in meant for sign in signs):
        return None
    start = f"{prefix}-{day}-"
    fitting = [last for last in map("".join, product(*meant)) if check_char(start + last[:-1]) == last[-1]]
    return TicketCode(start + fitting[0]) if len(fitting) == 1 else None


def _is_day(day: str) -> bool:
    if len(day) != _DATE_CHARS or not (day.isascii() and day.isdigit()):
        return False
    try:
        date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return False
    return True
