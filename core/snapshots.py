"""One state of the database for commands that compare a whole table with another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from core.database import db, is_postgresql, write_intent


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Give a connection that sees one state of the database and keeps no writer waiting."""
    token = write_intent.set(False)
    try:
        yield _connection()
    finally:
        db.session.rollback()
        write_intent.reset(token)


def _connection() -> Connection:
    if not is_postgresql():
        return db.session.connection()
    connection = db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    return connection
