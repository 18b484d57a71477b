"""The Bot API's limits (documentation of 2026) written apart from the adapter, and its shapes by aiogram's own models."""

from typing import Any

from aiogram import methods
from pydantic import TypeAdapter

from adapters.base import ApiCall

METHODS = {name: getattr(methods, name[0].upper() + name[1:]) for name in (
    "sendMessage", "sendPhoto", "sendVideo", "sendVoice", "sendAudio", "sendDocument", "sendSticker",
)}  # fmt: skip


def said(call: ApiCall) -> str:
    assert call.json is not None
    markup = call.json.get("reply_markup", {})
    rows = [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]
    return "\n".join([call.json.get("text", ""), *(button["text"] for row in rows for button in row)])


def check(call: ApiCall) -> None:
    assert call.method == "POST"
    base, token, name = call.url.removeprefix("https://").split("/")
    assert (base, token, name) == ("api.telegram.org", "bot7000000001:AAinvented-token_of_nobody", call.name)
    assert call.json is not None
    parameters = dict(call.json)
    METHODS[name].model_validate(parameters)
    assert set(parameters) <= set(METHODS[name].model_fields)
    if name == "sendMessage":
        assert parameters["text"].strip()
        assert len(parameters["text"].encode("utf-16-le")) // 2 <= 4096
        assert "parse_mode" not in parameters
        assert parameters["link_preview_options"] == {"is_disabled": True}
    check_markup(parameters.get("reply_markup"), business="business_connection_id" in parameters)


def check_markup(markup: dict[str, Any] | None, *, business: bool) -> None:
    if markup is None:
        return
    TypeAdapter(methods.SendMessage.model_fields["reply_markup"].annotation).validate_python(markup)
    if "inline_keyboard" in markup:
        assert sum(len(row) for row in markup["inline_keyboard"]) <= 100
        for row in markup["inline_keyboard"]:
            assert 1 <= len(row) <= 8
            for button in row:
                assert set(button) in ({"text", "callback_data"}, {"text", "url"})
                assert button["text"].strip()
                assert button.get("url", "https://").startswith("https://")
                assert 1 <= len(button.get("callback_data", "x").encode()) <= 64
    else:
        assert not business, "reply keyboards do not exist in business chats"
        for row in markup.get("keyboard", []):
            assert 1 <= len(row) <= 8
            for button in row:
                assert button["text"].strip()
                assert len(button) <= 2
