"""All rows stay the same on the way through the schemas, and from one database to the other.

SQLite carries the demonstration at every run, PostgreSQL the cast, and with SOAK=full the
demonstration: to make it in that run takes longer than everything else here.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect, select, text

from app import create_app
from core import copying
from core.cli import alembic_config
from core.copying import Sums, column_sums
from core.database import Base, db
from people.models import Person
from tests import factories as make
from tests.cast import build_cast
from tests.conftest import make_config
from tests.datasets.building import run
from tests.schema import copy_file, fill_file, make_schema

pytestmark = pytest.mark.soak

FULL = os.environ.get("SOAK") == "full"
#: So many landed schemas back from the newest, one after the other.
STEPS_BACK = (1, 2, 5, 8, 12) if FULL else (1, 5, 12)
#: Tables whose rows a migration changes on its way up, and why; none of the schemas above.
DECLARED: dict[str, str] = {}


@pytest.fixture(scope="module")
def source(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Return an app with a SQLite database full of rows: that of the demonstration is a copy."""
    app = create_app(make_config(tmp_path_factory.mktemp("source")))
    is_small = request.config.getoption("--database") == "postgresql" and not FULL
    with app.app_context():
        if is_small:
            make_schema()
            build_cast()
            db.session.commit()
            db.session.remove()
    if not is_small:
        copy_of(request.getfixturevalue("demo"), app)
    yield app
    with app.app_context():
        db.engine.dispose()


def copy_of(demo: Flask, app: Flask) -> None:
    """Give an app the database of another one."""
    with closing(sqlite3.connect(":memory:")) as kept:
        with demo.app_context():
            copy_file(db.engine, kept)
        with app.app_context():
            fill_file(db.engine, kept)


@pytest.fixture(scope="module")
def filled(
    request: pytest.FixtureRequest, source: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Return an app with all these rows on the database of the run."""
    if request.config.getoption("--database") == "sqlite":
        yield source
        return
    from tests.plugins.databases import own_database  # noqa: PLC0415

    with own_database() as url:
        refused_as_it_does_not_fit(source, url)
        done = run(source, "database", "copy", "--to", url)
        assert done.exit_code == 0, done.output
        app = create_app(make_config(tmp_path_factory.mktemp("target"), url))
        yield app
        with app.app_context():
            db.engine.dispose()


def refused_as_it_does_not_fit(source: Flask, url: str) -> None:
    """Let a copy break on a text that only SQLite keeps; nothing may be there afterwards."""
    long = "过长" * 400
    put = text("UPDATE persons SET name = :name WHERE id = (SELECT max(id) FROM persons)")
    asked = text("SELECT name FROM persons WHERE id = (SELECT max(id) FROM persons)")
    with source.app_context(), db.engine.begin() as connection:
        name = connection.execute(asked).scalar_one()
        connection.execute(put, {"name": long})
    done = run(source, "database", "copy", "--to", url)
    assert done.exit_code == 1
    assert "a row of persons does not fit" in done.output
    assert "过长" not in done.output
    with source.app_context(), db.engine.begin() as connection:
        connection.execute(put, {"name": name})


@pytest.mark.only_on("postgresql")
@pytest.mark.covers("MIG-06")
def test_what_was_moved_is_all_there_and_can_be_used(source: Flask, filled: Flask) -> None:
    tables = Base.metadata.sorted_tables
    with source.app_context(), db.engine.connect() as connection:
        before, rows = copying.sums_of(connection, tables), rows_of(connection)
    with filled.app_context(), db.engine.connect() as connection:
        after = copying.sums_of(connection, tables)
        counted = rows_of(connection)
        ahead = highest_numbers(connection)
    assert counted == rows
    assert counted["persons"] >= 25
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(ahead) > 150
    assert [name for name, (next_one, highest) in ahead.items() if next_one <= highest] == []
    for words in (("ledger", "verify"), ("audit", "verify")):
        said = run(filled, *words)
        assert said.exit_code == 0, said.output
    with filled.app_context():
        person = make.make_person("新来")
        assert person.id == max(db.session.scalars(select(Person.id)))
        numbers = [one.plain_id_number for one in db.session.scalars(select(Person))]
        db.session.rollback()
    again = run(source, "database", "copy", "--to", filled.config["REDCROSS"].database_url)
    assert again.exit_code == 1
    assert "the target holds tables" in again.output
    assert sum(bool(re.fullmatch(r"\d{17}[\dX]", one)) for one in numbers) >= 25


def rows_of(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table that is there."""
    names = inspect(connection).get_table_names()
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
        for name in names
    }


def highest_numbers(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return the next number of each sequence and the highest one in its table."""
    found = {}
    for table in inspect(connection).get_table_names():
        asked = text(
            "SELECT pg_get_serial_sequence(:name, 'id') WHERE EXISTS (SELECT 1 FROM "
            "pg_attribute WHERE attrelid = to_regclass(:name) AND attname = 'id')"
        )
        if name := connection.execute(asked, {"name": f'"{table}"'}).scalar():
            state = f"SELECT last_value + is_called::int FROM {name}"  # noqa: S608
            highest = f'SELECT coalesce(max(id), 0) FROM "{table}"'  # noqa: S608
            found[table] = tuple(
                connection.execute(text(one)).scalar_one() for one in (state, highest)
            )
    return found


# ----------------------------------------------------------------------------- down and up


@pytest.mark.covers("MIG-01", "MIG-03")
def test_no_row_changes_on_the_way_down_and_up(filled: Flask) -> None:
    with filled.app_context():
        db.session.remove()
        newest = shape()
        lines = list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
        for back in STEPS_BACK:
            older = lines[back].revision
            migrate("downgrade", older)
            before = contents()
            migrate("upgrade", "head")
            after = contents()
            assert changed(before, after) == set()
            assert shape() == newest
            migrate("downgrade", older)
            assert contents() == before
            assert sum(one.rows for one in before.values()) > 100
        migrate("upgrade", "head")
        assert contents() == after


def migrate(way: str, revision: str) -> None:
    """Go to a schema as the commands do."""
    with db.engine.connect() as connection:
        getattr(command, way)(alembic_config(connection), revision)
        connection.commit()


def contents() -> dict[str, Sums]:
    """Return the sums of every table as it is now, read past the models."""
    found = {}
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            read = connection.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608
            names = list(read.keys())
            found[table] = column_sums(names, names[:1], read)
    found.pop("alembic_version")
    return found


def changed(before: dict[str, Sums], after: dict[str, Sums]) -> set[str]:
    """Return the columns that the older schema has too and whose rows are not the same."""
    return {
        f"{table}.{column}"
        for table, old in before.items()
        for column, total in old.columns.items()
        if table not in DECLARED
        and (after[table].rows, after[table].columns.get(column)) != (old.rows, total)
    }


def shape() -> set[tuple[str, ...]]:
    """Return every table, index, trigger and named rule of the schema."""
    if db.engine.dialect.name == "sqlite":
        asked = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema"
        found: set[tuple[str, ...]] = set()
        with db.engine.connect() as connection:
            for kind, name, sql in connection.execute(text(asked)):
                rules = re.findall(r"CONSTRAINT (\w+)", sql) if kind == "table" else [sql]
                found |= {(kind, name, rule) for rule in rules}
        return found
    parts = (
        "SELECT 'rule', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'",
        "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    )
    with db.engine.connect() as connection:
        return {tuple(row) for part in parts for row in connection.execute(text(part))}
