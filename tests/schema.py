"""An empty database with the newest schema: migrated once per worker, copied from then on.

The migrations take seconds, a copy takes none, and dozens of tests want a database of their own.
The way to the schema is what tests/core/test_migrations.py is about.
"""

from __future__ import annotations

import sqlite3
from typing import cast

from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from core.cli import upgrade_database
from core.database import db, is_postgresql
from tests.plugins.databases import DATABASES, NAME_PREFIX, copy, drop

#: What the first database of this worker looked like after its migrations.
_FILE = sqlite3.connect(":memory:", check_same_thread=False)


def make_schema() -> None:
    """Bring the empty database of the app to the newest schema."""
    assert inspect(db.engine).get_table_names() == []
    if is_postgresql():
        _on_server(db.engine)
    else:
        _in_file(db.engine)


def copy_file(engine: Engine, to: sqlite3.Connection) -> None:
    """Keep a database in a file as it is now."""
    held = engine.raw_connection()
    cast(sqlite3.Connection, held.driver_connection).backup(to)
    held.close()


def fill_file(engine: Engine, kept: sqlite3.Connection) -> None:
    """Make a database in a file what was kept, whoever else has it open."""
    held = engine.raw_connection()
    kept.backup(cast(sqlite3.Connection, held.driver_connection))
    held.close()


def _in_file(engine: Engine) -> None:
    if _FILE.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        fill_file(engine, _FILE)
        return
    upgrade_database()
    copy_file(engine, _FILE)


def _on_server(engine: Engine) -> None:
    """Copy within the server, which wants nobody connected to either database."""
    server, name = str(DATABASES.server), str(engine.url.database)
    kept = f"{NAME_PREFIX}{DATABASES.run}_{DATABASES.worker}_schema"
    engine.dispose()
    if DATABASES.has_schema:
        drop(server, name)
        copy(server, kept, name)
        return
    upgrade_database()
    engine.dispose()
    copy(server, name, kept)
    DATABASES.has_schema = True
