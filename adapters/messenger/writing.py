"""Our messages as calls of the Send API (Meta docs, Send API and quick replies, 2026)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from adapters.attachments import attachment_line, is_public
from adapters.base import Account, ApiCall, Bubble
from adapters.choices import addresses_written, numbered
from adapters.messenger.reading import REFERENCE_PREFIX
from adapters.messenger.signing import proof
from adapters.splitting import split_text, utf16_units
from conversation.ids import ContactId
from conversation.messages import Media, MediaKind, Message, NativeAsk

VERSION = "v25.0"
TEXT_UNITS = 1900  # "fewer than 2000 characters", how counted is not told
QUICK_REPLIES = 13
TITLE_UNITS = 20
_TEMPLATE_UNITS, _TEMPLATE_BUTTONS = 640, 3
_METADATA_CHARS = 999
_ATTACHMENT_TYPES = {
    MediaKind.IMAGE: "image",
    MediaKind.STICKER: "image",
    MediaKind.VIDEO: "video",
    MediaKind.VOICE: "audio",
    MediaKind.AUDIO: "audio",
    MediaKind.FILE: "file",
}


def graph_call(
    account: Account, name: str, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str = ""
) -> ApiCall:
    """A call of the Graph API. The token travels in a header, never in the address, which ends in logs; with a body also
    as the documented parameter, because the header is documented for sister APIs only (2026).
    """
    secret = token or account.secret("PAGE_TOKEN")
    headers = {"authorization": f"Bearer {secret}"}
    if body is not None:
        body = {**body, "access_token": secret}
    return ApiCall(name, method, f"{account.api_base}/{VERSION}/{path}", headers, body)


def page_path(account: Account, edge: str) -> str:
    return f"{quote(account.secret('PAGE_ID'), safe='')}/{edge}"


def render(message: Message, to: ContactId, account: Account, reference: str) -> list[ApiCall]:
    """Attachments first, because quick replies vanish when a slower picture comes after them; then the text."""
    bodies: list[dict[str, Any]] = [_attachment(media) for media in message.media if is_public(media)]
    file_names = [attachment_line(media) for media in message.media if not is_public(media)]
    template = None if file_names else _template(message)
    bodies += [template] if template else _texts(addresses_written(message), file_names)
    return [_send(body, to, account, reference) for body in bodies]


def bubble(call: ApiCall) -> Bubble:
    """What a phone shows of it."""
    message = (call.json or {}).get("message", {})
    payload = message.get("attachment", {}).get("payload", {})
    buttons = [*payload.get("buttons", []), *message.get("quick_replies", [])]
    text = message.get("text") or payload.get("text", "")
    return Bubble(text, "url" in payload, tuple(button["title"] for button in buttons if "title" in button))


def _attachment(media: Media) -> dict[str, Any]:
    return {"attachment": {"type": _ATTACHMENT_TYPES[media.kind], "payload": {"url": media.source}}}


def _template(message: Message) -> dict[str, Any] | None:
    """Text and buttons as one card, which alone has buttons that open an address; None where none does, or it does not
    fit.
    """
    choices = message.choices
    fits = message.text.strip() and utf16_units(message.text) <= _TEMPLATE_UNITS and len(choices) <= _TEMPLATE_BUTTONS
    titled = all(choice.label.strip() and utf16_units(choice.label) <= TITLE_UNITS for choice in choices)
    if not (fits and titled and message.ask is None and any(choice.url for choice in choices)):
        return None
    buttons = [
        {"title": one.label, **({"type": "web_url", "url": one.url} if one.url else _postback(one.code))}
        for one in choices
    ]
    payload = {"template_type": "button", "text": message.text, "buttons": buttons}
    return {"attachment": {"type": "template", "payload": payload}}


def _postback(code: str) -> dict[str, str]:
    return {"type": "postback", "payload": code}


def _texts(message: Message, file_names: list[str]) -> list[dict[str, Any]]:
    native = [{"content_type": "user_phone_number"}] if message.ask is NativeAsk.PHONE else []
    buttons = [
        {"content_type": "text", "title": choice.label, "payload": choice.code}
        for choice in message.choices
        if choice.label.strip() and utf16_units(choice.label) <= TITLE_UNITS
    ]
    as_buttons = len(buttons) == len(message.choices) and len(buttons) + len(native) <= QUICK_REPLIES
    text = message.text if as_buttons and message.text.strip() else numbered(message)
    parts = split_text("\n".join([text, *file_names]) if file_names else text, TEXT_UNITS, utf16_units)
    bodies: list[dict[str, Any]] = [{"text": part} for part in parts]
    quick_replies = [*native, *(buttons if as_buttons else [])]
    if bodies and quick_replies:
        bodies[-1]["quick_replies"] = quick_replies
    return bodies


def _send(body: dict[str, Any], to: ContactId, account: Account, reference: str) -> ApiCall:
    metadata = f"{REFERENCE_PREFIX}{reference}"[:_METADATA_CHARS]
    return graph_call(
        account,
        "send",
        "POST",
        page_path(account, "messages"),
        {
            "recipient": {"id": to},
            "messaging_type": "RESPONSE",
            "message": {**body, "metadata": metadata},
            "appsecret_proof": proof(account),
        },
    )
