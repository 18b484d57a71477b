"""Small things a message tells beside its matter: its language, a wish about publication, an Iranian national ID."""

import re
from collections.abc import Iterable

from conversation.understanding.vietnamese import ENGLISH, listed
from conversation.understanding.words import PhraseTable, Said

_PUBLISH = PhraseTable(
    {
        "yes": "cho công khai, đồng ý công khai, được công khai, xin công khai, muốn công khai, you may publish, make it public",
        "no": """
        không công khai, đừng công khai, không được công khai, giữ kín, giữ bí mật, giấu tên, ẩn danh, đừng tiết lộ,
        không tiết lộ, bảo mật thông tin, giữ kín thông tin, keep it private, keep my name private, anonymous, do not publish
        """,
    }
)
_VIETNAMESE = listed(
    "toi em minh tui la o khong ko bi duong nha nuoc dien xin cho cua va co duoc roi nha anh chi phuong xa quan so ngay "
    "nay ten dia chi bao phan anh nhe da vang hem ngap rac xe chua gi khu pho hoi lam sao thoi dung sai sdt"
)
_PERSIAN = re.compile(r"[\u0600-\u06ff]")
_ID = re.compile(r"(?<![\d+])\d{8,10}(?!\d)")
_POSTAL = re.compile(r"کد\s*پستی\W*$")
_NAMED_ID = re.compile(r"(?:کد|شماره)\s*ملی\W*(?:من)?\W*$")


def language(said: Said) -> str | None:
    """`vi`, `en` or `fa`, None when the words do not tell."""
    if _PERSIAN.search(said.text):
        return "fa"
    if any(word.key != word.marked or "đ" in said.text[word.start : word.end].lower() for word in said.words):
        return "vi"
    english = sum(word.key in ENGLISH for word in said.words)
    vietnamese = sum(word.key in _VIETNAMESE for word in said.words)
    if english == vietnamese:
        return None
    if english > vietnamese:
        return "en" if english >= 2 else None
    return "vi"


def publish(said: Said) -> bool | None:
    """Whether the writer wants the report published; None when nothing is said about it."""
    return next((hit.value == "yes" for hit in _PUBLISH.find(said, strict=said.accented)), None)


def national_id(said: Said) -> str | None:
    """The first number that passes the checksum of Iranian national IDs (the public check-digit rule), as ten digits."""
    for match in _ID.finditer(said.text):
        before = said.text[: match.start()]
        if _POSTAL.search(before):
            continue
        if (len(match.group()) == 10 or _NAMED_ID.search(before)) and is_national_id(match.group().zfill(10)):
            return match.group().zfill(10)
    return None


def is_national_id(digits: Iterable[str]) -> bool:
    """Whether ten ASCII digits are a valid Iranian national ID."""
    values = [int(digit) for digit in digits]
    if len(values) != 10 or len(set(values)) == 1:
        return False
    rest = sum(value * (10 - place) for place, value in enumerate(values[:9])) % 11
    return values[9] == (rest if rest < 2 else 11 - rest)
