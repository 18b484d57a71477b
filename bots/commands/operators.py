"""`tongdai operators`: people of the console. Passwords come from standard input, never from the command line."""

import getpass
import sys

from argon2 import PasswordHasher

from bots.clock import Clock
from bots.context import print_json, ready_store, settings_for, tell
from bots.errors import CommandFailed
from ticket_store.errors import NameTaken
from ticket_store.exports import moment

LEAST_CHARS = 8
"""The console asks for more when people choose a password themselves; whoever administers may hand out a first one."""
_MOST_NAME_CHARS = 64
_COMMAND = "command"


def add(name: str, role: str, department: str | None) -> None:
    """They may log in with the password on standard input."""
    if not (name == name.strip() and name.isprintable() and 0 < len(name) <= _MOST_NAME_CHARS and ":" not in name):
        raise CommandFailed(f"a name has 1-{_MOST_NAME_CHARS} printable characters and no colon")
    if role == "department" and department is None:
        raise CommandFailed("name the department whose tickets they see: --department CODE")
    if role != "department" and department is not None:
        raise CommandFailed("only the role department has a --department")
    settings = settings_for()
    with ready_store(settings) as store:
        hashed = _read_hash()
        now = Clock(settings.clock_offset).now()
        try:
            with store.writing() as work:
                work.operators.add(name, role, hashed, now, department)
                work.audit.note(_COMMAND, "operator.add", [name], now, _COMMAND)
        except NameTaken:
            raise CommandFailed(f"there is an operator called {name} already; tongdai operators reset {name}") from None
    tell(f"{name} may log in at /console/")


def list_all(*, as_json: bool) -> None:
    with ready_store(settings_for()) as store, store.reading() as work:
        people = work.operators.list()
    for person in people:
        shape = {
            "name": person.name,
            "role": person.role,
            "department": person.department,
            "created_at": moment(person.created_at),
            "disabled_at": moment(person.disabled_at),
        }
        if as_json:
            print_json(shape)
        else:
            state = f"disabled {shape['disabled_at']}" if person.disabled_at else "enabled"
            role = f"{person.role} ({person.department})" if person.department else person.role
            sys.stdout.write(f"{person.name:<24} {role:<28} {state}\n")


def disable(name: str) -> None:
    """They cannot log in, and open sessions are worth nothing; their past work stays theirs."""
    settings = settings_for()
    with ready_store(settings) as store:
        now = Clock(settings.clock_offset).now()
        with store.writing() as work:
            found = work.operators.disable(name, now)
            if found:
                work.audit.note(_COMMAND, "operator.disable", [name], now, _COMMAND)
        if not found:
            raise CommandFailed(f"there is no enabled operator called {name}; tongdai operators list shows all")
    tell(f"{name} is disabled")


def reset(name: str) -> None:
    """They log in with the password on standard input, disabled before or not; the second factor is set up anew."""
    settings = settings_for()
    with ready_store(settings) as store:
        with store.reading() as work:
            known = work.operators.find(name) is not None
        if not known:
            raise CommandFailed(f"there is no operator called {name}; tongdai operators list shows all")
        hashed = _read_hash()
        now = Clock(settings.clock_offset).now()
        with store.writing() as work:
            work.operators.reset(name, hashed)
            work.audit.note(_COMMAND, "operator.reset", [name], now, _COMMAND)
    tell(f"{name} has a new password and may log in")


def _read_hash() -> str:
    """Of the password: one line of standard input, or typed unseen at a terminal."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise CommandFailed("the two are not the same")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < LEAST_CHARS:
        raise CommandFailed(f"the password on standard input must have at least {LEAST_CHARS} characters")
    return PasswordHasher().hash(password)
