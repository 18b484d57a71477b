from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from adapters.choices import numbered
from adapters.splitting import split_text, utf16_units
from conversation.messages import Choice, Message

PIECES = [" ", "\n", "\n\n", "a", "ế", "e\u0302\u0301", "👨‍👩‍👧", "👍🏽", "🇻🇳", "x" * 30, " \u0301"]
TEXTS = st.lists(st.one_of(st.text(max_size=5), st.sampled_from(PIECES)), max_size=60).map("".join)


def without_space(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace())


@given(TEXTS, st.integers(1, 60), st.sampled_from([len, utf16_units]))
def test_no_letter_is_lost_and_no_part_is_blank(text: str, limit: int, measure: Callable[[str], int]) -> None:
    parts = split_text(text, limit, measure)
    assert without_space("".join(parts)) == without_space(text)
    assert all(part.strip() for part in parts)
    assert all(measure(part) <= max(limit, measure(part[:1])) for part in parts)


def test_a_short_text_is_one_part_untouched() -> None:
    assert split_text("Xin chào \n", 20) == ["Xin chào \n"]
    assert split_text(" \n", 20) == []
    assert split_text("", 20) == []


def test_paragraphs_come_before_lines_and_lines_before_words() -> None:
    assert split_text("một hai\n\nba bốn\nnăm", 13) == ["một hai", "ba bốn\nnăm"]
    assert split_text("một hai ba\nbốn năm", 14) == ["một hai ba", "bốn năm"]
    assert split_text("một hai ba bốn", 9) == ["một hai", "ba bốn"]
    assert split_text("một\n\nhai ba bốn năm", 15) == ["một\n\nhai ba bốn", "năm"]


def test_a_long_word_is_cut_but_never_between_a_letter_and_its_marks() -> None:
    assert split_text("abcdef", 4) == ["abcd", "ef"]
    assert split_text("abce\u0302\u0301f", 5) == ["abc", "e\u0302\u0301f"]
    assert split_text("👍🏽👍🏽", 3) == ["👍🏽", "👍🏽"]
    assert split_text("🇻🇳🇻🇳", 3) == ["🇻🇳", "🇻🇳"]
    assert split_text("a👨‍👩‍👧b", 6) == ["a👨‍👩‍👧", "b"]
    assert split_text("a 👨‍👩‍👧b", 6) == ["a", "👨‍👩‍👧b"]


def test_the_limit_wins_over_a_cluster_that_is_longer() -> None:
    assert split_text("e" + "\u0301" * 9, 4) == ["e" + "\u0301" * 3, "\u0301" * 4, "\u0301" * 2]
    assert split_text("👍👍", 1, utf16_units) == ["👍", "👍"]


def test_a_space_that_carries_a_mark_stays_with_it() -> None:
    assert split_text("aaaa \u0301b", 5) == ["aaaa", " \u0301b"]
    assert split_text("aaaa  \u0301b", 5) == ["aaaa", " \u0301b"]
    assert split_text("aaa\n\u0301bb", 5) == ["aaa\n\u0301", "bb"]


def test_utf16_units_count_emoji_twice() -> None:
    assert utf16_units("aế👍") == 4


def test_choices_become_numbered_lines_under_the_text() -> None:
    both = (Choice("yes", "Có"), Choice("no", "Không"))
    assert numbered(Message("Đúng không?", both)) == "Đúng không?\n1. Có\n2. Không"
    assert numbered(Message("", both)) == "1. Có\n2. Không"
    assert numbered(Message("Xong.")) == "Xong."
