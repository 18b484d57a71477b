"""Strict shapes: every field has a kind and a limit, and a field nobody documented is refused.

A check takes a value and its path and raises `Misfit`; each platform tells it in its own error form.
"""

from collections.abc import Callable, Mapping
from typing import NoReturn

Check = Callable[[object, str], None]
_LENGTHS: Mapping[str, Callable[[str], int]] = {
    "chars": len,
    "utf16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


class Misfit(Exception):
    """`rule` is one of missing, unknown_field, kind, value, too_long, too_short, too_many, too_few, out_of_range."""

    def __init__(self, path: str, rule: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.rule = rule
        self.detail = detail


def _refuse(path: str, rule: str, detail: str) -> NoReturn:
    raise Misfit(path or "body", rule, detail)


def text(most: int, *, least: int = 1, unit: str = "chars") -> Check:
    """A string of `least` to `most` units: `chars` (code points), `utf16` units or UTF-8 `bytes`."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, str):
            _refuse(path, "kind", "must be a string")
        size = _LENGTHS[unit](value)
        if size > most:
            _refuse(path, "too_long", f"{size} {unit}, at most {most}")
        if size < least:
            _refuse(path, "too_short" if value else "missing", f"{size} {unit}, at least {least}")

    return check


def whole(least: int, most: int) -> Check:
    """An integer written as one, never as a string, a float or a boolean."""

    def check(value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            _refuse(path, "kind", "must be an integer")
        if not least <= value <= most:
            _refuse(path, "out_of_range", f"must be between {least} and {most}")

    return check


def number(least: float, most: float) -> Check:
    def check(value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            _refuse(path, "kind", "must be a number")
        if not least <= value <= most:
            _refuse(path, "out_of_range", f"must be between {least} and {most}")

    return check


def flag(value: object, path: str) -> None:
    if not isinstance(value, bool):
        _refuse(path, "kind", "must be true or false")


def digits_text(least: int, most: int) -> Check:
    """A string of digits: an id, which is never a JSON number on the way to the platform."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, str) or not value.isascii() or not value.isdigit():
            _refuse(path, "kind", "must be a string of digits")
        if not least <= len(value) <= most:
            _refuse(path, "too_long" if len(value) > most else "too_short", f"{len(value)} digits")

    return check


def one_of(*values: object) -> Check:
    def check(value: object, path: str) -> None:
        if not any(type(value) is type(each) and value == each for each in values):
            _refuse(path, "value", f"must be one of {list(values)}")

    return check


def web_address(most: int = 2000, *, schemes: tuple[str, ...] = ("https",)) -> Check:
    """An absolute address; plain http only to a loopback host, which is the one mercy this sandbox has."""

    def check(value: object, path: str) -> None:
        text(most)(value, path)
        scheme, found, rest = str(value).partition("://")
        host = rest.split("/")[0].rsplit(":", 1)[0]
        near = scheme == "http" and host in {"127.0.0.1", "localhost", "[::1]"}
        if not found or not host or not (scheme in schemes or near):
            _refuse(path, "value", f"must be an absolute address with {' or '.join(schemes)}")

    return check


def list_of(item: Check, most: int, *, least: int = 1) -> Check:
    def check(value: object, path: str) -> None:
        if not isinstance(value, list):
            _refuse(path, "kind", "must be a list")
        if len(value) > most:
            _refuse(path, "too_many", f"{len(value)} entries, at most {most}")
        if len(value) < least:
            _refuse(path, "too_few", f"{len(value)} entries, at least {least}")
        for index, each in enumerate(value):
            item(each, f"{path}[{index}]")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these fields."""
    known = {**required, **(optional or {})}

    def check(value: object, path: str) -> None:
        if not isinstance(value, dict):
            _refuse(path, "kind", "must be an object")
        for name in value:
            if name not in known:
                _refuse(_under(path, str(name)), "unknown_field", "is not a documented field")
        for name in required:
            if name not in value or value[name] is None:
                _refuse(_under(path, name), "missing", "is required")
        for name, each in value.items():
            known[name](each, _under(path, name))

    return check


def by_kind(key: str, kinds: Mapping[str, Check]) -> Check:
    """An object whose field `key` decides about all the others."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, dict):
            _refuse(path, "kind", "must be an object")
        kind = value.get(key)
        if kind is None:
            _refuse(_under(path, key), "missing", "is required")
        if not isinstance(kind, str) or kind not in kinds:
            _refuse(_under(path, key), "value", f"must be one of {sorted(kinds)}")
        kinds[kind](value, path)

    return check


def anything(_value: object, _path: str) -> None:
    """A documented field whose content has no rule."""


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
