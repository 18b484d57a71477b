"""`tongdai tickets`: what citizens reported."""

import csv
import sys
from collections.abc import Mapping
from typing import Any

from bots.clock import Clock
from bots.context import print_json, ready_store, settings_for, tell
from bots.errors import CommandFailed
from bots.settings import Settings
from ticket_store.engine import Store
from ticket_store.exports import all_tickets, ticket_of

_ALL = "all"
"""What the audit log has for the object of an export."""
_COLUMNS = (
    "code",
    "status",
    "created_at",
    "updated_at",
    "name",
    "phone",
    "address",
    "ward",
    "province",
    "request",
    "category",
    "department",
    "account",
    "platform",
    "contact",
    "publish",
    "subject",
    "priority",
    "due_at",
    "announcement",
)


def show(code: str, *, as_json: bool) -> None:
    """Prints one ticket. Raises `CommandFailed` when there is none."""
    settings = settings_for()
    with ready_store(settings) as store:
        with store.reading() as work:
            ticket = work.tickets.find(code)
            if ticket is None:
                raise CommandFailed(f"there is no ticket {code}; tongdai tickets list shows all")
            shape = ticket_of(work, ticket)
        _note(store, settings, "ticket.read", ticket.code)
    if as_json:
        print_json(shape)
    else:
        _print_table(shape)


def list_all(*, as_json: bool) -> None:
    """Prints all tickets, oldest first: JSON lines, or one short line each."""
    settings = settings_for()
    with ready_store(settings) as store:
        if as_json:
            _note(store, settings, "ticket.export", _ALL)
        count = 0
        with store.reading() as work:
            for shape in all_tickets(work):
                count += 1
                if as_json:
                    print_json(shape)
                else:
                    place = ", ".join(part for part in (shape["ward"], shape["province"]) if part)
                    sys.stdout.write(f"{shape['code']}  {shape['status']:<12} {shape['category']:<16} {place}\n")
    if not as_json:
        tell(f"{count} ticket(s)")


def export(*, as_csv: bool) -> None:
    """Prints all tickets as JSON lines, or as CSV with a header."""
    settings = settings_for()
    with ready_store(settings) as store:
        _note(store, settings, "ticket.export", _ALL)
        _export(store, as_csv=as_csv)


def _export(store: Store, *, as_csv: bool) -> None:
    with store.reading() as work:
        writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore") if as_csv else None
        if writer is not None:
            writer.writeheader()
        for shape in all_tickets(work):
            if writer is None:
                print_json(shape)
            else:
                writer.writerow({name: _harmless(value) for name, value in shape.items()})


def _note(store: Store, settings: Settings, act: str, what: str) -> None:
    """It is on record that somebody at the command line looked."""
    with store.writing() as work:
        work.audit.note("command", act, [what], Clock(settings.clock_offset).now(), "command")


def _harmless(value: Any) -> Any:  # noqa: ANN401 - any cell
    """A citizen's text that a spreadsheet would run as a formula is marked as text."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} and not value[1:].isdigit():
        return f"'{value}"
    return value


def _print_table(shape: Mapping[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(show_header=False, box=None)
    for name in _COLUMNS:
        if shape[name] not in (None, ""):
            table.add_row(name, Text(str(shape[name])))
    for entry in shape["history"]:
        table.add_row("history", Text(f"{entry['at']} {entry['actor']} {entry['kind']} {entry['changes'] or ''}"))
    for attachment in shape["attachments"]:
        table.add_row("attachment", Text(f"{attachment['kind']} {attachment['mime'] or ''} {attachment['state']}"))
    Console().print(table)
