"""A long ledger is walked by two processes, in one state of the database (LED-13)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from core.chain import GENESIS
from tests.plugins.databases import DATABASES, create, drop
from volunteers.queries import chain, walking
from volunteers.queries.chain import Walk, entry_text

ENTRIES = 9_000
NAME = "redcross_test_walk"
TABLE = (
    "CREATE TABLE ledger_entries (sequence bigint UNIQUE, digest bytea, kind text,"
    " record_id bigint, reverses_id bigint, pseudonym text, organization_id int,"
    " starts_at timestamptz, ends_at timestamptz, minutes int, method text,"
    " entered_by_id int, entered_at timestamptz, reason text)"
)


@pytest.fixture
def long_ledger() -> Iterator[Connection]:
    """Return a connection to a ledger that other processes see: committed, in its own database."""
    server = DATABASES.server
    assert server is not None
    name = f"{NAME}_{DATABASES.run}"
    create(server, name)
    parts = urlsplit(server)
    url = urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(TABLE)
            _fill(connection)
        level = {"isolation_level": "REPEATABLE READ"}
        with engine.connect().execution_options(**level) as connection:
            yield connection
    finally:
        engine.dispose()
        drop(server, name)


def _fill(connection: Connection) -> None:
    driver, previous = connection.connection.driver_connection, GENESIS
    assert driver is not None
    with driver.cursor().copy("COPY ledger_entries FROM STDIN") as copy:
        for number in range(1, ENTRIES + 1):
            facts = ("credit", number, None, f"p{number % 7}", 3, 0, 3600, 60, "imported", None)
            row = (number, b"", *facts, 7200, "")
            previous = hashlib.sha256(previous + entry_text(row).encode()).digest()
            instants = ("1970-01-01 00:00+00", "1970-01-01 01:00+00", "1970-01-01 02:00+00")
            head, tail = (number, previous, *facts[:5]), (*facts[7:], instants[2], "")
            copy.write_row((*head, *instants[:2], *tail))


@pytest.mark.only_on("postgresql")
@pytest.mark.covers("LED-13")
def test_two_processes_find_what_one_finds(
    long_ledger: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, told = walk_alone(long_ledger), list[int]()
    assert (alone.rows, alone.broken_at) == (ENTRIES, None)
    monkeypatch.setattr(walking, "HELPED_FROM", 100)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    starts: list[object] = []
    monkeypatch.setattr(walking.Helper, "__enter__", noted(walking.Helper.__enter__, starts))
    anchors = {100: alone.digest}
    both = walking.walk_with_help(long_ledger, {}, ENTRIES, told.append)
    assert len(starts) == 1
    assert (both.rows, both.digest, both.sums) == (alone.rows, alone.digest, alone.sums)
    assert sum(told) == ENTRIES
    found = walking.walk_with_help(long_ledger, anchors, ENTRIES, told.append)
    assert (found.broken_at, found.problem) == (100, "the chain differs from an anchor")
    long_ledger.rollback()
    long_ledger.exec_driver_sql("UPDATE ledger_entries SET minutes = 61 WHERE sequence = 7000")
    long_ledger.commit()
    found = walking.walk_with_help(long_ledger, {}, ENTRIES, told.append)
    assert (found.broken_at, found.problem) == (7000, "an entry was changed")


def walk_alone(connection: Connection) -> Walk:
    return chain.walk(connection, {}, chain.WHOLE, lambda _rows: None)


def noted(method: object, calls: list[object]) -> object:
    def call(self: object) -> object:
        calls.append(self)
        return method(self)  # type: ignore[operator]

    return call
