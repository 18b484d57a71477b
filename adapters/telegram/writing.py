"""Our messages as Bot API calls: plain text without markup, so that nothing a citizen wrote can break it.

Limits after the Bot API's documentation, 2026.
"""

import re
from typing import Any
from urllib.parse import quote

from adapters.attachments import attachment_line, is_public
from adapters.base import Account, ApiCall, Bubble
from adapters.choices import addresses_written, numbered
from adapters.splitting import split_text, utf16_units
from adapters.telegram.contacts import Chat, chat_of
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

TEXT_UNITS = 4096
BUTTONS = 100
LABEL_UNITS = 64  # none is documented; phones show about half of it
_CALLBACK_BYTES = 64
_ROW_UNITS = 24
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{16,}")
_FILE_METHODS = {
    MediaKind.IMAGE: ("sendPhoto", "photo"),
    MediaKind.VIDEO: ("sendVideo", "video"),
    MediaKind.VOICE: ("sendVoice", "voice"),
    MediaKind.AUDIO: ("sendAudio", "audio"),
    MediaKind.FILE: ("sendDocument", "document"),
    MediaKind.STICKER: ("sendSticker", "sticker"),
}
_ASKS = {NativeAsk.PHONE: ("request_contact", "📱"), NativeAsk.LOCATION: ("request_location", "📍")}


def bot_call(account: Account, method: str, parameters: dict[str, Any]) -> ApiCall:
    """A call of the Bot API; the token is part of the address."""
    return ApiCall(method, "POST", f"{account.api_base}/bot{token_of(account)}/{method}", json=parameters)


def token_of(account: Account) -> str:
    return quote(account.secret("TOKEN"), safe=":")


def render(message: Message, to: ContactId, account: Account) -> list[ApiCall]:
    """Attachments first, then the text, whose last part carries the buttons."""
    chat = chat_of(to)
    private = chat.connection is None
    if private and message.ask in _ASKS:  # a reply keyboard opens no address
        message = addresses_written(message)
    sendable = [media for media in message.media if is_public(media) or _FILE_ID.fullmatch(media.source)]
    calls = [_file(account, chat, media) for media in sendable]
    markup, as_buttons = _markup(message, private=private)
    text = message.text if as_buttons and message.text.strip() else numbered(message)
    lines = [attachment_line(media) for media in message.media if media not in sendable]
    parts = split_text("\n".join([text, *lines]) if lines else text, TEXT_UNITS, utf16_units)
    for number, part in enumerate(parts, start=1):
        parameters = {**chat.parameters, "text": part, "link_preview_options": {"is_disabled": True}}
        if markup and number == len(parts):
            parameters["reply_markup"] = markup
        calls.append(bot_call(account, "sendMessage", parameters))
    return calls


def bubble(call: ApiCall) -> Bubble:
    """What a phone shows of it."""
    body = call.json or {}
    markup = body.get("reply_markup", {})
    rows = [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]
    labels = tuple(button["text"] for row in rows for button in row)
    return Bubble(body.get("text", ""), call.name != "sendMessage", labels)


def _file(account: Account, chat: Chat, media: Media) -> ApiCall:
    method, field = _FILE_METHODS[media.kind]
    return bot_call(account, method, {**chat.parameters, field: media.source})


def _markup(message: Message, *, private: bool) -> tuple[dict[str, Any], bool]:
    """The keyboard, and whether all choices are on it. Reply keyboards exist in the bot's own chats only."""
    fit = len(message.choices) <= BUTTONS and all(_fits(choice) for choice in message.choices)
    choices = message.choices if fit else ()
    ask = _ASKS.get(message.ask) if private and message.ask else None
    if ask is not None:
        request, sign = ask
        label = (message.ask_label or "").strip() or sign
        rows = [[{"text": label, request: True}], *([{"text": choice.label}] for choice in choices)]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}, fit
    if choices:
        buttons = [[_button(one) for one in row] for row in _rows(choices)]
        return {"inline_keyboard": buttons}, fit
    return ({"remove_keyboard": True} if private else {}), fit  # an asked-for number's keyboard stays until replaced


def _button(choice: Choice) -> dict[str, str]:
    return {"text": choice.label, **({"url": choice.url} if choice.url else {"callback_data": choice.code})}


def _fits(choice: Choice) -> bool:
    short = utf16_units(choice.label) <= LABEL_UNITS and 0 < len(choice.code.encode()) <= _CALLBACK_BYTES
    return bool(choice.label.strip()) and short


def _rows(choices: tuple[Choice, ...]) -> list[list[Choice]]:
    """Two short choices share a row; a list of three and more reads best downwards."""
    if len(choices) == 2 and sum(utf16_units(choice.label) for choice in choices) <= _ROW_UNITS:
        return [list(choices)]
    return [[choice] for choice in choices]
