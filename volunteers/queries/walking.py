"""Walking a long ledger in stretches, the first ones by a second process where there is one.

Every stretch begins with a stored digest, so stretches can be walked side by side. On PostgreSQL a
second process reads the very same state of the database: the snapshot of the first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as PipeEnd
from typing import Self

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from volunteers.queries.chain import Stretch, Told, Walk, walk

#: Entries from which a second process pays for its start.
HELPED_FROM = 500_000
LOOK_SECONDS = 0.5

Anchors = Mapping[int, bytes]


def stretches(entries: int, pieces: int) -> list[Stretch]:
    """Return so many stretches that cover everything; the last one is open at its end."""
    cuts = sorted({entries * number // pieces for number in range(1, pieces)} - {0})
    ends = [*cuts, None]
    return [Stretch(after, last) for after, last in zip([0, *cuts], ends, strict=True)]


def walk_all(
    connection: Connection, anchors: Anchors, parts: Sequence[Stretch], told: Told
) -> Walk:
    """Return what a walk over all stretches found, up to the first break."""
    return _joined(walk(connection, anchors, part, told) for part in parts)


def walk_with_help(connection: Connection, anchors: Anchors, entries: int, told: Told) -> Walk:
    """Return the same; a long ledger on PostgreSQL is walked by two processes, half by half."""
    is_long = entries >= HELPED_FROM and (os.cpu_count() or 1) > 1
    if connection.dialect.name != "postgresql" or not is_long:
        return walk_all(connection, anchors, stretches(entries, 1), told)
    first, second = stretches(entries, 2)
    snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
    with Helper(Errand(connection.engine.url, snapshot, first, dict(anchors))) as helper:
        own = walk(connection, anchors, second, lambda rows: told(rows + helper.heard()))
        while helper.found is None:
            told(helper.heard(LOOK_SECONDS))
        return _joined(iter([helper.found, own]))


@dataclass(frozen=True, slots=True)
class Errand:
    """What a helper is sent for: which database, in which state, which entries."""

    url: URL
    snapshot: str
    stretch: Stretch
    anchors: Anchors


class Helper:
    """A process of its own on an errand: it tells how far it is, at last what it found."""

    def __init__(self, errand: Errand) -> None:
        context = get_context("spawn")
        self.found: Walk | None = None
        self._ear, self._mouth = context.Pipe(duplex=False)
        self._process = context.Process(target=run, args=(errand, self._mouth), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._mouth.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self._ear.close()

    def heard(self, patience: float = 0.0) -> int:
        """Return how many entries were told of since; EOFError where the process was killed."""
        rows = 0
        while self.found is None and self._ear.poll(patience):
            news = self._ear.recv()
            if isinstance(news, Walk):
                self.found = news
            else:
                rows += news
            patience = 0.0
        return rows


def run(errand: Errand, mouth: PipeEnd) -> None:
    """Walk a stretch in a process of its own, in the state of the database that was named."""
    engine = create_engine(errand.url, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = errand.snapshot.replace("'", "")
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        mouth.send(walk(connection, errand.anchors, errand.stretch, mouth.send))


def _joined(parts: Iterator[Walk]) -> Walk:
    whole = next(parts)
    for part in parts:
        if whole.broken_at is not None:
            return whole
        whole.sums.add(part.sums)
        whole.rows, whole.digest = part.rows, part.digest
        whole.broken_at, whole.problem = part.broken_at, part.problem
    return whole


Walker = Callable[[Connection, Anchors, int, Told], Walk]
