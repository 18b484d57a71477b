"""Our messages as Viber's, built by viberbot's message classes. Sending by viberbot would block, wait for ever and write
the token into the log, so only its builders are used, and they are imported when the first message is built.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from html import unescape
from pathlib import PurePosixPath
from typing import Any

from adapters.attachments import attachment_line, is_public
from adapters.base import Account, ApiCall, Bubble
from adapters.choices import addresses_written, numbered
from adapters.splitting import split_text, utf16_units
from adapters.viber.keyboards import SHARING_API_VERSION, choice_buttons, keyboard_of, opens, share_button
from conversation.ids import ContactId
from conversation.messages import Media, MediaKind, Message

TEXT_LIMIT = 6500  # 7,000 are allowed, but the whole JSON must stay below 30 kB
SEND = "send"
BROADCAST = "broadcast"
_BYTES_PER_UNIT = 3  # so that a part never takes more than 19.5 kB of them, escapes included
_NAME_LIMIT = 28
_URL_LIMIT = 2000
_FILE_NAME_LIMIT = 256
_TRACKING_LIMIT = 200
_PICTURES = {".jpg", ".jpeg", ".png", ".gif"}
_EXECUTABLES = {".apk", ".bat", ".cmd", ".com", ".exe", ".jar", ".js", ".msi", ".ps1", ".scr", ".sh", ".vbs"}
_VIDEO_BYTES, _FILE_BYTES = 26 * 1024 * 1024, 50 * 1024 * 1024


def render(message: Message, to: ContactId, account: Account, reference: str) -> list[ApiCall]:
    """Attachments first, then the text; the keyboard comes with the last part, which is the one that shows it."""
    return [_call(account, {**body, "receiver": to}) for body in bodies(message, account, reference)]


def render_bulk(message: Message, to: Sequence[ContactId], account: Account) -> list[ApiCall]:
    """At most 300 receivers a call (Viber docs, 2026). Their receipts name the call's token and the person."""
    url = f"{account.api_base}/pa/broadcast_message"
    return [
        ApiCall(BROADCAST, "POST", url, token_header(account), json={**body, "broadcast_list": list(to)})
        for body in bodies(message, account, "")
    ]


def bodies(message: Message, account: Account, reference: str) -> list[dict[str, Any]]:
    """The messages without a receiver: as `send_message`, a welcome, or (with `broadcast_list`) many receivers take
    them. `tracking_data` is our reference and nothing else, for it is kept on the person's device.
    """
    message = addresses_written(message, opens)
    buttons = choice_buttons(message.choices)
    text = message.text if buttons and message.text.strip() else numbered(message)
    builders, others = _attachments(message.media)
    text = "\n".join([*([text] if text else []), *others])
    builders += [partial(_viberbot().TextMessage, text=part) for part in split_text(text, TEXT_LIMIT, _measure)]
    shares = share_button(message)
    sender = {"name": sender_name(message, account)}
    tracking = reference if 0 < len(reference) <= _TRACKING_LIMIT else None
    built: list[dict[str, Any]] = []
    for build in builders:
        is_last = len(built) == len(builders) - 1
        keyboard = keyboard_of([*shares, *buttons]) if is_last and (shares or buttons) else None
        version = SHARING_API_VERSION if keyboard and shares else None
        body = build(tracking_data=tracking, keyboard=keyboard, min_api_version=version).to_dict()
        built.append({**_without_none(body), "sender": sender})
    return built


def bubble(call: ApiCall) -> Bubble:
    """What a phone shows of it."""
    body = call.json or {}
    buttons = body.get("keyboard", {}).get("Buttons", [])
    return Bubble(body.get("text", ""), "media" in body, tuple(unescape(button["Text"]) for button in buttons))


def sender_name(message: Message, account: Account) -> str:
    """Who is shown as the sender: the person whose words they are, else the hotline. Required, at most 28 characters."""
    wanted = (message.sender_name or "").strip() or account.secret("SENDER_NAME").strip()
    return split_text(wanted, _NAME_LIMIT, utf16_units)[0] if wanted else account.platform


def builders_loaded() -> bool:
    return _viberbot.cache_info().currsize > 0


def load_builders() -> None:
    """Viberbot is imported: 0.07 s and 6 MiB, better spent before the first message waits for it."""
    _viberbot()


@cache
def _viberbot() -> Any:  # noqa: ANN401 -- a module without types
    from viberbot.api import messages  # noqa: PLC0415 -- it brings `requests` along; only a Viber account shall pay for that

    return messages


def _measure(text: str) -> int:
    """Viber counts characters and bytes: the longer of both, in characters."""
    written = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return max(utf16_units(text), -(-len(written) // _BYTES_PER_UNIT))


def _attachments(media: tuple[Media, ...]) -> tuple[list[Callable[..., Any]], list[str]]:
    """Builders for what Viber can fetch and show, and lines of text for the rest."""
    builders: list[Callable[..., Any]] = []
    lines = []
    for each in media:
        build = _native(each)
        if build:
            builders.append(build)
        else:
            lines.append(attachment_line(each))
    return builders, lines


def _native(media: Media) -> Callable[..., Any] | None:
    """Viber wants an address that ends in a file name, and the size of anything but a picture."""
    if not is_public(media) or len(media.source) > _URL_LIMIT:
        return None
    if media.kind is MediaKind.IMAGE:
        path = media.source.partition("#")[0].partition("?")[0]
        is_picture = PurePosixPath(path).suffix.lower() in _PICTURES
        return partial(_viberbot().PictureMessage, media=media.source) if is_picture else None
    size, name = media.size_bytes or 0, media.name or ""
    if media.kind is MediaKind.VIDEO and 0 < size <= _VIDEO_BYTES:
        return partial(_viberbot().VideoMessage, media=media.source, size=size)
    suffix = PurePosixPath(name).suffix.lower()
    if 0 < size <= _FILE_BYTES and suffix and suffix not in _EXECUTABLES and len(name) <= _FILE_NAME_LIMIT:
        return partial(_viberbot().FileMessage, media=media.source, size=size, file_name=name)
    return None


def _without_none(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The library writes None for what is not set, also inside; Viber takes that as bad data."""
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def _call(account: Account, body: Mapping[str, Any]) -> ApiCall:
    return ApiCall(SEND, "POST", f"{account.api_base}/pa/send_message", token_header(account), json=body)


def token_header(account: Account) -> dict[str, str]:
    return {"X-Viber-Auth-Token": account.secret("TOKEN")}
