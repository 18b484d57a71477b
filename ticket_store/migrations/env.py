"""Run by Alembic. Our own `schema.upgrade` hands in an open connection, in whose transaction everything happens; the
`alembic` command itself (to write a new revision) is given the address: `-x url=sqlite:////tmp/new.db`.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine
from sqlmodel.sql.sqltypes import AutoString

from ticket_store.broadcast_tables import METADATA
from ticket_store.moments import Rising, UTCDateTime
from ticket_store.tables import tell_postgres


def plain_type(kind: str, value: Any, _: AutogenContext) -> str | Literal[False]:  # noqa: ANN401  any schema item
    """Our own types by what they are in the database: a revision must not change when our classes do."""
    if kind == "type":
        if isinstance(value, AutoString):
            return "sa.String()"
        if isinstance(value, UTCDateTime):
            return "sa.BigInteger()"
        if isinstance(value, Rising):
            return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def migrate(connection: Connection) -> None:
    tell_postgres()
    context.configure(
        connection, target_metadata=METADATA, render_as_batch=True, compare_type=True, render_item=plain_type
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).begin() as own:
        migrate(own)
