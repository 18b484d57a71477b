"""What one citizen's phone shows: bubbles, buttons and the state of the chat, as plain values the page can draw."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from webhooks.sandbox.stage import Shelved

Action = Literal[
    "reply", "postback", "callback", "quick_reply", "url", "call", "share_phone", "share_location", "form", "none"
]
Mark = Literal["", "sending", "sent", "delivered", "seen", "failed"]


@dataclass(slots=True)
class Button:
    """`payload` is what the platform carries back; `silent`: the press leaves no bubble; `row` starts a new line;
    `pressed` is shown, for presses that leave nothing else to see.
    """

    label: str
    action: Action
    payload: str = ""
    silent: bool = False
    row: int = 0
    pressed: bool = False


@dataclass(slots=True)
class Picture:
    """Something attached. `url` is empty where the page must not load it (another host's)."""

    kind: str
    name: str
    url: str = ""


@dataclass(slots=True)
class Bubble:
    """One message on the phone. `ref` is the platform's own id of it, `mine` is the citizen's side."""

    id: int
    ref: str
    mine: bool
    kind: str
    text: str
    at: float
    sender: str = ""
    mark: Mark = ""
    buttons: list[Button] = field(default_factory=list)
    media: list[Picture] = field(default_factory=list)
    edited: bool = False
    reaction: str = ""
    staff: bool = False
    unread: bool = False

    def view(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Upload:
    """A photo, voice, video or file as the citizen picks it. `item` is where the sandbox keeps it."""

    kind: str
    item: Shelved


def find_button(choice: str | int, shown: Sequence[Button]) -> Button:
    """The button with this label, or at this index."""
    if isinstance(choice, int):
        return shown[choice]
    for button in shown:
        if button.label.strip().casefold() == choice.strip().casefold():
            return button
    raise LookupError(f"no button {choice!r}; the phone shows {[button.label for button in shown]}")
