"""Whether ledger, records, totals and figures say the same (LED-01, LED-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from core.chain import GENESIS
from organizations.figures import OWN, STOCK
from organizations.rules import Measure, ids_of_path
from volunteers.anchors import Anchor
from volunteers.queries.chain import SECONDS, Months, Sums, Told, batches, split, walk

MINUTES, RECORDS = Measure.CONFIRMED_MINUTES, Measure.CONFIRMED_RECORDS
PER_KIND = 20
FigureKey = tuple[int, int]


@dataclass(slots=True)
class Report:
    """How much was looked at, and every difference by name; the first twenty of each kind."""

    entries: int = 0
    anchors: int = 0
    volunteers: int = 0
    records: int = 0
    figures: int = 0
    differences: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, sentence: str) -> None:
        """Note a difference."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= PER_KIND:
            self.differences.append(f"{kind}: {sentence}")

    @property
    def is_sound(self) -> bool:
        return not self.counts


def verify(
    connection: Connection, anchors: Iterable[Anchor], told: Told = lambda _rows: None
) -> Report:
    """Return what a full verification found; ``told`` hears of entries as they are looked at.

    A broken chain ends it: sums over a changed ledger would name the wrong things.
    """
    report = Report()
    sums = _check_chain(connection, list(anchors), report, told)
    if sums is None:
        return report
    _check_reversals(connection, report)
    _check_records(connection, report)
    _check_totals(connection, sums, report)
    _check_pending(connection, report)
    _check_figures(connection, sums, report)
    _check_waiting(connection, report)
    return report


def head_of(connection: Connection) -> tuple[int, bytes]:
    """Return sequence and digest of the chain's head."""
    statement = text("SELECT sequence, digest FROM chain_heads WHERE name = 'ledger'")
    row = connection.execute(statement).one_or_none()
    return (int(row[0]), bytes(row[1])) if row else (0, GENESIS)


def digest_at(connection: Connection, sequence: int) -> bytes | None:
    """Return the digest of one entry, or None where there is no such entry."""
    statement = text("SELECT digest FROM ledger_entries WHERE sequence = :sequence")
    found = connection.execute(statement, {"sequence": sequence}).scalar()
    return bytes(found) if found is not None else None


def _check_chain(
    connection: Connection, anchors: list[Anchor], report: Report, told: Told
) -> Sums | None:
    known = {anchor.sequence: anchor.digest for anchor in anchors}
    found = walk(connection, known, told)
    report.entries, report.anchors = found.rows, len(anchors)
    if found.broken_at is not None:
        report.add("chain", f"entry {found.broken_at}: {found.problem}")
        return None
    unsealed = text("SELECT count(*) FROM ledger_entries WHERE sequence IS NULL")
    count = connection.execute(unsealed).scalar() or 0
    if count:
        report.add("chain", f"{count} entries are not sealed")
    if head_of(connection) != (found.rows, found.digest):
        report.add("chain", f"the head does not match the last entry, {found.rows}")
    for anchor in anchors:
        if anchor.sequence > found.rows:
            report.add(
                "chain",
                f"the anchor of {anchor.taken_at} knew {anchor.sequence} entries, "
                f"{found.rows} are left",
            )
    return None if report.counts else found.sums


def _check_reversals(connection: Connection, report: Report) -> None:
    """A reversal takes back exactly one credit, whole (LED-12)."""
    statement = (
        "SELECT r.sequence FROM ledger_entries r LEFT JOIN ledger_entries c"
        " ON c.id = r.reverses_id WHERE r.kind = 'reversal' AND (c.id IS NULL"
        " OR c.kind <> 'credit' OR r.minutes <> -c.minutes OR r.record_id <> c.record_id"
        " OR r.starts_at <> c.starts_at OR r.ends_at <> c.ends_at)"
    )
    for (sequence,) in _rows(connection, statement):
        report.add("reversal", f"entry {sequence} does not take back one credit")


def _check_records(connection: Connection, report: Report) -> None:
    """A confirmed record of service has its minutes in the ledger, any other has none."""
    statement = (
        "SELECT r.code, r.status, r.minutes, coalesce(e.minutes, 0) FROM service_records r"
        " LEFT JOIN (SELECT record_id, sum(minutes) AS minutes FROM ledger_entries"
        " GROUP BY record_id) e ON e.record_id = r.id"
        " WHERE coalesce(e.minutes, 0) <>"
        " CASE WHEN r.status = 'confirmed' AND r.counts THEN r.minutes ELSE 0 END"
    )
    for code, status, minutes, credited in _rows(connection, statement):
        report.add(
            "record", f"{code} is {status} with {minutes} minutes, the ledger has {credited}"
        )
    counted = connection.execute(text("SELECT count(*) FROM service_records")).scalar()
    report.records = int(counted or 0)


def _check_totals(connection: Connection, sums: Sums, report: Report) -> None:
    """Confirmed minutes of every volunteer and year equal the sum of his entries."""
    _join_merged(connection, sums)
    statement = (
        "SELECT v.code, v.pseudonym, t.year, t.confirmed_minutes FROM volunteer_totals t"
        " JOIN volunteers v ON v.id = t.volunteer_id"
    )
    for code, pseudonym, year, total in _rows(connection, statement):
        report.volunteers += 1
        credited = sums.by_volunteer.get(year, {}).pop(pseudonym, 0)
        if credited != total:
            report.add(
                "total", f"volunteer {code}, {year}: the ledger has {credited}, total {total}"
            )
    for year, rest in sums.by_volunteer.items():
        for pseudonym, credited in rest.items():
            if credited:
                report.add("total", f"{pseudonym}, {year}: the ledger has {credited}, total none")


def _join_merged(connection: Connection, sums: Sums) -> None:
    """Add what stands under the pseudonym of a merged-away record to the one that stays.

    Hours of both stand in one total; the ledger itself was not touched by the merge (LED-10).
    """
    statement = (
        "SELECT gone.pseudonym, kept.pseudonym FROM volunteers gone"
        " JOIN volunteers kept ON kept.id = gone.merged_into_id"
    )
    for gone, kept in _rows(connection, statement):
        for credited in sums.by_volunteer.values():
            minutes = credited.pop(gone, 0)
            if minutes:
                credited[kept] += minutes


def _check_pending(connection: Connection, report: Report) -> None:
    """Waiting minutes of every volunteer and year equal his waiting records."""
    seconds = SECONDS[connection.dialect.name]
    starts, ends = seconds.format(column="starts_at"), seconds.format(column="ends_at")
    months, waiting = Months(), defaultdict[tuple[int, int], int](int)
    records = f"SELECT volunteer_id, {starts}, {ends} FROM service_records"  # noqa: S608 - names of columns, no value
    records += " WHERE status = 'pending' AND counts"
    for volunteer_id, start, end in _rows(connection, records):
        for month, part in split(start, end, months.__getitem__).items():
            waiting[volunteer_id, month // 100] += part
    totals = (
        "SELECT volunteer_id, year, pending_minutes FROM volunteer_totals"
        " WHERE pending_minutes <> 0"
    )
    for volunteer_id, year, total in _rows(connection, totals):
        found = waiting.pop((volunteer_id, year), 0)
        if found != total:
            report.add("pending", f"volunteer id {volunteer_id}, {year}: {found}, total {total}")
    for (volunteer_id, year), found in waiting.items():
        report.add("pending", f"volunteer id {volunteer_id}, {year}: {found}, total none")


def _check_figures(connection: Connection, sums: Sums, report: Report) -> None:
    """Figures of every organization equal the entries at it and everything below it."""
    paths = _paths(connection)
    for measure, by_month in ((MINUTES, sums.minutes), (RECORDS, sums.records)):
        _compare(connection, measure, _rolled_up(by_month, paths), report)


def _check_waiting(connection: Connection, report: Report) -> None:
    """What waits at every handler equals the figures at it and all above it."""
    paths = _paths(connection)
    for status, measure in (
        ("pending", Measure.HOURS_WAITING),
        ("objected", Measure.OBJECTIONS_WAITING),
    ):
        statement = (
            f"SELECT handler_id, count(*) FROM service_records WHERE status = '{status}'"  # noqa: S608 - one of two words
            " GROUP BY handler_id"
        )
        expected: defaultdict[FigureKey, int] = defaultdict(int)
        for handler_id, count in _rows(connection, statement):
            expected[handler_id, OWN] += count
            for above in paths[handler_id]:
                expected[above, STOCK] += count
        _compare(connection, measure, expected, report)


def _compare(
    connection: Connection, measure: Measure, expected: dict[FigureKey, int], report: Report
) -> None:
    statement = f"SELECT organization_id, period, value FROM figures WHERE measure = '{measure}'"  # noqa: S608 - a code of the program
    for organization_id, period, value in _rows(connection, statement):
        report.figures += 1
        found = expected.pop((organization_id, period), 0)
        if found != value:
            report.add(
                "figure",
                f"{measure} of organization {organization_id}, {period}: {found}, figure {value}",
            )
    for (organization_id, period), found in expected.items():
        if found:
            report.add(
                "figure",
                f"{measure} of organization {organization_id}, {period}: {found}, figure none",
            )


def _rolled_up(
    by_month: Mapping[tuple[int, int], int], paths: Mapping[int, list[int]]
) -> dict[FigureKey, int]:
    """Return ``(organization, period) -> sum`` for the stock, every year and every month."""
    rolled: defaultdict[FigureKey, int] = defaultdict(int)
    for (place, month), value in by_month.items():
        for above in paths[place]:
            for period in (0, month // 100, month):
                rolled[above, period] += value
    return rolled


def _paths(connection: Connection) -> dict[int, list[int]]:
    rows = _rows(connection, "SELECT id, path FROM organizations")
    return {row[0]: ids_of_path(row[1]) for row in rows}


def _rows(connection: Connection, statement: str) -> Iterator[Any]:
    for batch in batches(connection, statement):
        yield from batch
