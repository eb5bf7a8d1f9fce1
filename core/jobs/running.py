"""The worker's side: step after step, each in a transaction of its own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from core import clock
from core.audit.operations import SYSTEM, record
from core.database import db, is_postgresql
from core.jobs import operations
from core.jobs.kinds import all_kinds, kind_of, scope_of, tell_owner
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS, JobAction, JobStatus
from core.logging import where_of
from core.rules import N_, RuleViolation
from core.transactions import MAX_ATTEMPTS, TryAgainError, is_retryable

LOST = N_("您已经没有办理这件事的权限，后面的没有办")
BROKE = N_("系统出了问题，停在这里。已经办好的都在，可以继续")
OUTDATED = N_("系统更新后不再有这种任务，后面的没有办")
#: A job that nobody touched for so long lost its worker.
SILENT = timedelta(seconds=60)

#: SQLite lets one write at a time and calls nobody whose turn it is: without a gap between two
#: chunks whoever waits hardly ever finds it free.
GAP_SECONDS = 0.01

#: Whether another step follows, and what is done before it without a transaction.
Done = tuple[bool, Callable[[], None] | None]
OVER: Done = (False, None)

log = structlog.get_logger()


class ElsewhereError(RuntimeError):
    """Another worker is at what follows a step: it goes on with the job, this one leaves it."""


def run(code: str) -> None:
    """Do a job until it ends, then what its owner started after it.

    A job that is over, unknown, or behind another one of its owner is left alone: whoever does
    the earlier one goes on with it.
    """
    following: str | None = code
    while following is not None:
        _run(following)
        following = _next(following)


def _run(code: str) -> None:
    goes_on = True
    while goes_on:
        goes_on, afterwards = _chunk(code)
        if afterwards is not None:
            goes_on = _do(code, afterwards) and goes_on
        if goes_on and not is_postgresql():
            time.sleep(GAP_SECONDS)


def tidy() -> None:
    """Do what the kinds of jobs do before a worker begins.

    Where one cannot, the worker begins all the same: else every job would wait for ever.
    """
    for kind in all_kinds():
        if kind.tidy is None:
            continue
        try:
            kind.tidy()
        except Exception as error:  # noqa: BLE001 - what is left over waits for the next worker
            _note("not tidied", kind.name, error)
        finally:
            db.session.remove()


def _note(what: str, name: str, error: Exception) -> None:
    log.error(what, job=name, kind=type(error).__name__, where=where_of(error))


def silent_jobs(since: timedelta = SILENT) -> list[str]:
    """Return the jobs that wait or run and were not touched lately: their worker is gone."""
    before = clock.now() - since
    statement = select(Job.code).where(Job.status.in_(OPEN_JOBS), Job.touched_at < before)
    found = list(db.session.scalars(statement.order_by(Job.id)))
    db.session.rollback()
    return found


def _next(code: str) -> str | None:
    """Return what the owner of a job waits for now that it is over."""
    over = select(Job.user_id).where(Job.code == code, Job.status.not_in(OPEN_JOBS))
    statement = select(Job.code).where(
        Job.user_id == over.scalar_subquery(), Job.status.in_(OPEN_JOBS)
    )
    found = db.session.scalars(statement.order_by(Job.id).limit(1)).one_or_none()
    db.session.remove()
    return found


def _chunk(code: str) -> Done:
    """Do one step and commit; return whether another one follows, and what is done before it."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            done = _step(code)
            db.session.commit()
        except RuleViolation as violation:
            return _stop(code, violation)
        except (DBAPIError, StaleDataError, TryAgainError) as error:
            if attempt == MAX_ATTEMPTS or not is_retryable(error):
                return _stop_broken(code, error)
            db.session.rollback()
            time.sleep(secrets.randbelow(100) / 1000 * attempt)
        except Exception as error:  # noqa: BLE001 - whatever broke, its owner must see that it did
            return _stop_broken(code, error)
        else:
            return done
        finally:
            db.session.remove()
    raise AssertionError  # the loop returns


def _do(code: str, afterwards: Callable[[], None]) -> bool:
    """Do what a step left for after its commit; return whether that went well."""
    try:
        afterwards()
    except ElsewhereError:
        return False
    except Exception as error:  # noqa: BLE001 - whatever broke, its owner must see that it did
        _stop_broken(code, error)
        return False
    finally:
        db.session.remove()
    return True


def _step(code: str) -> Done:
    job = operations.take_turn(code)
    if job is None:
        return OVER
    kind = kind_of(job)
    if kind is None:
        raise RuleViolation("", OUTDATED)
    scope = scope_of(job, kind)
    if scope is None:
        raise RuleViolation("", LOST)
    if job.status is JobStatus.WAITING:
        operations.change(job, JobAction.BEGIN)
    job.touched_at = clock.now()
    if kind.step(job, scope):
        return True, kind.afterwards(job) if kind.afterwards else None
    operations.change(job, JobAction.FINISH)
    job.ended_at = clock.now()
    record("job.finish", "job", job.id, by=SYSTEM, done=job.done, left=job.left_out)
    tell_owner(job)
    return OVER


def _stop_broken(code: str, error: Exception) -> Done:
    _note("job failed", code, error)
    return _stop(code, RuleViolation("", BROKE))


def _stop(code: str, problem: RuleViolation) -> Done:
    """Note why a job stopped; what its earlier chunks did stays.

    Where its owner cannot be told it stops all the same: it would run for ever, and keep whatever
    he started after it waiting.
    """
    db.session.rollback()
    job = operations.lock(code)
    if job is not None and job.status in OPEN_JOBS:
        operations.change(job, JobAction.FAIL)
        job.explain(problem.message, problem.params)
        job.ended_at = clock.now()
        record("job.fail", "job", job.id, by=SYSTEM, result="failed", done=job.done)
        db.session.flush()
        try:
            with db.session.begin_nested():
                tell_owner(job)
        except Exception as untold:  # noqa: BLE001 - the list of jobs says it too
            _note("owner not told", code, untold)
    db.session.commit()
    return OVER
