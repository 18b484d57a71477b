"""Frozen dataclasses to JSON bytes and back, by functions made once per class from its type hints.

States of earlier versions must load: a missing field takes its default, an unknown one is passed over, and an enum's member
that no longer exists gives way to the field's default. What is empty (None, False, no items) and would be so by default is
not written: most of a state is, and it is sealed and stored for every message. A stored field's empty default must
therefore stay empty; a field that should start otherwise needs a new name.
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
_PLAIN = (str, int, bool, float)


def encode(value: object) -> bytes:
    """JSON of a dataclass: moments as RFC 3339, durations in seconds, enums by value, tuples as lists."""
    return orjson.dumps(_writer(cast("Any", type(value)))(value), default=_plain)


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


def _bare(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401  any type hint
    """The hint without NewType and `| None`, and whether None is allowed."""
    if isinstance(hint, NewType):
        return _bare(hint.__supertype__)
    if get_origin(hint) in {Union, types.UnionType}:
        members = [member for member in get_args(hint) if member is not type(None)]
        if len(members) != 1:
            raise TypeError(f"{hint} has no stored form; only x | None has")
        return _bare(members[0])[0], True
    return hint, False


@cache
def _reader(hint: Any) -> _Read:  # noqa: ANN401  any type hint but an optional one
    """What makes a value of the hint from its JSON."""
    kind, _ = _bare(hint)
    if kind in _PLAIN:
        return lambda value: value
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        if rest != [Ellipsis]:
            raise TypeError(f"{kind} has no stored form; only tuple[x, ...] has")
        if _bare(item)[0] in _PLAIN:
            return tuple
        read = _reader(item)
        return lambda value: tuple([read(one) for one in value])
    if is_dataclass(kind):
        return _of_dataclass(cast("Any", kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is datetime:
        return datetime.fromisoformat
    if kind is timedelta:
        return lambda seconds: timedelta(seconds=seconds)
    raise TypeError(f"{hint} has no stored form")


def _of_dataclass(kind: Any) -> _Read:  # noqa: ANN401  any dataclass
    """A function written for the class, as dataclasses write their own `__init__`: a state has forty fields with those of
    its drafts and is read for every message; going through a list of fields took three times as long (measured 2026).
    """
    hints = get_type_hints(kind)
    scope: dict[str, Any] = {"kind": kind, "missing": object()}
    # In the fields' own order and not by name: Python calls slowly with more than fifteen names.
    arguments = [_expression(field, hints[field.name], scope) for field in fields(kind)]
    source = f"def read(data):\n    return kind({', '.join(arguments)})"
    exec(source, scope)  # noqa: S102  field names of our own classes only
    return cast("_Read", scope["read"])


def _expression(field: Field[Any], hint: Any, scope: dict[str, Any]) -> str:  # noqa: ANN401  any type hint
    """Python that reads one field out of `data`; what it refers to is put into `scope`."""
    name = field.name
    kind, optional = _bare(hint)
    required = field.default is MISSING and field.default_factory is MISSING
    scope[f"default_{name}"] = field.default if field.default_factory is MISSING else field.default_factory()
    if kind in _PLAIN:
        return f"data[{name!r}]" if required else f"data.get({name!r}, default_{name})"
    if isinstance(kind, type) and issubclass(kind, Enum) and not required:
        scope[f"members_{name}"] = {member.value: member for member in kind} | ({None: None} if optional else {})
        return f"members_{name}.get(data.get({name!r}, missing), default_{name})"
    scope[f"read_{name}"] = _reader(kind)
    found = f"data[{name!r}]" if required else f"(v := data.get({name!r}, missing))"
    steps = "" if required else f"default_{name} if {found} is missing else "
    if optional:
        steps += f"None if {'v' if steps else f'(v := {found})'} is None else "
    return f"{steps}read_{name}({'v' if steps else found})"


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401  a dataclass
    """What makes a dictionary of a dataclass; all other values orjson writes by itself."""
    hints = get_type_hints(kind)
    scope: dict[str, Any] = {}
    lines = ["def write(value):", "    data = {}"]
    for field in fields(kind):
        name = field.name
        inner, optional = _bare(hints[name])
        lines.append(f"    v = value.{name}")
        nested = is_dataclass(inner)
        if nested:
            scope[f"write_{name}"] = _writer(inner)
            lines.append(f"    v = write_{name}(v)" + (" if v is not None else None" if optional else ""))
        elif get_origin(inner) is tuple and is_dataclass(_bare(get_args(inner)[0])[0]):
            scope[f"write_{name}"] = _writer(_bare(get_args(inner)[0])[0])
            lines.append(
                f"    v = [write_{name}(one) for one in v]" + (" if v is not None else None" if optional else "")
            )
        lines.append(f"    {_condition(field, nested=nested)}data[{name!r}] = v")
    lines.append("    return data")
    exec("\n".join(lines), scope)  # noqa: S102  as in _of_dataclass
    return cast("Callable[[Any], Any]", scope["write"])


def _condition(field: Field[Any], *, nested: bool) -> str:
    default = field.default
    if default is None:
        return "if v is not None: "
    if default is False or default == ():
        return "if v: "
    if nested and is_dataclass(default) and not _writer(cast("Any", type(default)))(default):
        return "if v: "
    return ""
