import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Field, Intent


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("ghi sai tên rồi, Hoàng Thị Thuý nhé", Field.NAME, "Hoàng Thị Thuý"),
        ("không phải Loan mà là Lan", Field.NAME, "Lan"),
        ("ko phải Hoà, là Hòe nha", Field.NAME, "Hòe"),
        ("đổi tên thành Lê Hoài Nam giùm", Field.NAME, "Lê Hoài Nam"),
        ("sdt sai, 0915 151 515", Field.PHONE, "+84915151515"),
        ("wrong phone, it is 0901 777 888", Field.PHONE, "+84901777888"),
        ("số nhà 51 chứ không phải 15", Field.ADDRESS, "số nhà 51"),
        ("phường Tân Sơn Hòa mới đúng nha", Field.ADDRESS, "phường Tân Sơn Hòa"),
        ("sai số nhà", Field.ADDRESS, None),
        ("sửa lại số điện thoại", Field.PHONE, None),
        ("số 0903111222 sai rồi, 0909111222", Field.PHONE, "+84909111222"),
    ],
)
def test_a_correction_names_its_field_and_the_new_value(
    text: str, field: Field, value: str | None, known: Lexicon
) -> None:
    reading = read(text, Phase.CONFIRM, known)
    values = {
        Field.NAME: reading.name,
        Field.PHONE: reading.phones[0].e164 if reading.phones else None,
        Field.ADDRESS: reading.place.place.raw if reading.place else None,
    }
    assert reading.intent is Intent.PROVIDE
    assert reading.corrects is field
    assert values[field] == value


def test_a_wrong_request_is_replaced_by_what_is_right(known: Lexicon) -> None:
    reading = read("nội dung sai, đèn hư chứ không phải cúp điện", Phase.CONFIRM, known)
    assert reading.corrects is Field.REQUEST
    assert reading.request is not None
    assert "đèn hư" in reading.request
    assert "cúp điện" not in reading.request


def test_changing_ones_mind_is_no_cancellation(known: Lexicon) -> None:
    reading = read("thôi bỏ vụ rác đi, báo vụ cúp nước giùm", Phase.CONFIRM, known)
    assert reading.replaces_request
    assert reading.request is not None
    assert "cúp nước" in reading.request


def test_a_correction_that_tells_no_value_says_so_only(known: Lexicon) -> None:
    reading = read("ghi nhầm rồi", Phase.CONFIRM, known)
    assert reading.intent is Intent.PROVIDE
    assert reading.name is None


@pytest.mark.parametrize(
    "text", ["xe đậu sai quy định trước nhà", "25 Hoa Sữa phường Cầu Kiệu", "sai " + "rất nhiều chuyện " * 40]
)
def test_reports_that_say_wrong_are_no_corrections(text: str, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).corrects is None


def test_a_plain_supplement_in_the_confirmation_corrects_nothing(known: Lexicon) -> None:
    assert read("nước còn có mùi hôi nữa", Phase.CONFIRM, known).corrects is None


def test_a_street_named_alone_takes_the_place_of_the_wrong_one(known: Lexicon) -> None:
    reading = read("sai tên đường, Lê Lai chứ không phải Lê Lợi", Phase.CONFIRM, known)
    assert reading.corrects is Field.ADDRESS
    assert reading.place is not None
    assert reading.place.place.raw == "Lê Lai"


def test_a_street_that_is_not_known_is_none(known: Lexicon) -> None:
    assert read("sai tên đường, để xem lại đã", Phase.CONFIRM, known).place is None


def test_the_city_of_saigon_is_no_mistake(known: Lexicon) -> None:
    assert read("Địa chỉ: 77 Đường Kín, phường Sài Gòn", Phase.CONFIRM, known).corrects is None
