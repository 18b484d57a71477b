"""Sealed values open only with the key, in the column and the row they were made for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_store.crypto import KeyRing
from ticket_store.errors import Undecryptable

NEW, OLD, OLDER = "new " * 10, "old " * 10, "older " * 10
RING = KeyRing.from_secrets(NEW)


@given(st.binary())
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert RING.decrypt("tickets.body", "a", RING.encrypt("tickets.body", "a", plain)) == plain


def test_the_same_words_never_look_the_same() -> None:
    assert len({RING.encrypt_text("c", "r", "Nguyễn Văn An") for _ in range(100)}) == 100


def test_a_value_moved_to_another_row_or_column_does_not_open() -> None:
    sealed = RING.encrypt_text("tickets.body", "row 1", "words")
    for column, row in (("tickets.body", "row 2"), ("messages.body", "row 1"), ("tickets.bod", "yrow 1")):
        with pytest.raises(Undecryptable) as raised:
            RING.decrypt(column, row, sealed)
        assert row in str(raised.value)


def test_a_single_flipped_bit_is_noticed() -> None:
    sealed = RING.encrypt_text("c", "r", "words")
    for position in range(len(sealed)):
        broken = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(Undecryptable):
            RING.decrypt("c", "r", broken)


def test_former_keys_open_what_they_sealed_and_nothing_new_is_sealed_with_them() -> None:
    before = KeyRing.from_secrets(OLD).encrypt_text("c", "r", "words")
    rotated = KeyRing.from_secrets(NEW, [OLD, OLDER])
    assert rotated.decrypt_text("c", "r", before) == "words"
    assert not before.startswith(rotated.current_id)
    assert RING.decrypt_text("c", "r", rotated.encrypt_text("c", "r", "words")) == "words"
    with pytest.raises(Undecryptable, match="SECRET_KEY_OLD"):
        RING.decrypt("c", "r", before)


def test_a_blind_index_is_equal_for_equal_texts_of_one_column_and_key_only() -> None:
    index = RING.blind_index("tickets.phone", "+84901234567")
    assert index == KeyRing.from_secrets(NEW).blind_index("tickets.phone", "+84901234567")
    assert index != RING.blind_index("tickets.name", "+84901234567")
    assert index != RING.blind_index("tickets.phone", "+84901234568")
    both = KeyRing.from_secrets(NEW, [OLD]).blind_indexes("tickets.phone", "+84901234567")
    assert both == [index, KeyRing.from_secrets(OLD).blind_index("tickets.phone", "+84901234567")]


def test_a_ring_does_not_print_its_secrets() -> None:
    assert NEW.strip() not in repr(RING) + str(vars(RING))
    assert repr(KeyRing.from_secrets(NEW, [OLD, OLD])) == "KeyRing(2 keys)"


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        KeyRing.from_secrets("")
