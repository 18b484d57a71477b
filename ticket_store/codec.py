"""Frozen dataclasses to JSON bytes and back.

Writing is orjson's own. Reading follows the type hints by functions built once per class. States of earlier versions
must load: a missing field takes its default, an unknown one is passed over, and an enum's member that no longer exists
gives way to the field's default.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

T = TypeVar("T")
_Read = Callable[[Any], Any]


def encode(value: object) -> bytes:
    """JSON of a dataclass: moments as RFC 3339, durations in seconds, enums by value, tuples as lists."""
    return orjson.dumps(value, default=_plain)


def decode(kind: type[T], stored: bytes) -> T:
    """The dataclass `kind` that `encode` wrote, or that an earlier version of us wrote.

    Raises ValueError when it is not JSON of that class; the text tells the class, never a value.
    """
    read = _reader(cast("Any", kind))
    try:
        made: T = read(orjson.loads(stored))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"what is stored is not a {kind.__name__} ({type(error).__name__})") from None
    return made


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} has no stored form")


@cache
def _reader(kind: Any) -> _Read:  # noqa: ANN401  any type hint
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        item, *rest = get_args(kind)
        if rest != [Ellipsis]:
            raise TypeError(f"{kind} has no stored form; only tuple[x, ...] has")
        read_item = _reader(item)
        return lambda value: tuple([read_item(one) for one in value])
    if is_dataclass(kind):
        return _of_dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    readers: dict[Any, _Read] = {
        str: _same,
        int: _same,
        bool: _same,
        float: float,
        datetime: datetime.fromisoformat,
        timedelta: lambda seconds: timedelta(seconds=seconds),
    }
    if kind not in readers:
        raise TypeError(f"{kind} has no stored form")
    return readers[kind]


def _same(value: Any) -> Any:  # noqa: ANN401  what JSON already gave
    return value


def _optional(kind: Any) -> _Read:  # noqa: ANN401  any type hint
    members = [member for member in get_args(kind) if member is not type(None)]
    if len(members) != 1:
        raise TypeError(f"{kind} has no stored form; only x | None has")
    read = _reader(members[0])
    return lambda value: None if value is None else read(value)


def _of_dataclass(kind: Any) -> _Read:  # noqa: ANN401  any dataclass
    hints = get_type_hints(kind)
    readers = {field.name: _forgiving(field, _reader(hints[field.name])) for field in fields(kind) if field.init}

    def read(data: dict[str, Any]) -> Any:  # noqa: ANN401  an instance of `kind`
        return kind(**{name: readers[name](value) for name, value in data.items() if name in readers})

    return read


def _forgiving(field: Field[Any], read: _Read) -> _Read:
    """Falls back to the field's default when the stored value is one this version does not know."""
    if field.default is MISSING:
        return read
    default = field.default

    def read_or_default(value: Any) -> Any:  # noqa: ANN401  the field's value
        try:
            return read(value)
        except ValueError:
            return default

    return read_or_default
