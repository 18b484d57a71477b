"""The Send API's limits (Meta docs, 2026), written apart from the adapter."""

import re
from typing import Any

from adapters.base import ApiCall

ATTACHMENT_TYPES = {"image", "video", "audio", "file"}


def said(call: ApiCall) -> str:
    assert call.json is not None
    message = call.json["message"]
    template = message.get("attachment", {}).get("payload", {})
    buttons = [*template.get("buttons", []), *message.get("quick_replies", [])]
    titles = [button.get("title", "") for button in buttons]
    return message.get("text", template.get("text", "")) + "\n" + "\n".join(titles)


def check(call: ApiCall) -> None:
    assert call.method == "POST"
    assert re.fullmatch(r"https://graph\.facebook\.com/v25\.0/200111222333444/messages", call.url)
    assert call.headers["authorization"] == "Bearer EAAGinvented0page0token"
    assert call.json is not None
    assert set(call.json) == {"recipient", "messaging_type", "message", "appsecret_proof", "access_token"}
    assert set(call.json["recipient"]) == {"id"}
    assert call.json["messaging_type"] == "RESPONSE"
    assert re.fullmatch(r"[0-9a-f]{64}", call.json["appsecret_proof"])
    message: dict[str, Any] = dict(call.json["message"])
    assert len(message.pop("metadata")) < 1000
    check_quick_replies(message.pop("quick_replies", None))
    ((kind, content),) = message.items()
    if kind == "text":
        assert 0 < len(content.encode("utf-16-le")) // 2 < 2000
        assert content.strip()
    else:
        assert kind == "attachment"
        if content["type"] == "template":
            check_template(content["payload"])
            return
        assert content["type"] in ATTACHMENT_TYPES
        assert content["payload"]["url"].startswith("https://")


def check_template(template: dict[str, Any]) -> None:
    assert set(template) == {"template_type", "text", "buttons"}
    assert template["template_type"] == "button"
    assert 0 < len(template["text"].encode("utf-16-le")) // 2 <= 640
    assert 1 <= len(template["buttons"]) <= 3
    for button in template["buttons"]:
        assert 0 < len(button["title"].encode("utf-16-le")) // 2 <= 20
        if button["type"] == "web_url":
            assert button["url"].startswith("https://")
        else:
            assert button["type"] == "postback"
            assert 0 < len(button["payload"]) <= 1000


def check_quick_replies(replies: list[dict[str, str]] | None) -> None:
    if replies is None:
        return
    assert 1 <= len(replies) <= 13
    for reply in replies:
        if reply["content_type"] == "user_phone_number":
            assert len(reply) == 1
        else:
            assert set(reply) == {"content_type", "title", "payload"}
            assert reply["content_type"] == "text"
            assert 0 < len(reply["title"]) <= 20
            assert 0 < len(reply["payload"]) <= 1000
