"""One call of the API: who may make it, what it takes, what it answers. Routes and OpenAPI are made from these."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from ticket_store.records import Person

STAFF = frozenset({"operator", "supervisor", "admin"})
"""A department sees its own tickets only, never the chats."""
EVERYBODY = STAFF | {"department"}


class Asked(NamedTuple):
    """A checked request. `key`: its Idempotency-Key. `csv`: the answer is wanted as CSV."""

    person: Person
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    key: str | None
    csv: bool = False


class Answered(NamedTuple):
    """`csv`: is answered instead of the body."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = {}
    csv: str | None = None


class BadQuery(Exception):
    """A query parameter breaks its contract."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. `read` makes its value of the text or raises `BadQuery`; an empty text counts as absent where the
    schema knows it.
    """

    name: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    description: str = ""
    default: Any = None
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` under /api/v1, with `{id}` or `{code}`. `once`: takes an Idempotency-Key. `problems`: beside the common ones.
    `also_csv`: is answered as CSV too, by the parameter `format` or the header Accept.
    """

    method: str
    path: str
    name: str
    summary: str
    handle: Callable[[Asked], Awaitable[Answered]]
    answer: type[BaseModel]
    roles: frozenset[str] = STAFF
    query: Sequence[Parameter] = ()
    body: type[BaseModel] | None = None
    status: int = 200
    once: bool = False
    problems: Mapping[int, str] = field(default_factory=dict)
    also_csv: bool = False
