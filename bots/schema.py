"""Whether the database fits this version."""

from ticket_store.engine import Store
from ticket_store.errors import SchemaMismatch
from ticket_store.records import Schema


def prepare(store: Store) -> None:
    """An empty database is set up; one that is behind or ahead is refused. Raises `SchemaMismatch`."""
    schema = store.schema()
    if schema is Schema.EMPTY:
        store.upgrade()
    elif schema is not Schema.CURRENT:
        way_out = "run: tongdai db upgrade" if schema is Schema.BEHIND else "start the newer tongdai that wrote it"
        raise SchemaMismatch(f"the database is {schema.value} of this version; {way_out}")
