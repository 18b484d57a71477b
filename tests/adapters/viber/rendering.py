"""What a person reads in a call to Viber, and every limit of the bot API docs (as transcribed 2026) on one call."""

import json
from html import unescape
from typing import Any

from adapters.base import ApiCall

SHARES = {"share-phone", "location-picker"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def buttons_of(body: Any) -> list[dict[str, Any]]:
    return list(body.get("keyboard", {}).get("Buttons", []))


def said(call: ApiCall) -> str:
    assert call.json is not None
    labels = [
        unescape(button["Text"]) for button in buttons_of(call.json) if button["ActionType"] in {"reply", "open-url"}
    ]
    return call.json.get("text", "") + "".join(labels)


def check(call: ApiCall) -> None:
    assert call.url.endswith("/pa/send_message")
    assert call.method == "POST"
    assert call.headers["X-Viber-Auth-Token"]
    assert call.json is not None
    assert call.json["receiver"]
    check_body(call.json)


def check_body(body: Any) -> None:
    """The limits on a message, with or without a receiver."""
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 29_000
    assert "auth_token" not in body
    assert 1 <= units(body["sender"]["name"]) <= 28
    assert len(body.get("tracking_data", "")) <= 4000
    if body["type"] == "text":
        assert body["text"].strip()
        assert units(body["text"]) <= 7000
    else:
        assert body["media"].startswith("https://")
    if body["type"] in ("video", "file"):
        assert body["size"] > 0
    if body["type"] == "file":
        assert "." in body["file_name"]
    assert not holds_none(body)
    buttons = buttons_of(body)
    assert "keyboard" not in body or (body["keyboard"]["Type"] == "keyboard" and buttons)
    assert sum(button["Rows"] * button["Columns"] for button in buttons) <= 12 * 6
    for button in buttons:
        assert button["ActionBody"]
        assert button["Text"].strip()
        assert "<" not in button["Text"]
    if SHARES & {button["ActionType"] for button in buttons}:
        assert body["min_api_version"] >= 3


def holds_none(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(holds_none(item) for item in inner)
