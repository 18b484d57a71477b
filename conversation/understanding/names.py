"""Names (domain guide, section 10): found by a label, a lead-in, a place in the message; kept exactly as typed."""

from typing import NamedTuple

from conversation.state import Phase
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.vietnamese import FAMILY_NAMES, TITLES
from conversation.understanding.words import PhraseTable, Said

_LEADS = PhraseTable(
    {
        "label": [
            *("họ và tên", "họ tên", "ho va ten", "tên người gửi", "người gửi", "người phản ánh", "người báo", "full name"),
            *("tên em là", "tên tôi là", "tên mình là", "tên tui là", "tên con là", "tên cháu là", "tên là", "tên em", "tên tôi"),
            *("tên mình", "tên tui", "tên con", "tên cháu", "em tên là", "tôi tên là", "mình tên là", "tui tên là", "con tên là"),
            *("cháu tên là", "em tên", "tôi tên", "mình tên", "tui tên", "con tên", "cháu tên", "chị tên", "anh tên", "bác tên"),
            *("cô tên", "chú tên", "my name is", "name is", "my name", "name", "tên", "tên của tôi là", "tên của em là", "họ tên em là"),
            *("họ tên tôi là", "tên đầy đủ", "ký tên", "kí tên", "người viết", "người làm đơn"),
        ],
        "am": [
            *("tôi là", "em là", "mình là", "tui là", "con là", "cháu là", "chị là", "anh là", "bác là", "cô là", "chú là"),
            *("tớ là", "i am", "i'm", "this is", "đây là", "ông là", "bà là", "tao là", "dạ là"),
        ],
    }
)
_STOPS = frozenset(
    "o tai so sdt dt dien muon xin bao phan goi can gui hien dang bi va voi cccd thon ap xa phuong quan huyen tinh duong hem ngo "
    "kiet khu nha nhe nhen a ah roi luon ne nghe la thi khong co nguoi sinh dia dc ngu ben hom sang chieu toi nay lien lh zalo "
    "phone my and live at from address tel number cong hoi cho duoc de do nhu ma day kia dan kinh gap den chua da vang i am "
    "tren duoi trong ngoai sau truoc day phia nho giup gium dum".split()
)
_NOT_NAMES = frozenset(
    "nguoi dan dan cu cong nhan sinh vien chu nha khach hang tai xe shipper hang xom nguoi giao vien can bo to truong ai gi "
    "khong biet chua ban dai dien ca nhan nha quan ly thanh vien phu huynh hoc sinh bac si chuyen gia duong dai ly nhan vien "
    "day phong noi cho mot nguoi".split()
)
_PLACES = frozenset("phuong xa duong quan huyen tinh thon ap hem ngo kiet khu to so nha thanh pho street ward".split())


class NameFound(NamedTuple):
    """A name as typed, and the words it stands on together with its lead-in."""

    name: str
    first: int
    last: int


def find(cuts: Cuts, asked: Phase) -> NameFound | None:
    """The writer's own name, if the message tells it."""
    return _introduced(cuts) or _beside_phone(cuts) or (_plain(cuts) if asked is Phase.NAME else None) or _opening(cuts)


def _introduced(cuts: Cuts) -> NameFound | None:
    for hit in _LEADS.find(cuts.said):
        first = cuts.said.origin[hit.first]
        start = cuts.said.origin[hit.last - 1] + 1
        if start < len(cuts.parts) and cuts.free(start):
            found = _run(cuts, start, strict=hit.value == "am")
            if found:
                return NameFound(found.name, first, found.last)
    return None


def _beside_phone(cuts: Cuts) -> NameFound | None:
    """"Tú Quyên 0762…", "Hoàng Đình Phiệt (0914…)": a short clause right before a phone."""
    for first, last in cuts.clauses():
        if last < len(cuts.parts) and cuts.parts[last] is Part.PHONE and last - first <= 6:
            found = _run(cuts, first, strict=True)
            if found and found.last == last:
                return found
    return None


def _opening(cuts: Cuts) -> NameFound | None:
    """A full name that is a clause by itself: family name first, two to six words with capitals."""
    for first, last in cuts.clauses():
        if 2 <= last - first <= 6 and cuts.said.words[first].key in FAMILY_NAMES:
            found = _run(cuts, first, strict=True)
            if found and found.last == last and all(cuts.capital(at) for at in range(found.first, last)):
                return found
    return None


def _plain(cuts: Cuts) -> NameFound | None:
    for first, _ in cuts.clauses():
        found = _run(cuts, first, strict=False)
        if found:
            return found
    return None


def _run(cuts: Cuts, start: int, *, strict: bool) -> NameFound | None:
    """The name that begins at word `start`, titles skipped. `strict`: only what looks like a name by itself."""
    words = cuts.said.words
    first = start
    while first < len(words) and words[first].key in TITLES and cuts.free(first):
        following = first + 1
        if following >= len(words) or cuts.begins[following] or not cuts.free(following):
            break
        if words[following].key in _STOPS and words[following].key not in {"hoi"}:
            break
        first = following
    last = first
    while last < len(words) and last - first < 6 and cuts.free(last) and words[last].key.isalpha():
        if last > first and (cuts.begins[last] or words[last].key in _STOPS):
            break
        if last > first and cuts.capital(first) and not cuts.capital(last) and words[last].key not in {"thi", "van"}:
            break
        last += 1
    if last == first or words[first].key in _STOPS | _PLACES:
        return None
    keys = [word.key for word in words[first:last]]
    if _unlikely(cuts.said, keys, first, last):
        return None
    if strict and not cuts.capital(first) and keys[0] not in FAMILY_NAMES and last - first > 1:
        return None
    return NameFound(cuts.said.between(first, last), start, last)


def _unlikely(said: Said, keys: list[str], first: int, last: int) -> bool:
    if any(sign in said.between(first, last) for sign in "<>{};='\"$\\/@#_"):
        return "'" not in said.between(first, last)
    return sum(key in _NOT_NAMES for key in keys) * 2 >= len(keys) or any(len(key) > 14 for key in keys)


def take(cuts: Cuts, found: NameFound) -> None:
    """Marks the name and its lead-in as spoken for."""
    cuts.take(found.first, found.last, Part.NAME)
