# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Which tables the database has. Alembic is imported only to migrate: starting up costs one small select."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from ticket_store.broadcast_tables import METADATA
from ticket_store.errors import SchemaMismatch
from ticket_store.records import Schema
from ticket_store.tables import tell_postgres

if TYPE_CHECKING:
    from alembic.config import Config

# All revisions of migrations/versions, oldest first; a test holds the two together.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
HEAD = REVISIONS[-1]
_LOCK = 1022_0001  # any number that only we use


def read_schema(connection: Connection) -> Schema:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        return Schema.BEHIND if tables & set(METADATA.tables) else Schema.EMPTY
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if not found:
        return Schema.EMPTY
    if found == [HEAD]:
        return Schema.CURRENT
    return Schema.BEHIND if set(found) <= set(REVISIONS) else Schema.AHEAD


def upgrade(connection: Connection) -> None:
    """See Store.upgrade. The caller's transaction keeps out every other process that wants the same."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        tell_postgres()
    match read_schema(connection):
        case Schema.CURRENT:
            return
        case Schema.AHEAD:
            raise SchemaMismatch("this database was made by a newer version; start that one, or restore a backup")
        case Schema.EMPTY:
            # The same tables as by all migrations one after the other (asserted by a test), without importing Alembic.
            METADATA.create_all(connection)
            connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS alembic_version"
                " (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")
        case Schema.BEHIND:
            from alembic import command  # noqa: PLC0415  slow to import, needed here alone

            command.upgrade(_config(connection), "head")


def downgrade(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415  slow to import, needed here alone

    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415  slow to import, needed here alone

    config = Config()
    config.set_main_option("script_location", "ticket_store:migrations")
    config.attributes["connection"] = connection
    return config
