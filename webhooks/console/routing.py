"""Who may call what: one `Route` for each address of the console, and the guard that every request passes.

No page checks a role by itself. A route that declares nothing cannot be built; a test walks all routes with all roles.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from ticket_store.records import Operator, Person
from ticket_store.sessions import Session

ROLES = ("operator", "supervisor", "admin", "department")
STAFF = frozenset({"operator", "supervisor", "admin"})
"""Whoever works with citizens: chats and all tickets."""
LEADS = frozenset({"supervisor", "admin"})
ADMINS = frozenset({"admin"})
EVERYBODY = frozenset(ROLES)
"""With departments, which see their own tickets only: the section filters by `visit.person.department`."""


@dataclass(frozen=True)
class Visit:
    """One request of somebody, after the guard. `form`: of a POST; empty else."""

    request: web.Request
    session: Session
    person: Operator
    language: str
    csrf: str
    form: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return "HX-Request" in self.request.headers

    def text(self, name: str, most_chars: int = 10_000) -> str:
        """A field of the form or, where there is none, of the address: without control characters, trimmed, cut."""
        return plain_text(self.form.get(name, self.request.query.get(name, "")), most_chars)


def plain_text(value: object, most_chars: int = 10_000) -> str:
    """A field's words without control characters, trimmed, cut; nothing when it is no text."""
    if not isinstance(value, str):
        return ""
    plain = "".join(sign for sign in value.replace("\r\n", "\n") if sign.isprintable() or sign in "\n\t")
    return plain.strip()[:most_chars]


Call = Callable[[Visit], Awaitable[web.StreamResponse]]
OpenCall = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """An address for people with one of `roles`. Paths are below /console."""

    method: str
    path: str
    roles: frozenset[str]
    call: Call
    awaiting_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """An address for anybody, logged in or not: log-in, static files, signed links. It guards itself."""

    method: str
    path: str
    call: OpenCall


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the main menu. `text`: a name of the catalogue; `icon`: a symbol of icons.svg; `key`: after `g`.

    `count`: which of the live counts stands beside it.
    """

    name: str
    text: str
    path: str
    icon: str
    roles: frozenset[str]
    key: str
    count: str | None = None


class Section(Protocol):
    """A part of the console."""

    def routes(self) -> Sequence[Route | OpenRoute]: ...


def get(path: str, roles: frozenset[str], call: Call) -> Route:
    return Route("GET", path, roles, call)


def post(path: str, roles: frozenset[str], call: Call) -> Route:
    return Route("POST", path, roles, call)


def person_of(operator: Operator) -> Person:
    """The console's person as the desk knows people."""
    return Person(operator.name, operator.role, operator.created_at, department=operator.department)
