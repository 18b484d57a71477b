"""Ticket codes: their form, what their check character notices, and what reading forgives."""

from datetime import date
from itertools import pairwise, product

from hypothesis import example, given
from hypothesis import strategies as st

from ticket_store import codes
from ticket_store.codes import ALPHABET, check_char, find_codes, new_code, read_code

DAY = date(2026, 11, 21)
DIGITS = "0123456789"
# Look-alikes share one value on purpose; 0 with Y and 1 with Z because thirty characters are fewer than thirty-six signs.
ALIKE = ["0OY", "1ILZ", "UV"]

prefixes = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=10)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))


def _with(prefix: str, day: date, numbers: list[int]) -> str:
    left = iter(numbers)
    return new_code(prefix, day, lambda _: next(left))


def test_the_permutation_is_anti_symmetric_so_that_every_swap_is_noticed() -> None:
    turn = codes._TURN
    assert sorted(turn) == list(range(30))
    for left, right in product(range(30), repeat=2):
        if left != right:
            assert codes._times(left, turn[right]) != codes._times(right, turn[left])


def test_a_code_has_the_form_of_the_contract() -> None:
    code = _with("1022", DAY, [5, 18, 1, 20])
    prefix, day, tail = code.split("-")
    assert (prefix, day) == ("1022", "261121")
    assert tail[:4] == "".join(ALPHABET[number] for number in (5, 18, 1, 20))
    assert tail[4] == check_char(code[:-1])
    assert set(tail) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len(ALPHABET) == 30


@given(prefixes, days, st.lists(st.integers(0, 29), min_size=4, max_size=4))
@example("O0", DAY, [0, 0, 0, 0])
def test_the_check_character_notices_any_single_wrong_character(prefix: str, day: date, numbers: list[int]) -> None:
    code = _with(prefix, day, numbers).replace("-", "")
    tail_from = len(code) - 5
    for position, sign in enumerate(code):
        if position >= tail_from:
            others: str = ALPHABET
        elif position >= tail_from - 6:
            others = DIGITS
        else:
            others = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for other in others:
            if other == sign or any(other in group and sign in group for group in ALIKE):
                continue
            wrong = code[:position] + other + code[position + 1 :]
            assert check_char(wrong[:-1]) != wrong[-1]


@given(prefixes, days, st.lists(st.integers(0, 29), min_size=4, max_size=4))
def test_the_check_character_notices_any_two_neighbours_swapped(prefix: str, day: date, numbers: list[int]) -> None:
    code = _with(prefix, day, numbers).replace("-", "")
    for position, (left, right) in enumerate(pairwise(code)):
        if left == right or any(left in group and right in group for group in ALIKE):
            continue
        swapped = code[:position] + right + left + code[position + 2 :]
        if swapped[-1] not in ALPHABET:
            continue
        assert check_char(swapped[:-1]) != swapped[-1]


def test_every_check_character_occurs_about_equally_often() -> None:
    seen = [check_char(f"1022261121{first}{second}22") for first in ALPHABET for second in ALPHABET]
    assert {seen.count(sign) for sign in ALPHABET} == {30}


@given(
    prefixes,
    days,
    st.lists(st.integers(0, 29), min_size=4, max_size=4),
    st.sampled_from(["-", "", " ", " - ", "–", "‑", "  "]),
)
def test_a_code_is_read_in_any_case_with_any_separators(
    prefix: str, day: date, numbers: list[int], separator: str
) -> None:
    code = _with(prefix, day, numbers)
    expected = code
    digits = prefix.translate(str.maketrans("OIL", "011"))
    if digits.isdigit():
        expected = digits + code[len(prefix) :]
    assert read_code(code.lower().replace("-", separator)) == expected
    assert read_code(f"  {' '.join(code)}\u200b ") == expected


@given(days, st.lists(st.integers(0, 29), min_size=4, max_size=4))
def test_letters_that_look_like_digits_are_read_as_digits_before_the_last_part(day: date, numbers: list[int]) -> None:
    code = _with("1022", day, numbers)
    head, tail = code[:-5], code[-5:]
    assert read_code(head.replace("0", "O").replace("1", "l") + tail) == code
    assert read_code(head.replace("0", "o").replace("1", "I") + tail) == code


def test_digits_of_other_scripts_are_digits() -> None:
    code = _with("111", DAY, [8, 9, 10, 11])
    assert read_code(code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))) == code
    assert read_code(code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == code


@given(days, st.lists(st.integers(0, 29), min_size=4, max_size=4))
def test_a_sign_no_last_part_has_is_forgiven_only_when_the_check_leaves_one_choice(
    day: date, numbers: list[int]
) -> None:
    code = _with("1022", day, numbers)
    for meant, typed in (("D", "0"), ("Q", "O"), ("V", "U"), ("7", "1"), ("J", "i"), ("T", "L")):
        for position in range(len(code) - 5, len(code)):
            if code[position] == meant:
                assert read_code(code[:position] + typed + code[position + 1 :]) == code


@given(days, st.lists(st.integers(0, 29), min_size=4, max_size=4), st.data())
def test_a_wrong_code_is_never_read_as_another_one(day: date, numbers: list[int], data: st.DataObject) -> None:
    code = _with("1022", day, numbers)
    position = data.draw(st.integers(len(code) - 5, len(code) - 1))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[position]]))
    assert read_code(code[:position] + other + code[position + 1 :]) is None


def test_what_is_no_code_is_not_read() -> None:
    for text in (
        "",
        "1022",
        "0901234567",
        "1022-261321-22222",
        "1022-260230-22222",
        "7K3MX",
        "xin chào",
        "-" * 20,
        "²" * 16,
    ):
        assert read_code(text) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_code(text)
    assert all(read_code(code) == code for code in find_codes(text))


def test_codes_are_found_inside_a_sentence() -> None:
    first, second = _with("1022", DAY, [1, 2, 3, 4]), _with("PA", DAY, [29, 28, 27, 26])
    text = f"Cho hỏi mã {first.lower()}, và {second.replace('-', ' ')} (gọi 0901234567); {first.replace('-', '')}!"
    assert find_codes(text) == [first, second]
    assert find_codes("gọi 0901 234 567 hoặc 1022-261121-22222, phòng 12") == (
        ["1022-261121-22222"] if check_char("1022-261121-2222") == "2" else []
    )
    assert find_codes(f"ma {first} ma{second}") == [first]
    assert find_codes(f"mã:{first}\n{second}") == [first, second]
