import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.phones import OLD_PREFIXES, dialled
from conversation.understanding.reader import read


def phones(text: str, known: Lexicon, asked: Phase = Phase.PHONE) -> list[str]:
    return [phone.e164 for phone in read(text, asked, known).phones]


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("0912.345.678", "+84912345678"),
        ("091-2345-678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("+84 (0) 912 345 678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("09O2 345 67I", "+84902345671"),
        ("\uff10\uff19\uff11\uff12345678", "+84912345678"),
        ("không chín một hai ba bốn năm sáu bảy tám", "+84912345678"),
        ("028 3829 1234", "+842838291234"),
        ("(0274) 3822822", "+842743822822"),
        ("912345678", "+84912345678"),
        ("sdt0912345678", "+84912345678"),
        ("0551234567", "+84551234567"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_every_spelling_of_a_phone_is_read(text: str, e164: str, known: Lexicon) -> None:
    assert phones(text, known) == [e164]


@pytest.mark.parametrize(
    "text",
    [
        "1022",
        "0262.1022",
        "1900 1234",
        "18001119",
        "cccd 079188001122",
        "MST 0312345678",
        "mã khách hàng PE05000123456",
        "59X1-123.45",
        "3.450.000đ",
        "500k",
        "12/11/2026",
        "7h30",
        "10.776889, 106.700806",
        "http://bit.ly/0912345678",
        "stk 0071000123456",
        "PHA260300003416",
        "0912 345 67",
        "+999 123",
        "+1 23",
        "123456789012345678901234567890",
        "0212345678",
        "02001234567",
        "không chín một",
    ],
)
def test_other_numbers_are_no_phones(text: str, known: Lexicon) -> None:
    assert phones(text, known) == []


def test_an_old_mobile_is_converted_and_says_what_it_was(known: Lexicon) -> None:
    (phone,) = read("0165 234 5678", Phase.PHONE, known).phones
    assert (phone.e164, phone.converted_from) == ("+84352345678", "01652345678")


@pytest.mark.parametrize(("old", "new"), sorted(OLD_PREFIXES.items()))
def test_all_old_prefixes_have_a_new_one(old: str, new: str) -> None:
    assert dialled(f"0{old}1234567") == (f"+84{new}1234567", f"0{old}1234567")


def test_the_missing_zero_is_forgiven_only_where_a_phone_was_asked_for(known: Lexicon) -> None:
    assert phones("912345678", known, Phase.NAME) == []


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("số em 0912345678, số mẹ em 0987654321", [True, False]),
        ("0912345678 hoặc 0987654321", [None, None]),
        ("số mẹ tôi 0987654321", [None]),
        ("số lạ 0899123456 gọi tới lừa đảo", [False]),
        ("0899123456 giả danh công an", [False]),
        ("số cũ 0903111333 bỏ rồi, giờ xài 0923111333", [False, True]),
    ],
)
def test_it_is_told_whose_a_number_is(text: str, owners: list[bool | None], known: Lexicon) -> None:
    assert [phone.own for phone in read(text, Phase.PHONE, known).phones] == owners


def test_a_house_number_before_a_phone_is_not_part_of_it(known: Lexicon) -> None:
    assert phones("27 0908 123 321 12 Lê Lợi", known) == ["+84908123321"]


def test_digits_of_a_phone_are_no_district(known: Lexicon) -> None:
    reading = read("số em q 09 12 34 56 78", Phase.PHONE, known)
    assert reading.phones[0].e164 == "+84912345678"
    assert reading.place is None


def test_a_name_before_a_number_is_no_label(known: Lexicon) -> None:
    assert read("Thu Em 0912345678", Phase.NAME, known).name == "Thu Em"


def test_two_numbers_side_by_side_are_two(known: Lexicon) -> None:
    assert phones("0909123456/0909123457", known) == ["+84909123456", "+84909123457"]


@pytest.mark.parametrize(
    ("digits", "e164"),
    [
        ("09123456789", "+989123456789"),
        ("+989123456789", "+989123456789"),
        ("00989123456789", "+989123456789"),
        ("989123456789", "+989123456789"),
        ("02188776655", "+982188776655"),
    ],
)
def test_iranian_numbers_have_eleven_digits(digits: str, e164: str) -> None:
    assert dialled(digits, "IR") == (e164, None)


@pytest.mark.parametrize("digits", ["00123456789", "9123456789", "0912345678"])
def test_other_digits_are_no_iranian_number(digits: str) -> None:
    assert dialled(digits, "IR") is None
