"""What a migration may not do unseen: lose the rows of others, wait for long, leave keys loose.

SQLite changes a column by building the table anew and dropping the old one. With foreign keys on,
the drop deletes what refers to the table, and the checks of SQLite call the rest sound
(security.md MIG-02). So keys are off while migrations run, and are checked before the commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, event, text

from core.database import NAMING

#: How long a migration waits for a lock on PostgreSQL (MIG-04): pages wait behind it.
LOCK_SECONDS = 4
#: Alembic builds a table anew under this name, drops the old one and gives the new one its name.
_BUILT = "_alembic_tmp_"
_DROP = re.compile(r'\s*DROP TABLE "?(\w+)"?\s*$', re.IGNORECASE)
_RENAME = re.compile(rf'\s*ALTER TABLE "?{_BUILT}\w+"? RENAME TO "?(\w+)"?\s*$', re.IGNORECASE)


@contextmanager
def guarded(connection: Connection) -> Iterator[None]:
    """Keep foreign keys of SQLite off, and count rows around each table that is built anew.

    Raises RuntimeError within a transaction, where SQLite would go on with its keys unasked.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    _switch_keys(connection, to="OFF")
    watch = _Rebuilding()
    event.listen(connection, "before_cursor_execute", watch.before)
    event.listen(connection, "after_cursor_execute", watch.after)
    event.listen(Table, "column_reflect", _name_keys)
    try:
        if _value(connection, "PRAGMA foreign_keys"):
            message = "migrations of SQLite begin outside a transaction"
            raise RuntimeError(message)
        yield
    finally:
        event.remove(Table, "column_reflect", _name_keys)
        event.remove(connection, "before_cursor_execute", watch.before)
        event.remove(connection, "after_cursor_execute", watch.after)
        _switch_keys(connection, to="ON")


def set_limits(connection: Connection) -> None:
    """Let migrations of PostgreSQL take their time, but wait for no lock longer than seconds."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))


def check_keys(connection: Connection) -> None:
    """Raise RuntimeError where a row of SQLite refers to none."""
    if connection.dialect.name != "sqlite":
        return
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    if loose:
        tables = ", ".join(sorted({str(row[0]) for row in loose}))
        message = f"{len(loose)} rows refer to none: {tables}"
        raise RuntimeError(message)


def _name_keys(_inspector: object, table: Table, _column: object) -> None:
    """Give foreign keys that are read from SQLite their names: it tells none written in a column.

    Without it a table that is built anew loses them, and no migration can take such a key back.
    """
    table.metadata.naming_convention = {"fk": NAMING["fk"]}


class _Rebuilding:
    """Compares a table with its new self, and counts the rows that refer to it, at each drop."""

    def __init__(self) -> None:
        self.counted: dict[str, dict[str, int]] = {}

    def before(self, connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        """Refuse to drop a table whose new self has another number of rows."""
        if not (found := _DROP.match(statement)) or not _is_there(connection, _BUILT + found[1]):
            return
        table = found[1]
        old, new = _count(connection, table), _count(connection, _BUILT + table)
        if old != new:
            message = f"{table} would have {new} rows after it was built anew, it has {old}"
            raise RuntimeError(message)
        self.counted[table] = _referring(connection, table)

    def after(self, connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        """Refuse a table built anew where others lost rows by it."""
        if not (found := _RENAME.match(statement)):
            return
        before = self.counted.pop(found[1], {})
        after = {name: _count(connection, name) for name in before}
        if lost := {name for name in before if before[name] != after[name]}:
            message = f"{', '.join(sorted(lost))} lost rows while {found[1]} was built anew"
            raise RuntimeError(message)


def _referring(connection: Connection, table: str) -> dict[str, int]:
    """Return the number of rows of each table that refers to another one."""
    names = _values(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    keys = {name: _keys(connection, name) for name in names if name not in (table, _BUILT + table)}
    return {name: _count(connection, name) for name in names if table in keys.get(name, ())}


def _keys(connection: Connection, table: str) -> list[str]:
    return _values(connection, f"SELECT \"table\" FROM pragma_foreign_key_list('{table}')")  # noqa: S608


def _is_there(connection: Connection, table: str) -> bool:
    return bool(_value(connection, f"SELECT 1 FROM sqlite_schema WHERE name = '{table}'"))  # noqa: S608


def _count(connection: Connection, table: str) -> int:
    return int(_value(connection, f'SELECT count(*) FROM "{table}"'))  # noqa: S608


def _switch_keys(connection: Connection, *, to: str) -> None:
    _cursor(connection).execute(f"PRAGMA foreign_keys={to}")


def _value(connection: Connection, statement: str) -> Any:
    row = _cursor(connection).execute(statement).fetchone()
    return row[0] if row else None


def _values(connection: Connection, statement: str) -> list[str]:
    return [str(row[0]) for row in _cursor(connection).execute(statement)]


def _cursor(connection: Connection) -> Any:
    """Return a cursor of the driver: the toolkit would begin a transaction for it."""
    return connection.connection.cursor()
