"""Random schools with random exceptions: run and undo are identity, run twice is run once."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import func, select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from organizations.models import Organization
from schools.models import Pupil, SchoolClass, YearRun
from schools.operations import year_steps
from schools.operations import years as operations
from schools.rules.classes import GRADES
from schools.rules.pupils import ON_ROSTER
from schools.rules.register import SchoolStage
from schools.rules.years import ExceptionKind, goal_of
from tests.cast import Cast
from tests.school_factories import make_class, make_pupil, make_school
from tests.schools.test_years import rows_of, year_now

SCHOOL = "东小学"
STAGES = (SchoolStage.PRIMARY, SchoolStage.NINE_YEAR, SchoolStage.SPECIAL)


def build(place: Organization, random: Random) -> list[Pupil]:
    """Return the pupils of a made-up school, some of them with a plan of their own."""
    school, year = make_school(place), year_now()
    school.stage = random.choice(STAGES)
    grades = GRADES[school.stage]
    pupils = []
    for grade in (one for one in grades if random.random() < 0.6):
        for number in range(1, random.randint(1, 3) + 1):
            one = make_class(place, grade=grade, number=number, year=year - 1)
            size = random.randint(0, 3)
            pupils += [make_pupil(one, member=random.random() < 0.7) for _ in range(size)]
    if random.random() < 0.5:  # somebody made a class by hand before
        make_class(place, grade=grades[1], number=1, year=year)
    for pupil in pupils:
        if random.random() < 0.3:
            plan(pupil, school.stage, random)
    return pupils


def plan(pupil: Pupil, stage: SchoolStage, random: Random) -> None:
    """Let a pupil do something else than the class, where that makes sense."""
    kind, to = random.choice(list(ExceptionKind)), (random.choice(GRADES[stage]), 2)
    old = pupil.school_class
    assert old is not None
    wanted = to if kind is ExceptionKind.MOVE else None
    try:
        goal = goal_of(kind, stage, old.grade, old.number, wanted)
    except RuleViolation:
        return
    operations.set_exception(pupil, goal, year=year_now(), by=SYSTEM, now=clock.now())


def move(batch: str) -> int:
    """Move a batch to its end; return how many pupils it was about."""
    after, moved = year_steps.START, 0
    while (done := year_steps.advance(batch, after, by=SYSTEM, now=clock.now())) is not None:
        after, moved = done[0], moved + done[1]
    return moved


@pytest.mark.covers("S23")
@pytest.mark.parametrize("seed", range(12))
def test_run_and_undo_are_identity_and_twice_is_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - made-up schools
    monkeypatch.setattr(year_steps, "CHUNK", random.randint(1, 4))
    place, year, now = cast.organization(SCHOOL), year_now(), clock.now()
    pupils = build(place, random)
    before = rows_of(SCHOOL, cast)
    is_open = operations.open_runs(year, "test", by=SYSTEM, now=now)
    assert year_steps.total_of("test") == move("test") == len(pupils)
    after = rows_of(SCHOOL, cast)
    assert operations.open_runs(year, "again", by=SYSTEM, now=now) == 0
    assert move("test") == move("again") == 0
    assert rows_of(SCHOOL, cast) == after
    behind = (
        select(func.count())
        .select_from(Pupil)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(Pupil.status.in_(ON_ROSTER), SchoolClass.year == year - 1)
    )
    assert db.session.scalar(behind) == 0
    if is_open:
        run = db.session.scalars(select(YearRun)).one()
        assert run.moved + run.gone == len(pupils)
        operations.undo_run(place.id, year, by=SYSTEM, now=now)
    assert rows_of(SCHOOL, cast) == before
