"""What surrounds the rows of PostgreSQL tables, read from its catalogue, dropped and built anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

INDEXES = """
    SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid), con.conname, con.contype
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    LEFT JOIN pg_constraint con ON con.conindid = x.indexrelid AND con.contype IN ('p', 'u')
    WHERE t.relname = ANY(%s) AND t.relnamespace = current_schema()::regnamespace
    ORDER BY t.relname, i.relname
"""
FOREIGN_KEYS = """
    SELECT t.relname, con.conname, pg_get_constraintdef(con.oid)
    FROM pg_constraint con
    JOIN pg_class t ON t.oid = con.conrelid
    JOIN pg_class r ON r.oid = con.confrelid
    WHERE con.contype = 'f' AND (t.relname = ANY(%(tables)s) OR r.relname = ANY(%(tables)s))
      AND t.relnamespace = current_schema()::regnamespace
    ORDER BY t.relname, con.conname
"""
CONSTRAINTS = {"p": "PRIMARY KEY", "u": "UNIQUE"}


@dataclass(frozen=True, slots=True)
class IndexOf:
    """An index, and the constraint that it carries."""

    table: str
    name: str
    definition: str
    constraint: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key from or to one of the tables."""

    table: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Structure:
    """Everything that is checked or kept up for each row of the tables, CHECKs left in place."""

    tables: tuple[str, ...]
    indexes: tuple[IndexOf, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def drop(self, connection: Connection) -> None:
        """Take it away in one transaction."""
        with connection.transaction():
            for key in self.foreign_keys:
                _alter(connection, key.table, "DROP CONSTRAINT {}", key.name)
            for index in self.indexes:
                if index.constraint:
                    _alter(connection, index.table, "DROP CONSTRAINT {}", index.constraint)
                else:
                    connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index.name)))
            for table in self.tables:
                _alter(connection, table, "DISABLE TRIGGER USER")

    def build_indexes(self, connections: Sequence[Connection]) -> None:
        """Put indexes and keys back, as many at a time as there are connections."""
        first = connections[0]
        sizes = dict(first.execute(SIZES, [list(self.tables)]).fetchall())
        largest_first = sorted(self.indexes, key=lambda index: -sizes.get(index.table, 0))
        _at_once(connections, [_creating(index) for index in largest_first])
        for index in self.indexes:
            if index.constraint:
                clause = f"ADD CONSTRAINT {{}} {CONSTRAINTS[index.kind or '']} USING INDEX {{}}"
                _alter(first, index.table, clause, index.constraint, index.name)

    def build_foreign_keys(self, connections: Sequence[Connection]) -> None:
        """Put foreign keys and triggers back; every row is checked."""
        first = connections[0]
        sizes = dict(first.execute(SIZES, [list(self.tables)]).fetchall())
        for key in self.foreign_keys:
            clause = "ADD CONSTRAINT {} " + key.definition + " NOT VALID"
            _alter(first, key.table, clause, key.name)
        tables = sorted({key.table for key in self.foreign_keys}, key=lambda t: -sizes.get(t, 0))
        _at_once(connections, [self._validating(table) for table in tables])
        for table in self.tables:
            _alter(first, table, "ENABLE TRIGGER USER")

    def _validating(self, table: str) -> Callable[[Connection], None]:
        """Return what checks the foreign keys of a table: one after the other, they share locks."""

        def validate(connection: Connection) -> None:
            for key in self.foreign_keys:
                if key.table == table:
                    _alter(connection, table, "VALIDATE CONSTRAINT {}", key.name)

        return validate


SIZES = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace
"""


def read_structure(connection: Connection, tables: Sequence[str]) -> Structure:
    """Return what stands around the tables now."""
    indexes = connection.execute(INDEXES, [list(tables)]).fetchall()
    keys = connection.execute(FOREIGN_KEYS, {"tables": list(tables)}).fetchall()
    return Structure(
        tuple(tables),
        tuple(IndexOf(*row) for row in indexes),
        tuple(ForeignKey(*row) for row in keys),
    )


def _alter(connection: Connection, table: str, clause: str, *names: str) -> None:
    identifiers = [sql.Identifier(name) for name in names]
    change = sql.SQL(clause).format(*identifiers)
    connection.execute(sql.SQL("ALTER TABLE {} ").format(sql.Identifier(table)) + change)


def _creating(index: IndexOf) -> Callable[[Connection], None]:
    def create(connection: Connection) -> None:
        connection.execute(index.definition.encode())

    return create


def _at_once(
    connections: Sequence[Connection], tasks: Iterable[Callable[[Connection], None]]
) -> None:
    """Do the tasks in their order, each connection taking the next one when it is free."""
    waiting: SimpleQueue[Callable[[Connection], None]] = SimpleQueue()
    for task in tasks:
        waiting.put(task)

    def work(connection: Connection) -> None:
        while True:
            try:
                task = waiting.get_nowait()
            except Empty:
                return
            task(connection)

    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(work, connections))
