"""An upgrade is whole or not at all, loses no row of anybody and keeps nobody waiting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from app import create_app
from core.cli import alembic_config
from core.database import Base, db
from migrations import guards
from tests.conftest import make_config
from tests.schema import make_schema

HEAD = (Path(guards.__file__).parent / "HEAD").read_text("utf-8").strip()
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
{body}
"""
FAMILY = """
    number = sa.Column("id", sa.Integer, primary_key=True)
    op.create_table("lamps", number, sa.Column("old", sa.Integer))
    op.create_table(
        "bulbs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lamp_id", sa.Integer, sa.ForeignKey("lamps.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO lamps VALUES (1, 1)")
    for number in range(100):
        op.execute(f"INSERT INTO bulbs VALUES ({number}, 1)")
"""
Upgrade = Callable[..., None]


@pytest.fixture
def own(tmp_path: Path, own_url: str | None) -> Iterator[Flask]:
    """Return an app whose database has the newest schema and belongs to this test."""
    app = create_app(make_config(tmp_path, own_url))
    with app.app_context():
        make_schema()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def upgrade(own: Flask, tmp_path: Path) -> Upgrade:
    """Return what runs migrations with these bodies, one after the other, behind the newest."""
    folder = tmp_path / "further"
    folder.mkdir()

    def run(*bodies: str) -> None:
        before = HEAD
        for number, body in enumerate(bodies):
            revision = f"further{number}"
            written = MIGRATION.format(revision=revision, before=before, body=body)
            (folder / f"{revision}.py").write_text(written, encoding="utf-8")
            before = revision
        with db.engine.connect() as connection:
            config = alembic_config(connection)
            config.set_main_option(
                "version_locations", f"{Path(guards.__file__).parent}/versions {folder}"
            )
            config.set_main_option("path_separator", "space")
            command.upgrade(config, "head")

    return run


def count(table: str) -> int:
    """Return how many rows a table has."""
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


@pytest.mark.covers("MIG-05")
def test_a_migration_that_fails_leaves_the_old_version_able_to_start(
    own: Flask, upgrade: Upgrade
) -> None:
    tables = set(inspect(db.engine).get_table_names())
    spoiling = (
        '    op.drop_column("persons", "name")\n    op.execute("SELECT nothing FROM nowhere")'
    )
    with pytest.raises(Exception, match="nowhere"):
        upgrade(FAMILY, spoiling)
    assert set(inspect(db.engine).get_table_names()) == tables
    assert "name" in {column["name"] for column in inspect(db.engine).get_columns("persons")}
    db.session.remove()
    old = create_app(own.config["REDCROSS"])
    ready = old.test_client().get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ok")
    assert old.test_client().get("/").status_code == 200
    with old.app_context():
        db.engine.dispose()


@pytest.mark.covers("MIG-02")
@pytest.mark.only_on("sqlite")
def test_a_table_built_anew_takes_no_rows_of_others_along(upgrade: Upgrade) -> None:
    rebuild = '    with op.batch_alter_table("lamps") as lamps:\n        lamps.drop_column("old")'
    upgrade(FAMILY, rebuild)
    assert (count("lamps"), count("bulbs")) == (1, 100)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.covers("MIG-02")
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ('op.execute("DELETE FROM _alembic_tmp_lamps")', "lamps would have 0 rows"),
        ('op.execute("DELETE FROM bulbs WHERE id > 90")', "bulbs lost rows while lamps"),
    ],
)
def test_rows_that_a_new_table_lacks_stop_the_upgrade(
    upgrade: Upgrade, spoil: str, said: str
) -> None:
    steps = (
        'op.execute("CREATE TABLE _alembic_tmp_lamps (id INTEGER PRIMARY KEY)")',
        'op.execute("INSERT INTO _alembic_tmp_lamps SELECT id FROM lamps")',
        spoil if "tmp" in spoil else "pass",
        'op.execute("DROP TABLE lamps")',
        "pass" if "tmp" in spoil else spoil,
        'op.execute("ALTER TABLE _alembic_tmp_lamps RENAME TO lamps")',
    )
    with pytest.raises(RuntimeError, match=said):
        upgrade(FAMILY, "\n".join(f"    {step}" for step in steps))
    assert "lamps" not in inspect(db.engine).get_table_names()


@pytest.mark.covers("MIG-02")
@pytest.mark.only_on("sqlite")
def test_rows_that_refer_to_none_stop_the_upgrade(upgrade: Upgrade) -> None:
    with pytest.raises(RuntimeError, match="100 rows refer to none: bulbs"):
        upgrade(FAMILY, '    op.execute("DELETE FROM lamps")')


@pytest.mark.covers("MIG-02")
@pytest.mark.only_on("sqlite")
def test_no_migration_begins_within_a_transaction_of_sqlite(own: Flask) -> None:
    with db.engine.begin() as connection, pytest.raises(RuntimeError, match="outside"):
        command.upgrade(alembic_config(connection), "head")


@pytest.mark.covers("MIG-04")
@pytest.mark.only_on("postgresql")
def test_a_migration_waits_seconds_for_a_lock_and_leaves_no_trace(
    upgrade: Upgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guards.LOCK_SECONDS < 5
    monkeypatch.setattr(guards, "LOCK_SECONDS", 1)
    change = '    op.add_column("persons", sa.Column("shade", sa.Integer))'
    with db.engine.begin() as reader:
        reader.execute(text("SELECT count(*) FROM persons"))
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(FAMILY, change)
    assert "lamps" not in inspect(db.engine).get_table_names()
    seen = "op.execute(\"CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS held\")"
    upgrade(f"    {seen}")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT held FROM seen")).scalar_one() == "1s"


# ------------------------------------------------------------------------------- one schema


@pytest.mark.covers("MIG-03")
def test_models_and_schema_are_one(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["database", "check"])
    assert done.exit_code == 0, done.output


@pytest.mark.covers("MIG-03")
def test_every_rule_of_the_models_has_its_name_in_the_database(app: Flask) -> None:
    """Autogenerate looks at no CHECK; a rule that one database lacks would go unseen."""
    declared = {
        (table.name, str(rule.name))
        for table in Base.metadata.tables.values()
        for rule in table.constraints
    }
    with app.app_context(), db.engine.connect() as connection:
        postgresql = connection.dialect.name == "postgresql"
        found = rules_of_server(connection) if postgresql else rules_of_file(connection)
    assert found - {("alembic_version", "alembic_version_pkc")} == declared
    assert len(declared) > 700


def rules_of_server(connection: Connection) -> set[tuple[str, str]]:
    """Return table and name of every constraint of PostgreSQL."""
    asked = (
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND conrelid <> 0 "
        "AND connamespace = 'public'::regnamespace"
    )
    return {(table, name) for table, name in connection.execute(text(asked))}


def rules_of_file(connection: Connection) -> set[tuple[str, str]]:
    """Return table and name of every constraint of SQLite, none of which may be without one."""
    asked = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    tables = {str(row[0]): str(row[1]) for row in connection.execute(text(asked))}
    named = {table: re.findall(r"CONSTRAINT (\w+)", sql) for table, sql in tables.items()}
    rule = re.compile(r"\b(?:CHECK|REFERENCES|UNIQUE|PRIMARY KEY)\b")
    assert [table for table in tables if len(rule.findall(tables[table])) > len(named[table])] == []
    return {(table, name) for table, names in named.items() for name in names}
