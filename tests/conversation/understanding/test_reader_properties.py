import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.effort import examples
from kit.sites import site

from conversation.state import Phase
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent, Reading

KNOWN = site("hcmc").lexicon
PIECES = st.sampled_from(
    [
        *(
            "tên",
            "em",
            "là",
            "Lan",
            "số",
            "0912",
            "345",
            "678",
            "phường",
            "p.",
            "q1",
            "5",
            "quận",
            "Hà Nội",
            "ở",
            "12/3",
            "hẻm",
            ",",
        ),
        *(
            "không phải",
            "mà",
            "sai",
            "đúng",
            "rồi",
            "(",
            ")",
            "\n",
            "-",
            "cháy",
            "1022",
            "báo giùm",
            "mẹ",
            ":",
            "dn",
            "ward",
            "'",
            "đc:",
        ),
        *(
            "[[photo]]",
            "\u0301",
            "\u200f",
            "کد",
            "۱۲",
            "xã",
            "thành phố",
            "thị",
            "đặc",
            "cũ",
            "nay là",
            "+84",
            "O9",
            "%s",
            "\x00",
        ),
    ]
)


@given(st.text(max_size=300), st.sampled_from(list(Phase)))
def test_any_text_gives_an_answer(text: str, asked: Phase) -> None:
    assert isinstance(read(text, asked, KNOWN), Reading)


@settings(max_examples=examples(400))
@given(st.lists(PIECES, max_size=25).map(" ".join), st.sampled_from(list(Phase)))
def test_any_heap_of_known_words_gives_an_answer_cut_from_the_text(text: str, asked: Phase) -> None:
    reading = read(text, asked, KNOWN)
    assert reading.text == text
    assert (reading.intent is Intent.EMERGENCY) == (reading.emergency is not None)
    assert all(phone.e164.startswith("+") for phone in reading.phones)


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(list(Phase)))
def test_reading_twice_gives_the_same(text: str, asked: Phase) -> None:
    assert read(text, asked, KNOWN) == read(text, asked, KNOWN)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "0 ",
        "(",
        ".",
        "phường ",
        "p 1 q 1 ",
        "0912345678 ",
        "\u0301",
        "tên là ",
        "không phải là ",
        "sửa tên ",
        "bỏ vụ ",
        "a@",
        "1-",
        "té xuống giếng người ",
        "xe tông gãy cháy bóng đèn ",
    ],
)
def test_a_megabyte_of_anything_is_read_within_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    for asked in (Phase.IDLE, Phase.CONFIRM):
        before = time.process_time()
        read(text, asked, KNOWN)
        assert time.process_time() - before < 1
