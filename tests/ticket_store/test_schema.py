"""The tables are the same by both roads and on both databases, and never half made."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from kit.databases import KEYS, conversation
from sqlalchemy import Connection, Inspector, inspect, text

from ticket_store import schema
from ticket_store.engine import Store, open_store
from ticket_store.errors import SchemaMismatch
from ticket_store.records import Schema
from ticket_store.tables import METADATA


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    opened = open_store(empty_url, KEYS)
    yield opened
    opened.close()


def _in(store: Store, look: Callable[[Connection], object]) -> object:
    with store._write.begin() as connection:
        return look(connection)


def _by_migrations(connection: Connection) -> None:
    from alembic import command

    command.upgrade(schema._config(connection), "head")


def _differences(connection: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)


def _indexes(looked: Inspector, table: str) -> list[dict[str, object]]:
    """With the conditions of partial ones as text."""
    found: list[dict[str, object]] = []
    for index in looked.get_indexes(table):
        options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
        found.append({**index, "dialect_options": options})
    return found


def _shape(connection: Connection) -> dict[str, object]:
    looked = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in looked.get_columns(table)],
            looked.get_pk_constraint(table),
            sorted(map(repr, _indexes(looked, table))),
            sorted(looked.get_unique_constraints(table), key=lambda unique: str(unique["name"])),
            sorted(looked.get_foreign_keys(table), key=lambda key: str(key["name"])),
        )
        for table in sorted(looked.get_table_names())
    }


def _sqlite_text(connection: Connection) -> list[str]:
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"))
    return ["".join(sorted(row[0].replace(" ", "").replace("\n", "").replace("\t", ""))) for row in rows]


def test_an_empty_database_is_set_up_and_current(empty: Store) -> None:
    assert empty.schema() is Schema.EMPTY
    empty.upgrade()
    assert empty.schema() is Schema.CURRENT
    empty.upgrade()
    assert _in(empty, _differences) == []


def test_all_migrations_one_after_the_other_give_the_same_tables_as_the_short_road(empty: Store) -> None:
    empty.upgrade()
    short = _in(empty, _shape)
    texts = _in(empty, _sqlite_text) if empty._write.dialect.name == "sqlite" else None
    empty.downgrade("base")
    assert _in(empty, lambda connection: inspect(connection).get_table_names()) == ["alembic_version"]
    assert empty.schema() is Schema.EMPTY
    _in(empty, _by_migrations)
    assert empty.schema() is Schema.CURRENT
    assert _in(empty, _differences) == []
    assert _in(empty, _shape) == short
    if texts is not None:  # WITHOUT ROWID and AUTOINCREMENT are seen by no inspector
        assert _in(empty, _sqlite_text) == texts


def test_a_database_that_is_behind_is_upgraded_and_one_that_is_ahead_is_refused(empty: Store) -> None:
    empty.upgrade()
    _in(empty, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 'later'")))
    assert empty.schema() is Schema.AHEAD
    with pytest.raises(SchemaMismatch):
        empty.upgrade()
    _in(empty, lambda connection: connection.execute(text("DROP TABLE alembic_version")))
    assert empty.schema() is Schema.BEHIND


def test_several_processes_may_set_up_the_same_database_at_once(empty_url: str) -> None:
    stores = [open_store(empty_url, KEYS) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.upgrade(), stores))
    assert [one.schema() for one in stores] == [Schema.CURRENT] * 4
    for one in stores:
        one.close()


def test_the_revisions_we_know_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", "ticket_store:migrations")
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == schema.REVISIONS


def test_starting_up_does_not_import_alembic_nor_aiogram() -> None:
    probe = (
        "import sys, tempfile, pathlib\n"
        "from ticket_store.engine import open_store\nfrom ticket_store.crypto import KeyRing\n"
        "store = open_store('sqlite:///' + str(pathlib.Path(tempfile.mkdtemp()) / 'a.db'), KeyRing.from_secrets('x' * 32))\n"
        "store.upgrade(); print(store.schema())\n"
        "print(sorted({'alembic', 'aiogram', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["current", "[]"]


LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.String(), primary_key=True))


def downgrade() -> None:
    op.drop_table("later")
"""


def test_a_database_of_an_earlier_version_is_migrated_and_keeps_what_is_in_it(
    empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.upgrade()
    one = conversation(empty)
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "9999_later.py").write_text(LATER.replace("{head}", schema.HEAD))
    plain, head = schema._config, schema.HEAD

    def with_later(connection: Connection) -> Config:
        config = plain(connection)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"ticket_store:migrations/versions\n{tmp_path / 'versions'}")
        return config

    monkeypatch.setattr(schema, "_config", with_later)
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    monkeypatch.setattr(schema, "HEAD", "9999")
    assert empty.schema() is Schema.BEHIND
    empty.upgrade()
    assert empty.schema() is Schema.CURRENT
    with empty.reading() as work:
        assert work.conversations.find(one.id) == one
    empty.downgrade(head)
    assert empty.schema() is Schema.BEHIND
    assert "later" not in cast("list[str]", _in(empty, lambda connection: inspect(connection).get_table_names()))
