"""A file of 100,000 rows against the bare writer of the same cells (performance document).

The list of the county is read as often as it takes to have that many rows; then they are gathered,
sealed and written as the job does it, and written once more by XlsxWriter alone.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter import Workbook

from bench.worlds import World
from core.access.permissions import Permission, Reach, Role
from core.access.scope import HeldPost, Principal, Scope
from core.database import db
from core.exports import vault
from core.exports.writing import FileFormat, Sheet
from core.i18n import speaking
from members.exporting import Names, source_of
from members.operations.gathering import CHUNK, LANGUAGE, make_file
from members.rules.exports import ExportSubject
from organizations.models import Organization

ROWS = 100_000
GOAL = 2.0
MOST_MIB = 150
CODE = "bench2345678"
COLUMNS = ("name", "number", "joined", "organization", "status", "grade", "sex", "age", "phone")


def measure_export(world: World, county: Organization) -> list[tuple[str, bool]]:
    """Return what the file costs beside the bare writer, and the growth of memory, in words."""
    with world.app.app_context(), tempfile.TemporaryDirectory() as folder:
        scope = county_scope(county)
        before = _peak_mib()
        started = time.process_time()
        parts = gather(scope, COLUMNS, ROWS)
        make_file(CODE, FileFormat.XLSX, parts, sheet(COLUMNS, ROWS))
        ours = time.process_time() - started
        growth = _peak_mib() - before
        vault.remove(CODE)
        bare = bare_seconds(scope, COLUMNS, ROWS, Path(folder) / "bare.xlsx")
        db.session.remove()
    ratio = ours / bare
    said = f"{ours:.1f} s of CPU beside {bare:.1f} of the bare writer"
    return [
        (f"export of {ROWS:,} rows {ratio:.2f}, goal {GOAL:g} ({said})", ratio <= GOAL),
        (f"memory growth of the export {growth:.0f} MiB, goal {MOST_MIB}", growth <= MOST_MIB),
    ]


def county_scope(county: Organization) -> Scope:
    """Return the scope in which an officer of a county exports."""
    held = HeldPost(0, Role.OFFICER, county.place)
    people = Principal(0, None, (held,))
    return Scope(county.place, held, people, Permission.MEMBERS_EXPORT, Reach.BELOW)


def sheet(columns: Names, count: int) -> Sheet:
    """Return what stands around the rows."""
    return Sheet("名单", ["名单", "导出"], list(columns), ["导出"], count)


def gather(scope: Scope, columns: Names, rows: int) -> int:
    """Keep the parts of a file of so many rows; return how many parts."""
    parts = 0
    for cells in chunks(scope, columns, rows):
        vault.keep_part(CODE, parts, json.dumps(cells, ensure_ascii=False).encode())
        parts += 1
    return parts


def chunks(scope: Scope, columns: Names, rows: int) -> Iterator[list[list[str]]]:
    """Yield the cells of the list in chunks, over and over until there are so many rows.

    Raises ValueError where the list is empty.
    """
    source, after, left = source_of(ExportSubject.MEMBERS), "", rows
    with speaking(LANGUAGE):
        while left:
            found = source.read(scope, {}, columns, after, min(CHUNK, left))
            if not found and not after:
                message = "the county has no members"
                raise ValueError(message)
            after = found[-1][0] if found else ""
            left -= len(found)
            if found:
                yield [cells for _code, cells in found]


def bare_seconds(scope: Scope, columns: Names, rows: int, path: Path) -> float:
    """Return the seconds of CPU in which XlsxWriter alone writes the same cells."""
    cells = [row for chunk in chunks(scope, columns, rows) for row in chunk]
    started = time.process_time()
    book = Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("名单")
    for number, row in enumerate(cells):
        for place, cell in enumerate(row):
            page.write_string(number, place, cell)
    book.close()
    return time.process_time() - started


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
