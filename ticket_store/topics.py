"""Topics that somebody wants no announcements about, as one text with a comma on both sides of each; NULL: none."""

from collections.abc import Sequence


def listed(topics: Sequence[str]) -> str | None:
    return f",{','.join(topics)}," if topics else None


def topics_of(text: str | None) -> tuple[str, ...]:
    return tuple(text.strip(",").split(",")) if text else ()


def pattern(topic: str) -> str:
    """What LIKE finds the topic by; codes have no `%` and no `_`."""
    return f"%,{topic},%"
