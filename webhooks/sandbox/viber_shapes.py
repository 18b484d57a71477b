"""What a Viber message may carry (developers.viber.com REST bot API and keyboard pages as transcribed 2026)."""

import re
from collections.abc import Mapping

from webhooks.sandbox.shapes import (
    Check,
    Misfit,
    anything,
    by_kind,
    flag,
    list_of,
    number,
    one_of,
    record,
    text,
    web_address,
    whole,
)

JSON_BYTES = 30_000
BROADCAST_MOST = 300
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ALLOWED_HTML = re.compile(r"</?(b|i|u|s|br|font)(\s+(color|size)=['\"][^'\"<>]*['\"])*\s*/?>", re.IGNORECASE)
_EXECUTABLE = (".exe", ".bat", ".apk", ".cmd", ".com", ".js", ".jar", ".msi", ".sh", ".vbs", ".scr", ".ps1", ".php")


def _colour(value: object, path: str) -> None:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise Misfit(path, "value", "must be #RRGGBB")


def _label(value: object, path: str) -> None:
    text(250, least=0)(value, path)
    if "<" in _ALLOWED_HTML.sub("", str(value)):
        raise Misfit(path, "value", "HTML that Viber does not know")


def _file_name(value: object, path: str) -> None:
    text(256)(value, path)
    if "." not in str(value)[1:]:
        raise Misfit(path, "value", "needs an extension")
    if str(value).lower().endswith(_EXECUTABLE):
        raise Misfit(path, "value", "this type of file is refused")


def _picture(value: object, path: str) -> None:
    web_address()(value, path)
    if not re.search(r"\.(jpe?g|png|gif)$", str(value).split("?")[0], re.IGNORECASE):
        raise Misfit(path, "value", "the address must end in a file name with extension")


_ACTIONS = ("reply", "open-url", "none", "share-phone", "location-picker", "open-map")
_BUTTON_OPTIONAL: Mapping[str, Check] = {
    "Columns": whole(1, 6), "Rows": whole(1, 2), "ActionType": one_of(*_ACTIONS), "Text": _label,
    "TextSize": one_of("small", "regular", "large"), "TextVAlign": one_of("top", "middle", "bottom"),
    "TextHAlign": one_of("left", "center", "right"), "TextOpacity": whole(0, 100), "BgColor": _colour,
    "BgMedia": web_address(), "BgMediaType": one_of("picture", "gif"), "BgLoop": flag, "Image": web_address(),
    "Silent": flag, "OpenURLType": one_of("internal", "external"), "OpenURLMediaType": text(20), "TextPaddings": anything,
    "TextShouldFit": flag, "TextBgGradientColor": _colour, "Frame": anything, "Map": anything, "InternalBrowser": anything,
}  # fmt: skip
_BUTTON = record({"ActionBody": text(2000)}, _BUTTON_OPTIONAL)
_CARD_BUTTON = record({"ActionBody": text(2000)}, {**_BUTTON_OPTIONAL, "Rows": whole(1, 7)})
_KEYBOARD = record(
    {"Type": one_of("keyboard"), "Buttons": list_of(_BUTTON, 24 * 6)},
    {
        "DefaultHeight": flag, "BgColor": _colour, "CustomDefaultHeight": whole(40, 70), "HeightScale": whole(20, 100),
        "ButtonsGroupColumns": whole(1, 6), "ButtonsGroupRows": whole(1, 7),
        "InputFieldState": one_of("regular", "minimized", "hidden"), "FavoritesMetadata": anything,
    },
)  # fmt: skip
_SINCE = {
    "CustomDefaultHeight": 3, "HeightScale": 3, "ButtonsGroupColumns": 4, "ButtonsGroupRows": 4, "InputFieldState": 4,
    "FavoritesMetadata": 6,
}  # fmt: skip
_ACTION_SINCE = {"share-phone": 3, "location-picker": 3, "open-map": 6}
SENDER = record({"name": text(28)}, {"avatar": web_address()})
_COMMON: Mapping[str, Check] = {
    "receiver": text(64), "broadcast_list": list_of(text(64), BROADCAST_MOST), "type": text(20), "sender": SENDER,
    "tracking_data": text(4000, least=0), "min_api_version": whole(1, 10), "keyboard": _KEYBOARD, "auth_token": text(100),
}  # fmt: skip


def _kind(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record({"sender": SENDER, **required}, {**_COMMON, **(optional or {})})


_RICH = record(
    {"Type": one_of("rich_media"), "Buttons": list_of(_CARD_BUTTON, 6 * 6)},
    {"ButtonsGroupColumns": whole(1, 6), "ButtonsGroupRows": whole(1, 7), "BgColor": _colour},
)
_TYPED = by_kind(
    "type",
    {
        "text": _kind({"text": text(7000)}),
        "picture": _kind({"text": text(512, least=0), "media": _picture}, {"thumbnail": web_address()}),
        "video": _kind(
            {"media": web_address(), "size": whole(1, 26 * 1024 * 1024)},
            {"duration": whole(0, 180), "thumbnail": web_address(), "text": text(512, least=0)},
        ),
        "file": _kind({"media": web_address(), "size": whole(1, 50 * 1024 * 1024), "file_name": _file_name}),
        "contact": _kind({"contact": record({"name": text(28), "phone_number": text(18)}, {"avatar": web_address()})}),
        "location": _kind({"location": record({"lat": number(-90, 90), "lon": number(-180, 180)})}),
        "url": _kind({"media": web_address()}),
        "sticker": _kind({"sticker_id": whole(1, 10**9)}),
        "rich_media": _kind({"rich_media": _RICH}, {"alt_text": text(7000)}),
    },
)
_KEYBOARD_ONLY = record({"sender": SENDER, "keyboard": _KEYBOARD}, _COMMON)


def message(value: object, path: str) -> None:
    """The whole body of `send_message`; of a welcome and of a broadcast too, apart from who receives it."""
    if isinstance(value, dict) and "type" not in value and "keyboard" in value:
        _KEYBOARD_ONLY(value, path)
        return
    _TYPED(value, path)
    if isinstance(value, dict):
        _versions(value)


def _versions(body: Mapping[str, object]) -> None:
    version = body.get("min_api_version", 1)
    keyboard = body.get("keyboard") or {}
    needed = 2 if body.get("type") == "rich_media" else 1
    if isinstance(keyboard, dict):
        needed = max([needed, *(since for name, since in _SINCE.items() if name in keyboard)])
        buttons = keyboard.get("Buttons", [])
        for index, button in enumerate(buttons):
            since = _ACTION_SINCE.get(button.get("ActionType", "reply"), 1)
            if isinstance(version, int) and since > version:
                raise Misfit(
                    f"keyboard.Buttons[{index}].ActionType", "value",
                    f'instance value not found in enum (possible values: ["reply","open-url",""]): needs min_api_version {since}',
                )  # fmt: skip
        if keyboard_rows(buttons) > 12:
            raise Misfit("keyboard.Buttons", "too_many", "more than 12 rows")
    if isinstance(version, int) and needed > version:
        raise Misfit("min_api_version", "value", f"needs at least {needed}")


def keyboard_rows(buttons: list[Mapping[str, object]]) -> int:
    """How many rows the phone needs, filling each row of six columns from the left."""
    rows, used, tall = 0, 6, 0
    for button in buttons:
        columns, height = button.get("Columns", 6), button.get("Rows", 1)
        if not isinstance(columns, int) or not isinstance(height, int):
            continue
        if used + columns > 6:
            rows, used, tall = rows + tall, 0, 0
        used, tall = used + columns, max(tall, height)
    return rows + tall


SET_WEBHOOK = record(
    {"url": text(2000, least=0)},
    {
        "event_types": list_of(
            one_of("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started", "message",
                   "client_status", "action"), 20, least=0,
        ),
        "send_name": flag, "send_photo": flag, "is_inline": flag, "auth_token": text(100),
    },
)  # fmt: skip
EMPTY = record({}, {"auth_token": text(100)})
USER_DETAILS = record({"id": text(64)}, {"auth_token": text(100)})
GET_ONLINE = record({"ids": list_of(text(64), 100)}, {"auth_token": text(100)})
