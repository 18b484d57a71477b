"""Reads untrusted JSON by name and kind. What is absent or of another kind is None or empty; what is needed and missing
is an `Unreadable` that tells the path, never the value.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.errors import Unreadable
from conversation.ids import EventKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY_CHARS = 160
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def clean_text(value: str) -> str:
    """The text without what no database and no encoder takes: NUL and lone surrogates become U+FFFD.

    `json` joins proper surrogate pairs itself; a lone one is what a sender left after cutting an emoji in two.
    """
    return _UNFIT.sub("\ufffd", value)


def kind_word(value: object) -> str:
    """The platform's own word for a kind, fit for a metric's label: at most 60 characters of [A-Za-z0-9_.-]."""
    return re.sub(r"[^A-Za-z0-9_.-]", "", str(value)[:200])[:60] or "unnamed"


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object and where it stands."""

    values: Mapping[str, Any] = field(repr=False)
    path: str = "body"

    def __bool__(self) -> bool:
        return bool(self.values)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """A non-empty string, cleaned; else None."""
        value = self.values.get(name)
        return clean_text(value) if isinstance(value, str) and value else None

    def identity(self, name: str) -> str | None:
        """An id as text, whether it was sent as a string or as a number of any size; else None."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return clean_text(value) if isinstance(value, str) and value else None

    def need_identity(self, name: str) -> str:
        """As `identity`; raises `Unreadable` where there is none."""
        value = self.identity(name)
        if value is None:
            raise Unreadable(f"{self.path}.{name}: an id is missing")
        return value

    def whole(self, name: str) -> int | None:
        """A whole number below 10^18, also one sent as digits in a string; else None."""
        value = self.values.get(name)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else None

    def number(self, name: str) -> float | None:
        """A finite number; else None."""
        value = self.values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                return None
            return number if math.isfinite(number) else None
        return None

    def flag(self, name: str) -> bool:
        """Whether the value is `true`."""
        return self.values.get(name) is True

    def object(self, name: str) -> "Fields":
        """The object of that name; an empty one where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {}, f"{self.path}.{name}")

    def objects(self, name: str) -> "list[Fields]":
        """The objects of the list of that name, in order; members of another kind are left out."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else []
        return [Fields(item, f"{self.path}.{name}[{at}]") for at, item in enumerate(items) if isinstance(item, dict)]

    def texts(self, name: str) -> list[str]:
        """The non-empty strings of the list of that name, in order."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else []
        return [clean_text(item) for item in items if isinstance(item, str) and item]

    def moment(self, name: str, per_second: int = 1000) -> datetime | None:
        """The time `name` counts since 1970, in milliseconds unless told; None where it is no time after 1970."""
        count = self.whole(name)
        return None if count is None else moment_of(count, per_second)


def moment_of(count: int, per_second: int = 1000) -> datetime | None:
    """The aware time `count` units after 1970; None for what is no time of our age."""
    if count <= 0:
        return None
    try:
        return _EPOCH + timedelta(seconds=count / per_second)
    except OverflowError:
        return None


def read_object(body: bytes) -> Fields:
    """The JSON object in `body`. Raises `Unreadable` for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"body is not JSON ({type(error).__name__})") from None
    if not isinstance(value, dict):
        raise Unreadable(f"body is a {type(value).__name__}, not an object")
    return Fields(value)


def answer_object(body: bytes) -> Fields:
    """The JSON object of a platform's answer; an empty one for HTML, nothing, garbage."""
    try:
        return read_object(body)
    except Unreadable:
        return Fields({})


def event_key(*parts: object) -> EventKey:
    """One key of parts joined by colons; an overlong one is told by its hash, so that it fits every index."""
    key = ":".join(str(part) for part in parts)
    return EventKey(key if len(key) <= _KEY_CHARS else f"{key[:40]}#{hashlib.sha256(key.encode()).hexdigest()}")
