"""Phones in every spelling people use, and old numbers as they are dialled now (operators' tables of 2018)."""

import re
from typing import NamedTuple

import phonenumbers

from conversation.understanding.reading import PhoneFound

OLD_PREFIXES = {
    "120": "70",
    "121": "79",
    "122": "77",
    "126": "76",
    "128": "78",
    "123": "83",
    "124": "84",
    "125": "85",
    "127": "81",
    "129": "82",
    "162": "32",
    "163": "33",
    "164": "34",
    "165": "35",
    "166": "36",
    "167": "37",
    "168": "38",
    "169": "39",
    "186": "56",
    "188": "58",
    "199": "59",
}
"""The renumbering of 11-digit mobiles in 2018, by the operators' tables."""

_GROUPS = re.compile(r"\+?\(?[\dOolI]+\)?")
_GLUED = "".join(f"|(?<={label})" for label in ("dt", "đt", "DT", "ĐT", "so", "số", "lo", "lh", "là", "la", "TL"))
_RUN = re.compile(rf"(?:(?<![\w\x00]){_GLUED})(?:\+|\(\+?)?[\dOo][\dOolI \t.\-()_,]*[\dOolI](?![\w\x00])")
ENOUGH_DIGITS = re.compile(r"(?:[\dOolI][ \t.\-()_,]*){6}")
"""What every phone in digits has somewhere, abroad as well: a quick no for other texts."""
_DIGIT_WORDS = {
    "khong": "0",
    "zero": "0",
    "mot": "1",
    "hai": "2",
    "ba": "3",
    "bon": "4",
    "tu": "4",
    "nam": "5",
    "lam": "5",
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
}
_LETTER_DIGITS = str.maketrans("OolI", "0011")


class Number(NamedTuple):
    """A phone and its place in the text."""

    start: int
    end: int
    found: PhoneFound


def dialled(digits: str, region: str = "VN", *, short: bool = False) -> tuple[str, str | None] | None:
    """(E.164, old form or None) for digits as typed with their `+`; None if it is no phone.

    `short`: the leading zero may be missing. Unknown mobile prefixes 03, 05, 07, 08, 09 are taken as they come.
    """
    if region == "IR":
        return _iranian(digits)
    if digits.startswith("+") and not digits.startswith("+84"):
        return _foreign(digits)
    national = digits
    for prefix in ("+84", "0084", "84"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 9:
            national = "0" + digits.removeprefix(prefix).removeprefix("0")
            break
    if short and len(national) == 9 and national[0] in "35789":
        national = "0" + national
    if len(national) == 10 and national[:2] in {"03", "05", "07", "08", "09"}:
        return "+84" + national[1:], None
    if len(national) == 11 and national[1:4] in OLD_PREFIXES and national[0] == "0":
        return "+84" + OLD_PREFIXES[national[1:4]] + national[4:], national
    if len(national) == 11 and national.startswith("02"):
        number = phonenumbers.parse(national, "VN")
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
    return None


def _iranian(digits: str) -> tuple[str, str | None] | None:
    national = digits
    for prefix in ("+98", "0098"):
        if digits.startswith(prefix):
            national = "0" + digits.removeprefix(prefix).removeprefix("0")
    if digits.startswith("989") and len(digits) == 12:
        national = "0" + digits[2:]
    if len(national) == 11 and national[0] == "0" and national[1] != "0":
        return "+98" + national[1:], None
    return None


def _foreign(digits: str) -> tuple[str, str | None] | None:
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
    return None


def numbers(masked: str, region: str, *, asked: bool) -> list[Number]:
    """All phones of a text in which other digits are masked out. `asked`: the phone is what was asked for."""
    found: list[Number] = []
    for run in _RUN.finditer(masked):
        groups = [(match.start() + run.start(), match.end() + run.start()) for match in _GROUPS.finditer(run.group())]
        index = 0
        while index < len(groups):
            taken = _longest(masked, groups, index, region, short=asked and len(groups) <= 5)
            if taken is None:
                index += 1
            else:
                number, index = taken
                if not _goes_on(masked, groups, index):
                    found.append(number)
    return found


def _goes_on(text: str, groups: list[tuple[int, int]], index: int) -> bool:
    """Whether one or two digits more end the line behind a number: a digit too many, so that none can be trusted."""
    if index != len(groups) - 1:
        return False
    start, end = groups[index]
    between = text[groups[index - 1][1] : start]
    return end - start <= 2 and between in {" ", "."} and text[end:].strip() == ""


def _longest(
    text: str, groups: list[tuple[int, int]], first: int, region: str, *, short: bool
) -> tuple[Number, int] | None:
    best = None
    digits = ""
    for last in range(first, min(len(groups), first + 12)):
        digits += re.sub(r"[()]", "", text[slice(*groups[last])]).translate(_LETTER_DIGITS)
        if len(digits) > 16:
            break
        number = dialled(digits.replace("+840", "+84"), region, short=short and last == len(groups) - 1 and first == 0)
        if number is not None:
            start, end = groups[first][0], groups[last][0] + len(text[slice(*groups[last])].rstrip(")"))
            best = (Number(start, end, PhoneFound(number[0], text[start:end], None, number[1])), last + 1)
            if len(digits) >= 10:
                break
    return best


def spoken(words: list[tuple[str, int, int]], text: str, region: str) -> list[Number]:
    """Phones spelled out: "không chín một hai ba bốn năm sáu bảy tám". `words`: key, start and end of each word."""
    found: list[Number] = []
    index = 0
    while index < len(words):
        last = index
        digits = ""
        while last < len(words) and words[last][0] in _DIGIT_WORDS:
            digits += _DIGIT_WORDS[words[last][0]]
            last += 1
        number = dialled(digits, region) if len(digits) >= 9 else None
        if number is not None:
            start, end = words[index][1], words[last - 1][2]
            found.append(Number(start, end, PhoneFound(number[0], text[start:end], None, number[1])))
        index = max(last, index + 1)
    return found
