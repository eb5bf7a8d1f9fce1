"""Moving a whole installation from SQLite to PostgreSQL, and the sums that tell two copies apart.

Everything happens in one transaction of the target: the schema, the rows, the sequences and the
comparison. What differs or does not fit leaves the target as empty as it was (security.md MIG-06).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Enum,
    NullPool,
    String,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

from core.database import Base, connect_options

ROWS_AT_ONCE = 1_000
#: Sums are added up modulo this, so that the order of the rows does not matter.
_MODULUS = 1 << 128


class CopyError(RuntimeError):
    """A copy that was not made; the message names the reason and no value of a row."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The number of rows of a table, and one sum per column over its values and their keys."""

    rows: int
    columns: Mapping[str, int]


def sums_of(connection: Connection, tables: Iterable[Table]) -> dict[str, Sums]:
    """Return the sums of each table by its name; equal for equal rows on both databases."""
    return {table.name: _sum(connection, table) for table in tables}


def copy(source: Connection, url: str, migrate: Callable[[Connection], None]) -> dict[str, Sums]:
    """Copy all rows of a SQLite database to an empty PostgreSQL one; return the sums of both.

    ``migrate`` gives the target the newest schema. The source is read in the transaction of its
    connection. Raises CopyError for another kind of database, for a target that holds tables,
    for a source of another schema, for a value that does not fit and for sums that differ.
    """
    if source.dialect.name != "sqlite" or make_url(url).get_backend_name() != "postgresql":
        raise CopyError("a copy goes from SQLite to PostgreSQL")
    engine = create_engine(url, poolclass=NullPool, **_options(url))
    with engine.begin() as target:
        if inspect(target).get_table_names():
            raise CopyError("the target holds tables; name an empty database")
        target.execute(text("SET LOCAL statement_timeout = 0"))
        migrate(target)
        _compare_revisions(source, target)
        return _fill(source, target)


def _options(url: str) -> dict[str, Any]:
    given = connect_options(url, is_command=True)
    return {name: given[name] for name in ("hide_parameters", "connect_args")}


def _compare_revisions(source: Connection, target: Connection) -> None:
    asked = text("SELECT version_num FROM alembic_version")
    old, new = (connection.execute(asked).scalar() for connection in (source, target))
    if old != new:
        raise CopyError(f"the schema is {old}, this program has {new}: upgrade the database first")


def _fill(source: Connection, target: Connection) -> dict[str, Sums]:
    """Put the rows into the tables while keys and triggers are away, and compare."""
    tables = Base.metadata.sorted_tables
    keys = _take_keys(target)
    for table in tables:
        name = _quoted(target, table.name)
        target.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        target.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - what migrations wrote
        _copy_rows(source, target, table)
        _set_sequences(target, table)
        target.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    _put_keys(target, keys)
    before, after = sums_of(source, tables), sums_of(target, tables)
    if wrong := sorted(name for name in before if before[name] != after[name]):
        raise CopyError(f"differs after the copy: {', '.join(wrong)}")
    return after


def _take_keys(target: Connection) -> Sequence[tuple[str, str, str]]:
    """Drop every foreign key, which the order of self-references would break; return them."""
    asked = text(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    keys = [(table, name, made) for table, name, made in target.execute(asked)]
    for table, name, _made in keys:
        target.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return keys


def _put_keys(target: Connection, keys: Iterable[tuple[str, str, str]]) -> None:
    """Make the keys again, which looks at every row. Raises CopyError where one refers to none."""
    for table, name, made in keys:
        try:
            target.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}"))
        except DBAPIError as error:
            raise CopyError(f"rows of {table} refer to none: {name}") from error


def _copy_rows(source: Connection, target: Connection, table: Table) -> None:
    names = ", ".join(_quoted(target, column.name) for column in table.columns)
    into = f"COPY {_quoted(target, table.name)} ({names}) FROM STDIN"
    driver: Any = target.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(into) as rows:
            for row in _rows(source, table):
                rows.write_row(row)
    except target.dialect.loaded_dbapi.Error as error:
        reason = f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".strip()
        raise CopyError(f"a row of {table.name} does not fit: {reason}") from None


def _set_sequences(target: Connection, table: Table) -> None:
    """Let the next number of a table be the one after its highest."""
    for column in table.primary_key.columns:
        asked = text("SELECT pg_get_serial_sequence(:name, :column)")
        named = {"name": _quoted(target, table.name), "column": column.name}
        sequence = target.execute(asked, named).scalar()
        if sequence is not None:
            highest = f"(SELECT max({_quoted(target, column.name)}) FROM {named['name']})"  # noqa: S608
            statement = f"SELECT setval(:name, coalesce({highest}, 1), {highest} IS NOT NULL)"
            target.execute(text(statement), {"name": sequence})


def _sum(connection: Connection, table: Table) -> Sums:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    return column_sums(names, keys, _rows(connection, table))


def column_sums(names: Sequence[str], keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> Sums:
    """Return the sums over rows whose columns have these names, told apart by the keys."""
    places, sums, count = [names.index(key) for key in keys], [0] * len(names), 0
    for row in rows:
        count += 1
        key = "\0".join(_written(row[place]) for place in places)
        for place, value in enumerate(row):
            digest = hashlib.blake2b(f"{key}\0\0{_written(value)}".encode(), digest_size=16)
            sums[place] = (sums[place] + int.from_bytes(digest.digest())) % _MODULUS
    return Sums(count, dict(zip(names, sums, strict=True)))


def _rows(connection: Connection, table: Table) -> Iterable[Sequence[Any]]:
    """Read a table without loading it; codes stay the text that the database keeps."""
    columns = [
        type_coerce(column, String()) if isinstance(column.type, Enum) else column
        for column in table.columns
    ]
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(*columns))
    for rows in found.partitions():
        yield from rows


def _written(value: Any) -> str:
    """Return a value as text: the same text for the same value, whatever the database."""
    if isinstance(value, bool):
        return f"b{int(value)}"
    if isinstance(value, (bytes, memoryview)):
        return f"x{bytes(value).hex()}"
    if isinstance(value, (date, datetime)):
        return f"t{value.isoformat()}"
    return "n" if value is None else f"{type(value).__name__[0]}{value}"


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
