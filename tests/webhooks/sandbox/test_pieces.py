"""The small parts: strict shapes, bodies of every kind, the record of the wire."""

from typing import Any

import pytest

from webhooks.sandbox.exchange import Call, Unreadable
from webhooks.sandbox.samples import SILENT_OGG, picture_png
from webhooks.sandbox.shapes import (
    Misfit,
    by_kind,
    digits_text,
    flag,
    list_of,
    number,
    one_of,
    record,
    text,
    web_address,
    whole,
)
from webhooks.sandbox.telegram_shapes import plain_of_html
from webhooks.sandbox.viber_shapes import keyboard_rows
from webhooks.sandbox.wire import MASK, Wire

SHAPE = record({"a": text(3)}, {"b": list_of(whole(1, 2), 2), "c": flag})


@pytest.mark.parametrize(
    ("check", "value", "path", "rule"),
    [
        (SHAPE, [], "body", "kind"),
        (SHAPE, {}, "a", "missing"),
        (SHAPE, {"a": None}, "a", "missing"),
        (SHAPE, {"a": "abcd"}, "a", "too_long"),
        (SHAPE, {"a": "a", "d": 1}, "d", "unknown_field"),
        (SHAPE, {"a": "a", "b": [1, 3]}, "b[1]", "out_of_range"),
        (SHAPE, {"a": "a", "b": [1, 1, 1]}, "b", "too_many"),
        (SHAPE, {"a": "a", "b": []}, "b", "too_few"),
        (SHAPE, {"a": "a", "b": {}}, "b", "kind"),
        (SHAPE, {"a": "a", "c": 1}, "c", "kind"),
        (whole(0, 9), True, "body", "kind"),
        (whole(0, 9), 1.0, "body", "kind"),
        (number(0, 9), "1", "body", "kind"),
        (number(0, 9), 9.5, "body", "out_of_range"),
        (text(9, least=2), "a", "body", "too_short"),
        (text(3, unit="bytes"), "ưa", "body", "fine"),
        (text(2, unit="bytes"), "ưa", "body", "too_long"),
        (text(1, unit="utf16"), "😀", "body", "too_long"),
        (digits_text(2, 4), 12, "body", "kind"),
        (digits_text(2, 4), "٣٤", "body", "kind"),
        (digits_text(2, 4), "12345", "body", "too_long"),
        (digits_text(2, 4), "1", "body", "too_short"),
        (one_of("a", 1), True, "body", "value"),
        (web_address(), "http://example.vn/", "body", "value"),
        (web_address(), "https:///a", "body", "value"),
        (web_address(), "http://127.0.0.1:8080/a", "body", "fine"),
        (by_kind("t", {"x": SHAPE}), {"t": "y"}, "t", "value"),
        (by_kind("t", {"x": SHAPE}), {}, "t", "missing"),
        (by_kind("t", {"x": SHAPE}), 5, "body", "kind"),
    ],
)
def test_a_shape_tells_the_path_and_the_rule(check: Any, value: object, path: str, rule: str) -> None:
    if rule == "fine":
        check(value, "")
        return
    with pytest.raises(Misfit) as caught:
        check(value, "")
    assert (caught.value.path, caught.value.rule) == (path, rule)


def call(body: bytes, content_type: str) -> Call:
    return Call("POST", "/", {}, {"content-type": content_type}, body)


@pytest.mark.parametrize(
    ("body", "content_type", "reader"),
    [
        (b"{", "application/json", "json_object"),
        (b"[]", "application/json", "json_object"),
        (b"\xff", "application/json", "json_object"),
        (b"a=1&a=2", "application/x-www-form-urlencoded", "form"),
        (b"\xff=1", "application/x-www-form-urlencoded", "form"),
        (b"justtext", "application/x-www-form-urlencoded", "form"),
        (b"--x\r\n", "multipart/form-data", "multipart"),
        (b"--x\r\n\r\na", "multipart/form-data; boundary=x", "multipart"),
        (b"--x\r\nno-headers\r\n--x--\r\n", "multipart/form-data; boundary=x", "multipart"),
        (b"--x\r\nA: b\r\n\r\nc\r\n--x--\r\n", "multipart/form-data; boundary=x", "multipart"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_unreadable(body: bytes, content_type: str, reader: str) -> None:
    with pytest.raises(Unreadable):
        getattr(call(body, content_type), reader)()


def test_the_record_of_the_wire_masks_in_every_spelling_and_forgets_the_oldest() -> None:
    told: list[Any] = []
    wire = Wire(lambda kind, data: told.append((kind, data)), lambda: 5.0)
    wire.hide(["a:secret/one", "abc"])
    headers = {"Authorization": "Bearer x", "X-Hub-Signature-256": "sha256=" + "0" * 64, "Accept": "*/*"}
    entry = wire.begin("call", "a", "p", "POST", "/bota%3Asecret%2Fone/x", headers, b"a:secret/one abc")
    wire.end(entry, 200, b'{"access_token": "fresh-token", "refresh_token":"other"}', 0.0125)
    assert entry.path == f"/bot{MASK}/x"
    assert entry.body == f"{MASK} abc"
    assert entry.headers == {"Authorization": MASK, "X-Hub-Signature-256": "sha256=000000000…"}
    assert "fresh-token" not in entry.answer
    assert "other" not in entry.answer
    assert told[0][1]["took_ms"] == 12
    for _ in range(500):
        wire.begin("call", "a", "p", "POST", "/", {}, b"\xff" * 99)
    assert len(wire.entries) == 400
    assert wire.entries[-1].body == "(99 bytes)"


def test_the_sample_media_are_what_they_claim() -> None:
    assert picture_png(1).startswith(b"\x89PNG")
    assert picture_png(1) != picture_png(2)
    assert SILENT_OGG.startswith(b"OggS")


def test_html_of_the_bot_api_becomes_the_text_a_phone_shows() -> None:
    assert plain_of_html('<b>Mã</b> <a href="https://a.vn">1 &lt; 2</a> &amp;lt;') == "Mã 1 < 2 &lt;"
    for wrong in ("<x>a</x>", "a & b", "</b>", "<b><i>a</b></i>", "a > b"):
        with pytest.raises(Misfit):
            plain_of_html(wrong)


def test_viber_rows_fill_from_the_left() -> None:
    half, full = {"Columns": 3}, {"Columns": 6, "Rows": 2}
    assert [keyboard_rows(each) for each in ([], [half], [half, half], [half, full, half])] == [0, 1, 1, 4]
