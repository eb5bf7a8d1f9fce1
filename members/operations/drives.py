"""Approving all that is in order at once: a village drive brings two thousand applications.

The rows are those that waited when the page was shown; a job approves them in chunks, all in one
decision that is undone as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, func, or_, select

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.queries import stopped_jobs
from core.rules import N_, RuleViolation, UnknownRowError, codes_of
from core.transactions import TryAgainError
from members import letters
from members.models import Application, Decision, Membership
from members.operations.decisions import (
    APPROVE,
    approve,
    claim_undo,
    is_fresh,
    take_back,
)
from members.operations.filings import ACCEPT, file
from members.operations.handling import open_decision
from members.queries.queue import waiting_at
from members.rules import LIVE_STATES, ApplicationKind, MembershipKind, MembershipStatus

DRIVE, UNDO_DRIVE, FILE_ALL = "members.drive", "members.undo_drive", "members.file_all"
CHUNK = 25
#: How long letters of an undone decision wait for the job that takes it back.
HOLD = timedelta(days=1)
Row = TypeVar("Row", int, str)


def is_large(count: int, now: datetime) -> bool:
    """Return whether so many rows are decided by a job and not while the page waits."""
    return count > settings.value("decisions.job_from", on=clock.local(now).date())


def start_drive(scope: Scope, until: str, *, sampled: bool, now: datetime) -> Job:
    """Return the job that approves what is in order, up to the application with this code.

    That one may be decided meanwhile. ``sampled`` notes that somebody looked at some of them
    first. Raises UnknownRowError for a code that is not handled here.
    """
    by, handler_id = Actor.of_scope(scope), scope.place.id
    last = db.session.scalars(
        select(Application.id).where(
            Application.code.in_(codes_of([until])), Application.handler_id == handler_id
        )
    ).one_or_none()
    if last is None:
        raise UnknownRowError(until)
    waiting = select(func.count()).where(*_meant(handler_id, last, now))
    total = db.session.execute(waiting).scalar_one()
    decision = open_decision(APPROVE, (), (), handler_id, by=by, now=now)
    record("applications.drive", "decision", decision.id, by=by, total=total, sampled=sampled)
    return jobs.start(DRIVE, scope, total=total, now=now, decision=decision.code, last=last)


def approve_next(job: Job, scope: Scope) -> bool:
    """Approve the next applications of a drive; return whether more may be left.

    The rows are held before they are looked at, so that nobody decides them in between.
    """
    by, now, place_id = Actor.of_scope(scope), clock.now(), scope.place.id
    decision = _undoable(job, scope, by, now)
    statement = (
        select(Application.id, Application.code)
        .where(
            *_meant(place_id, job.parameters["last"], job.created_at),
            Application.id > int(job.cursor or 0),
        )
        .order_by(Application.id)
        .limit(CHUNK)
        .with_for_update(of=Application)
    )
    codes = {row.id: row.code for row in db.session.execute(statement)}
    if not codes:
        job.left_out = max(job.total - job.done, 0)
        return False
    barred = _barred(list(codes), by)
    before = decision.count

    def act(wanted: Sequence[str]) -> None:
        approve(wanted, handler_id=place_id, by=by, now=now, into=decision)

    _each([code for key, code in codes.items() if key not in barred], act)
    job.cursor = str(max(codes))
    job.done += decision.count - before
    job.note(decision=decision.code)
    return True


def _undoable(job: Job, scope: Scope, by: Actor, now: datetime) -> Decision:
    """Return the decision that the next chunk belongs to: a new one where the last is settled.

    What a drive does after its undo time, resumed or very long, could never be undone otherwise.
    Raises RuleViolation where it was undone.
    """
    decision = _decision(job, scope)
    if decision.undone_at is not None:
        raise RuleViolation("", N_("这次通过已经撤销，后面的没有办"))
    if is_fresh(decision, now):
        return decision
    decision = open_decision(APPROVE, (), (), scope.place.id, by=by, now=now)
    record("applications.drive", "decision", decision.id, by=by, total=job.total - job.done)
    job.go_by(decision=decision.code)
    return decision


def is_settled(job: Job, now: datetime) -> bool:
    """Return whether a drive approved people whom nobody can take back any more."""
    code = job.parameters["decision"]
    decision = db.session.scalars(select(Decision).where(Decision.code == code)).one()
    return bool(job.done) and not is_fresh(decision, now)


def start_undo(decision_code: str, scope: Scope, *, now: datetime) -> Job:
    """Return the job that takes a large decision back. Raises as ``undo`` does.

    Its letters are held at once: the job may wait for others, and takes a while itself. Where an
    earlier one stopped half way, it is gone on with, at whatever time and by whoever may do so: its
    owner may have left.
    """
    for stopped in stopped_jobs(UNDO_DRIVE, scope.place.id):
        if stopped.parameters["decision"] == decision_code:
            taken = jobs.take_over(stopped.code, scope, now=now)
            letters.hold_back(_decision(taken, scope), now + HOLD)
            return taken
    decision = claim_undo(decision_code, handler_id=scope.place.id, now=now)
    letters.hold_back(decision, now + HOLD)
    record("decision.undo", "decision", decision.id, by=Actor.of_scope(scope))
    return jobs.start(UNDO_DRIVE, scope, total=decision.count, now=now, decision=decision.code)


def undo_next(job: Job, scope: Scope) -> bool:
    """Take the next applications of a decision back; what moved on meanwhile is left out."""
    decision = _decision(job, scope)
    found = db.session.scalars(
        select(Application.id)
        .where(Application.decision_id == decision.id, Application.id > int(job.cursor or 0))
        .order_by(Application.id)
        .limit(CHUNK)
    ).all()
    by, now = Actor.of_scope(scope), clock.now()

    def act(ids: Sequence[int]) -> None:
        take_back(decision, Application.id.in_(ids), by=by, now=now)

    refused = _each(found, act)
    if refused:
        letters.hold_back(decision, now, among=found)
    job.done += len(found) - refused
    job.left_out += refused
    job.cursor = str(max(found, default=0))
    job.note(decision=decision.code)
    return bool(found)


def start_filing(scope: Scope, *, now: datetime) -> Job:
    """Return the job that files everything that waits at a county now."""
    by, county_id = Actor.of_scope(scope), scope.place.id
    total = db.session.scalar(select(func.count()).where(*_to_file(county_id, now, by))) or 0
    decision = open_decision(ACCEPT, (), (), county_id, by=by, now=now)
    record("filings.all", "decision", decision.id, by=by, total=total)
    return jobs.start(FILE_ALL, scope, total=total, now=now, decision=decision.code)


def file_next(job: Job, scope: Scope) -> bool:
    """File the next members that waited when the job began; return whether more may be left."""
    by, now = Actor.of_scope(scope), clock.now()
    decision = _decision(job, scope)
    statement = (
        select(Membership.code)
        .where(*_to_file(scope.place.id, decision.decided_at, by))
        .order_by(Membership.approved_at, Membership.id)
        .limit(CHUNK)
    )
    codes = db.session.scalars(statement).all()
    if not codes:
        job.left_out = max(job.total - job.done, 0)
        return False
    before = decision.count

    def act(wanted: Sequence[str]) -> None:
        file(wanted, county_id=scope.place.id, by=by, now=now, into=decision)

    if _each(codes, act) == len(codes):
        raise TryAgainError  # others answered all of these just now: look anew, not for ever
    job.done += decision.count - before
    return True


def _meant(handler_id: int, last: int, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for what a drive approves: what waited in order when it began.

    What was handed in again later has an old number and a new moment.
    """
    waiting = waiting_at(handler_id, doubtful=False)
    return (*waiting, Application.id <= last, Application.submitted_at <= until)


def _each(rows: Sequence[Row], act: Callable[[Sequence[Row]], None]) -> int:
    """Do something to all rows at once, and one by one where one of them is refused.

    Returns how many were refused: they stay as they are and keep nobody else waiting.
    """
    if not rows:
        return 0
    try:
        with db.session.begin_nested():
            act(rows)
    except (RuleViolation, UnknownRowError):
        return 1 if len(rows) == 1 else sum(_each([row], act) for row in rows)
    return 0


def _to_file(county_id: int, until: datetime, by: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for what waits at a county since before; nobody files himself."""
    return (
        Membership.county_id == county_id,
        Membership.status == MembershipStatus.APPROVED,
        Membership.kind == MembershipKind.ADULT,
        Membership.approved_at <= until,
        Membership.person_id != (by.person_id or 0),
    )


def _decision(job: Job, scope: Scope) -> Decision:
    return db.session.scalars(
        select(Decision)
        .where(
            Decision.code == job.parameters["decision"],
            Decision.organization_id == scope.place.id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _barred(ids: list[int], by: Actor) -> set[int]:
    """Return which of these the acting person may not decide, or nobody any more.

    His own, and those of people who became members elsewhere meanwhile: they go on waiting.
    """
    member = select(Membership.id).where(
        Membership.person_id == Application.person_id, Membership.status.in_(LIVE_STATES)
    )
    own = Application.submitted_by_id == by.user_id
    if by.person_id is not None:
        own = or_(own, Application.person_id == by.person_id)
    joined = (Application.kind == ApplicationKind.MEMBER) & member.exists()
    statement = select(Application.id).where(Application.id.in_(ids), or_(own, joined))
    return set(db.session.scalars(statement))
