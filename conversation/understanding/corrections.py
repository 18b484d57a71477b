"""Corrections: what is taken back, what is put in its place."""

import re
from typing import NamedTuple

from conversation.state import Phase
from conversation.understanding.reading import Field
from conversation.understanding.vietnamese import listed
from conversation.understanding.words import flat

_NOT = r"(?:khong|ko|k|hk|hok|kg|hong|chang|dau co)"
_FIELD = (
    r"(?P<name>ho va ten|ho ten|ten(?!\s+(?:duong|pho|phuong|xa|hem|thon|ap|ngo)\b))|"
    r"(?P<phone>so dien thoai|so dt|so lien lac|so lien he|so may|sdt|dien thoai|phone(?: number)?|so phone|so(?= dung la)|so(?= moi))|"
    r"(?P<address>ten (?:duong|pho|phuong|xa|hem|thon|ap|ngo)|dia chi|so nha|noi xay ra|phuong(?!\s+an)|xa|duong|hem|ngo|cho o|tinh|address|house number|ward|thon|ap|to dan pho|khu pho)|"
    r"(?P<request>noi dung|phan anh|yeu cau|su viec|request|content)"
)
_FILLING = re.compile(
    r"(?:\s*(?:a|ah|ma|ua|nay|em|minh|toi|tui|da|ad|oi|xin loi|sorry|cho|um|quen|thoi|nha|ne)[\s,.!]*){0,6}"
)
_VERBS = {
    "nham": "nhầm",
    "lon": "lộn",
    "thieu": "thiếu",
    "sua": "sửa",
    "doi": "đổi",
    "chinh": "chỉnh",
    "cap nhat": "cập nhật",
    "dinh chinh": "đính chính",
    "thay": "thay",
    "chua dung": "chưa đúng",
    "khong dung": "không đúng",
    "ko dung": "ko đúng",
    "dung la": "đúng là",
    "dung phai la": "đúng phải là",
    "dung ra la": "đúng ra là",
    "phai la": "phải là",
}
_MINE = r"(?:\s+(?:cua\s+)?(?:em|toi|minh|tui|con|chau|nha))?"
_CUES = tuple(
    re.compile(pattern)
    for pattern in (
        # "sai số nhà", "ghi nhầm tên", "sửa tên thành …", "đổi số điện thoại"
        (
            rf"(?<!\w)(?:bi\s+|ghi\s+|viet\s+|go\s+|nhap\s+|xin\s+|cho\s+|muon\s+)*"
            rf"(?P<verb>sai|nham|lon|sua|doi|chinh|cap nhat|dinh chinh|thay|wrong|change|correct|fix|update)"
            rf"(?:\s+(?:lai|mat|roi|cai|giup|gium|ho|dum|em|toi|minh|cho|phan|muc|my|the|o))*\s+(?:{_FIELD}){_MINE}"
            rf"(?:\s+(?:la|thanh|lai|sang|giup|gium|roi|nhe|nha|to|as|is))*(?![\w])"
        ),
        # "tên sai rồi", "địa chỉ ghi nhầm", "số đúng là", "address is wrong"
        (
            rf"(?<!\w)(?:{_FIELD}){_MINE}(?:\s+(?:thi|bi|ghi|viet|go|nhap|la|moi|cho|nay|do|tren|is|should be|toi ghi|em ghi|minh ghi))*\s+"
            rf"(?P<verb>sai|nham|lon|thieu|chua dung|khong dung|ko dung|dung la|dung phai la|dung ra la|phai la|wrong|incorrect)"
            rf"(?:\s+(?:roi|nhe|nha|la|o cho|chu lot|chu dem|chu|dau|so))*(?![\w])"
        ),
        # "نام اشتباه است", "شماره غلط است"
        (
            r"(?:(?P<name>نام|اسم)|(?P<phone>شماره|تلفن|موبایل)|(?P<address>نشانی|آدرس)|(?P<request>موضوع|درخواست))\s*(?:من|تلفن)?\s*"
            r"(?P<verb>اشتباه|غلط|نادرست)(?:\s*(?:است|بود|شده))?"
        ),
    )
)
_ANY_VERB = re.compile(
    r"sai|nham|lon|thieu|sua|doi|chinh|cap nhat|thay|dung|phai la|wrong|change|correct|fix|update|اشتباه|غلط|نادرست"
)
"""What every cue has in it: a quick no for other texts."""
_LOOSE = re.compile(
    r"(?<!\w)(?:(?:ghi|viet|go|nhap|lam|dung)?\s*(?:sai|nham|lon)\s*(?:roi|mat roi|nhe|a|o)?|sua (?:lai)?|dinh chinh|y (?:em|toi|minh|tui) la|"
    r"wrong|sorry|a quen|quen|xin loi)(?![\w])"
)
_DROPS = tuple(
    re.compile(pattern)
    for pattern in (
        # không phải Y mà (là) X
        rf"(?<!\w){_NOT}\s+phai\s+(?:la\s+)?(?P<old>[^;.\n]+?),?\s+ma\s+(?:la\s+)?(?=\S)",
        # X chứ không phải Y
        rf"[\s,;(]*(?<!\w)(?:chu\s+)?{_NOT}\s+phai\s+(?:la\s+)?(?!ma\b)(?P<old>[^,;.\n]+?)\s*(?:dau|nhe|nha|a|\))?\s*$",
        r"[\s,]+(?:not|instead of)\s+(?P<old>[^,;.\n]+)$",
        # không phải Y, X
        rf"(?<!\w){_NOT}\s+phai\s+(?:la\s+)?(?P<old>[^;.,\n]+?),\s*(?:la\s+)?(?=\S)",
        # đổi Y thành X
        r"(?<!\w)(?:sua|doi|thay)\s+(?:lai\s+)?(?P<old>[^,;.\n]*?\S)\s+(?:thanh|sang|lai thanh|qua|bang)\s+(?=\S)",
        # Y sai rồi, X mới đúng
        r"^(?:da\s+)?(?P<old>[^,;.\n]+?)\s+(?:la\s+)?(?:sai|nham|so cu)(?:\s+roi)?\s*(?:nhe|nha|a)?[,;.]\s*(?=.*\S)",
    )
)
_AFTER = re.compile(
    r"\s*(?:,\s*)?(?<!\w)(?:moi (?:la )?dung|moi phai|cho dung|is correct|is right)(?:\s+(?:nhe|nha|a))*\s*$"
)
_REPLACES = re.compile(
    r"(?<!\w)(?:bo|thoi bo|khong bao|ko bao|huy|thoi khong bao|khong phan anh)\s+(?:cai|vu|viec|chuyen|noi dung)\s[^,;.\n]*?(?:,|;|\.|\s+ma|\s+va)?\s*"
    r"(?:chuyen sang|doi sang|doi thanh|bao|phan anh|gio bao|thay bang|doi qua)\s+(?:cai |vu |viec |chuyen )?"
)
_MOST_CHARS = 400
"""A correction is short; a long text that says "sai" is a report."""
PHASES = {
    Field.NAME: Phase.NAME,
    Field.PHONE: Phase.PHONE,
    Field.ADDRESS: Phase.ADDRESS,
    Field.REQUEST: Phase.REQUEST,
}


class Correction(NamedTuple):
    """`field` is said to be wrong, None if only a new value shows which. `text`: the message without what it drops.

    `exact`: the words around say that a correction is meant, whatever the value is.
    """

    field: Field | None
    text: str
    replaces_request: bool = False


def correction(text: str, asked: Phase) -> Correction | None:
    """What a message corrects, if it does; outside the confirmation only when it names the field."""
    if len(text) > _MOST_CHARS:
        return None
    plain = flat(text)
    replaced = _REPLACES.search(plain)
    if replaced and _FILLING.fullmatch(plain, 0, replaced.start()):
        return Correction(Field.REQUEST, text[replaced.end() :], replaces_request=True)
    confirming = asked in {Phase.CONFIRM, Phase.DONE}
    cue = _cue(text, plain, confirming=confirming)
    if cue is None and not confirming:
        return None
    spans = _cut(cue) if cue is not None else []
    spans += _taken_back(plain, cue)
    if cue is None:
        loose = next((found for found in _LOOSE.finditer(plain) if _typed_so(text[slice(*found.span())])), None)
        if loose is not None:
            spans.append(loose.span())
        elif not spans:
            return None
    return Correction(_field(plain, cue), _without(text, spans))


def _cue(text: str, plain: str, *, confirming: bool) -> re.Match[str] | None:
    """Words that say which field is wrong, typed with the right marks or none."""
    if not _ANY_VERB.search(plain):
        return None
    cue = next((found for pattern in _CUES if (found := pattern.search(plain))), None)
    if cue is None or text[slice(*cue.span("verb"))].lower() not in {cue["verb"], _VERBS.get(cue["verb"])}:
        return None
    return cue if confirming or _meant(plain, cue) else None


def _typed_so(words: str) -> bool:
    """Whether loose words of correction are typed with their own marks or none: not "Sài" for "sai"."""
    return all(word == flat(word) or word in _LOOSE_MARKS for word in words.lower().split())


_LOOSE_MARKS = listed("viết gõ nhập làm đúng nhầm lộn rồi mất nhé ạ ở à sửa lại đính chính ý tôi mình là quên lỗi")


def _field(plain: str, cue: re.Match[str] | None) -> Field | None:
    """The field that the cue names; without a cue an address when a house or an alley is spoken of."""
    named = (name for name, value in cue.groupdict().items() if value and name != "verb") if cue is not None else ()
    return next(map(Field, named), Field.ADDRESS if cue is None and _HOUSE.search(plain) else None)


_HOUSE = re.compile(r"(?<!\w)(?:so nha|ten duong|hem|kiet|ngach)(?!\w)")


def _taken_back(plain: str, cue: re.Match[str] | None) -> list[tuple[int, int]]:
    """The value said to be wrong, with the words that say so, and "is right" behind the new one."""
    spans: list[tuple[int, int]] = []
    drops = (found for pattern in _DROPS if (found := pattern.search(plain)))
    drop = next((found for found in drops if found.span("old") != (0, len(plain))), None)
    if drop is not None and not (cue is not None and drop.start("old") <= cue.end() and drop.end("old") <= cue.end()):
        spans.append(drop.span())
    after = _AFTER.search(plain)
    if after is not None:
        spans.append(after.span())
    return spans


def _meant(plain: str, cue: re.Match[str]) -> bool:
    """Whether a cue outside the confirmation speaks of what was typed, and not of the matter: "cấp sai tên"."""
    return len(plain) <= _SHORT_CHARS and bool(
        _FILLING.fullmatch(plain, 0, cue.start()) or _TYPED.search(plain, 0, cue.end())
    )


_SHORT_CHARS = 120
_TYPED = re.compile(r"(?<!\w)(?:ghi|go|nhap|viet|nay|hoi nay|luc nay|em|toi|minh|tui|typed)(?!\w)")


def _cut(cue: re.Match[str]) -> list[tuple[int, int]]:
    """What is cut for the cue; the word for a house number or a street stays where a value follows it."""
    start, end = cue.span()
    if _FILLING.fullmatch(cue.string, 0, start):
        start = 0
    if cue.groupdict()["address"] in _STAYING and cue.string[end:].strip():
        return [(start, cue.start("address")), (cue.end("address"), end)]
    return [(start, end)]


_STAYING = {"so nha", "phuong", "xa", "duong", "hem", "ngo", "tinh", "thon", "ap", "to dan pho", "khu pho"}


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return "".join(kept)
