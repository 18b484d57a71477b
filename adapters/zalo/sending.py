"""Our messages as Zalo's calls. Limits of the OA docs as transcribed 2026; what is unsure is kept well below."""

from collections.abc import Mapping
from typing import Any

from adapters.attachments import attachment_line, is_public
from adapters.base import Account, ApiCall, Bubble
from adapters.choices import numbered
from adapters.hidden_payloads import payload_of
from adapters.splitting import split_text, utf16_units
from adapters.zalo.contacts import is_anonymous, recipient_of
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

TEXT_LIMIT = 1900  # 2,000 are allowed; whether they count code points or UTF-16 units is written nowhere
BUTTONS = 5
TITLE_LIMIT = 100
_SUBTITLE_LIMIT = 500
SEND, SEND_ANONYMOUS = "send", "send_anonymous"


def render(message: Message, to: ContactId, account: Account) -> list[ApiCall]:
    """Pictures first, then the text; the buttons hang on its last part. A form is one message with all of it."""
    if is_anonymous(to):  # neither form nor templates apply to visitors
        text = _with_lines(numbered(message), message.media)
        return [_call(to, account, {"text": part}) for part in _parts(text)]
    form = _form(message, account)
    if form:
        return [_call(to, account, {"attachment": form})]
    pictures = [media for media in message.media if media.kind is MediaKind.IMAGE and is_public(media)]
    others = tuple(media for media in message.media if media not in pictures)
    buttons = _buttons(message.choices)
    text = _with_lines(message.text if buttons and not _is_blank(message.text) else numbered(message), others)
    bodies: list[dict[str, Any]] = [{"attachment": _picture(media)} for media in pictures]
    bodies += [{"text": part} for part in _parts(text)]
    if buttons:
        bodies[-1]["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return [_call(to, account, body) for body in bodies]


def bubble(call: ApiCall) -> Bubble:
    """What a phone shows of it."""
    message = (call.json or {}).get("message", {})
    payload = message.get("attachment", {}).get("payload", {})
    form = [part for element in payload.get("elements", []) for part in (element.get("title"), element.get("subtitle"))]
    text = "\n".join(part for part in (message.get("text"), *form) if part)
    media = any("media_type" in element for element in payload.get("elements", []))
    return Bubble(text, media, tuple(button["title"] for button in payload.get("buttons", [])))


def _parts(text: str) -> list[str]:
    return split_text(text, TEXT_LIMIT, utf16_units)


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _with_lines(text: str, attachments: tuple[Media, ...]) -> str:
    return "\n".join([*([text] if text else []), *map(attachment_line, attachments)])


def _buttons(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    """All choices as buttons, or none: the rest as numbers beside some buttons would read as two questions."""
    buttons: list[dict[str, Any]] = []
    for choice in choices[: BUTTONS + 1]:
        payload = payload_of(choice.code)
        if payload is None or _is_blank(choice.label) or utf16_units(choice.label) > TITLE_LIMIT:
            return []
        if choice.url:
            buttons.append({"title": choice.label, "type": "oa.open.url", "payload": {"url": choice.url}})
        else:
            buttons.append({"title": choice.label, "type": "oa.query.hide", "payload": payload})
    return buttons if len(buttons) <= BUTTONS else []


def _picture(media: Media) -> dict[str, Any]:
    elements = [{"media_type": "image", "url": media.source}]
    return {"type": "template", "payload": {"template_type": "media", "elements": elements}}


def _form(message: Message, account: Account) -> dict[str, Any] | None:
    """Zalo's own form for name, phone and address, where picture, heading and words are there and fit; else None.

    It has no buttons, so choices stand in its words as numbers. The answer comes later or never.
    """
    image = account.secret("FORM_IMAGE")
    if message.ask is not NativeAsk.FORM or message.media or not image.startswith(("https://", f"{account.api_base}/")):
        return None
    text = numbered(message).strip()
    first_line, _, others = text.partition("\n")
    title, subtitle = (message.ask_label, text) if message.ask_label else (first_line, others)
    title, subtitle = title.strip(), subtitle.strip()
    if not title or not subtitle or utf16_units(title) > TITLE_LIMIT or utf16_units(subtitle) > _SUBTITLE_LIMIT:
        return None
    elements = [{"title": title, "subtitle": subtitle, "image_url": image}]
    return {"type": "template", "payload": {"template_type": "request_user_info", "elements": elements}}


def _call(to: ContactId, account: Account, message: Mapping[str, Any]) -> ApiCall:
    # v3.0 is for people with an id; visitors are still written to by v2.0, which is shut for everybody else (-240).
    name, path = (SEND_ANONYMOUS, "/v2.0/oa/message") if is_anonymous(to) else (SEND, "/v3.0/oa/message/cs")
    body = {"recipient": recipient_of(to), "message": message}
    return ApiCall(name, "POST", account.api_base + path, access_header(account), json=body)


def access_header(account: Account) -> dict[str, str]:
    """Never `Authorization`: Zalo has a header of its own."""
    return {"access_token": account.secret("ACCESS_TOKEN")}
