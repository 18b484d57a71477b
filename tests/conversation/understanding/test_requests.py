import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read


def test_the_request_is_cut_cleanly_from_the_other_fields(known: Lexicon) -> None:
    text = (
        "Em tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM. "
        "Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
    )
    assert read(text, Phase.IDLE, known).request == "Hố ga giữa đường bị bể nắp, tối qua có người vấp té."


def test_an_address_inside_a_sentence_stays_in_the_request(known: Lexicon) -> None:
    text = "đèn đường trước hẻm 12 Lê Lợi phường Bến Thành hư 3 ngày nay"
    assert read(text, Phase.IDLE, known).request == text


def test_the_answer_to_the_request_question_is_kept_whole(known: Lexicon) -> None:
    text = "tiền điện tháng này 3.450.000đ gấp đôi tháng trước (mời kiểm tra)"
    assert read(text, Phase.REQUEST, known).request == text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("0296 3841 234 (máy bàn ở nhà)", Phase.PHONE),
        ("không nhớ, để mai coi lại", Phase.PHONE),
        ("Thanh Hương, sđt 0865 777 999 luôn nha", Phase.NAME),
        ("xin chào ad", Phase.IDLE),
        ("👍", Phase.REQUEST),
    ],
)
def test_small_talk_is_no_request(text: str, asked: Phase, known: Lexicon) -> None:
    assert read(text, asked, known).request is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("hố ga mất nắp", "drainage"),
        ("mat dien tu sang den gio", "electricity"),
        ("đèn đường tối om", "lighting"),
        ("xây nhà không phép", "construction"),
        ("Taxi drivers keep parking on the pedestrian crossing", "traffic"),
        ("nuwowcs mays bị cúp", "water_supply"),
    ],
)
def test_the_category_is_guessed_from_the_sites_words(text: str, category: str, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).categories[0] == category


def test_at_most_two_categories_are_kept(known: Lexicon) -> None:
    assert len(read("rác, ổ gà, karaoke, cúp điện, cây đổ", Phase.REQUEST, known).categories) == 2


def test_the_words_of_a_name_are_no_category(known: Lexicon) -> None:
    assert read("toi la pham van khoi 0977112334 quan hat toi 2h sang", Phase.IDLE, known).categories == ("noise",)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("bao gium hang xom den duong hu", "hang xom"),
        ("xin báo giúp mẹ em đèn đường hư", "mẹ em"),
        ("báo giùm cô hàng xóm (cô Tư) bị rò nước", "cô hàng xóm (cô Tư)"),
        ("Tôi báo giùm mẹ tôi là bà Nguyễn Thị Sen bị cúp điện", "mẹ tôi là bà Nguyễn Thị Sen"),
        ("phản ánh cho phường", None),
        ("báo giùm", None),
    ],
)
def test_the_person_concerned_is_told_apart_from_the_writer(text: str, subject: str | None, known: Lexicon) -> None:
    reading = read(text, Phase.IDLE, known)
    assert reading.subject == subject
    assert reading.on_behalf is (subject is not None)
    assert reading.name is None


@pytest.mark.parametrize(
    ("text", "publish"),
    [("đừng công khai giùm em nha, hẻm ngập", False), ("hẻm ngập, cho công khai luôn", True), ("hẻm ngập nặng", None)],
)
def test_a_wish_about_publication_is_heard(text: str, publish: bool | None, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).publish is publish


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Đường ngập", "vi"),
        ("toi o day bi mat nuoc", "vi"),
        ("The water is broken", "en"),
        ("water", None),
        ("0912345678", None),
        ("سلام", "fa"),
    ],
)
def test_the_language_is_told_by_the_words(text: str, language: str | None, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).language == language


@pytest.mark.parametrize("asked", [Phase.IDLE, Phase.NAME, Phase.REQUEST, Phase.CONFIRM])
def test_a_labelled_request_counts_whatever_its_words_are(asked: Phase, known: Lexicon) -> None:
    text = "Họ tên: Lý Thị Na\nSĐT: 0911222333\nNội dung: chuyện riêng\nĐịa chỉ: 77 Đường Kín, phường Sài Gòn"
    reading = read(text, asked, known)
    assert (reading.name, reading.request) == ("Lý Thị Na", "chuyện riêng")
    assert reading.place is not None
    assert reading.place.place.ward == "Phường Sài Gòn"


def test_a_label_behind_which_nothing_stands_is_no_request(known: Lexicon) -> None:
    assert read("Tên: Lan\nNội dung:", Phase.IDLE, known).request is None


def test_a_landmark_is_not_what_the_report_is_about(known: Lexicon) -> None:
    assert read("Ổ gà to đùng trước trường tiểu học", Phase.REQUEST, known).categories[0] == "road"
