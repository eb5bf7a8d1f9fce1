"""Moving a school, or all schools of a county, into the next school year, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from core import clock, crypto, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.bulk import insert_many
from core.database import changed_rows, db
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS
from core.rules import N_, RuleViolation, next_state
from core.transactions import TryAgainError
from members.models import Membership
from members.rules import LIVE_STATES
from schools.models import (
    Pupil,
    PupilEvent,
    PupilYear,
    School,
    SchoolClass,
    YearClass,
    YearException,
    YearRun,
)
from schools.operations.roster_numbers import count_back
from schools.operations.year_rows import who
from schools.operations.year_steps import START, Place, advance, total_of
from schools.queries.missed_years import (
    ANY,
    NOT_UNDONE,
    first_year,
    first_year_of,
    to_move,
)
from schools.queries.years import last_done, runs_of
from schools.rules.pupils import ON_ROSTER, PupilAction
from schools.rules.years import (
    RUN_TRANSITIONS,
    Goal,
    RunAction,
    RunStatus,
    check_undo,
    year_to_begin,
)

MOVE_UP, MOVE_UP_ALL = "schools.move_up", "schools.move_up_all"


def year_now(now: datetime) -> int:
    """Return the school year into which classes move now."""
    day = clock.local(now).date()
    return year_to_begin(day, settings.value("years.opens_on", on=day))


def year_to_undo(organization_id: int, now: datetime) -> int:
    """Return the school year whose step is taken back: the last one, be it late for an earlier."""
    return last_done(runs_of(organization_id), year_now(now))


def set_exception(pupil: Pupil, goal: Goal | None, *, year: int, by: Actor, now: datetime) -> None:
    """Keep where a pupil goes who does not go along with the class, or that he does after all.

    Raises RuleViolation once the school has moved: from then on a pupil is moved by himself.
    """
    run = _locked_run(pupil.organization_id, year)
    if run is not None and run.status is not RunStatus.UNDONE:
        raise RuleViolation("", N_("已经升过年级，请先撤销"))
    changed_rows(
        delete(YearException).where(YearException.pupil_id == pupil.id, YearException.year == year)
    )
    if goal is not None:
        db.session.add(
            YearException(
                organization_id=pupil.organization_id,
                pupil_id=pupil.id,
                year=year,
                kind=goal.kind,
                grade=goal.grade,
                number=goal.number,
                entered_at=now,
                entered_by_id=by.user_id,
            )
        )
    _flush()
    record("pupil.plan", "person", pupil.person_id, by=by, kind=goal.kind if goal else "along")


def start_run(scope: Scope, *, now: datetime) -> Job | None:
    """Return the job that moves the school of a scope up; the one there is, if it runs already.

    Years that were missed are made up one after the other, each with a step of its own. None
    where the school has moved into that year before: doing it twice does no harm.
    """
    year = first_year_of(scope.place.id, year_now(now))
    run = _locked_run(scope.place.id, year)
    if run is not None and run.status is not RunStatus.UNDONE:
        return None if run.status is RunStatus.DONE else _go_on(run.batch, scope, now)
    return _start(MOVE_UP, [scope.place.id], year, scope, now)


def start_runs(scope: Scope, *, now: datetime) -> Job | None:
    """Return the job that moves all schools of a county up which have not moved; None without any.

    A school that took its own step back is left alone: it knows why.
    """
    last, here = year_now(now), School.county_id == scope.place.id
    year = first_year(last, here)
    ids = _schools(to_move(year, here, is_late=year < last))
    if not ids:
        return None
    return _start(MOVE_UP_ALL, ids, year, scope, now)


def _start(kind: str, ids: Sequence[int], year: int, scope: Scope, now: datetime) -> Job:
    job = jobs.start(kind, scope, total=0, now=now, year=year, until=year_now(now))
    job.go_by(batch=job.code)
    _open(ids, year, job.code, by=Actor.of_scope(scope), now=now)
    job.total = total_of(job.code)
    return job


def _go_on(batch: str, scope: Scope, now: datetime) -> Job | None:
    """Return the job of a step that is on its way; one that stopped goes on in the acting post."""
    job = jobs.lock(batch)
    if job is None or job.organization_id != scope.place.id or job.status in OPEN_JOBS:
        return job
    taken = jobs.take_over(batch, scope, now=now)
    taken.go_by(batch=taken.code)
    changed_rows(update(YearRun).where(YearRun.batch == batch).values(batch=taken.code))
    return taken


def open_runs(year: int, batch: str, *, by: Actor, now: datetime) -> int:
    """Open the step of every school that has not moved, for the command; return how many."""
    ids = _schools(to_move(year, is_late=year < year_now(now)))
    _open(ids, year, batch, by=by, now=now)
    return len(ids)


def move_next(job: Job, scope: Scope) -> bool:
    """Move the next classes of a job; return whether more may be left."""
    batch = job.parameters["batch"]
    done = advance(batch, _place(job.cursor), by=Actor.of_scope(scope), now=clock.now())
    if done is None:
        return _next_year(job, scope)
    after, count = done
    job.cursor = f"{after[0]}:{after[1]}"
    job.done += count
    return True


def _next_year(job: Job, scope: Scope) -> bool:
    """Open the next of the years that schools of a job missed; return whether there is one."""
    last, year = job.parameters.get("until", 0), job.parameters["year"] + 1
    if year > last:
        return False
    is_all = job.kind == MOVE_UP_ALL
    here = (School.county_id if is_all else School.organization_id) == job.organization_id
    but = ANY if is_all else NOT_UNDONE
    ids = _schools(to_move(year, here, is_late=year < last, but=but))
    if ids:
        _open(ids, year, job.parameters["batch"], by=Actor.of_scope(scope), now=clock.now())
        job.total += total_of(job.parameters["batch"])
    job.cursor = ""
    job.go_by(year=year)
    return True


def undo_run(organization_id: int, year: int, *, by: Actor, now: datetime) -> YearRun:
    """Take a school back into the year that ended: classes, pupils and what they were.

    Who joined another school meanwhile stays there; who came to a class later goes back with it.
    Raises RuleViolation where there is nothing to take back or it is too late, and where something
    hangs on a new class.
    """
    run = _locked_run(organization_id, year)
    if run is None or run.status is RunStatus.UNDONE:
        raise RuleViolation("", N_("没有可以撤销的升年级"))
    later = exists().where(
        YearRun.organization_id == organization_id,
        YearRun.year > year,
        YearRun.status != RunStatus.UNDONE,
    )
    days = settings.value("years.undo_days", on=clock.local(now).date())
    has_later = bool(db.session.scalar(select(later)))
    check_undo(run.done_at, days, now, has_later=has_later)
    _bring_back(run, by, now)
    _remove_classes(run)
    run.status = next_state(RUN_TRANSITIONS, run.status, RunAction.UNDO)
    run.undone_at, run.undone_by_id = now, by.user_id
    db.session.flush()
    db.session.expire_all()
    record("years.undo", "school_year_run", run.id, by=by, year=year)
    return run


def _schools(statement: Select[int | None]) -> list[int]:
    return [one for one in db.session.scalars(statement) if one is not None]


def _open(ids: Sequence[int], year: int, batch: str, *, by: Actor, now: datetime) -> None:
    """Open the step of schools: one row each by few statements, or the one that was undone."""
    undone = db.session.scalars(
        select(YearRun)
        .where(YearRun.year == year, YearRun.status == RunStatus.UNDONE)
        .order_by(YearRun.id)
        .with_for_update()
    ).all()
    wanted = set(ids)
    for run in undone:
        if run.organization_id in wanted:
            run.status = next_state(RUN_TRANSITIONS, run.status, RunAction.START_AGAIN)
            run.moved = run.gone = 0
            run.done_at = run.undone_at = run.undone_by_id = None
            run.batch, run.started_at, run.started_by_id = batch, now, by.user_id
            wanted.remove(run.organization_id)
    facts = {"year": year, "batch": batch, "status": RunStatus.WAITING, "moved": 0, "gone": 0}
    facts |= {"started_at": now, "started_by_id": by.user_id}
    rows = [
        {"code": crypto.opaque_code(8), "organization_id": one, **facts} for one in sorted(wanted)
    ]
    try:
        db.session.flush()
        insert_many(YearRun, rows)
    except IntegrityError as error:
        raise TryAgainError from error
    of_one = ids[0] if len(ids) == 1 else None
    record("years.move_up", "organization", of_one, by=by, year=year, schools=len(ids))


def _locked_run(organization_id: int, year: int) -> YearRun | None:
    return db.session.scalars(
        select(YearRun)
        .where(YearRun.organization_id == organization_id, YearRun.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _bring_back(run: YearRun, by: Actor, now: datetime) -> None:
    kept = and_(PupilYear.pupil_id == Pupil.id, PupilYear.year == run.year - 1)
    here = Pupil.organization_id == run.organization_id
    again = and_(PupilYear.reached.is_not(None), Pupil.status == PupilYear.reached, _is_free())
    count_back(run.organization_id, PupilYear.year == run.year - 1, again)
    columns = ["pupil_id", "action", "to_status", "at", "by_user_id", "by_post_id"]
    undo = literal(PupilAction.UNDO, PupilEvent.action.type)
    at = literal(now, PupilEvent.at.type)
    rows = select(Pupil.id, undo, PupilYear.status, at, *who(by)).join(PupilYear, kept)
    db.session.execute(insert(PupilEvent).from_select(columns, rows.where(here, again)))
    changed_rows(
        update(Pupil)
        .where(here, kept)
        .values(
            class_id=PupilYear.class_id,
            status=case((again, PupilYear.status), else_=Pupil.status),
            due_on=case((again, PupilYear.due_on), else_=Pupil.due_on),
            version=Pupil.version + 1,
        )
    )
    came_later = and_(
        here, YearClass.class_id == Pupil.class_id, YearClass.from_class_id.is_not(None)
    )
    changed_rows(
        update(Pupil)
        .where(came_later, YearClass.run_id == run.id, YearClass.is_new)
        .values(class_id=YearClass.from_class_id, version=Pupil.version + 1)
    )
    mine = select(Pupil.id).where(here)
    changed_rows(
        delete(PupilYear).where(PupilYear.year == run.year - 1, PupilYear.pupil_id.in_(mine))
    )


def _is_free() -> ColumnElement[bool]:
    """Return the condition that a pupil can be what he was: on no other roster, not moved away."""
    other, membership = aliased(Pupil), aliased(Membership)
    elsewhere = exists().where(
        other.person_id == Pupil.person_id, other.id != Pupil.id, other.status.in_(ON_ROSTER)
    )
    still = exists().where(
        membership.id == Pupil.membership_id,
        membership.organization_id == Pupil.organization_id,
        membership.status.in_(LIVE_STATES),
    )
    return and_(~elsewhere, (Pupil.membership_id.is_(None)) | still)


def _remove_classes(run: YearRun) -> None:
    """Remove the classes that the step made. Raises RuleViolation where something hangs on one."""
    rows = db.session.execute(
        select(YearClass.class_id, YearClass.is_new, YearClass.is_linked).where(
            YearClass.run_id == run.id
        )
    ).all()
    made = [row.class_id for row in rows if row.is_new]
    linked = [row.class_id for row in rows if row.is_linked and not row.is_new]
    changed_rows(delete(YearClass).where(YearClass.run_id == run.id))
    changed_rows(update(SchoolClass).where(SchoolClass.id.in_(linked)).values(follows_id=None))
    used = exists().where(Pupil.class_id == SchoolClass.id)
    try:
        with db.session.begin_nested():
            changed_rows(delete(SchoolClass).where(SchoolClass.id.in_(made), ~used))
    except IntegrityError as error:
        raise RuleViolation("", N_("新班级里已经有别的登记，不能撤销")) from error


def _place(cursor: str) -> Place:
    if not cursor:
        return START
    organization_id, class_id = cursor.split(":")
    return int(organization_id), int(class_id)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
