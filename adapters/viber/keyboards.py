"""Viber's keyboards: choices as reply buttons, and the buttons that share a phone number or a place."""

from html import escape
from typing import Any

from adapters.hidden_payloads import payload_of
from adapters.splitting import utf16_units
from conversation.messages import Choice, Message, NativeAsk

SHARE_PHONE = "#td-share-phone"
SHARE_LOCATION = "#td-share-location"
OPENED = "#td-open"
"""Ends the addresses of our buttons: Viber sends an opened address to the bot as if the person had typed it (docs, 2026)."""
ROWS = 12  # 12 in the current FAQ, 24 in older text
CHOICES = ROWS - 1  # one row is kept for a share button
LABEL_LIMIT = 60  # what a full-width row shows
_HTML_LIMIT = 250
SHARING_API_VERSION = 3  # clients below it would refuse the message (status 13), servers the button (status 3)

_SHARES = {
    NativeAsk.PHONE: ("share-phone", SHARE_PHONE, "📱"),
    NativeAsk.LOCATION: ("location-picker", SHARE_LOCATION, "📍"),
}


def choice_buttons(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    """One full-width row for each choice; none at all when one of them does not fit, for then numbers are typed.

    A press is silent: else the person would read our code as their own words.
    """
    buttons = []
    for choice in choices[: CHOICES + 1]:
        payload = payload_of(choice.code)
        if payload is None or not _fits(choice.label):
            return []
        kind, body = ("open-url", choice.url + OPENED) if choice.url else ("reply", payload)
        buttons.append(_button(kind, body, choice.label) | {"Silent": True})
    return buttons if len(buttons) <= CHOICES else []


def opens(choice: Choice) -> bool:
    """Whether a button can open its address: one that names a place inside its page has no room for our mark."""
    return bool(choice.url) and "#" not in str(choice.url)


def share_button(message: Message) -> list[dict[str, Any]]:
    """The button for what the message asks, where Viber has one. Without a label of ours it shows a sign only."""
    if message.ask not in _SHARES:
        return []
    action, body, sign = _SHARES[message.ask]
    label = message.ask_label or ""
    return [_button(action, body, label if _fits(label) else sign)]


def keyboard_of(buttons: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons}


def _fits(label: str) -> bool:
    return bool(label.strip()) and utf16_units(label) <= LABEL_LIMIT and len(_html(label)) <= _HTML_LIMIT


def _html(label: str) -> str:
    """`Text` takes a little HTML, so that a label's own signs must be escaped."""
    return escape(label, quote=False)


def _button(action: str, body: str, label: str) -> dict[str, Any]:
    return {"Columns": 6, "Rows": 1, "ActionType": action, "ActionBody": body, "Text": _html(label)}
