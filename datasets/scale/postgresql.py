"""Loading into PostgreSQL: COPY from two processes into bare tables, everything else afterwards."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from datasets.scale.parts import TABLES
from datasets.scale.plan import Plan
from datasets.scale.structure import Structure, read_structure
from datasets.scale.writing import Advance, Part, Row, Sheet, Spelling, Step
from volunteers.models import LedgerEntry

SETTINGS = (
    "-c statement_timeout=0 -c lock_timeout=0 -c timezone=UTC -c synchronous_commit=off"
    " -c work_mem=256MB -c maintenance_work_mem=512MB -c max_parallel_maintenance_workers=0"
)
SHARED = frozenset(
    {"figures", "figure_parts", "chain_heads"}
)  # others write there too: not emptied, not frozen
POLL_SECONDS = 0.2


def connect(url: str, *, autocommit: bool = True) -> psycopg.Connection[Any]:
    """Return a connection with room to sort and without limits of time."""
    return psycopg.connect(url, options=SETTINGS, autocommit=autocommit)


def _hex(raw: bytes) -> str:
    return "\\\\x" + raw.hex()


class CopyLoader:
    """Sends pieces through one COPY per table, each on a connection of its own.

    A table is emptied in the transaction that fills it, so that its rows are frozen at once and
    no vacuum has to visit them later.
    """

    spelling = Spelling(null="\\N", true="t", false="f", blob=_hex, zone="+00")

    def __init__(self, url: str) -> None:
        self.url = url
        self.sheets: list[Sheet] = []
        self.open: list[tuple[psycopg.Connection[Any], Any]] = []

    def sheet(self, table: str, columns: str) -> Sheet:
        """Return a sheet for the columns of a table, named with spaces between them."""
        names = columns.split()
        connection = connect(self.url, autocommit=False)
        target = sql.Identifier(table)
        frozen = table not in SHARED
        if frozen:
            connection.execute(sql.SQL("TRUNCATE {}").format(target))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FREEZE {})").format(
            target, sql.SQL(",").join(map(sql.Identifier, names)), sql.Literal(frozen)
        )
        manager = connection.cursor().copy(statement)
        copy = manager.__enter__()
        self.open.append((connection, manager))
        line = "\t".join(["%s"] * len(names)) + "\n"
        found = Sheet(partial(self._send, copy, line))
        self.sheets.append(found)
        return found

    def _send(self, copy: psycopg.Copy, line: str, rows: list[Row]) -> None:
        copy.write("".join([line % row for row in rows]))

    def flush(self) -> None:
        """Send the rows of every sheet."""
        for sheet in self.sheets:
            sheet.flush()

    def commit(self) -> None:
        """End every COPY, then commit all tables."""
        self.flush()
        for _, manager in self.open:
            manager.__exit__(None, None, None)
        for connection, _ in self.open:
            connection.commit()
            connection.close()


def _run(url: str, part: Part, plan: Plan, done: Any) -> None:
    """Run one part in a process of its own."""
    loader = CopyLoader(url)

    def advance(rows: int) -> None:
        done.value += rows

    part(plan, loader, advance)
    loader.commit()


class PostgresqlTarget:
    """A PostgreSQL database around a load."""

    def __init__(self, url: str, step: Step) -> None:
        self.url = url
        self.step = step

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Take constraints, indexes and triggers away; put them back in the end.

        After an error the tables are empty.
        """
        with connect(self.url) as connection:
            structure = read_structure(connection, TABLES)
            structure.drop(connection)
            try:
                yield
            except BaseException:
                _empty(connection)
                raise
            finally:
                self._build(connection, structure)

    def _build(self, connection: psycopg.Connection[Any], structure: Structure) -> None:
        with connect(self.url) as second:
            both = [connection, second]
            with self.step("indexes"):
                structure.build_indexes(both)
            with self.step("foreign keys"):
                structure.build_foreign_keys(both)

    def load(self, plan: Plan, parts: Sequence[Part], advances: Sequence[Advance]) -> None:
        """Run the parts at the same time, each in a process of its own."""
        context = multiprocessing.get_context("fork")
        counters = [context.Value("q", 0, lock=False) for _ in parts]
        running = [
            context.Process(target=_run, args=(self.url, part, plan, done))
            for part, done in zip(parts, counters, strict=True)
        ]
        for process in running:
            process.start()
        shown = [0] * len(parts)
        try:
            while any(process.is_alive() for process in running):
                running[0].join(POLL_SECONDS if running[0].is_alive() else 0)
                running[-1].join(POLL_SECONDS)
                for place, (done, advance) in enumerate(zip(counters, advances, strict=True)):
                    advance(done.value - shown[place])
                    shown[place] = done.value
                if any(process.exitcode for process in running):
                    break
        finally:
            for process in running:
                process.terminate()
                process.join()
        if any(process.exitcode for process in running):
            message = "a part of the load failed; its own message stands above"
            raise RuntimeError(message)

    def finish(self) -> None:
        """Set every sequence behind the largest id and gather statistics."""
        with connect(self.url) as connection:
            for table, column, name in connection.execute(SEQUENCES).fetchall():
                largest = sql.SQL("max({})").format(sql.Identifier(column))
                statement = sql.SQL("SELECT setval({}, coalesce({}, 1), {} IS NOT NULL) FROM {}")
                parts = (sql.Literal(name), largest, largest, sql.Identifier(table))
                connection.execute(statement.format(*parts))
            connection.execute("VACUUM (ANALYZE) figures")
            connection.execute("ANALYZE")


SEQUENCES = """
    SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
      AND a.attnum > 0 AND NOT a.attisdropped
      AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


def _empty(connection: psycopg.Connection[Any]) -> None:
    names = sql.SQL(",").join(map(sql.Identifier, TABLES))
    connection.execute(sql.SQL("TRUNCATE {}").format(names))
    connection.execute("DELETE FROM chain_heads WHERE name = %s", [LedgerEntry.CHAIN])
