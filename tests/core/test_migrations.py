"""Codes that a column may hold change without rewriting its table, and never under its rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.database import db
from migrations.checks import change_codes

OLD, NEW = ("on", "off"), ("on", "off", "lost")
CHECK = ("lamps", "state", "lampstate")


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """Return a connection with a table of two codes; all of it is taken back."""
    with app.app_context(), db.engine.connect() as opened:
        opened.execute(
            text(
                "CREATE TABLE lamps (id INTEGER PRIMARY KEY, state VARCHAR(32) NOT NULL, "
                "CONSTRAINT ck_lamps_lampstate CHECK (state IN ('on', 'off')))"
            )
        )
        opened.execute(text("INSERT INTO lamps VALUES (1, 'on')"))
        with Operations.context(MigrationContext.configure(opened)):
            yield opened
        opened.rollback()


def put(connection: Connection, number: int, state: str) -> bool:
    """Return whether the table takes a code."""
    try:
        with connection.begin_nested():
            connection.execute(text(f"INSERT INTO lamps VALUES ({number}, '{state}')"))  # noqa: S608
    except DBAPIError:
        return False
    return True


def test_a_column_takes_the_new_codes_and_its_rows_stay(connection: Connection) -> None:
    assert not put(connection, 2, "lost")
    change_codes(*CHECK, OLD, NEW)
    assert put(connection, 2, "lost")
    assert not put(connection, 3, "stolen")
    assert connection.execute(text("SELECT count(*) FROM lamps")).scalar_one() == 2
    if connection.dialect.name == "sqlite":
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_a_code_that_rows_hold_is_not_taken_away(connection: Connection) -> None:
    change_codes(*CHECK, OLD, NEW)
    put(connection, 2, "lost")
    with pytest.raises(RuntimeError, match="1 rows of lamps hold lost"):
        change_codes(*CHECK, NEW, OLD)
    connection.execute(text("DELETE FROM lamps WHERE id = 2"))
    change_codes(*CHECK, NEW, OLD)
    assert not put(connection, 3, "lost")
