"""What a sentence mentions, by example, so that a preview reads as a citizen would read it. Nobody's real data."""

from collections.abc import Mapping

from conversation.catalog import TEXTS
from conversation.profile import Profile
from conversation.wording import Wording

_VIETNAMESE = {
    "name": "Bích",
    "phone": "0912 345 678",
    "old": "0168 234 5678",
    "new": "0368 234 5678",
    "details": "Họ tên: Trần Thị Bích\nĐiện thoại: 0912 345 678\nĐịa chỉ: 12 Lê Lợi, phường Bến Thành\n"
    "Nội dung: Đèn đường trước nhà hỏng ba ngày nay",
    "matters": "1. Đèn đường hỏng\n2. Rác chưa thu gom",
    "request": "Đèn đường trước nhà hỏng ba ngày nay",
    "unit": "Phường Bến Thành, TP.HCM",
    "time": "08:15 ngày 24/11/2026",
    "updated": "08:15 ngày 24/11/2026",
    "date": "30/11/2026",
    "answer": "Đã thay bóng đèn.",
    "question": "Anh/chị cho biết số trụ đèn?",
    "reason": "Nơi này thuộc địa phương khác.",
    "channel": "Zalo",
}
_ENGLISH = {
    **_VIETNAMESE,
    "name": "Alice",
    "details": "Name: Alice Green\nPhone: 0912 345 678\nAddress: 12 Le Loi\nRequest: The street lamp is broken",
    "matters": "1. Broken street lamp\n2. Uncollected waste",
    "request": "The street lamp is broken",
    "unit": "Ben Thanh ward",
    "time": "08:15 on 24/11/2026",
    "updated": "08:15 on 24/11/2026",
    "answer": "The lamp has been replaced.",
    "question": "Which number is on the pole?",
    "reason": "This place belongs to another authority.",
}
_NUMBERS = {"count": "2", "minutes": "10", "ahead": "3", "numbers": "114"}


def samples(site: Profile, language: str) -> Mapping[str, str]:
    """A value for everything that any sentence mentions."""
    code = f"{site.prefix}-261124-7K3MX"
    return {
        **_NUMBERS,
        **(_VIETNAMESE if language == "vi" else _ENGLISH),
        "title": site.titles[language],
        "emergency": site.emergency_line[language],
        "office": site.complaints_office[language],
        "hotline": site.hotline,
        "code": code,
        "codes": f"{code}, {site.prefix}-261119-Q8RTW",
        "category": next(iter(site.categories.values())).names[language],
        "department": next(iter(site.departments.values())).names[language] if site.departments else "",
        "status": Wording(site, language)("state-received"),
    }


def as_read(site: Profile, language: str, name: str) -> str:
    """The sentence of that name as a citizen reads it, with example values."""
    values = samples(site, language)
    return site.catalog.say(language, name, **{one: values[one] for one in TEXTS[name]})
