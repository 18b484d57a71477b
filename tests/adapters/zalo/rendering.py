"""What a person reads in a call to Zalo, and every limit of the OA docs (as transcribed 2026) on one call."""

import re
from typing import Any

from adapters.base import ApiCall


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def message_of(call: ApiCall) -> dict[str, Any]:
    assert call.json is not None
    message = call.json["message"]
    assert isinstance(message, dict)
    return message


def payload_of(call: ApiCall) -> dict[str, Any]:
    payload = message_of(call).get("attachment", {}).get("payload", {})
    assert isinstance(payload, dict)
    return payload


def said(call: ApiCall) -> str:
    payload = payload_of(call)
    form = [part.get("title", "") + part.get("subtitle", "") for part in payload.get("elements", [])]
    buttons = [button["title"] for button in payload.get("buttons", [])]
    return message_of(call).get("text", "") + "".join(form) + "".join(buttons)


def check(call: ApiCall) -> None:
    assert call.json is not None
    assert call.method == "POST"
    assert call.headers["access_token"]
    recipient, message, payload = call.json["recipient"], message_of(call), payload_of(call)
    assert message
    assert "text" not in message or (message["text"].strip() and units(message["text"]) <= 2000)
    if "user_id" in recipient:
        assert call.url.endswith("/v3.0/oa/message/cs")
        assert set(recipient) == {"user_id"}
    else:
        assert call.url.endswith("/v2.0/oa/message")
        assert set(recipient) <= {"anonymous_id", "conversation_id"}
        assert set(message) == {"text"}
    buttons = payload.get("buttons", [])
    assert len(buttons) <= 5
    for button in buttons:
        assert button["title"].strip()
        assert units(button["title"]) <= 100
        if button["type"] == "oa.open.url":
            assert button["payload"]["url"].startswith("https://")
        else:
            assert re.fullmatch(r"#td:[a-z0-9_.:-]{1,60}", button["payload"])
    elements = payload.get("elements", [])
    assert len(elements) <= 1
    for element in elements:
        assert units(element.get("title", "")) <= 100
        assert units(element.get("subtitle", "")) <= 500
        if payload["template_type"] == "request_user_info":
            assert element["title"].strip()
            assert element["subtitle"].strip()
            assert element["image_url"].startswith("https://")
        else:
            assert element["media_type"] == "image"
            assert element["url"].startswith("https://")
