"""Reading batches: the list, one with its report, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.access.scope import Scope
from core.database import db
from core.exports import vault
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS, JobStatus
from core.paging import Page, page_of
from exchange.models import Batch, BatchEvent, BatchRow, SharedObject
from exchange.rules import ON_THE_WAY

__all__ = ["Batch", "BatchRow"]

PAGE = 20


def batches_in(scope: Scope, after: str = "") -> Page[Batch]:
    """Return a page of the batches of an organization, newest first: one statement."""
    mine = Batch.organization_id == scope.place.id
    statement = select(Batch).where(mine).order_by(Batch.id.desc())
    if after:
        anchor = select(Batch.id).where(Batch.code == after, mine)
        statement = statement.where(Batch.id < anchor.scalar_subquery())
    return page_of(db.session.scalars(statement.limit(PAGE + 1)).all(), PAGE)


def batch_in(scope: Scope, code: str) -> Batch | None:
    """Return a batch of an organization."""
    return db.session.scalars(
        select(Batch)
        .options(joinedload(Batch.follows))
        .where(Batch.code == code, Batch.organization_id == scope.place.id)
    ).one_or_none()


def on_the_way(scope: Scope) -> Batch | None:
    """Return the batch that has to end before another one begins."""
    return db.session.scalars(
        select(Batch).where(Batch.organization_id == scope.place.id, Batch.status.in_(ON_THE_WAY))
    ).one_or_none()


def job_of(batch: Batch) -> JobStatus | None:
    """Return where the job of a batch is."""
    return db.session.scalars(select(Job.status).where(Job.code == batch.job_code)).one_or_none()


def is_stopped(status: JobStatus | None) -> bool:
    """Return whether a job waits for somebody to go on with it, or is gone."""
    return status is None or status not in OPEN_JOBS


def steps_of(batch: Batch) -> Sequence[BatchEvent]:
    """Return the history of a batch, newest first."""
    statement = select(BatchEvent).where(BatchEvent.batch_id == batch.id)
    return db.session.scalars(statement.order_by(BatchEvent.id.desc())).all()


def refused_in(batch: Batch, after: str = "") -> Page[BatchRow]:
    """Return a page of the rows that were refused, in the order in which they were told."""
    statement = (
        select(BatchRow)
        .join(BatchRow.object)
        .options(contains_eager(BatchRow.object))
        .where(BatchRow.batch_id == batch.id, BatchRow.is_refused)
        .order_by(BatchRow.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = (
            select(BatchRow.id)
            .join(BatchRow.object)
            .where(BatchRow.batch_id == batch.id, SharedObject.number == after)
            .limit(1)
        )
        statement = statement.where(BatchRow.id > anchor.scalar_subquery())
    return page_of(db.session.scalars(statement).all(), PAGE)


def held_before(batch: Batch) -> dict[str, dict[str, int]]:
    """Return what the other side had of us by the last receipt before this batch."""
    last = db.session.scalars(
        select(Batch)
        .where(
            Batch.organization_id == batch.organization_id,
            Batch.receipted_at.is_not(None),
            Batch.id != batch.id,
        )
        .order_by(Batch.receipted_at.desc(), Batch.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return {}
    held: dict[str, dict[str, int]] = last.report["held"]
    return held


def has_file(batch: Batch) -> bool:
    """Return whether the file of a batch lies here."""
    return vault.is_kept(batch.code)


def pieces_of(batch: Batch) -> Any:
    """Return the finished file of a batch, piece by piece; it is read without the database."""
    return vault.pieces(batch.code)
