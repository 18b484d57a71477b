"""What each Bot API method may carry (core.telegram.org/bots/api, Bot API 10.3 as transcribed 2026), stricter than the
real server: an unknown parameter is refused instead of ignored.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webhooks.sandbox.shapes import (
    Check,
    Misfit,
    anything,
    by_kind,
    flag,
    list_of,
    one_of,
    record,
    text,
    web_address,
    whole,
)

UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
_ID = whole(-(2**52), 2**52)
_MESSAGE_ID = whole(1, 2**31 - 1)
_CODE = text(64, unit="bytes")
_LABEL = text(256)


def _secret(value: object, path: str) -> None:
    text(256)(value, path)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", str(value)):
        raise Misfit(path, "value", "secret token contains unallowed characters")


def _command(value: object, path: str) -> None:
    text(32)(value, path)
    if not re.fullmatch(r"[a-z0-9_]+", str(value)):
        raise Misfit(path, "value", "BOT_COMMAND_INVALID")


def _inline_button(value: object, path: str) -> None:
    known = {"url": web_address(2048, schemes=("https", "http", "tg")), "callback_data": _CODE}
    record({"text": _LABEL}, known)(value, path)
    kinds = [key for key in known if isinstance(value, dict) and key in value]
    if len(kinds) != 1:
        raise Misfit(path, "value", "Text buttons are unallowed in the inline keyboard: exactly one action is needed")


def _inline_rows(value: object, path: str) -> None:
    list_of(list_of(_inline_button, 8), 100)(value, path)
    if isinstance(value, list) and sum(len(row) for row in value) > 100:
        raise Misfit(path, "too_many", "more than 100 buttons")


def _reply_button(value: object, path: str) -> None:
    if isinstance(value, str):
        _LABEL(value, path)
        return
    record({"text": _LABEL}, {"request_contact": flag, "request_location": flag})(value, path)
    if isinstance(value, dict) and value.get("request_contact") and value.get("request_location"):
        raise Misfit(path, "value", "a button asks for one thing")


_KEYBOARD = record(
    {"keyboard": list_of(list_of(_reply_button, 12), 100)},
    {
        "is_persistent": flag,
        "resize_keyboard": flag,
        "one_time_keyboard": flag,
        "input_field_placeholder": text(64),
        "selective": flag,
    },
)
_INLINE = record({"inline_keyboard": _inline_rows})


def _markup(value: object, path: str) -> None:
    keys = value.keys() if isinstance(value, dict) else ()
    if "inline_keyboard" in keys:
        _INLINE(value, path)
    elif "keyboard" in keys:
        _KEYBOARD(value, path)
    elif "remove_keyboard" in keys:
        record({"remove_keyboard": one_of(True)}, {"selective": flag})(value, path)
    else:
        record({"force_reply": one_of(True)}, {"input_field_placeholder": text(64), "selective": flag})(value, path)


_ENTITY = record(
    {"type": text(32), "offset": whole(0, 4096), "length": whole(1, 4096)}, {"url": web_address(), "language": text(32)}
)
_PREVIEW = record({}, {"is_disabled": flag, "url": text(2000, least=0), "prefer_small_media": flag})
_COMMON: Mapping[str, Check] = {
    "message_thread_id": _MESSAGE_ID,
    "business_connection_id": text(128),
    "disable_notification": flag,
    "protect_content": flag,
    "allow_paid_broadcast": flag,
    "reply_parameters": record({"message_id": _MESSAGE_ID}, {"allow_sending_without_reply": flag, "chat_id": _ID}),
    "reply_markup": _markup,
}
_PARSE = {"parse_mode": one_of("HTML", "MarkdownV2", "Markdown")}
_TEXT = {**_PARSE, "entities": list_of(_ENTITY, 100, least=0), "link_preview_options": _PREVIEW}
_CAPTION = {**_PARSE, "caption": text(1024, unit="utf16"), "caption_entities": list_of(_ENTITY, 100, least=0)}
_LANGUAGE = {"language_code": text(2, least=0)}
_SCOPE = {**_LANGUAGE, "scope": by_kind("type", {"default": anything, "all_private_chats": anything, "chat": anything})}
_MEDIA_ITEM = record({"type": one_of("photo", "video", "document"), "media": text(2048)}, _CAPTION)
_UPDATES = (
    "message", "edited_message", "callback_query", "my_chat_member", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "chat_member", "inline_query",
    "message_reaction_count", "channel_post", "edited_channel_post", "chosen_inline_result", "poll", "poll_answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Method:
    """`files`: parameters that may be an uploaded part, a file_id or an address. `sends`: counts for the rates."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    files: tuple[str, ...] = ()
    sends: bool = False


def _media_method(kind: str) -> Method:
    return Method({"chat_id": _ID, kind: text(2048)}, {**_COMMON, **_CAPTION}, (kind,), sends=True)


METHODS: Mapping[str, Method] = {
    "getMe": Method({}, {}),
    "logOut": Method({}, {}),
    "getUpdates": Method({}, {"offset": _ID, "limit": whole(1, 100), "timeout": whole(0, 50), "allowed_updates": anything}),
    "setWebhook": Method(
        {"url": text(2048, least=0)},
        {
            "secret_token": _secret,
            "max_connections": whole(1, 100),
            "allowed_updates": list_of(one_of(*_UPDATES), 40, least=0),
            "drop_pending_updates": flag,
            "ip_address": text(45),
        },
    ),
    "deleteWebhook": Method({}, {"drop_pending_updates": flag}),
    "getWebhookInfo": Method({}, {}),
    "sendMessage": Method({"chat_id": _ID, "text": text(4096, unit="utf16")}, {**_COMMON, **_TEXT}, sends=True),
    "sendPhoto": _media_method("photo"),
    "sendDocument": _media_method("document"),
    "sendVoice": _media_method("voice"),
    "sendVideo": _media_method("video"),
    "sendAudio": _media_method("audio"),
    "sendMediaGroup": Method({"chat_id": _ID, "media": list_of(_MEDIA_ITEM, 10, least=2)}, _COMMON, sends=True),
    "sendLocation": Method({"chat_id": _ID, "latitude": anything, "longitude": anything}, _COMMON, sends=True),
    "copyMessage": Method(
        {"chat_id": _ID, "from_chat_id": _ID, "message_id": _MESSAGE_ID}, {**_COMMON, **_CAPTION}, sends=True
    ),
    "editMessageText": Method(
        {"chat_id": _ID, "message_id": _MESSAGE_ID, "text": text(4096, unit="utf16")}, {**_TEXT, "reply_markup": _INLINE}
    ),
    "editMessageReplyMarkup": Method({"chat_id": _ID, "message_id": _MESSAGE_ID}, {"reply_markup": _INLINE}),
    "deleteMessage": Method({"chat_id": _ID, "message_id": _MESSAGE_ID}, {}),
    "answerCallbackQuery": Method(
        {"callback_query_id": text(64)},
        {"text": text(200, least=0), "show_alert": flag, "url": text(2048), "cache_time": whole(0, 86400)},
    ),
    "sendChatAction": Method({"chat_id": _ID, "action": text(32)}, {"message_thread_id": _MESSAGE_ID}),
    "setMessageReaction": Method(
        {"chat_id": _ID, "message_id": _MESSAGE_ID}, {"reaction": list_of(anything, 3, least=0), "is_big": flag}
    ),
    "getFile": Method({"file_id": text(200)}, {}),
    "createForumTopic": Method({"chat_id": _ID, "name": text(128)}, {"icon_color": whole(0, 2**24)}),
    "setMyCommands": Method(
        {"commands": list_of(record({"command": _command, "description": text(256)}), 100, least=0)}, _SCOPE
    ),
    "getMyCommands": Method({}, _SCOPE),
    "deleteMyCommands": Method({}, _SCOPE),
    "setMyName": Method({}, {**_LANGUAGE, "name": text(64, least=0)}),
    "setMyDescription": Method({}, {**_LANGUAGE, "description": text(512, least=0)}),
    "setMyShortDescription": Method({}, {**_LANGUAGE, "short_description": text(120, least=0)}),
    "setChatMenuButton": Method({}, {"chat_id": _ID, "menu_button": anything}),
}  # fmt: skip

_STRUCTURED = {
    "reply_markup", "entities", "caption_entities", "link_preview_options", "reply_parameters", "allowed_updates",
    "media", "commands", "scope", "reaction", "menu_button",
}  # fmt: skip
_WHOLE = {"chat_id", "from_chat_id", "message_id", "message_thread_id", "max_connections", "offset", "limit", "timeout",
          "cache_time", "icon_color"}  # fmt: skip
_REAL = {"latitude", "longitude"}
_FLAGS = {
    "disable_notification",
    "protect_content",
    "allow_paid_broadcast",
    "show_alert",
    "is_big",
    "drop_pending_updates",
}


def from_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """Form values as the kinds they stand for; the Bot API writes nested objects as JSON strings."""
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: str) -> object:
    if name in _STRUCTURED:
        try:
            return json.loads(value)
        except ValueError as error:
            raise Misfit(name, "kind", "can't parse as a JSON object") from error
    if name in _WHOLE:
        return int(value) if re.fullmatch(r"-?\d{1,19}", value) else value
    if name in _REAL:
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value
    if name in _FLAGS:
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s+[a-z-]+=\"[^\"<>]*\")*)\s*>", re.IGNORECASE)
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "tg-spoiler", "blockquote"}


def plain_of_html(source: str) -> str:
    """The text a phone shows. Raises `Misfit` where the real server says "can't parse entities"."""
    opened: list[str] = []
    for slash, tag, _ in _TAG.findall(source):
        if tag.lower() not in _TAGS:
            raise Misfit("text", "value", "can't parse entities: unsupported start tag")
        if slash and (not opened or opened.pop() != tag.lower()):
            raise Misfit("text", "value", "can't parse entities: unexpected end tag")
        if not slash:
            opened.append(tag.lower())
    bare = _TAG.sub("", source)
    if opened or "<" in bare or ">" in bare or re.search(r"&(?!(lt|gt|amp|quot|#\d+);)", bare):
        raise Misfit("text", "value", "can't parse entities")
    for name, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        bare = bare.replace(name, letter)
    return bare
