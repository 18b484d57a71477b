import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.understanding.fold import fold, same


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn  Thị\tHoà", "nguyen thi hoa"),
        (unicodedata.normalize("NFD", "Đặng Thuỷ"), "dang thuy"),
        ("Ðắk Lắk", "dak lak"),
        ("\u200bLan\ufeff ", "lan"),
        ("\uff10\uff19 H'Lan", "09 h'lan"),
        ("", ""),
    ],
)
def test_the_key_has_no_marks_no_capitals_and_single_blanks(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ABCĐ"))
def test_composed_and_decomposed_text_have_one_key(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(("one", "other"), [("Lý", "lí"), ("Quý", "QUÍ"), ("Hoà", "Hòa"), ("Mỹ Tho", "Mĩ Tho")])
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), [("Thúy", "Thúi"), ("Lan", "Loan"), ("Huy", "Hui")])
def test_different_names_are_not_the_same(one: str, other: str) -> None:
    assert not same(one, other)
