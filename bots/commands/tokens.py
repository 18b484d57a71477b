"""`tongdai tokens`: keys to the API, each a person of its own."""

import sys

from bots.clock import Clock
from bots.context import print_json, ready_store, settings_for, tell
from bots.errors import CommandFailed
from ticket_store.errors import NameTaken
from ticket_store.exports import moment

ROLES = ("operator", "supervisor", "admin", "department")


def add(name: str, role: str, department: str | None = None) -> None:
    """Prints the new token once, alone on a line."""
    settings = settings_for()
    with ready_store(settings) as store:
        try:
            with store.writing() as work:
                token = work.tokens.add(name, role, Clock(settings.clock_offset).now(), department)
        except NameTaken:
            raise CommandFailed(
                f"there is a token called {name} already; revoke it first or pick another name"
            ) from None
    sys.stdout.write(token + "\n")
    tell("keep it safe: it is shown this once")


def list_all(*, as_json: bool) -> None:
    with ready_store(settings_for()) as store, store.reading() as work:
        people = work.tokens.page()
    for person in people:
        shape = {
            "name": person.name,
            "role": person.role,
            "department": person.department,
            "created_at": moment(person.created_at),
            "revoked_at": moment(person.revoked_at),
        }
        if as_json:
            print_json(shape)
        else:
            state = f"revoked {shape['revoked_at']}" if person.revoked_at else "valid"
            sys.stdout.write(f"{person.name:<24} {person.role:<12} {state}\n")


def revoke(name: str) -> None:
    """The token is worth nothing from now on, in running servers too."""
    settings = settings_for()
    with ready_store(settings) as store:
        with store.writing() as work:
            found = work.tokens.revoke(name, Clock(settings.clock_offset).now())
        if not found:
            raise CommandFailed(f"there is no valid token called {name}; tongdai tokens list shows all")
    tell(f"{name} is revoked")
