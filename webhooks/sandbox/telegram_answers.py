"""How the Bot API words its refusals, and how its markup looks on a phone."""

from typing import Any

from webhooks.sandbox.exchange import Reply, answer
from webhooks.sandbox.phones import Button
from webhooks.sandbox.shapes import Misfit
from webhooks.sandbox.stage import Json


class TelegramRefusal(Exception):
    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def inline_buttons(markup: Json) -> list[Button]:
    rows = markup.get("inline_keyboard", [])
    return [
        Button(
            each["text"],
            "callback" if "callback_data" in each else "url",
            each.get("callback_data") or each["url"],
            row=row,
        )
        for row, line in enumerate(rows)
        for each in line
    ]


def reply_button(button: Any, row: int) -> Button:  # noqa: ANN401 - a string or an object, as the API says
    if isinstance(button, str):
        return Button(button, "reply", button, row=row)
    asks = (
        "share_phone"
        if button.get("request_contact")
        else "share_location"
        if button.get("request_location")
        else "reply"
    )
    return Button(button["text"], asks, button["text"], row=row)  # type: ignore[arg-type]  # one of the three actions


def wording(error: Exception) -> str:
    if isinstance(error, Misfit) and error.rule == "too_long" and error.path == "text":
        return "message is too long"
    if isinstance(error, Misfit) and error.path.endswith("callback_data"):
        return "BUTTON_DATA_INVALID"
    return str(error)


def refused(status: int, description: str, **parameters: int) -> Reply:
    document: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        document["parameters"] = parameters
    return answer(document, status)
