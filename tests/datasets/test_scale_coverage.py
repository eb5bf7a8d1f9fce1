"""The tree of size L gives the published coverage: 4,685 of 4,935 schools, 94.93 %."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import clock
from core.access.permissions import Level
from core.database import db
from datasets.scale.sizes import SIZES
from datasets.scale.tree import Forest
from organizations.models import Organization
from schools.models import School
from schools.queries.coverage import coverage_by_stage, coverage_by_year, missing_at
from schools.rules.classes import school_year_of
from schools.rules.register import Coverage, check_code
from tests.datasets.loads import empty_app

pytestmark = pytest.mark.only_on("sqlite")


@pytest.mark.covers("SCH-10", "T3")
def test_size_l_gives_the_published_coverage(tmp_path: Path) -> None:
    today = clock.today()
    with empty_app(tmp_path / "whole", "coverage", whole=True):
        Forest(SIZES["L"], 7, today).grow()
        top = db.session.query(Organization).filter_by(level=Level.PROVINCE).one().place
        parts = coverage_by_stage(top)
        found = Coverage(
            sum(one.covered for one in parts.values()), sum(one.schools for one in parts.values())
        )
        assert (found.covered, found.schools, found.per_ten_thousand) == (4_685, 4_935, 9_493)
        assert coverage_by_year(top) == {school_year_of(today): found}
        assert len(missing_at(top, None, limit=5_000).rows) == 250
        for code in db.session.query(School.code):
            check_code(code[0])
