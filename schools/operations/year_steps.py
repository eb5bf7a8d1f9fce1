"""The rows of a step into a school year: a few statements for many schools, never one per pupil.

A chunk is some classes of the year that ended. It is whole or nothing: whoever is killed in it
begins it again, and what was moved before is found no more, because it is in the new class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    or_,
    select,
    update,
)

from core import crypto
from core.audit.operations import Actor
from core.bulk import insert_keyed, insert_many, update_many
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

#: So many classes are moved in one transaction: about twelve thousand pupils.
CHUNK = 300
#: How far a batch came: organization and class.
Place = tuple[int, int]
START: Place = (0, 0)
_OPEN = (RunStatus.WAITING, RunStatus.RUNNING)
#: Organization, grade and number of a class of the new year.
Key = tuple[int, int, int]


class Run(NamedTuple):
    """The step of one school as it stood when its row was locked."""

    id: int
    organization_id: int
    year: int
    status: RunStatus
    moved: int
    gone: int


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
    runs = _lock_runs(batch, found)
    _prepare(batch, found, [run for run in runs if run.status is RunStatus.WAITING])
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


def _lock_runs(batch: str, found: Sequence[Old]) -> list[Run]:
    """Return the open steps of the schools of a chunk, their rows locked."""
    statement = (
        select(
            YearRun.id,
            YearRun.organization_id,
            YearRun.year,
            YearRun.status,
            YearRun.moved,
            YearRun.gone,
        )
        .where(
            YearRun.batch == batch,
            YearRun.status.in_(_OPEN),
            YearRun.organization_id.between(found[0].organization_id, found[-1].organization_id),
        )
        .order_by(YearRun.id)
        .with_for_update()
    )
    return [Run(*row) for row in db.session.execute(statement)]


def _prepare(batch: str, found: Sequence[Old], runs: Sequence[Run]) -> None:
    """Make the classes of the new year of schools, or find those that somebody made before."""
    if not runs:
        return
    of = {run.organization_id: run for run in runs}
    waits = _waits(batch, min(of), max(of))
    wanted: dict[Key, Old | None] = dict.fromkeys(_planned_classes(waits))
    for old in [*found, *_rest(batch, found)]:
        if old.goal is not None and old.organization_id in of:
            wanted[old.organization_id, old.goal, old.number] = old
    there = _there(waits)
    new = [key for key in wanted if key not in there]
    made = insert_keyed(SchoolClass, [_class_of(key, wanted[key], of) for key in new])
    _note_classes(of, wanted, there, dict(zip(new, made, strict=True)))
    begun = next_state(RUN_TRANSITIONS, RunStatus.WAITING, RunAction.BEGIN)
    ids = [run.id for run in runs]
    changed_rows(update(YearRun).where(YearRun.id.in_(ids)).values(status=begun))


def _class_of(key: Key, old: Old | None, of: Mapping[int, Run]) -> dict[str, object]:
    """Return the row of a class of the new year, which follows an old one where there is one."""
    return {
        "code": crypto.opaque_code(8),
        "organization_id": key[0],
        "year": of[key[0]].year,
        "grade": key[1],
        "number": key[2],
        "name": old.name if old else "",
        "teacher": old.teacher if old else "",
        "follows_id": old.id if old else None,
        "version": 1,
    }


def _rest(batch: str, found: Sequence[Old]) -> list[Old]:
    """Return the classes of the last school of a chunk that are in the next one."""
    rest, last = list[Old](), found[-1]
    while len(found) == CHUNK:
        found = _next_classes(batch, (last.organization_id, found[-1].id))
        rest += [old for old in found if old.organization_id == last.organization_id]
        if not found or found[-1].organization_id != last.organization_id:
            break
    return rest


def _waits(batch: str, first: int, last: int) -> ColumnElement[bool]:
    """Return the condition that the step of a school of a chunk is still to begin."""
    return and_(
        YearRun.batch == batch,
        YearRun.status == RunStatus.WAITING,
        YearRun.organization_id.between(first, last),
    )


def _planned_classes(waits: ColumnElement[bool]) -> list[Key]:
    """Return the classes that repeaters and movers of schools go to."""
    statement = (
        select(YearException.organization_id, YearException.grade, YearException.number)
        .join(YearRun, YearRun.organization_id == YearException.organization_id)
        .where(waits, YearException.year == YearRun.year, YearException.grade.is_not(None))
        .distinct()
    )
    return [(row[0], row[1] or 0, row[2] or 0) for row in db.session.execute(statement)]


def _there(waits: ColumnElement[bool]) -> dict[Key, tuple[int, int | None]]:
    """Return the classes of the new year that are there, each with what it follows."""
    statement = (
        select(
            SchoolClass.organization_id,
            SchoolClass.grade,
            SchoolClass.number,
            SchoolClass.id,
            SchoolClass.follows_id,
        )
        .join(YearRun, YearRun.organization_id == SchoolClass.organization_id)
        .where(waits, SchoolClass.year == YearRun.year)
    )
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in db.session.execute(statement)}


def _note_classes(
    of: Mapping[int, Run],
    wanted: Mapping[Key, Old | None],
    there: Mapping[Key, tuple[int, int | None]],
    made: Mapping[Key, int],
) -> None:
    """Write down which class follows which, so that an undo finds them."""
    rows = []
    for key, old in wanted.items():
        class_id, follows = there.get(key) or (made[key], None)
        is_linked = old is not None and key in there and follows is None
        if old is not None and is_linked:  # made by hand before: few
            chosen = update(SchoolClass).where(SchoolClass.id == class_id)
            changed_rows(chosen.values(follows_id=old.id))
        rows.append(
            {
                "class_id": class_id,
                "run_id": of[key[0]].id,
                "from_class_id": old.id if old else None,
                "is_new": key in made,
                "is_linked": is_linked,
            }
        )
    insert_many(YearClass, rows)


def _move(found: Sequence[Old], runs: Sequence[Run], by: Actor, now: datetime) -> int:
    """Move the pupils of classes, each to his class, and keep where each one was."""
    ids, year = [row.id for row in found], runs[0].year
    last = [row.id for row in found if row.goal is None]
    moved = _count(found)
    plans = planned(ids, year)
    keep(ids, last, year, has_plans=bool(plans))
    gone = take_leave([*last, *plans.get(ExceptionKind.LEAVE, ())], year, by, now)
    if plans:
        send_elsewhere(ids, year)
    take_along(ids)
    tell = [
        {
            "id": run.id,
            "moved": run.moved + moved[run.organization_id] - gone.get(run.organization_id, 0),
            "gone": run.gone + gone.get(run.organization_id, 0),
        }
        for run in runs
        if moved[run.organization_id]
    ]
    update_many(YearRun, tell)
    return moved.total()


def _count(found: Sequence[Old]) -> Counter[int]:
    """Return how many pupils are in the classes of each school."""
    statement = (
        select(Pupil.class_id, func.count())
        .where(Pupil.class_id.in_([row.id for row in found]), Pupil.status.in_(ON_ROSTER))
        .group_by(Pupil.class_id)
    )
    sizes = {row[0]: row[1] for row in db.session.execute(statement)}
    per_school = Counter[int]()
    for row in found:
        per_school[row.organization_id] += sizes.get(row.id, 0)
    return per_school


def _finish(batch: str, before: int | None, now: datetime) -> None:
    """Note that schools are through: all of the batch, or those before an organization."""
    conditions = [YearRun.batch == batch, YearRun.status.in_(_OPEN)]
    if before is not None:
        conditions.append(YearRun.organization_id < before)
    db.session.flush()
    changed_rows(update(YearRun).where(*conditions).values(status=RunStatus.DONE, done_at=now))
