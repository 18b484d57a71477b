"""Whose phone it is: the writer's own or the contact's, somebody else's, or nobody said."""

from collections.abc import Sequence
from dataclasses import replace

from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.phones import Number
from conversation.understanding.reading import PhoneFound
from conversation.understanding.vietnamese import PERSONS, listed
from conversation.understanding.words import PhraseTable

_LABELS = (
    "số",
    "zalo",
    "zalo của",
    "máy của",
    "số máy",
    "số máy của",
    "sđt",
    "số của",
    "số điện thoại",
    "số điện thoại của",
    "sđt của",
    "liên hệ",
)
_RELATIVES = (
    *(
        "mẹ",
        "má",
        "ba",
        "bố",
        "cha",
        "vợ",
        "chồng",
        "ông nội",
        "ông ngoại",
        "bà nội",
        "bà ngoại",
        "ông",
        "bà",
        "ổng",
        "bả",
    ),
    *(
        "con gái",
        "con trai",
        "con tôi",
        "con em",
        "con tui",
        "anh trai",
        "chị gái",
        "em trai",
        "em gái",
        "bạn em",
        "bạn tôi",
    ),
    *("anh ấy", "chị ấy", "bác ấy", "ông ấy", "bà ấy", "cô ấy", "chú ấy", "cháu nội", "cháu ngoại", "con"),
)
_CLOSE = ("mẹ", "má", "ba", "bố", "cha", "vợ", "chồng", "con gái", "con trai")
_WHOSE = PhraseTable(
    {
        "own": """
        số em, số tôi, số chị, số anh, số cô, số chú, số bác, số mình, số tui, số con, số cháu, số của em, số của tôi, số của mình, sđt em, sđt tôi, sđt mình,
        sđt của em, sđt của tôi, gọi em, gọi tôi, gọi mình, gọi tui, gọi con, gọi cháu, liên hệ, lh, liên lạc, my
        number, my phone, call me, giờ xài, đang xài, đang dùng, số mới, gọi lại, zalo em, zalo mình, từ số, gọi từ số,
        số đang gọi, số liên lạc, số liên hệ, sđt, điện thoại, phone, zalo tôi, di động, báo lại, tel, contact
        """,
        "other": [
            *(f"{label} {whose}" for label in _LABELS for whose in _RELATIVES),
            *(
                "số của nó",
                "their number",
                "his number",
                "her number",
                "số vợ anh",
                "số chồng chị",
                "số con chị",
                "số cháu chị",
            ),
        ],
        "own behind": """
        là của em, là của tôi, là của mình, là của tui, là của con, là số em, là số tôi, là số mình, là số của em, của em, của tôi,
        của mình, của tui, là của anh, là của chị, is mine
        """,
        "other behind": [
            *(f"{whose} {mine}" for whose in _CLOSE for mine in ("em", "tôi", "tui", "mình")),
            *(f"của {whose}" for whose in _RELATIVES),
            *(f"là của {whose}" for whose in _RELATIVES),
            *(f"là số {whose}" for whose in _RELATIVES),
        ],
        "stranger": """
        số nó, số hàng xóm, số chủ, số cũ, điện thoại cũ, sim cũ, số trước, số lạ, số thợ, số tài xế, chủ thầu, chủ đầu tư, biển quảng cáo, tờ
        rơi, lừa đảo, giả danh, mạo danh, tự xưng, quảng cáo, đường dây nóng, số máy lạ, tin nhắn từ số, cuộc gọi từ số, điện thoại từ số, nhà xe, thằng, đòi nợ, cho vay,
        gọi đến, gọi tới, nhắn tin đến, làm phiền, quấy rối, shipper, nhà thầu, bảng hiệu, old number, số điện thoại lạ,
        spam, scammer
        """,
    }
)
_AFTER_WORDS = 3
_BEFORE_WORDS = {"own": 6, "other": 6, "stranger": 15}
_LABEL_WORDS = listed(
    "شماره تلفن موبایل همراه من تماس "
    "so sdt dt dien thoai di dong zalo lh lien he lac goi cho cua em toi minh tui con chau la phone number tel my mobile me is call contact "
    "viber vao qua theo dth hoac va or and a e m nhe nha o bao lai khi can gap"
)


def take(cuts: Cuts, phones: Sequence[Number]) -> tuple[PhoneFound, ...]:
    """The phones with their owners told; marks their words, and the label before each, as spoken for."""
    whose: list[str | None] = []
    before = 0
    for number in phones:
        first, last = cuts.said.word_at(number.start), cuts.said.word_at(number.end - 1) + 1
        start = _label(cuts, first, before)
        whose.append(_whose(cuts, before, first, last))
        cuts.take(start, last, Part.PHONE)
        before = last
    alone = all(each in {"other", "stranger"} for each in whose)
    return tuple(
        replace(number.found, own=_OWN[each] if each != "other" or not alone else None)
        for number, each in zip(phones, whose, strict=True)
    )


_OWN = {"own": True, "other": False, "stranger": False, None: None}


def _label(cuts: Cuts, first: int, least: int) -> int:
    start = first
    while start > least and cuts.said.words[start - 1].key in _LABEL_WORDS and cuts.free(start - 1):
        before = cuts.said.words[start].before
        if cuts.begins[start] and ("\n" in before or before.strip() not in {":", "(", ""}):
            break
        if cuts.spelled and cuts.capital(start - 1) and not cuts.begins[start - 1]:
            person = cuts.said.words[start - 1].key in PERSONS
            if person or (start - 1 > least and cuts.capital(start - 2)):
                break
        start -= 1
    return start


def _whose(cuts: Cuts, first: int, number: int, last: int) -> str | None:
    """By the last word about it before the number, a stranger's from farther back; else by what follows at once."""
    whose: str | None = None
    for hit in _WHOSE.find(cuts.said, strict=cuts.said.accented):
        begin = cuts.said.origin[hit.first]
        who, _, behind = hit.value.partition(" ")
        if last <= begin < last + _AFTER_WORDS:
            if whose is None and (behind or who != "own"):
                whose = who
        elif not behind and max(first, number - _BEFORE_WORDS[who]) <= begin < number:
            weak = who == "own" and whose == "stranger" and hit.last - hit.first == 1
            whose = whose if weak else who
    return whose
