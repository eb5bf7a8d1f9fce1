"""A long list leaves in constant memory; ``make bench`` does the same with 100,000 rows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from flask import Flask

from bench.exporting import CODE, bare_seconds, county_scope, gather, sheet
from core.database import db
from core.exports import vault
from core.exports.writing import FileFormat
from members.operations.gathering import make_file
from tests import factories as make
from tests.cast import Cast

COLUMNS = ("name", "number", "joined", "status", "phone")
MOST_BYTES = 12 * 1024 * 1024


@pytest.mark.covers("EXP-07")
@pytest.mark.usefixtures("folder")
def test_memory_does_not_grow_with_the_rows(app: Flask, cast: Cast) -> None:
    for _ in range(20):
        make.make_membership(make.make_person(), cast.organization("东一村"))
    db.session.commit()
    scope = county_scope(cast.organization("东县"))
    peaks = []
    for rows in (3_000, 9_000):
        tracemalloc.start()
        parts = gather(scope, COLUMNS, rows)
        make_file(CODE, FileFormat.XLSX, parts, sheet(COLUMNS, rows))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert vault.is_kept(CODE)
        vault.remove(CODE)
    assert peaks[1] < max(1.5 * peaks[0], MOST_BYTES)


def test_the_bare_writer_writes_the_same_rows(cast: Cast, tmp_path: Path) -> None:
    scope = county_scope(cast.organization("东县"))
    assert bare_seconds(scope, COLUMNS, 50, tmp_path / "bare.xlsx") > 0
    assert (tmp_path / "bare.xlsx").stat().st_size > 0
