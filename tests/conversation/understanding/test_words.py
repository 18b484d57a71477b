import unicodedata

import pytest

from conversation.understanding.words import READ_CHARS, PhraseTable, flat, hear, marked, tidy


def found(phrases: str, text: str, *, strict: bool = False) -> list[str]:
    return [hit.value for hit in PhraseTable({"yes": phrases}).find(hear(text), strict=strict)]


@pytest.mark.parametrize("text", ["đúng", "dung", "ĐÚNG", unicodedata.normalize("NFD", "đúng")])
def test_a_phrase_is_found_with_and_without_its_marks(text: str) -> None:
    assert found("đúng", text) == ["yes"]


@pytest.mark.parametrize("text", ["dừng", "đụng", "dùng"])
def test_a_phrase_is_not_found_under_other_marks(text: str) -> None:
    assert found("đúng", text) == []


def test_a_phrase_that_needs_its_marks_is_not_found_without_them() -> None:
    assert found("=đốt", "dot") == []
    assert found("=đốt", "đốt") == ["yes"]


def test_a_strict_search_takes_unmarked_words_for_themselves() -> None:
    assert found("cháy", "quán chay ở đây", strict=True) == []
    assert found("cháy", "quan chay o day") == ["yes"]


def test_the_longest_phrase_wins_and_none_is_found_inside_another() -> None:
    table = PhraseTable({"short": "xe", "long": "xe buýt"})
    assert [hit.value for hit in table.find(hear("xe buýt và xe tải"))] == ["long", "short"]


def test_a_phrase_of_nothing_but_signs_is_never_found() -> None:
    assert found("..., !", "... !") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ko", "khong"),
        ("sdt", "dien thoai"),
        ("nuwowcs", "nuoc"),
        ("dduwowngf", "duong"),
        ("d9en2", "den"),
        ("xyzw", "xyzw"),
        ("b4b", "b4b"),
        ("I'm", "i m"),
        ("đc: 12", "dia chi 12"),
        ("đc rồi", "duoc roi"),
    ],
)
def test_short_forms_and_raw_typing_are_written_out(text: str, key: str) -> None:
    assert " ".join(hear(text).keys) == key


def test_the_place_of_a_tone_mark_does_not_matter() -> None:
    assert marked("hoà") == marked("hòa")
    assert marked("hoà") != marked("hoạ")


def test_a_text_is_tidied_without_changing_its_letters() -> None:
    assert tidy("Ðường\u200b Số\u00a0\u0663\r\n") == "Đường Số 3\n"
    assert len(tidy("a" * 10 * READ_CHARS)) == READ_CHARS


def test_folding_letter_by_letter_keeps_every_position() -> None:
    text = "Đường Nguyễn Huệ ưa ß ﷺ"
    assert len(flat(text)) == len(text)
    assert flat(text).startswith("duong nguyen hue")


def test_placeholders_for_photos_are_no_words() -> None:
    assert hear("[[photo]] [[voice:12s]]").words == ()


def test_lone_marks_are_no_words() -> None:
    assert hear("\u0301\u0309 ͺ").words == ()


def test_the_text_between_no_words_is_empty() -> None:
    assert hear("một hai").between(1, 1) == ""


@pytest.mark.parametrize("text", ["cháyyyyy", "CHÁYYY", "chayy"])
def test_a_cry_with_letters_held_down_is_the_word(text: str) -> None:
    assert found("cháy", text) == ["yes"]


def test_the_two_tones_that_the_south_does_not_part_are_one() -> None:
    assert found("ngã", "ngả") == ["yes"]
    assert found("bất tỉnh", "bất tĩnh") == ["yes"]


def test_tones_typed_as_letters_are_taken_out_when_two_words_have_them() -> None:
    assert hear("nuocs mays nhaf tooi").keys == ("nuoc", "may", "nha", "toi")
    assert hear("cars and lights").keys == ("cars", "and", "lights")
