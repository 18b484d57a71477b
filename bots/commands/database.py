"""`tongdai db`: the tables and their copies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bots.context import print_json, ready_store, settings_for, store_of, tell
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


def rekey(*, as_json: bool) -> None:
    """Everything is sealed with SECRET_KEY, so that former keys may be dropped. Raises `CommandFailed` when something is left."""
    with ready_store(settings_for()) as store, _bar() as progress:
        done, left = store.reencrypt(progress)
    if as_json:
        print_json({"sealed": done, "left": left})
    if left:
        raise CommandFailed(f"{left} rows were in use all the while and are still under a former key; run it again")
    tell(f"{done} rows sealed with SECRET_KEY; nothing is under a former key")


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for the person at the terminal, on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("sealing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


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
