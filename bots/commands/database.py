"""`tongdai db`: the tables and their copies."""

from pathlib import Path

from bots.context import settings_for, store_of, tell
from bots.errors import CommandFailed
from ticket_store.records import Schema


def upgrade() -> None:
    """The database has the tables of this version."""
    store = store_of(settings_for())
    try:
        store.upgrade()
    finally:
        store.close()
    tell("the database is up to date")


def check() -> None:
    """Raises `CommandFailed` when the database does not fit this version."""
    store = store_of(settings_for())
    try:
        schema = store.schema()
    finally:
        store.close()
    if schema is not Schema.CURRENT:
        way_out = "start the newer tongdai that wrote it" if schema is Schema.AHEAD else "run: tongdai db upgrade"
        raise CommandFailed(f"the database is {schema.value}; {way_out}")
    tell("the database fits this version")


def backup(file: Path) -> None:
    """A consistent copy stands in `file`, taken while the gateway runs."""
    if file.exists():
        raise CommandFailed(f"{file} exists; name a new file, nothing is overwritten")
    store = store_of(settings_for())
    try:
        store.backup(file)
    finally:
        store.close()
    tell(f"copied to {file}")
