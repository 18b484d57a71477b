"""Button codes for platforms where a press comes back as a text (Zalo, Viber). Anyone can type one: never an authority."""

import re

_PREFIX = "#td:"
_CODE = re.compile(r"[a-z0-9_.:-]{1,60}")


def payload_of(code: str) -> str | None:
    """The hidden text that stands for a choice's code; None when it would not come back as the same code."""
    return _PREFIX + code if _CODE.fullmatch(code) else None


def code_of(text: str) -> str | None:
    """The code of a text that is exactly one of our payloads; else None, and the text is a person's own words."""
    code = text.removeprefix(_PREFIX)
    return code if code != text and _CODE.fullmatch(code) else None
