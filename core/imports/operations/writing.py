"""Confirmed rows are written in chunks, each row whole or not at all, and taken back as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.bulk import update_many
from core.database import db
from core.imports.models import Import, ImportRow
from core.imports.operations.checking import (
    CHECK,
    begin_check,
    change,
    judge,
    kept_rows,
    locked,
)
from core.imports.rules import (
    IMPORT_TRANSITIONS,
    RUNNING_IMPORTS,
    ImportAction,
    ImportStatus,
    RowChoice,
    RowOutcome,
    RowVerdict,
)
from core.imports.subjects import Checked, subject_of
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.queries import own_job
from core.jobs.rules import OPEN_JOBS
from core.rules import N_, NN_, IllegalTransition, RuleViolation

WRITE, UNDO = "imports.write", "imports.undo"
CHUNK, UNDO_CHUNK = 250, 25
KINDS = {
    ImportStatus.CHECKING: CHECK,
    ImportStatus.WRITING: WRITE,
    ImportStatus.UNDOING: UNDO,
}


def importable() -> ColumnElement[bool]:
    """Return the condition for rows that are written when their owner confirms."""
    decided = ImportRow.choice.in_((RowChoice.SAME, RowChoice.OTHER))
    fits = or_(
        ImportRow.verdict == RowVerdict.GOOD,
        and_(ImportRow.verdict == RowVerdict.DOUBTFUL, decided),
    )
    return and_(ImportRow.outcome == RowOutcome.OPEN, ImportRow.choice != RowChoice.SKIP, fits)


def confirm(found: Import, scope: Scope, *, now: datetime) -> Job | None:
    """Write the rows that are in order: at once, or by a job where there are many.

    Returns the job. Raises RuleViolation where no row is in order, IllegalTransition where
    somebody confirmed before (security.md RACE-03).
    """
    which = importable(), ImportRow.import_id == found.id
    count = db.session.scalar(select(func.count()).where(*which)) or 0
    change(found, ImportAction.CONFIRM, now)
    if not count:
        raise RuleViolation("", N_("没有可以导入的行，请先改好"))
    found.confirmed_at, found.position = now, 0
    record("imports.confirm", "import", found.id, by=Actor.of_scope(scope), rows=count)
    if count > settings.value("decisions.job_from", on=clock.local(now).date()):
        job = jobs.start(WRITE, scope, total=count, now=now, code=found.code)
        found.job_code = job.code
        return job
    while _write_chunk(found, scope, now) is not None:
        pass
    _finish(found, scope, now)
    return None


def write_next(job: Job, scope: Scope) -> bool:
    """Write the next rows of an import; return whether more may be left."""
    found, now = locked(job.parameters["code"], scope), clock.now()
    if found.status is not ImportStatus.WRITING:
        return False
    written = _write_chunk(found, scope, now)
    if written is None:
        job.left_out = max(job.total - job.done, 0)
        _finish(found, scope, now)
        return False
    job.done += written
    return True


def go_on(found: Import, scope: Scope, *, now: datetime) -> Job | None:
    """Take the rows that were left up again; they are judged anew. Raises IllegalTransition."""
    change(found, ImportAction.GO_ON, now)
    return begin_check(found, scope, now=now)


def drop(found: Import, *, by: Actor, now: datetime) -> None:
    """Give up a list of which nothing was written. Raises IllegalTransition."""
    if found.confirmed_at is not None:
        raise IllegalTransition(found.status, ImportAction.DROP)
    change(found, ImportAction.DROP, now)
    remove_rows([found.id])
    record("imports.drop", "import", found.id, by=by)


def can_undo(found: Import, now: datetime) -> bool:
    """Return whether the button may stand that takes an import back."""
    return (
        (found.status, ImportAction.UNDO) in IMPORT_TRANSITIONS
        and found.confirmed_at is not None
        and now <= found.confirmed_at + _undo_days(now)
        and found.made + found.updated + found.handed > 0
    )


def start_undo(found: Import, scope: Scope, *, now: datetime) -> Job:
    """Return the job that takes back what an import made.

    Raises IllegalTransition where it was taken back before, RuleViolation when it is too late.
    """
    change(found, ImportAction.UNDO, now)
    if found.confirmed_at is None or now > found.confirmed_at + _undo_days(now):
        raise RuleViolation("", NN_("超过 %(days)d 天，不能撤销了"), days=_undo_days(now).days)
    found.position = 0
    record("imports.undo", "import", found.id, by=Actor.of_scope(scope))
    total = found.made + found.updated + found.handed
    job = jobs.start(UNDO, scope, total=total, now=now, code=found.code)
    found.job_code = job.code
    return job


def undo_next(job: Job, scope: Scope) -> bool:
    """Take back the next things that an import made; what something hangs on stays, named."""
    found, now = locked(job.parameters["code"], scope), clock.now()
    if found.status is not ImportStatus.UNDOING:
        return False
    undone = subject_of(found.subject).take_back(
        found, found.position, UNDO_CHUNK, by=Actor.of_scope(scope), now=now
    )
    _note_undone(found, undone.done, RowOutcome.TAKEN_BACK)
    _note_undone(found, list(undone.kept), RowOutcome.KEPT, undone.kept)
    job.done += len(undone.done)
    job.left_out += len(undone.kept)
    found.taken_back += len(undone.done)
    if undone.last is None:
        change(found, ImportAction.FINISH_UNDO, now)
        return False
    found.position = undone.last
    return True


def resume(found: Import, scope: Scope, *, now: datetime) -> Job:
    """Return a job that goes on with an import whose job was stopped. Raises IllegalTransition."""
    last = own_job(found.owner_id, found.job_code) if found.job_code else None
    if found.status not in RUNNING_IMPORTS or (last is not None and last.status in OPEN_JOBS):
        raise IllegalTransition(found.status, ImportAction.GO_ON)
    done, total = (last.done, last.total) if last else (0, found.row_count)
    job = jobs.start(
        KINDS[found.status], scope, total=max(total - done, 0), now=now, code=found.code
    )
    found.job_code, found.touched_at = job.code, now
    return job


def remove_rows(import_ids: Sequence[int]) -> None:
    """Remove the rows of imports, and with them every personal value they hold."""
    db.session.execute(ImportRow.__table__.delete().where(ImportRow.import_id.in_(import_ids)))  # type: ignore[attr-defined]


def count_written(found: Import, rows: Sequence[Checked]) -> int:
    """Add what became of rows to the counts of their import; return how many were written."""
    outcomes = [one.outcome for one in rows]
    found.made += outcomes.count(RowOutcome.NEW)
    found.updated += outcomes.count(RowOutcome.UPDATED)
    found.handed += outcomes.count(RowOutcome.HANDED)
    return len(outcomes) - outcomes.count(RowOutcome.OPEN)


def _write_chunk(found: Import, scope: Scope, now: datetime) -> int | None:
    """Write the next rows; return how many were, or None where no row is left to look at."""
    rows = kept_rows(
        importable(),
        ImportRow.import_id == found.id,
        ImportRow.number > found.position,
        limit=CHUNK,
    )
    if not rows:
        return None
    checked = judge(found, rows, scope, now)
    fitting = [(row, one) for row, one in zip(rows, checked, strict=True) if _fits(one)]
    subject_of(found.subject).write([one for _, one in fitting], found, scope, now)
    written = [
        {"id": row.id, "outcome": one.outcome, "made_id": one.made_id} for row, one in fitting
    ]
    update_many(ImportRow, written)
    found.position = rows[-1].number
    db.session.flush()
    return count_written(found, [one for _, one in fitting])


def _fits(one: Checked) -> bool:
    decided = one.choice in {RowChoice.SAME, RowChoice.OTHER}
    return one.verdict is RowVerdict.GOOD or (one.verdict is RowVerdict.DOUBTFUL and decided)


def _finish(found: Import, scope: Scope, now: datetime) -> None:
    change(found, ImportAction.FINISH, now)
    by = Actor.of_scope(scope)
    record("imports.finish", "import", found.id, by=by, made=found.made, handed=found.handed)


def _note_undone(
    found: Import,
    made_ids: list[int],
    outcome: RowOutcome,
    kept: dict[int, list[object]] | None = None,
) -> None:
    if not made_ids:
        return
    which = ImportRow.import_id == found.id, ImportRow.made_id.in_(made_ids)
    for row in db.session.scalars(select(ImportRow).where(*which)):
        row.outcome = outcome
        if kept and row.made_id is not None:
            cells, _ = row.opened()
            row.keep(cells, {"": kept[row.made_id]})


def _undo_days(now: datetime) -> timedelta:
    return timedelta(days=settings.value("imports.undo_days", on=clock.local(now).date()))
