import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import PlaceFound


def place(text: str, known: Lexicon, asked: Phase = Phase.ADDRESS) -> PlaceFound:
    found = read(text, asked, known).place
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "ward", "province"),
    [
        ("12 Lê Lợi, P. Bến Nghé, Q1, TPHCM", "Phường Sài Gòn", "Hồ Chí Minh"),
        ("12 Nguyễn Huệ, Bến Nghé, Quận 1", "Phường Sài Gòn", "Hồ Chí Minh"),
        ("to 5 khu pho 3 phuong phu loi thu dau mot binh duong", "Phường Phú Lợi", "Hồ Chí Minh"),
        ("hẻm 45/2 Nguyễn Văn Cừ, Phường Tân Tiến, BMT", "Phường Buôn Ma Thuột", "Đắk Lắk"),
        ("p. 22 quận Bình Thạnh TPHCM", "Phường Thạnh Mỹ Tây", "Hồ Chí Minh"),
        ("phường 5 gò vấp", "Phường An Nhơn", "Hồ Chí Minh"),
        ("khu 4 phường Nam Định", "Phường Nam Định", "Ninh Bình"),
        ("phường Bình Dương", "Phường Bình Dương", "Hồ Chí Minh"),
        ("phường 1 Bảo Lộc", "Phường 1 Bảo Lộc", "Lâm Đồng"),
        ("xã Cẩm Giàng Hải Phòng", "Xã Cẩm Giàng", "Hải Phòng"),
        ("huyện Côn Đảo", "Đặc khu Côn Đảo", "Hồ Chí Minh"),
        ("Hai Chau ward, Da Nang", "Phường Hải Châu", "Đà Nẵng"),
        ("Thao Dien, District 2", "Phường An Khánh", "Hồ Chí Minh"),
        ("p thảo điền q2", "Phường An Khánh", "Hồ Chí Minh"),
        ("p. Văn Miếu - Quốc Tử Giám, Hà Nội", "Phường Văn Miếu - Quốc Tử Giám", "Hà Nội"),
        ("Phường 5, quận Gò Vấp nay là phường An Nhơn", "Phường An Nhơn", "Hồ Chí Minh"),
        ("p.thủ dầu một (bình dương cũ)", "Phường Thủ Dầu Một", "Hồ Chí Minh"),
        ("12 Lý Thường Kiệt, Hà Nội", None, "Hà Nội"),
        ("quận Tân Bình", None, "Hồ Chí Minh"),
    ],
)
def test_old_and_new_names_lead_to_the_units_in_force(
    text: str, ward: str | None, province: str, known: Lexicon
) -> None:
    found = place(text, known).place
    assert (found.ward, found.province) == (ward, province)


def test_what_was_said_stays_beside_what_it_is_now(known: Lexicon) -> None:
    found = place("38/9/4 hẻm 12, p. 22, q. Bình Thạnh", known).place
    assert found.raw == "38/9/4 hẻm 12, p. 22, q. Bình Thạnh"
    assert (found.ward_stated, found.district_stated) == ("Phường 22", "Quận Bình Thạnh")
    assert found.ward_code is not None
    assert place("p22 q2", known).place.district_stated == "Quận 2"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("dn", {"Đà Nẵng", "Đồng Nai"}),
        ("xa cam giang hai phong", {"Xã Cẩm Giang", "Xã Cẩm Giàng"}),
        ("phường Dương Nội, Hà Đông, Hà Nội", {"Phường Dương Nội", "Phường Đại Mỗ", "Phường Tây Mỗ", "Xã An Khánh"}),
    ],
)
def test_an_open_choice_is_offered_and_not_made(text: str, offered: set[str], known: Lexicon) -> None:
    found = place(text, known)
    assert found.place.ward is None
    assert {candidate.ward or candidate.province for candidate in found.candidates} == offered


def test_a_name_shared_by_many_is_left_open_without_a_list(known: Lexicon) -> None:
    found = place("xã Tân Tiến", known)
    assert (found.place.ward, found.place.ward_stated, found.candidates) == (None, "Xã Tân Tiến", ())


def test_a_place_outside_the_own_province_is_flagged(known: Lexicon) -> None:
    assert place("xã Ea Kar, Đắk Lắk", known).place.outside
    assert not place("xã Bình Hưng", known).place.outside


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("nhà tôi ở 17/6B Cống Quỳnh phường Cầu Ông Lãnh", "17/6B Cống Quỳnh phường Cầu Ông Lãnh"),
        (
            "3 Quang Trung, phường Hải Châu Đà Nẵng. cho hỏi mấy ngày có kết quả?",
            "3 Quang Trung, phường Hải Châu Đà Nẵng",
        ),
        ("gần chợ Bà Chiểu", "gần chợ Bà Chiểu"),
        ("sau lưng trường THCS Lê Quý Đôn", "sau lưng trường THCS Lê Quý Đôn"),
        ("số 8 ngách 5/12 ngõ 35 Cát Linh", "số 8 ngách 5/12 ngõ 35 Cát Linh"),
        ("dưới chân cầu", "dưới chân cầu"),
    ],
)
def test_the_address_is_cut_out_as_typed(text: str, raw: str, known: Lexicon) -> None:
    assert place(text, known).place.raw == raw


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("Hố ga trước nhà 27 Hoàng Văn Thụ bị bể nắp", "trước nhà 27 Hoàng Văn Thụ"),
        ("Nơi ở: Hoa Lư, cúp nước ba ngày", "Hoa Lư"),
        ("đèn hư ở hẻm 12 Lý Chính Thắng, phường Xuân Hòa, nước tràn", "hẻm 12 Lý Chính Thắng, phường Xuân Hòa"),
        ("toi o 12 le loi phuong ben thanh bi mat nuoc", "12 le loi phuong ben thanh"),
        ("Taxi đậu tại 25 Thao Dien street suốt ngày", "25 Thao Dien street"),
    ],
)
def test_an_address_is_found_inside_a_report(text: str, raw: str, known: Lexicon) -> None:
    assert place(text, known, Phase.IDLE).place.raw == raw


def test_the_scene_wins_over_the_home(known: Lexicon) -> None:
    text = "Em ở 5 Lê Lai phường Bến Thành. Sự việc tại 9 Pasteur phường Sài Gòn"
    assert place(text, known, Phase.IDLE).place.raw == "9 Pasteur phường Sài Gòn"


@pytest.mark.parametrize(
    "text", ["ko biết ghi sao", "sao cần địa chỉ chi vậy", "😂😂😂", "haha", "để mai em coi", "xe khách Hà Nội chạy ẩu"]
)
def test_evasions_and_reports_are_no_address(text: str, known: Lexicon) -> None:
    asked = Phase.REQUEST if "xe khách" in text else Phase.ADDRESS
    assert read(text, asked, known).place is None


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("K36/12 Trần Cao Vân, phường Thanh Khê", "K36/12 Trần Cao Vân, phường Thanh Khê"),
        ("Nhà e đường số 7, phường Linh Xuân", "đường số 7, phường Linh Xuân"),
        ("K9 Trần Cao Vân, phường Thanh Khê", "K9 Trần Cao Vân, phường Thanh Khê"),
    ],
)
def test_alleys_and_numbered_streets_stay_whole(text: str, raw: str, known: Lexicon) -> None:
    assert raw in place(text, known).place.raw


def test_a_street_named_behind_at_ends_where_the_matter_begins(known: Lexicon) -> None:
    assert place("Đèn hư ở Tạ Uyên bị tối thui", known, Phase.IDLE).place.raw == "Tạ Uyên"


def test_what_the_matter_cuts_off_from_the_ward_is_left_to_the_request(known: Lexicon) -> None:
    assert place("Ở Tạ Uyên bị ngập tới phường Bến Thành", known, Phase.IDLE).place.ward == "Phường Bến Thành"


def test_a_street_of_every_city_is_no_unit_unless_its_province_follows(known: Lexicon) -> None:
    street = read("ở Điện Biên Phủ, cống nghẹt", Phase.IDLE, known).place
    assert street is not None
    assert (street.place.raw, street.place.province) == ("Điện Biên Phủ", "Hồ Chí Minh")
    city = read("tổ 3, Điện Biên Phủ, Điện Biên", Phase.ADDRESS, known).place
    assert city is not None
    assert city.place.province == "Điện Biên"
