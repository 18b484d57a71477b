import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.record import as_record


def test_a_full_report_gives_a_full_record(known: Lexicon) -> None:
    text = "Lan, 0912345678, 12 Lê Lợi phường Bến Thành, hố ga mất nắp"
    assert as_record("a", read(text, Phase.IDLE, known)) == {
        "id": "a",
        "intent": "provide",
        "name": "Lan",
        "phone": "+84912345678",
        "address": "12 Lê Lợi phường Bến Thành",
        "ward": "Phường Bến Thành",
        "province": "Hồ Chí Minh",
        "request": "hố ga mất nắp",
        "category": "drainage",
    }


def test_nothing_understood_is_null(known: Lexicon) -> None:
    record = as_record("b", read("...", Phase.NAME, known))
    assert record.pop("intent") == "provide"
    assert record.pop("id") == "b"
    assert set(record.values()) == {None}


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912345678, 0987654321", None),
        ("số em 0912345678, số mẹ em 0987654321", "+84912345678"),
        ("0912345678 0912345678", "+84912345678"),
        ("số lạ 0899123456", None),
    ],
)
def test_the_phone_is_the_only_one_to_call_back(text: str, phone: str | None, known: Lexicon) -> None:
    assert as_record("c", read(text, Phase.PHONE, known))["phone"] == phone


@pytest.mark.parametrize("text", ["bỏ qua", "làm lại từ đầu", "cảm ơn"])
def test_our_own_intents_are_shown_as_provide(text: str, known: Lexicon) -> None:
    assert as_record("d", read(text, Phase.ADDRESS, known))["intent"] == "provide"


def test_a_ward_still_to_be_chosen_is_shown_as_stated(known: Lexicon) -> None:
    assert as_record("e", read("xã Tân Tiến", Phase.ADDRESS, known))["ward"] == "Xã Tân Tiến"
