"""Lists of mergers as work of the worker: started, gone on with, taken back (issue 6, FLT-01)."""

from __future__ import annotations

from datetime import datetime

from core import clock
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS
from core.rules import IllegalTransition
from organizations.models.merging import Merger
from organizations.operations.merging import (
    advance,
    begin,
    begin_undo,
    locked_merger,
    retreat,
)
from organizations.rules import MergerAction, MergerRowStatus, MergerStatus

MERGE, UNMERGE = "organizations.merge", "organizations.unmerge"
_RUNNING = {MergerStatus.RUNNING: MERGE, MergerStatus.UNDOING: UNMERGE}


def start_merger(code: str, scope: Scope, *, now: datetime) -> Job:
    """Return the job that does a list; the one there is, if it was started before."""
    merger = locked_merger(code, scope.place.id)
    if merger.status is MergerStatus.RUNNING:
        return go_on(merger, scope, now=now)
    total = begin(merger, by=Actor.of_scope(scope), now=now)
    return _start(MERGE, merger, scope, total, now)


def start_undo(code: str, scope: Scope, *, now: datetime) -> Job:
    """Return the job that takes a list back; the one there is, if it was started before."""
    merger = locked_merger(code, scope.place.id)
    if merger.status is MergerStatus.UNDOING:
        return go_on(merger, scope, now=now)
    total = begin_undo(merger, by=Actor.of_scope(scope), now=now)
    return _start(UNMERGE, merger, scope, total, now)


def go_on(merger: Merger, scope: Scope, *, now: datetime) -> Job:
    """Return the job of a list that is on its way; one that stopped goes on in the acting post."""
    if merger.status not in _RUNNING:
        raise IllegalTransition(merger.status, MergerAction.START)
    job = jobs.lock(merger.job_code) if merger.job_code else None
    if job is None:  # it was begun by the command, or its job is forgotten
        return _start(_RUNNING[merger.status], merger, scope, 0, now)
    if job.organization_id != scope.place.id or job.status in OPEN_JOBS:
        return job
    taken = jobs.take_over(merger.job_code, scope, now=now)
    merger.job_code = taken.code
    db.session.flush()
    return taken


def merge_next(job: Job, scope: Scope) -> bool:
    """Do the next row of a list; return whether more may be left."""
    merger = locked_merger(job.parameters["code"], scope.place.id)
    if merger.status is not MergerStatus.RUNNING:
        return False
    row = advance(merger, by=Actor.of_scope(scope), now=clock.now())
    if row is None:
        return False
    _count(job, is_done=row.status is MergerRowStatus.DONE)
    return True


def unmerge_next(job: Job, scope: Scope) -> bool:
    """Take the next row of a list back, in reverse; return whether more may be left."""
    merger = locked_merger(job.parameters["code"], scope.place.id)
    if merger.status is not MergerStatus.UNDOING:
        return False
    before = int(job.cursor) if job.cursor else None
    row = retreat(merger, before, by=Actor.of_scope(scope), now=clock.now())
    if row is None:
        return False
    job.cursor = str(row.position)
    _count(job, is_done=row.status is MergerRowStatus.UNDONE)
    return True


def _count(job: Job, *, is_done: bool) -> None:
    job.done += is_done
    job.left_out += not is_done


def _start(kind: str, merger: Merger, scope: Scope, total: int, now: datetime) -> Job:
    job = jobs.start(kind, scope, total=total, now=now, code=merger.code)
    merger.job_code = job.code
    db.session.flush()
    return job
