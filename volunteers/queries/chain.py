"""One walk over the whole ledger: is the chain whole, and what does it add up to (LED-01, LED-13).

Rows come straight from the driver in batches: ten million entries take minutes, not hours.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from core.chain import GENESIS

BATCH = 5_000
EIGHT_HOURS = 8 * 3600  # Shanghai has had no summer time since 1991
DAY_SECONDS = 86_400
FIRST_DAY = date(1970, 1, 1)
MINUTE = 60

_COLUMNS = (
    "sequence, digest, kind, record_id, reverses_id, pseudonym, organization_id, "
    "{starts}, {ends}, minutes, method, entered_by_id, {entered}, reason"
)
#: Whole seconds since 1970: on SQLite without the fraction, which it would round.
SECONDS = {
    "sqlite": "unixepoch(substr({column}, 1, 19))",
    "postgresql": "floor(extract(epoch FROM {column}))::bigint",
}

Row = Sequence[Any]
Batch = Sequence[Row]
#: Hears how many more entries were looked at.
Told = Callable[[int], object]


@dataclass(slots=True)
class Sums:
    """What the entries add up to: minutes by year and pseudonym, and by place and month."""

    by_volunteer: dict[int, defaultdict[str, int]] = field(default_factory=dict)
    minutes: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    records: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))


@dataclass(slots=True)
class Walk:
    """What the walk found: entries seen, the end of the chain, the first break, and the sums."""

    rows: int = 0
    digest: bytes = GENESIS
    broken_at: int | None = None
    problem: str = ""
    sums: Sums = field(default_factory=Sums)


def walk(connection: Connection, anchors: Mapping[int, bytes], told: Told) -> Walk:
    """Return what a walk over the ledger found; it ends at the first break.

    ``anchors`` holds digests known from outside the database by sequence; ``told`` hears of every
    batch.
    """
    found, months = Walk(), Months()
    for batch in entries(connection):
        problem = check_batch(batch, found, anchors)
        if problem:
            found.broken_at, found.problem = found.rows, problem
            return found
        add_batch(batch, found.sums, months)
        told(len(batch))
    return found


def entries(connection: Connection) -> Iterator[Batch]:
    """Yield the sealed entries in the order of the chain, batch by batch."""
    seconds = SECONDS[connection.dialect.name]
    columns = _COLUMNS.format(
        starts=seconds.format(column="starts_at"),
        ends=seconds.format(column="ends_at"),
        entered=seconds.format(column="entered_at"),
    )
    statement = f"SELECT {columns} FROM ledger_entries WHERE sequence IS NOT NULL ORDER BY sequence"  # noqa: S608 - names of columns, no value
    return batches(connection, statement)


def batches(connection: Connection, statement: str) -> Iterator[Batch]:
    """Yield the rows of a statement in batches, on PostgreSQL through a cursor at the server."""
    driver: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    cursor = driver.cursor() if is_sqlite else driver.cursor(name="ledger_walk")
    try:
        cursor.execute(statement)
        while batch := cursor.fetchmany(BATCH):
            yield batch
    finally:
        cursor.close()


def check_batch(batch: Batch, found: Walk, anchors: Mapping[int, bytes]) -> str:
    """Return what is wrong with the entry that the walk then stands at, or nothing."""
    previous, count, sha256 = found.digest, found.rows, hashlib.sha256
    problem = ""
    for row in batch:
        count += 1
        if row[0] != count:
            problem = "an entry is missing or doubled"
            break
        previous = sha256(previous + entry_text(row).encode()).digest()
        if previous != row[1]:
            problem = "an entry was changed"
            break
        if count in anchors and anchors[count] != previous:
            problem = "the chain differs from an anchor"
            break
        if row[8] - row[7] != abs(row[9]) * MINUTE:
            problem = "minutes and interval differ"
            break
    found.digest, found.rows = previous, count
    return problem


def entry_text(row: Row) -> str:
    """Return the text that the digest of an entry covers, as ``core.chain.link`` builds it."""
    sequence, _, kind, record, reverses, who, place, starts, ends, minutes, how, by, at, why = row
    person = f'"{who}"' if who.isalnum() else _quoted(who)
    return (
        f'[{sequence},"{kind}",{record},{"null" if reverses is None else reverses},{person},'
        f'{place},{starts},{ends},{minutes},"{how}",{"null" if by is None else by},{at},'
        f"{_quoted(why) if why else _EMPTY}]"
    )


_EMPTY = '""'


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


class Months(dict[int, int]):
    """Day since 1970 -> year and month as 202611, computed once a day."""

    def __missing__(self, day: int) -> int:
        when = FIRST_DAY + timedelta(days=day)
        self[day] = found = when.year * 100 + when.month
        return found


def add_batch(batch: Batch, sums: Sums, months: Months) -> None:
    """Add a batch of entries to the sums."""
    by_volunteer, minutes, records = sums.by_volunteer, sums.minutes, sums.records
    for row in batch:
        place, starts, ends, amount = row[6], row[7], row[8], row[9]
        month = months[(starts + EIGHT_HOURS) // DAY_SECONDS]
        records[place, month] += 1 if amount > 0 else -1
        if months[(ends + EIGHT_HOURS - 1) // DAY_SECONDS] == month:
            minutes[place, month] += amount
            by_year = by_volunteer.get(month // 100)
            if by_year is None:
                by_year = by_volunteer[month // 100] = defaultdict(int)
            by_year[row[5]] += amount
        else:
            _add_split(row, sums, months)


def _add_split(row: Row, sums: Sums, months: Months) -> None:
    sign = 1 if row[9] > 0 else -1
    for month, part in split(row[7], row[8], months.__getitem__).items():
        sums.minutes[row[6], month] += sign * part
        by_year = sums.by_volunteer.setdefault(month // 100, defaultdict(int))
        by_year[row[5]] += sign * part


def split(starts: int, ends: int, month_of: Callable[[int], int]) -> dict[int, int]:
    """Return the minutes by month of an interval in seconds since 1970 (LED-14)."""
    parts: dict[int, int] = {}
    told, day = 0, (starts + EIGHT_HOURS) // DAY_SECONDS
    while told < (ends - starts) // MINUTE:
        midnight = (day + 1) * DAY_SECONDS - EIGHT_HOURS
        reached = (min(midnight, ends) - starts) // MINUTE
        parts[month_of(day)] = parts.get(month_of(day), 0) + reached - told
        told, day = reached, day + 1
    return parts
