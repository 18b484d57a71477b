"""Choices as typed numbers, for platforms and moments that have no room for buttons."""

from conversation.messages import Message


def numbered(message: Message) -> str:
    """The message's text with its choices under it as lines `1. Label`; the text alone when there are none."""
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(message.choices, start=1)]
    return "\n".join([message.text, *lines] if message.text else lines)
