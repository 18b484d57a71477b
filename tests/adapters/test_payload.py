from datetime import UTC, datetime

import pytest

from adapters.errors import Unreadable
from adapters.payload import Fields, answer_object, clean_text, kind_word, moment_of, read_object


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"1", b"{", b'"a"', b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_json_object_is_unreadable_and_its_content_is_not_told(body: bytes) -> None:
    with pytest.raises(Unreadable, match="body is") as caught:
        read_object(body)
    assert caught.value.__cause__ is None
    assert not answer_object(body)


def test_ids_are_text_whatever_they_were_sent_as() -> None:
    fields = read_object(b'{"a": 12345678901234567890123, "b": "x", "c": true, "d": 1.5, "e": ""}')
    assert fields.identity("a") == "12345678901234567890123"
    assert fields.need_identity("b") == "x"
    assert [fields.identity(name) for name in "cdef"] == [None] * 4
    with pytest.raises(Unreadable, match=r"^body\.c: an id is missing$"):
        fields.need_identity("c")


def test_texts_lose_what_no_database_takes() -> None:
    fields = read_object(b'{"a": "x\\ud83d\\ude00\\ud800\\u0000", "b": 1, "c": ["a", 1, ""], "d": "no list"}')
    assert fields.text("a") == "x😀\ufffd\ufffd"
    assert fields.text("b") is None
    assert (fields.texts("c"), fields.texts("d")) == (["a"], [])
    assert clean_text("bình thường") == "bình thường"


def test_numbers_are_finite_and_not_booleans() -> None:
    fields = read_object(b'{"a": "12", "b": 7, "c": true, "d": 1e400, "e": 1.5, "f": ' + b"9" * 400 + b"}")
    assert [fields.whole(name) for name in "abcdef"] == [12, 7, None, None, None, None]
    assert [fields.number(name) for name in "abcdef"] == [None, 7.0, None, None, 1.5, None]


def test_moments_are_aware_or_none() -> None:
    fields = Fields({"a": 1_790_000_000_123, "b": "1790000000", "c": 0, "d": 10**17, "e": None})
    assert fields.moment("a") == datetime(2026, 9, 21, 14, 13, 20, 123000, tzinfo=UTC)
    assert fields.moment("b", 1) == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert [fields.moment(name, 1) for name in "cde"] == [None] * 3
    assert moment_of(-1) is None


def test_objects_keep_their_path_and_what_is_none_is_empty() -> None:
    fields = read_object(b'{"a": {"b": [1, {"id": 5}]}, "t": true, "s": "true"}')
    (only,) = fields.object("a").objects("b")
    assert only.path == "body.a.b[1]"
    assert "id" in only
    assert not fields.object("t")
    assert fields.objects("t") == []
    assert (fields.flag("t"), fields.flag("s")) == (True, False)
    assert "5" not in repr(only)


def test_a_kind_is_fit_for_a_label() -> None:
    assert kind_word("user_send_địa chỉ") == "user_send_ach"
    assert kind_word("x" * 99) == "x" * 60
    assert kind_word("ờ") == "unnamed"
