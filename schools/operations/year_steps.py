"""The rows of a step into a school year: a few statements for many schools, never one per pupil.

A chunk is some classes of the year that ended. It is whole or nothing: whoever is killed in it
begins it again, and what was moved before is found no more, because it is in the new class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    or_,
    select,
    tuple_,
    update,
)

from core import crypto
from core.audit.operations import Actor
from core.bulk import insert_many
from core.database import changed_rows, db
from core.rules import next_state
from schools.models import (
    Pupil,
    School,
    SchoolClass,
    YearClass,
    YearException,
    YearRun,
)
from schools.operations.year_rows import (
    keep,
    planned,
    send_elsewhere,
    take_along,
    take_leave,
)
from schools.rules.pupils import ON_ROSTER
from schools.rules.years import (
    RUN_TRANSITIONS,
    ExceptionKind,
    RunAction,
    RunStatus,
    next_grade,
)

#: So many classes are moved in one transaction: about ten thousand pupils.
CHUNK = 250
#: How far a batch came: organization and class.
Place = tuple[int, int]
START: Place = (0, 0)
_OPEN = (RunStatus.WAITING, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Old:
    """A class of the year that ended, with what is known of its school."""

    id: int
    organization_id: int
    grade: int
    number: int
    name: str
    teacher: str
    goal: int | None


def advance(batch: str, after: Place, *, by: Actor, now: datetime) -> tuple[Place, int] | None:
    """Move the next classes of a batch of schools; return how far it is and how many pupils moved.

    None when everything is done. What a school has before the last of the chunk is finished.
    """
    found = _next_classes(batch, after)
    if not found:
        _finish(batch, None, now)
        return None
    runs = _runs(batch, {row.organization_id for row in found})
    _prepare([run for run in runs.values() if run.status is RunStatus.WAITING])
    count = _move(found, runs, by, now)
    last = found[-1]
    _finish(batch, last.organization_id, now)
    return (last.organization_id, last.id), count


def total_of(batch: str) -> int:
    """Return how many pupils a batch of schools is about."""
    statement = (
        select(func.count())
        .select_from(Pupil)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .join(YearRun, _of_run())
        .where(YearRun.batch == batch, Pupil.status.in_(ON_ROSTER))
    )
    return db.session.execute(statement).scalar_one()


def _of_run() -> ColumnElement[bool]:
    return and_(
        YearRun.organization_id == SchoolClass.organization_id,
        SchoolClass.year == YearRun.year - 1,
    )


def _next_classes(batch: str, after: Place) -> list[Old]:
    organization_id, class_id = after
    statement = (
        select(
            SchoolClass.id,
            SchoolClass.organization_id,
            SchoolClass.grade,
            SchoolClass.number,
            SchoolClass.name,
            SchoolClass.teacher,
            School.stage,
        )
        .select_from(YearRun)
        .join(SchoolClass, _of_run())
        .join(School, School.organization_id == SchoolClass.organization_id)
        .where(
            YearRun.batch == batch,
            YearRun.status.in_(_OPEN),
            YearRun.organization_id >= organization_id,
            or_(YearRun.organization_id > organization_id, SchoolClass.id > class_id),
        )
        .order_by(YearRun.organization_id, SchoolClass.id)
        .limit(CHUNK)
    )
    rows = db.session.execute(statement)
    return [Old(*row[:6], goal=next_grade(row.stage, row.grade)) for row in rows]


def _runs(batch: str, organization_ids: Iterable[int]) -> dict[int, YearRun]:
    statement = (
        select(YearRun)
        .where(YearRun.batch == batch, YearRun.organization_id.in_(organization_ids))
        .order_by(YearRun.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {run.organization_id: run for run in db.session.scalars(statement)}


def _prepare(runs: Sequence[YearRun]) -> None:
    """Make the classes of the new year of schools, or find those that somebody made before."""
    if not runs:
        return
    years = {run.organization_id: run.year for run in runs}
    sources = _sources(runs)
    exceptions = db.session.execute(
        select(YearException.organization_id, YearException.grade, YearException.number)
        .where(
            tuple_(YearException.organization_id, YearException.year).in_(list(years.items())),
            YearException.grade.is_not(None),
        )
        .distinct()
    )
    wanted: dict[tuple[int, int, int], Old | None] = {
        (row.organization_id, row.grade or 0, row.number or 0): None for row in exceptions
    }
    for old in sources:
        if old.goal is not None:
            wanted[old.organization_id, old.goal, old.number] = old
    there = _there(years)
    insert_many(
        SchoolClass,
        [
            {
                "code": crypto.opaque_code(8),
                "organization_id": key[0],
                "year": years[key[0]],
                "grade": key[1],
                "number": key[2],
                "name": old.name if old else "",
                "teacher": old.teacher if old else "",
                "follows_id": old.id if old else None,
                "version": 1,
            }
            for key, old in wanted.items()
            if key not in there
        ],
    )
    _note_classes(runs, wanted, there)
    for run in runs:
        run.status = next_state(RUN_TRANSITIONS, run.status, RunAction.BEGIN)
    db.session.flush()


def _sources(runs: Sequence[YearRun]) -> list[Old]:
    """Return the classes of the ended year of schools, whatever chunk they are in."""
    batch = runs[0].batch
    ids = {run.organization_id for run in runs}
    found, after = list[Old](), (min(ids) - 1, 0)
    while some := _next_classes(batch, after):
        found += [old for old in some if old.organization_id in ids]
        after = (some[-1].organization_id, some[-1].id)
        if after[0] > max(ids):
            break
    return found


def _there(years: dict[int, int]) -> dict[tuple[int, int, int], tuple[int, int | None]]:
    """Return ``(organization, grade, number) -> (class, what it follows)`` of the new years."""
    statement = select(
        SchoolClass.organization_id,
        SchoolClass.grade,
        SchoolClass.number,
        SchoolClass.id,
        SchoolClass.follows_id,
    ).where(tuple_(SchoolClass.organization_id, SchoolClass.year).in_(list(years.items())))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in db.session.execute(statement)}


def _note_classes(
    runs: Sequence[YearRun],
    wanted: dict[tuple[int, int, int], Old | None],
    before: dict[tuple[int, int, int], tuple[int, int | None]],
) -> None:
    of = {run.organization_id: run for run in runs}
    now_there = _there({run.organization_id: run.year for run in runs})
    rows, links = [], list[tuple[int, int]]()
    for key, old in wanted.items():
        class_id, follows = now_there[key]
        is_new = key not in before
        links += [(class_id, old.id)] if old and follows is None else []
        rows.append(
            {
                "class_id": class_id,
                "run_id": of[key[0]].id,
                "from_class_id": old.id if old else None,
                "is_new": is_new,
                "is_linked": old is not None and follows is None,
            }
        )
    for class_id, old_id in links:  # made by hand before: few
        changed_rows(
            update(SchoolClass).where(SchoolClass.id == class_id).values(follows_id=old_id)
        )
    insert_many(YearClass, rows)


def _move(found: Sequence[Old], runs: dict[int, YearRun], by: Actor, now: datetime) -> int:
    """Move the pupils of classes, each to his class, and keep where each one was."""
    counts = _count(found, runs)
    for year in sorted({run.year for run in runs.values()}):
        ids = [row.id for row in found if runs[row.organization_id].year == year]
        chosen = set(ids)
        last = [row.id for row in found if row.id in chosen and row.goal is None]
        plans = planned(ids, year)
        keep(ids, last, year, has_plans=bool(plans))
        leaving = [*last, *plans.get(ExceptionKind.LEAVE, ())]
        for organization_id, gone in take_leave(leaving, year, by, now).items():
            runs[organization_id].gone += gone
            runs[organization_id].moved -= gone
        if plans:
            send_elsewhere(ids, year)
        take_along(ids)
    db.session.flush()
    return counts


def _count(found: Sequence[Old], runs: dict[int, YearRun]) -> int:
    statement = (
        select(Pupil.class_id, func.count())
        .where(Pupil.class_id.in_([row.id for row in found]), Pupil.status.in_(ON_ROSTER))
        .group_by(Pupil.class_id)
    )
    sizes = {row[0]: row[1] for row in db.session.execute(statement)}
    per_school = Counter[int]()
    for row in found:
        per_school[row.organization_id] += sizes.get(row.id, 0)
    for organization_id, count in per_school.items():
        runs[organization_id].moved += count
    db.session.flush()
    return sum(per_school.values())


def _finish(batch: str, before: int | None, now: datetime) -> None:
    """Note that schools are through: all of the batch, or those before an organization."""
    conditions = [YearRun.batch == batch, YearRun.status.in_(_OPEN)]
    if before is not None:
        conditions.append(YearRun.organization_id < before)
    db.session.flush()
    changed_rows(update(YearRun).where(*conditions).values(status=RunStatus.DONE, done_at=now))
