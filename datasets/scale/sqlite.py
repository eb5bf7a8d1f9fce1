"""Loading into SQLite: one process, large transactions, indexes and triggers built afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from datasets.scale.parts import TABLES
from datasets.scale.plan import Plan
from datasets.scale.writing import Advance, Part, Row, Sheet, Spelling, Step

LOAD_PRAGMAS = (
    "PRAGMA synchronous=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA ignore_check_constraints=ON",  # they take two thirds of the time; tests check them
    "PRAGMA cache_size=-524288",
    "PRAGMA temp_store=MEMORY",
)


STRUCTURE = """
    SELECT type, name, sql FROM sqlite_master
    WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({})
    ORDER BY type, name
"""


def _same(raw: bytes) -> bytes:
    return raw


class SqliteLoader:
    """Sends pieces with executemany on one connection."""

    spelling = Spelling(null=None, true=1, false=0, blob=_same, zone=".000000")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.sheets: list[Sheet] = []

    def sheet(self, table: str, columns: str) -> Sheet:
        """Return a sheet for the columns of a table, named with spaces between them."""
        names = columns.split()
        marks = ",".join("?" * len(names))
        statement = f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})"  # noqa: S608
        found = Sheet(partial(self._send, statement))
        self.sheets.append(found)
        return found

    def _send(self, statement: str, rows: list[Row]) -> None:
        self.connection.executemany(statement, rows)

    def flush(self) -> None:
        """Send the rows of every sheet."""
        for sheet in self.sheets:
            sheet.flush()


class SqliteTarget:
    """A SQLite file around a load. Nobody else may use it meanwhile."""

    def __init__(self, path: str, step: Step) -> None:
        self.path = path
        self.step = step

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Take indexes and triggers away; put them back in the end, also on error."""
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in LOAD_PRAGMAS:
            self.connection.execute(pragma)
        found = self._structure()
        for kind, name, _ in found:
            self.connection.execute(f"DROP {kind} {name}")
        try:
            yield
        except BaseException:
            self._build(found)
            self.connection.close()
            raise
        self._build(found)

    def _build(self, structure: list[tuple[str, str, str]]) -> None:
        with self.step("indexes"):
            for _, _, statement in structure:
                self.connection.execute(statement)

    def _structure(self) -> list[tuple[str, str, str]]:
        marks = ",".join("?" * len(TABLES))
        question = STRUCTURE.format(marks)
        return self.connection.execute(question, TABLES).fetchall()

    def load(self, plan: Plan, parts: Sequence[Part], advances: Sequence[Advance]) -> None:
        """Run the parts one after the other in one transaction; nothing stays of a failed one."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            for part, advance in zip(parts, advances, strict=True):
                loader = SqliteLoader(self.connection)
                part(plan, loader, advance)
                loader.flush()
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def finish(self) -> None:
        """Check the foreign keys, gather statistics and go back to safe writing."""
        broken = self.connection.execute("PRAGMA foreign_key_check").fetchmany(3)
        if broken:
            message = f"foreign keys lead nowhere: {broken}"
            raise RuntimeError(message)
        self.connection.execute("ANALYZE")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()
