import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Trịnh Quỳnh Như", "Trịnh Quỳnh Như"),
        ("lan", "lan"),
        ("vo thi sau", "vo thi sau"),
        ("Dạ con tên Bùi Thị Đẹp", "Bùi Thị Đẹp"),
        ("bac Thoi nhe chau", "Thoi"),
        ("GS.TS Đoàn Minh Khôi", "Đoàn Minh Khôi"),
        ("Bà Nguyễn Thị Thập", "Nguyễn Thị Thập"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Y Bhăm Niê", "Y Bhăm Niê"),
        ("Huy", "Huy"),
        ("Dung", "Dung"),
        ("cô Năm bán bún", "Năm"),
        ("bà Tám xóm chùa", "Tám"),
        ("chu van an", "chu van an"),
        ("NGUYỄN VĂN TÈO", "NGUYỄN VĂN TÈO"),
        ("I'm Emily", "Emily"),
        ("Lê Thị Ngọc Ánh - 0909123456", "Lê Thị Ngọc Ánh"),
        ("Minh Tam 0901456654", "Minh Tam"),
    ],
)
def test_a_name_is_kept_as_typed_without_titles(text: str, name: str, known: Lexicon) -> None:
    assert read(text, Phase.NAME, known).name == name


@pytest.mark.parametrize(
    "text",
    [
        "hông nói tên đâu nha",
        "để làm gì",
        "👍👍",
        "[[photo]]",
        "'; UPDATE users SET role='admin';--",
        "<b>Lan</b>",
        "Lan_Anh#1",
        "đường Lê Lợi bị ngập",
        "0912345670",
        "một hai ba bốn năm sáu bảy tám chín",
        "em là con trai bà Hoa",
        "tên",
    ],
)
def test_what_is_no_name_is_not_taken_for_one(text: str, known: Lexicon) -> None:
    assert read(text, Phase.NAME, known).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nguyễn Hữu Đường, 0127 222 3333, cây đổ", "Nguyễn Hữu Đường"),
        ("Tui Tư Hậu ở cồn Phụng, đò ngang chở quá người", "Tư Hậu"),
        ("0901 456 654 Tâm hẻm 283 CMT8 mất nước", "Tâm"),
        ("cống nghẹt, gọi anh Ba Tèo đây 0779456123", "Ba Tèo"),
        ("em la tran van hung muon bao mat nuoc", "tran van hung"),
    ],
)
def test_a_name_is_found_among_other_words(text: str, name: str, known: Lexicon) -> None:
    assert read(text, Phase.IDLE, known).name == name


@pytest.mark.parametrize(
    "text",
    [
        "mình chưa biết báo ở đâu vụ xây nhà không phép",
        "tôi là người dân khu phố 3, mất nước",
        "em là sinh viên, xe buýt bỏ trạm",
        "Lê Lợi ngập nặng",
    ],
)
def test_reports_without_a_name_have_none(text: str, known: Lexicon) -> None:
    assert read(text, Phase.IDLE, known).name is None


def test_a_street_is_no_name_where_the_address_was_asked_for(known: Lexicon) -> None:
    assert read("Lê Văn Sỹ, phường Nhiêu Lộc", Phase.ADDRESS, known).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nguyen van khong", "nguyen van khong"),
        ("em la tran thi my dung", "tran thi my dung"),
        ("hồ thị đường", "hồ thị đường"),
        ("Tôi là A Byưu", "A Byưu"),
        ("A Tuấn nhé", "Tuấn"),
        ("bac ba phi day", "ba phi"),
        ("em Sửa", "Sửa"),
        ("gửi 1022: nguyễn thị ngọc ánh; 0356112998; đường Vĩnh Phú", "nguyễn thị ngọc ánh"),
        ("ket qua kham benh o benh vien sai", None),
        ("benh vien tan phu o cho lon", None),
        ("asdfghjkl", None),
        ("Anh Tuấn, gọi Zalo 0912345678", "Tuấn"),
        ("Hoàng Mai Liên (0947 123 456), ở Kim Giang", "Hoàng Mai Liên"),
        ("mình ngại cho tên lắm", None),
    ],
)
def test_names_of_everyday_words_and_what_is_none(text: str, name: str | None, known: Lexicon) -> None:
    assert read(text, Phase.NAME, known).name == name


def test_a_given_name_that_is_also_a_word_for_oneself_stays(known: Lexicon) -> None:
    assert read("họ Đỗ tên Minh Quân", Phase.NAME, known).name == "Minh Quân"
    assert read("tên mình Quân", Phase.NAME, known).name == "Quân"


def test_only_so_many_titles_are_skipped(known: Lexicon) -> None:
    assert read("dạ thưa ông bà cô chú bác cậu Lan", Phase.NAME, known).name == "bác cậu Lan"
