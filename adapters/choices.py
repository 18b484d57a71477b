"""Choices as text, for platforms and moments that have no room for buttons."""

from collections.abc import Callable
from dataclasses import replace

from conversation.messages import Choice, Message


def numbered(message: Message) -> str:
    """The message's text with its choices under it as lines `1. Label`; the text alone when there are none. An address
    is written out.
    """
    lines = [
        _address(choice) if choice.url else f"{number}. {choice.label}"
        for number, choice in enumerate(message.choices, start=1)
    ]
    return "\n".join([message.text, *lines] if message.text else lines)


def addresses_written(message: Message, shown: Callable[[Choice], bool] = lambda _: False) -> Message:
    """The message with each address that no button can open (`shown`: one can) as a line of its text."""
    written = [choice for choice in message.choices if choice.url and not shown(choice)]
    if not written:
        return message
    text = "\n".join([*([message.text] if message.text else []), *map(_address, written)])
    return replace(message, text=text, choices=tuple(one for one in message.choices if one not in written))


def _address(choice: Choice) -> str:
    return f"{choice.label}: {choice.url}"
