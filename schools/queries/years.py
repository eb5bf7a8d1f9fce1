"""Reading steps between school years: the preview, how far the schools are, a pupil's classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from schools.models import (
    Pupil,
    PupilYear,
    School,
    SchoolClass,
    YearException,
    YearRun,
)
from schools.queries.missed_years import behind, count_late, to_move
from schools.rules.pupils import ON_ROSTER
from schools.rules.register import SchoolStage
from schools.rules.years import ExceptionKind, RunStatus, grade_in

PAGE = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A class, the grade that it moves to, and how many pupils do what.

    ``year`` is the ended one, or an earlier one where steps were missed.
    """

    year: int
    code: str
    grade: int
    number: int
    name: str
    goal: int | None
    size: int
    kinds: Counter[ExceptionKind] = field(default_factory=Counter)

    @property
    def along(self) -> int:
        """Return how many go along, or leave with the last grade."""
        return self.size - sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Mover:
    """A pupil on the way into a school year, and what he does who does not go along."""

    pupil: Pupil
    plan: YearException | None

    @property
    def code(self) -> str:
        return self.pupil.code


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the schools of a county are; no names (decisions.md D10).

    ``late`` of those that are ``left`` missed a year before.
    """

    left: int
    late: int
    done: int
    running: int
    undone: int
    moved: int
    gone: int


def preview(organization_id: int, stage: SchoolStage, year: int, first: int) -> list[Step]:
    """Return what becomes of each class of a school in a year: two statements.

    ``first`` is the first year that it has still to move into: classes that wait for that step
    are taken through all of them.
    """
    ended = SchoolClass.year == year - 1
    waits = ended | behind(year) if first < year else ended
    sizes = (
        select(
            SchoolClass.id,
            SchoolClass.year,
            SchoolClass.code,
            SchoolClass.grade,
            SchoolClass.number,
            SchoolClass.name,
            func.count(Pupil.id),
        )
        .outerjoin(Pupil, and_(Pupil.class_id == SchoolClass.id, Pupil.status.in_(ON_ROSTER)))
        .where(SchoolClass.organization_id == organization_id, waits)
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.year, SchoolClass.grade, SchoolClass.number)
    )
    others = (
        select(Pupil.class_id, YearException.kind, func.count())
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .join(YearException, YearException.pupil_id == Pupil.id)
        .where(
            YearException.organization_id == organization_id,
            YearException.year == SchoolClass.year + 1,
            Pupil.status.in_(ON_ROSTER),
        )
        .group_by(Pupil.class_id, YearException.kind)
    )
    kinds: dict[int | None, Counter[ExceptionKind]] = {}
    for class_id, kind, count in db.session.execute(others):
        kinds.setdefault(class_id, Counter())[kind] = count
    return [
        Step(
            *row[1:6],
            grade_in(stage, row.grade, year - row.year),
            row[6],
            kinds.get(row.id, Counter()),
        )
        for row in db.session.execute(sizes)
    ]


def runs_of(organization_id: int) -> dict[int, YearRun]:
    """Return every step of a school that was ever asked for, by the year that it led into."""
    rows = select(YearRun).where(YearRun.organization_id == organization_id)
    return {run.year: run for run in db.session.scalars(rows)}


def last_done(runs: Mapping[int, YearRun], year: int) -> int:
    """Return the last year, up to one, that a school is in by a step; that one without any."""
    done = [one for one, run in runs.items() if run.status is RunStatus.DONE and one <= year]
    return max(done, default=year)


def class_of_year(organization_id: int, year: int, code: str) -> SchoolClass | None:
    """Return a class of a year that ended before a school year."""
    return db.session.scalars(
        select(SchoolClass).where(
            SchoolClass.organization_id == organization_id,
            SchoolClass.year < year,
            SchoolClass.code == code,
        )
    ).one_or_none()


def pupils_to_move(school_class: SchoolClass, year: int, after: str = "") -> Page[Mover]:
    """Return a page of the pupils of a class with what each does who does not go along."""
    statement = (
        select(Pupil, YearException)
        .outerjoin(
            YearException, and_(YearException.pupil_id == Pupil.id, YearException.year == year)
        )
        .options(joinedload(Pupil.person, innerjoin=True))
        .where(Pupil.class_id == school_class.id, Pupil.status.in_(ON_ROSTER))
        .order_by(Pupil.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Pupil.id).where(Pupil.code == after).scalar_subquery()
        statement = statement.where(Pupil.id > anchor)
    return page_of([Mover(row[0], row[1]) for row in db.session.execute(statement)], PAGE)


def pupil_to_move(organization_id: int, code: str) -> Pupil | None:
    """Return a pupil on the roster of a school, with the class."""
    return db.session.scalars(
        select(Pupil)
        .options(joinedload(Pupil.person, innerjoin=True), joinedload(Pupil.school_class))
        .where(
            Pupil.organization_id == organization_id,
            Pupil.code == code,
            Pupil.status.in_(ON_ROSTER),
            Pupil.class_id.is_not(None),
        )
    ).one_or_none()


def exception_of(pupil_id: int, year: int) -> YearException | None:
    """Return what a pupil does who does not go along."""
    return db.session.scalars(
        select(YearException).where(YearException.pupil_id == pupil_id, YearException.year == year)
    ).one_or_none()


def history_of(pupil: Pupil) -> list[SchoolClass]:
    """Return the classes that a pupil was in at a school, one per school year, newest first."""
    past = db.session.scalars(
        select(SchoolClass)
        .join(PupilYear, PupilYear.class_id == SchoolClass.id)
        .where(PupilYear.pupil_id == pupil.id)
        .order_by(PupilYear.year.desc())
    ).all()
    now = pupil.school_class
    is_new = now is not None and now.id not in {one.id for one in past}
    return [*([now] if now is not None and is_new else []), *past]


def next_classes(steps: Sequence[Step], organization_id: int, year: int) -> list[tuple[int, int]]:
    """Return grade and number of the classes that a school will have, or has, in a year."""
    there = db.session.execute(
        select(SchoolClass.grade, SchoolClass.number).where(
            SchoolClass.organization_id == organization_id, SchoolClass.year == year
        )
    )
    coming = {(step.goal, step.number) for step in steps if step.goal is not None}
    return sorted(coming | {(row.grade, row.number) for row in there})


def progress_of(county_id: int, year: int) -> Progress:
    """Return how far the schools of a county are on the way into a year: three statements."""
    here = School.county_id == county_id
    next_ones = to_move(year, here).order_by(None).subquery()
    states = (
        select(YearRun.status, func.count(), func.sum(YearRun.moved), func.sum(YearRun.gone))
        .join(School, School.organization_id == YearRun.organization_id)
        .where(here, YearRun.year == year)
        .group_by(YearRun.status)
    )
    found = {row[0]: row[1:] for row in db.session.execute(states)}
    counts = {status: found.get(status, (0, 0, 0)) for status in RunStatus}
    late = count_late(year, here)
    left = db.session.execute(select(func.count()).select_from(next_ones)).scalar_one()
    return Progress(
        left=left + late,
        late=late,
        done=counts[RunStatus.DONE][0],
        running=counts[RunStatus.WAITING][0] + counts[RunStatus.RUNNING][0],
        undone=counts[RunStatus.UNDONE][0],
        moved=counts[RunStatus.DONE][1],
        gone=counts[RunStatus.DONE][2],
    )
