"""Whatever happens to schools, the maintained coverage equals a recount of the rows."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from core import clock
from core.audit.operations import SYSTEM
from core.database import db, is_postgresql
from core.rules import RuleViolation
from organizations import figures
from organizations.models import Organization
from organizations.operations import Plan, close_organization, reopen_organization
from organizations.rules.foundings import Asking, Meeting, Reply, VoteMethod
from schools.models import School
from schools.operations import ending, foundings
from schools.operations.register import NewSchool, register_school
from schools.queries.coverage import coverage_by_stage, coverage_by_year, missing_at
from schools.queries.register import coverage_of
from schools.rules.classes import school_year_of
from schools.rules.register import Coverage, SchoolStage
from supervision.recount import differences
from tests.cast import Cast
from tests.races import books

#: Rules refuse some of what chance tries, so that more is tried than done.
CHANGES, TRIES, SCHOOLS = 1_000, 5_000, 25
#: What a commit does on PostgreSQL, where each takes three times as long; ``make soak`` does all.
FEWER = 300
FULL = os.environ.get("SOAK") == "full"
COUNTIES = ("东县", "西县", "北县")
PLACES = (*COUNTIES, "东市", "北市", "测试省")
RECOUNT = """
    SELECT count(*) AS schools, count(schools.organization_id) AS branches
    FROM schools JOIN organizations ON organizations.id = schools.county_id
    WHERE organizations.path LIKE :path AND schools.status = 'open' AND schools.is_in_scope
"""


class Chance:
    """Does at random what a county may do with its schools."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random = cast, Random(seed)  # noqa: S311 - a test, no secret
        self.now, self.today = clock.now(), clock.today()
        self.closed: list[Organization] = []
        self.done: Counter[str] = Counter()
        self.ways: dict[str, Callable[[], None]] = {
            "register": self.register,
            "found": self.found,
            "close branch": self.close_branch,
            "reopen branch": self.reopen_branch,
            "merge": self.merge,
            "close": self.close,
            "reopen": self.reopen,
        }

    def change(self) -> None:
        """Do one thing; what a rule refuses leaves everything as it was."""
        name = self.random.choice(list(self.ways))
        point = db.session.begin_nested()
        changes: Counter[figures.Key] = Counter(db.session.info.get(figures.PENDING, Counter()))
        try:
            self.ways[name]()
        except RuleViolation:
            point.rollback()
            db.session.info[figures.PENDING] = changes
        else:
            point.commit()
            self.done[name] += 1

    def register(self) -> None:
        number = self.random.randrange(SCHOOLS)
        stage = self.random.choice(list(SchoolStage))
        county = self.cast.organization(COUNTIES[number % 3])
        in_scope = self.random.random() < 0.8
        new = NewSchool(f"2133{number:06d}", f"第{number}学校", stage, in_scope, "试")
        register_school(new, county, by=SYSTEM)

    def found(self) -> None:
        school = self.any_school()
        keeper: dict[str, Any] = {"county_id": school.county_id, "by": SYSTEM, "now": self.now}
        founding = foundings.apply(school.code, Asking(self.today, "试"), **keeper)
        foundings.approve(founding.code, Reply("1号", self.today), **keeper)
        held = Meeting(self.today, 9, 8, VoteMethod.EQUAL_BALLOT, "当选")
        foundings.hold_meeting(founding.code, held, "", **keeper)

    def close_branch(self) -> None:
        school = self.any_school()
        if school.organization_id is None:
            raise RuleViolation("", "no branch")
        branch = db.session.get_one(Organization, school.organization_id)
        close_organization(branch, Plan("1号", self.today), by=SYSTEM, now=self.now)
        self.closed.append(branch)

    def reopen_branch(self) -> None:
        if not self.closed:
            raise RuleViolation("", "none is closed")
        branch = self.random.choice(self.closed)
        reopen_organization(branch, by=SYSTEM, now=self.now)
        self.closed.remove(branch)

    def merge(self) -> None:
        school, into = self.any_school(), self.any_school()
        keeper: dict[str, Any] = {"county_id": school.county_id, "by": SYSTEM, "now": self.now}
        ending.merge_school(school.code, into.code, self.today, "1号", **keeper)

    def close(self) -> None:
        school = self.any_school()
        keeper: dict[str, Any] = {"county_id": school.county_id, "by": SYSTEM, "now": self.now}
        ending.close_school(school.code, self.today, "1号", **keeper)

    def reopen(self) -> None:
        school = self.any_school()
        ending.reopen_school(school.code, county_id=school.county_id, by=SYSTEM, now=self.now)

    def any_school(self) -> School:
        """Return a school. Raises RuleViolation where there is none yet."""
        found = db.session.query(School).order_by(School.code).all()
        if not found:
            raise RuleViolation("", "no school yet")
        return self.random.choice(found)


@pytest.mark.soak
@pytest.mark.covers("SCH-10", "S26")
def test_coverage_equals_a_recount_after_a_thousand_random_changes(cast: Cast) -> None:
    books.settle()
    chance = Chance(cast, seed=20_261_130)
    wanted = FEWER if is_postgresql() and not FULL else CHANGES
    for _ in range(TRIES):
        if sum(chance.done.values()) < wanted:
            chance.change()
    figures.write(db.session())
    assert sum(chance.done.values()) == wanted
    assert min(chance.done[name] for name in chance.ways) >= wanted // 150, chance.done
    year = school_year_of(clock.today())
    for name in PLACES:
        place = cast.organization(name)
        row = db.session.execute(text(RECOUNT), {"path": f"{place.path}%"}).one()
        counted = Coverage(row.branches, row.schools)
        assert coverage_of([place.id])[place.id] == counted, name
        stages = coverage_by_stage(place.place).values()
        by_stage = (sum(one.covered for one in stages), sum(one.schools for one in stages))
        assert by_stage == (counted.covered, counted.schools), name
        assert coverage_by_year(place.place).get(year, Coverage(0, 0)) == counted, name
        missing = missing_at(place.place, None, limit=1000).rows
        assert len(missing) == counted.missing, name
    assert differences() == []
