"""Digits that are no phone: ticket codes, identity and customer numbers, plates, money, dates, hotlines, positions.

Found before phones are looked for: a tax code of Ho Chi Minh City or the digits inside
a ticket code look exactly like a mobile number.
"""

import re
from collections.abc import Iterable

Span = tuple[int, int]

_LABELS = (
    r"cccd|cmnd|cmt|can cuoc(?: cong dan)?|chung minh(?: nhan dan| thu)?|mst|ma so thue|bhxh|bhyt|"
    r"bao hiem xa hoi|bao hiem y te|so the|stk|so tai khoan|tai khoan|tk|danh bo|ma khach hang|ma kh|mkh|khach hang|"
    r"bien so|bks|bien kiem soat|bsx|ma ho so|so ho so|ho so so|ma so|so hop dong|hop dong so|ma hop dong|seri|"
    r"serial|imei|ma phan anh|ma don|ma tra cuu|ma van don|ma bien nhan|bien nhan|so bien nhan|ma giao dich|ma hd|"
    r"کد ملی|شماره ملی|کد پستی|کدپستی|کد رهگیری|کد پیگیری|شماره حساب|شماره کارت|شماره شبا|"
    r"so tham chieu|otp|passport|ho chieu|national id|id card|id number|tax code|bank account|customer code"
)
_BETWEEN = r"(?:\s*(?:من|است|:|so|la|cua|em|toi|minh|dien|nuoc|evn|nha|ho so|ngan hang|number|no|is))*[\s:.#=\-]*"
_AFTER_LABEL = re.compile(
    rf"(?<!\w)(?:{_LABELS}){_BETWEEN}"
    r"(?P<number>[a-z]{0,4}[.\-]?(?:\d[\da-z]{6,}|\d{1,4}(?:[ .\-/]?[\da-z]{1,4}){0,4}))(?!\w)"
)
_ROOM = re.compile(
    r"(?<!\w)(?:can ho|can|phong|lo|thua|block|toa|tang|so tau)\s*(?:so\s*)?(?P<number>[a-z]{0,2}\d{1,4}[a-z]?)(?![\w])(?!\s?\d{3})"
)
_PHONE_WORD = r"(?:s?dt|dth|so|zalo|tel|phone|mobile|viber|alo|dd|lh|goi|la|o|va)[.:\-]?"
_SHAPES = (
    # money: 1.500.000đ, 500k, 2tr5, 3 triệu; and shares, sizes, amounts
    r"(?<![\w.])(?<!\d[ \-])(?!0\d\d)\d[\d.,]*\s?(?:d|vnd|dong|k|tr|trieu|nghin|ngan|ty|usd|%|m2|m3|km|kg|met|kwh|lit|mw)(?:\d{1,3})?(?!\w)",
    # dates and times: 12/3/2025, 30-4-26, 7h30, 19:45
    r"(?<!\d)\d{1,2}[/\-.]\d{1,2}[/\-.](?:19|20)\d{2}(?!\d)",
    r"(?<!\d)(?:19|20)\d{2}[/\-.]\d{1,2}[/\-.]\d{1,2}(?!\d)",
    r"(?<!\d)\d{1,2}/\d{1,2}/\d{2}(?!\d)",
    r"(?<![\d.])\d{1,2}\s?(?:h|g|gio|:)\s?\d{0,2}(?!\w)",
    # plates: 59X1-123.45, 51F 12345, 29-B1 567.89
    r"(?<!\w)\d{2}-?[a-z][a-z\d]?[\s\-.]{0,3}(?:\d{3}\.?\d{2}|\d{4})(?!\w)",
    # customer and case codes: letters, then many digits
    rf"(?<!\w)(?!{_PHONE_WORD}[+0])[a-z]{{2,6}}[\-.]?\d{{6,}}(?:[\-.]\d+)*(?!\w)",
    rf"(?<!\w)(?!{_PHONE_WORD}[+0])[a-z]{{1,3}}\d{{2}}[.\-]?\d{{2,}}(?:[.\-]\d+)+(?!\w)",
    r"(?<!\w)\d{3,}[.\-/][a-z]{1,4}[.\-/]\d+(?!\w)",
    # positions
    r"(?<!\w)-?\d{1,3}\.\d{4,}\s*,\s*-?\d{1,3}\.\d{4,}(?!\w)",
    # links and mail addresses
    r"(?:https?://|www\.)\S+|\S+@\S+",
)
_BLOCKED = re.compile("|".join(f"(?:{shape})" for shape in _SHAPES), re.IGNORECASE)
_RUN = re.compile(r"(?<![\w+])\d[\d .\-]{1,14}\d(?![\w])")


def codes(text: str, patterns: Iterable[re.Pattern[str]]) -> list[Span]:
    """Where ticket codes of the site's forms stand, left to right, none twice."""
    spans = sorted(match.span() for pattern in patterns for match in pattern.finditer(text))
    kept: list[Span] = []
    for start, end in spans:
        if end > start and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def not_phones(text: str, flat: str, hotlines: frozenset[str], codes_found: Iterable[Span]) -> list[Span]:
    """Spans of `text` in which no phone may be seen. `flat`: `text` folded letter by letter, of the same length."""
    spans = list(codes_found)
    spans += [match.span("number") for match in _AFTER_LABEL.finditer(flat)]
    spans += [match.span("number") for match in _ROOM.finditer(flat)]
    spans += [match.span() for match in _BLOCKED.finditer(flat)]
    for match in _RUN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits in hotlines or digits.startswith(("1900", "1800")) or (len(digits) <= 8 and digits.endswith("1022")):
            spans.append(match.span())
    return sorted(spans)


def masked(text: str, spans: Iterable[Span]) -> str:
    """`text` with the spans blanked out by a sign that no number crosses; same length."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\x00" * (end - start)
    return "".join(letters)
