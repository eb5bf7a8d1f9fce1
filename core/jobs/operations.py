"""Starting a job, and what its owner does with it: stop it, go on with it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core import clock, crypto, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.jobs import queue
from core.jobs.kinds import can_stop
from core.jobs.models import Job
from core.jobs.rules import JOB_TRANSITIONS, OPEN_JOBS, JobAction, JobStatus
from core.rules import IllegalTransition, RuleViolation, UnknownRowError, next_state

BATCH = 1_000
#: So often the work behind a step is begun anew before the job is given up.
MOST_TRIES = 60
#: Where the result of a job counts them.
TRIES = "tries"


def start(kind: str, scope: Scope, *, total: int, now: datetime, **parameters: object) -> Job:
    """Return a new job of the acting post; the worker hears of it when the request commits."""
    job = Job(
        code=crypto.opaque_code(12),
        kind=kind,
        status=JobStatus.WAITING,
        user_id=scope.principal.user_id,
        post_id=scope.post.id,
        organization_id=scope.place.id,
        organization_code=scope.place.code,
        parameters_text=json.dumps(parameters, ensure_ascii=False),
        total=total,
        created_at=now,
        touched_at=now,
    )
    db.session.add(job)
    db.session.flush()
    record("job.start", "job", job.id, by=Actor.of_scope(scope), kind=kind, total=total)
    queue.tell(job.code)
    return job


def resume(code: str, *, by: Actor) -> Job:
    """Let a job that stopped go on where it stopped. Raises UnknownRowError, IllegalTransition."""
    job = _own(code, by)
    change(job, JobAction.RESUME)
    job.problem, job.ended_at = "", None
    _forget_tries(job)
    record("job.resume", "job", job.id, by=by)
    queue.tell(job.code)
    return job


def take_over(code: str, scope: Scope, *, now: datetime) -> Job:
    """Return a job of the acting post that goes on where one that stopped stands, by whomever.

    That one is over then. The caller knows that the post may do it. Raises UnknownRowError,
    IllegalTransition where it goes on already.
    """
    job = lock(code)
    if job is None or job.organization_id != scope.place.id:
        raise UnknownRowError(code)
    next_state(JOB_TRANSITIONS, job.status, JobAction.RESUME)
    change(job, JobAction.CANCEL)
    job.ended_at = now
    record("job.hand_over", "job", job.id, by=Actor.of_scope(scope), done=job.done)
    taken = start(job.kind, scope, total=job.total, now=now, **job.parameters)
    taken.cursor, taken.done, taken.left_out = job.cursor, job.done, job.left_out
    taken.result_text = job.result_text
    _forget_tries(taken)
    db.session.flush()
    return taken


def cancel(code: str, *, by: Actor) -> Job:
    """Stop a job for good; what it did stays. Raises UnknownRowError, IllegalTransition."""
    job = _own(code, by)
    if not can_stop(job):
        raise IllegalTransition(job.status, JobAction.CANCEL)
    change(job, JobAction.CANCEL)
    job.ended_at = clock.now()
    record("job.cancel", "job", job.id, by=by, done=job.done)
    return job


def try_again(job: Job, problem: str) -> None:
    """Count that the work behind a step was begun and is not done yet.

    Its worker was killed, or is at it still. What takes its worker along each time would otherwise
    be begun for ever, every minute. Raises RuleViolation with the problem when it is given up;
    whoever goes on with the job then has as many tries again.
    """
    tries = job.result.get(TRIES, 0)
    if tries >= MOST_TRIES:
        raise RuleViolation("", problem)
    job.note(**{TRIES: tries + 1})


def _forget_tries(job: Job) -> None:
    if job.result.get(TRIES):
        job.note(**{TRIES: 0})


def change(job: Job, action: JobAction) -> None:
    """Move a job along its table. Raises IllegalTransition."""
    job.status = next_state(JOB_TRANSITIONS, job.status, action)
    job.touched_at = clock.now()


def lock(code: str) -> Job | None:
    """Return a job, held until the transaction ends, so that two workers take turns."""
    return db.session.scalars(
        select(Job)
        .where(Job.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def take_turn(code: str) -> Job | None:
    """Return an open job if no earlier one of its owner is open, else None.

    All open jobs of the owner are held until the transaction ends: one account's jobs are done
    one after the other, in the order in which they were started, whatever the number of workers.
    """
    owner = select(Job.user_id).where(Job.code == code).scalar_subquery()
    waiting = db.session.scalars(
        select(Job)
        .where(Job.user_id == owner, Job.status.in_(OPEN_JOBS))
        .order_by(Job.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return waiting[0] if waiting and waiting[0].code == code else None


def purge(now: datetime) -> int:
    """Remove jobs that ended well or were given up, after the days of the setting; return how many.

    One that stopped stays: its owner may go on with it. Doing it again finds nothing.
    """
    days = settings.value("jobs.keep_days", on=clock.local(now).date())
    over = (
        select(Job.id)
        .where(
            Job.status.in_((JobStatus.DONE, JobStatus.CANCELLED)),
            Job.touched_at < now - timedelta(days=days),
        )
        .order_by(Job.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(over).all()
    if ids:
        gone = delete(Job).where(Job.id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


def _own(code: str, by: Actor) -> Job:
    job = lock(code)
    if job is None or job.user_id != by.user_id:
        raise UnknownRowError(code)
    return job
