"""Names: found by a label, a lead-in or their place; kept exactly as typed."""

import re
from typing import NamedTuple

from conversation.state import Phase
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.name_words import ENDS, HOMES, LEADS, NEVER, PLACES, RELATIVES, TITLES
from conversation.understanding.vietnamese import FAMILY_NAMES, MIDDLE_NAMES, POLITE, SYLLABLE, listed

_MARKUP = re.compile(r"[<>{}]")
_SIGNS = frozenset('<>{}[];="$\\/@#_*%^&|~+')
_MOST_WORDS = 6
_FEW_WORDS = 4
_MOST_TITLES = 5
_FIRST_CLAUSES = 3


class NameFound(NamedTuple):
    """A name as typed, and the words it stands on together with its lead-in."""

    name: str
    first: int
    last: int


def find(cuts: Cuts, asked: Phase) -> NameFound | None:
    """The writer's own name, if the message tells it."""
    if _MARKUP.search(cuts.said.text):
        return None
    found = _introduced(cuts)
    if found is None and asked is Phase.NAME:
        found = _answered(cuts)
    found = found or _beside_phone(cuts) or _called(cuts)
    return found if found is not None or asked is Phase.ADDRESS else _alone(cuts)


def take(cuts: Cuts, found: NameFound) -> None:
    """Marks the name and its lead-in as spoken for."""
    cuts.take(found.first, found.last, Part.NAME)


def _introduced(cuts: Cuts) -> NameFound | None:
    leads = sorted(LEADS.find(cuts.said), key=lambda hit: hit.value in {"am", "call"})
    for hit in leads:
        first = cuts.said.origin[hit.first]
        start = cuts.said.origin[hit.last - 1] + 1
        if start < len(cuts.parts) and _is_given(cuts, start - 1, first):
            start -= 1
        label = hit.value in {"label", "persian"}
        if start >= len(cuts.parts) or not cuts.free(start) or (cuts.begins[start] and not label):
            continue
        if not cuts.begins[first] and _of_another(cuts, first):
            continue
        found = _run(cuts, start, named=label)
        if found and (label or _looks_like_one(cuts, found, led=True)) and (hit.value != "call" or _rings(cuts, found)):
            return NameFound(found.name, first, found.last)
    return None


def _is_given(cuts: Cuts, at: int, first: int) -> bool:
    """Whether the last word of a lead begins the name: "tên Minh Quân" is not "tên mình: Quân"."""
    word = cuts.said.words[at]
    person = at > first and word.key == word.marked == "minh"
    return person and cuts.spelled and cuts.capital(at) and cuts.capital(at + 1) and not cuts.capital(first)


def _of_another(cuts: Cuts, first: int) -> bool:
    """Whether a relative stands right before: "mẹ em là bà Sáu". "Chào bạn mình là Vũ" greets first."""
    words = cuts.said.words
    relative = RELATIVES.at(cuts.said, cuts.plain_at(first - 1)) is not None
    return relative and not (first > 1 and words[first - 2].key == "chao")


def _rings(cuts: Cuts, found: NameFound) -> bool:
    """Whether the phone follows at once: "gọi mình Tuấn 0903…"."""
    return found.last < len(cuts.parts) and cuts.parts[found.last] is Part.PHONE


def _answered(cuts: Cuts) -> NameFound | None:
    """The answer to the name question: the first clause that is a name and little else."""
    for first, last in cuts.clauses():
        if (
            all(cuts.said.words[at].key in _GREETINGS for at in range(first, last))
            and cuts.said.words[first].key in _CALLS
        ):
            continue
        found = _run(cuts, first)
        if found and _too_plain(cuts, found, last):
            return None
        if found and (found.last == last or HOMES.at(cuts.said, cuts.plain_at(found.last)) is not None):
            return found
        if found and all(_polite(cuts, at) for at in range(found.last, last)):
            return found
        if found and _titled(cuts, found, last):
            return found
        if found or last == len(cuts.parts) or "?" not in cuts.said.words[last].before:
            return None
    return None


def _too_plain(cuts: Cuts, found: NameFound, last: int) -> bool:
    """Whether an unmarked run of words without a family name is too long for a name: "ket qua kham benh o …"."""
    first = _start(cuts, found.first)
    if cuts.said.accented or cuts.capital(first) or cuts.said.words[first].key in FAMILY_NAMES:
        return False
    return found.last - first > (_FEW_WORDS - 1 if found.last == last else _FEW_WORDS - 2)


_CALLS = listed("da vang chao alo hello hi ad thua ok xin oi")
_GREETINGS = POLITE | _CALLS


def _polite(cuts: Cuts, at: int) -> bool:
    return cuts.said.words[at].key in _AFTER_NAME


_AFTER_NAME = listed(
    "nhe nhen nha a ah ak nghen hen hi ne luon roi do day chau con em anh chi co chu bac oi ban ad nghe la ten toi minh tui day ha va voi "
    "thoi cung duoc so sdt nho di giup gium dum ho nghe here speaking shop sep bot cung ke can bo tong dai vien"
)


def _beside_phone(cuts: Cuts) -> NameFound | None:
    """A short clause beside a phone: "Tú Quyên 0762…", "Hoàng Đình Phiệt (0914…)", "0912… Lan"."""
    for first, last in cuts.clauses():
        after = last < len(cuts.parts) and cuts.parts[last] is Part.PHONE
        before = first > 0 and cuts.parts[first - 1] is Part.PHONE
        if after or before:
            found = _run(cuts, first)
            if (
                found
                and (_looks_like_one(cuts, found) or _whole_clause(cuts, found, first, last))
                and (_closed(cuts, found.last, last) or _titled(cuts, found, last))
            ):
                return found
    return None


def _whole_clause(cuts: Cuts, found: NameFound, first: int, last: int) -> bool:
    """Whether a family name and two words more, in whatever letters, are all that a clause says."""
    begin = _start(cuts, first)
    return found.last == last and last - begin >= _FEW_WORDS - 1 and cuts.said.words[begin].key in FAMILY_NAMES


def _titled(cuts: Cuts, found: NameFound, last: int) -> bool:
    """Whether a title and a capital make a name of what a few other words follow: "cô Năm bán bún"."""
    titled = _start(cuts, found.first) > found.first and cuts.capital(found.last - 1)
    return titled and last - found.last <= _FEW_WORDS + 2


def _called(cuts: Cuts) -> NameFound | None:
    """The writer's word for himself with a name, where a clause begins: "Tui Tư Hậu ở cồn Phụng", "tôi Lê Văn Tám"."""
    for first, last in cuts.clauses()[:_FIRST_CLAUSES] if cuts.spelled else ():
        begin = _start(cuts, first)
        found = _run(cuts, first) if begin > first and cuts.capital(begin) else None
        if found is None:
            continue
        if _full(cuts, begin, found.last) or (found.last < last and _closed(cuts, found.last, last)):
            return found
        if found.last == last < len(cuts.parts) and (
            cuts.parts[last] is Part.PLACE or PLACES.at(cuts.said, cuts.plain_at(last))
        ):
            return found
    return None


def _closed(cuts: Cuts, at: int, last: int) -> bool:
    """Whether only polite words follow, or the address begins."""
    if at < len(cuts.parts) and at < last and PLACES.at(cuts.said, cuts.plain_at(at)) is not None:
        return True
    return all(_polite(cuts, each) for each in range(at, last))


def _alone(cuts: Cuts) -> NameFound | None:
    """A full name that is a clause by itself, or that years or a place follow: "Nguyễn Thị Mười 70 tuổi"."""
    for first, last in cuts.clauses():
        if ":" in cuts.said.words[first].before and cuts.said.words[first - 1].key in _OTHER_LABELS:
            continue
        begin = _start(cuts, first)
        found = _run(cuts, first) if _family(cuts, begin) else None
        if found and _full(cuts, begin, found.last):
            aged = found.last < last and cuts.said.words[found.last].key.isdigit()
            if found.last == last or aged:
                return found
    return None


_OTHER_LABELS = listed("o chi diem ra dung viec address location truong tri cau trinh at")
"""Last words of labels that no name follows: "nơi ở:", "địa chỉ:", "nội dung:"."""


def _full(cuts: Cuts, first: int, last: int) -> bool:
    return (
        last - first >= 2
        and _family(cuts, first)
        and all(cuts.capital(at) for at in range(first, last))
        and not (cuts.shouted and last - first < 3)
    )


def _family(cuts: Cuts, at: int) -> bool:
    """Whether a family name stands at `at`, with its capital."""
    return cuts.capital(at) and cuts.said.words[at].key in FAMILY_NAMES


def _looks_like_one(cuts: Cuts, found: NameFound, *, led: bool = False) -> bool:
    """Capitals, a family name, or few words that nothing speaks against. `led`: "mình là" stands before it."""
    first = _start(cuts, found.first)
    length = found.last - first
    if not cuts.shouted and all(cuts.capital(at) for at in range(first, found.last)):
        return True
    if cuts.said.words[first].key in FAMILY_NAMES and length >= 2 and (cuts.capital(first) or not cuts.spelled):
        return True
    bounded = found.last == len(cuts.parts) or cuts.begins[found.last] or not cuts.free(found.last)
    if led and bounded:
        return length <= 3
    return length <= 2 and (cuts.shouted or not cuts.said.accented)


def _start(cuts: Cuts, at: int, *, named: bool = False) -> int:
    """Where the name itself begins: behind titles and polite words. `named`: what follows was said to be the name."""
    words = cuts.said.words
    begin = at
    for _ in range(_MOST_TITLES):
        hit = TITLES.at(cuts.said, cuts.plain_at(at), strict=(named or cuts.said.accented) and cuts.capital(at))
        if hit is None or (named and cuts.capital(at) and words[at].key == words[at].marked):
            break
        following = cuts.said.origin[hit.last - 1] + 1
        if following >= len(words) or cuts.begins[following] or not cuts.free(following):
            break
        if words[following].key in MIDDLE_NAMES and words[at].key in FAMILY_NAMES:
            break
        if words[at].key in _AFTER_TITLES and _named_so(cuts, at, following, first=at == begin):
            break
        if words[at].key == "minh" and cuts.spelled and cuts.capital(at) and cuts.capital(following):
            break
        more = TITLES.at(cuts.said, cuts.plain_at(following))
        if more is None and ENDS.at(cuts.said, cuts.plain_at(following)) and not cuts.capital(following):
            break
        at = following
    return at


_AFTER_TITLES = listed("a ba")


def _named_so(cuts: Cuts, at: int, following: int, *, first: bool) -> bool:
    """Whether a word for persons is a name behind another one: "tôi là A Byưu" (Bahnar), "bac ba phi" (the third)."""
    if cuts.said.words[at].key == "a":
        led = at > 0 and cuts.said.words[at - 1].key in {"la", "ten"}
        capitals = cuts.spelled and cuts.capital(at) and cuts.capital(following)
        return capitals and (led or not SYLLABLE.fullmatch(cuts.said.words[following].key))
    return not first and not cuts.said.accented and cuts.said.words[following].key not in FAMILY_NAMES


def _run(cuts: Cuts, at: int, *, named: bool = False) -> NameFound | None:
    """The name that begins at word `at`, titles skipped; None when nothing there can be one."""
    words = cuts.said.words
    first = last = _start(cuts, at, named=named)
    capitals = cuts.capital(first) and not cuts.shouted
    while last < len(words) and last - first <= _MOST_WORDS and cuts.free(last) and _can_stand(words[last].key):
        if last > first:
            if cuts.begins[last]:
                break
            if capitals and not cuts.capital(last) and words[last].key not in MIDDLE_NAMES:
                break
        if not (capitals and cuts.capital(last)) and _ends_here(cuts, first, last, named=named):
            break
        last += 1
    titled = first > at and last == first + 1 and cuts.capital(first) and (last == len(words) or cuts.begins[last])
    if last == first or last - first > _MOST_WORDS or (not titled and _never(cuts, first, last)):
        return None
    name = cuts.said.between(first, last)
    if any(sign in _SIGNS for sign in name):
        return None
    return NameFound(name, at, last)


def _can_stand(key: str) -> bool:
    return key.isalpha() and len(key) <= 12 and not _SMASHED.search(key)


_SMASHED = re.compile(r"[b-df-hj-np-tv-xz]{5}|^(?:ha|hi|he|hu|ho|ah|ih|ka){2,}h?$")
"""Keys hit at random, laughter: "asdfghjkl", "hahaha"."""


def _ends_here(cuts: Cuts, first: int, at: int, *, named: bool) -> bool:
    sure = named and not cuts.said.accented and at + 1 < len(cuts.parts) and not cuts.begins[at + 1]
    if at == first and cuts.said.words[at].key in FAMILY_NAMES and (sure or _goes_on(cuts, at)):
        return False
    if at > first and cuts.said.words[at].key in MIDDLE_NAMES and cuts.said.words[at - 1].key in FAMILY_NAMES:
        return False
    if (
        at - 1 == first + 1
        and cuts.said.words[at - 1].key in MIDDLE_NAMES
        and cuts.said.words[first].key in FAMILY_NAMES
    ):
        return False
    if at > first and cuts.said.words[at].key in _ALSO_NAMES and _could_end(cuts, first, at):
        return False
    hit = ENDS.at(cuts.said, cuts.plain_at(at), strict=cuts.said.accented)
    return hit is not None


_ALSO_NAMES = listed("bao hien dang cong hoi dan kinh duong ngo kiet phuong hen chieu sang sinh quan cam thuong tinh")


def _could_end(cuts: Cuts, first: int, at: int) -> bool:
    """Whether an everyday word may be the given name of an unmarked full name: little follows it in its clause."""
    if cuts.said.accented or cuts.said.words[first].key not in FAMILY_NAMES:
        return False
    last = next(
        (each for each in range(at + 1, len(cuts.parts)) if cuts.begins[each] or not cuts.free(each)), len(cuts.parts)
    )
    return last - at <= _FEW_WORDS and at - first < _FEW_WORDS


def _goes_on(cuts: Cuts, at: int) -> bool:
    """Whether a middle name follows: "vo thi sau" is a name, "vo toi" is a wife."""
    return at + 1 < len(cuts.parts) and not cuts.begins[at + 1] and cuts.said.words[at + 1].key in MIDDLE_NAMES


_SURE_MIDDLE = listed("thi van")


def _never(cuts: Cuts, first: int, last: int) -> bool:
    """Whether a word of the run is none of a name. A capital after a family name may be any word."""
    words = cuts.said.words
    plain = cuts.capital(first) or not cuts.said.accented
    family = words[first].key in FAMILY_NAMES and last - first >= 2
    middle = family and last - first >= 3 and words[first + 1].key in _SURE_MIDDLE
    family = family and (plain or middle)
    if last - first >= 2 and not cuts.shouted and all(cuts.capital(at) for at in range(first, last)):
        return False
    for at in range(first, last):
        if family and (cuts.capital(at) or not cuts.said.accented or middle) and at > first:
            continue
        if family and at == first:
            continue
        if NEVER.at(cuts.said, cuts.plain_at(at), strict=words[at].key == words[at].marked and cuts.capital(at)):
            return True
    return False
