"""Many rows by one statement, past the objects of the session.

PostgreSQL gets each column as one array and lays the arrays side by side: one statement is read,
planned and answered whatever the number of rows. SQLite is told row by row without a journey, and
nothing is faster there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Dialect, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import db, is_postgresql

Row = Mapping[str, Any]
_NEW = "new_"


@dataclass(frozen=True, slots=True)
class Binding:
    """How the values of a column are given to a driver; without a name all rows get a default."""

    name: str
    default: Any
    process: Any

    def values(self, rows: Sequence[Row]) -> list[Any]:
        """Return the values of the column as the driver takes them."""
        found = [row[self.name] for row in rows] if self.name else [self.default] * len(rows)
        if self.process is None:
            return found
        first = found[0]
        if all(one is first for one in found):  # the moment, the account, the state of a list
            return [self.process(first)] * len(found)
        return [self.process(one) for one in found]


def insert_many(model: type[Any], rows: Sequence[Row], session: Session | None = None) -> None:
    """Insert rows that all name the same columns. Raises IntegrityError as any insert does.

    ``session`` is another one than that of the request or the command.
    """
    table: Any = model.__table__
    writer = session or db.session
    if not rows:
        return
    if is_postgresql():
        names = tuple(rows[0])
        writer.execute(_insert_of_arrays(table, names), _columns(names, rows))
    else:
        connection = writer.connection()
        statement, bound = _insert_of_rows(table, tuple(rows[0]), connection.dialect)
        columns = (binding.values(rows) for binding in bound)
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def insert_keyed(model: type[Any], rows: Sequence[Row]) -> list[int]:
    """Insert rows and return their keys, in the order of the rows. Raises IntegrityError."""
    if not rows:
        return []
    keys = _take_keys(model.__table__, len(rows))
    insert_many(model, [{"id": key, **row} for key, row in zip(keys, rows, strict=True)])
    return keys


def add_many(
    model: type[Any], rows: Sequence[Row], counts: tuple[str, ...], session: Session | None = None
) -> None:
    """Insert rows in their order; where one is there already its ``counts`` grow by theirs.

    The rows all name the same columns: the key of the table and the counts.
    """
    if not rows:
        return
    writer: Any = session or db.session
    writer.flush()
    connection, names = writer.connection(), tuple(rows[0])
    if is_postgresql():
        connection.execute(_adding_arrays(model.__table__, names, counts), _columns(names, rows))
    else:
        connection.execute(_adding(model.__table__, names, counts), rows)


def update_many(model: type[Any], rows: Sequence[Row]) -> None:
    """Write columns of rows that are there, each found by the ``id`` it names.

    Objects of the session that stand for them are not told.
    """
    table: Any = model.__table__
    if not rows:
        return
    names = tuple(rows[0])
    if is_postgresql():
        db.session.execute(_update_by_arrays(table, names), _columns(names, rows))
    else:
        connection = db.session.connection()
        statement, bound = _update_by_key(table, names, connection.dialect)
        columns = (binding.values(rows) for binding in bound)
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {_NEW + name: [row[name] for row in rows] for name in names}


def _take_keys(table: Any, count: int) -> list[int]:
    """Return keys that nobody has; on SQLite the transaction is the only one that writes."""
    if is_postgresql():
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = func.generate_series(1, count).alias("numbers")
        return list(db.session.scalars(select(func.nextval(sequence)).select_from(numbers)))
    last = db.session.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + count + 1))


def _arrays(table: Any, names: Sequence[str]) -> list[Any]:
    """Return a column of a select for each name, its values those of one array."""
    return [
        func.unnest(bindparam(_NEW + name, type_=ARRAY(table.c[name].type))).label(name)
        for name in names
    ]


@lru_cache(maxsize=64)
def _insert_of_arrays(table: Any, names: tuple[str, ...]) -> Any:
    return insert(table).from_select(list(names), select(*_arrays(table, names)))


@lru_cache(maxsize=64)
def _insert_of_rows(
    table: Any, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[Binding]]:
    """Return the statement of SQLite, and how the values of each of its columns are bound.

    Columns that the rows leave out and that have a default get it, as by any insert.
    """
    statement = insert(table).values({name: bindparam(name) for name in names})
    compiled = statement.compile(dialect=dialect)
    order = [table.c[name] for name in compiled.positiontup or ()]
    return str(compiled), [
        _binding(column, column.name if column.name in names else "", dialect) for column in order
    ]


@lru_cache(maxsize=64)
def _adding_arrays(table: Any, names: tuple[str, ...], counts: tuple[str, ...]) -> Any:
    given = postgresql.insert(table).from_select(list(names), select(*_arrays(table, names)))
    return _or_grow(given, table, names, counts)


@lru_cache(maxsize=64)
def _adding(table: Any, names: tuple[str, ...], counts: tuple[str, ...]) -> Any:
    given = sqlite.insert(table).values({name: bindparam(name) for name in names})
    return _or_grow(given, table, names, counts)


def _or_grow(given: Any, table: Any, names: tuple[str, ...], counts: tuple[str, ...]) -> Any:
    return given.on_conflict_do_update(
        index_elements=[name for name in names if name not in counts],
        set_={name: table.c[name] + given.excluded[name] for name in counts},
    )


@lru_cache(maxsize=64)
def _update_by_arrays(table: Any, names: tuple[str, ...]) -> Any:
    given = select(*_arrays(table, names)).subquery("given")
    changed = {name: given.c[name] for name in names if name != "id"}
    return update(table).where(table.c.id == given.c.id).values(changed)


@lru_cache(maxsize=64)
def _update_by_key(
    table: Any, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[Binding]]:
    """Return the statement of SQLite, and how the values of each of its columns are bound."""
    changed: dict[str, Any] = {name: bindparam(_NEW + name) for name in names if name != "id"}
    statement = update(table).where(table.c.id == bindparam(_NEW + "id")).values(changed)
    compiled = statement.compile(dialect=dialect)
    order = [table.c[name.removeprefix(_NEW)] for name in compiled.positiontup or ()]
    return str(compiled), [_binding(column, column.name, dialect) for column in order]


def _binding(column: Any, name: str, dialect: Dialect) -> Binding:
    """Return how a column is bound: to what the rows name so, without a name to its default."""
    default = None if name else column.default.arg
    return Binding(name, default, column.type.dialect_impl(dialect).bind_processor(dialect))
