"""Which schools have still to move into a school year, and which missed one before it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from core.database import db
from schools.models import Pupil, School, SchoolClass, YearRun
from schools.rules.pupils import ON_ROSTER
from schools.rules.years import RunStatus

#: Whoever moves a school for it leaves alone what the school took back itself.
ANY = tuple(RunStatus)
NOT_UNDONE = tuple(status for status in RunStatus if status is not RunStatus.UNDONE)


def behind(year: int, old: type[SchoolClass] = SchoolClass) -> ColumnElement[bool]:
    """Return the condition that a class waits for the step into a year before ``year``.

    Its school finished neither the last step nor the one after that class, and somebody is on
    the roster still.
    """
    done = (RunStatus.DONE,)
    last = ~_has_run(old, year - 1, done)  # of few schools, so that it is asked first
    return and_(old.year < year - 1, last, ~_has_run(old, old.year + 1, done), _has_pupils(old))


def first_year_of(organization_id: int, year: int) -> int:
    """Return the first year that a school has still to move into: ``year`` if it missed none."""
    missed = behind(year), SchoolClass.organization_id == organization_id
    return _first(select(func.min(SchoolClass.year)).where(*missed), year)


def first_year(year: int, *conditions: ColumnElement[bool]) -> int:
    """Return the first year that one of many schools has still to move into, at most ``year``."""
    return _first(_late(year, *conditions).with_only_columns(func.min(SchoolClass.year)), year)


def count_late(year: int, *conditions: ColumnElement[bool]) -> int:
    """Return how many schools missed a year before, those not counted that took it back."""
    schools = func.count(SchoolClass.organization_id.distinct())
    return db.session.execute(_late(year, *conditions).with_only_columns(schools)).scalar_one()


def to_move(
    year: int,
    *conditions: ColumnElement[bool],
    is_late: bool = False,
    but: Sequence[RunStatus] = ANY,
) -> Select[int | None]:
    """Return the statement for the branches of schools that move into a year next.

    They have classes of the ended year, with pupils in them where the step comes ``is_late``; a
    step in a state of ``but`` and a year that was missed before leave a school out.
    """
    old = aliased(SchoolClass)
    classes = [SchoolClass.organization_id == School.organization_id, SchoolClass.year == year - 1]
    if is_late:
        classes.append(_has_pupils(SchoolClass))
    moved = exists().where(
        YearRun.organization_id == School.organization_id,
        YearRun.year == year,
        YearRun.status.in_(but),
    )
    missed = exists().where(old.organization_id == School.organization_id, behind(year, old))
    return (
        select(School.organization_id)
        .where(
            School.organization_id.is_not(None),
            exists().where(*classes),
            ~moved,
            ~missed,
            *conditions,
        )
        .order_by(School.organization_id)
    )


def _late(year: int, *conditions: ColumnElement[bool]) -> Select[SchoolClass]:
    return (
        select(SchoolClass)
        .join(School, School.organization_id == SchoolClass.organization_id)
        .where(behind(year), ~_has_run(SchoolClass, SchoolClass.year + 1, ANY), *conditions)
    )


def _has_pupils(old: type[SchoolClass]) -> ColumnElement[bool]:
    inside = aliased(Pupil)  # whoever asks may count pupils himself
    return exists().where(inside.class_id == old.id, inside.status.in_(ON_ROSTER))


def _has_run(
    old: type[SchoolClass], year: int | ColumnElement[int], states: Sequence[RunStatus]
) -> ColumnElement[bool]:
    """Return the condition that the school of a class has a step into a year in some state."""
    return exists().where(
        YearRun.organization_id == old.organization_id,
        YearRun.year == year,
        YearRun.status.in_(states),
    )


def _first(statement: Select[int], year: int) -> int:
    missed = db.session.scalar(statement)
    return year if missed is None else missed + 1
