"""Reading the jobs of an account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from core.database import db
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.paging import Page, page_of
from core.statements import Kept

__all__ = ["Job", "own_job", "own_jobs", "stopped_jobs"]

PAGE = 20
_STOPPED = Kept(
    select(Job.id).where(
        Job.status == JobStatus.FAILED,
        Job.kind == bindparam("kind"),
        Job.organization_id == bindparam("organization"),
    )
)


def own_job(user_id: int, code: str) -> Job | None:
    """Return a job of an account; nobody else's exists for it."""
    return db.session.scalars(
        select(Job).where(Job.code == code, Job.user_id == user_id)
    ).one_or_none()


def own_jobs(user_id: int, after: str = "") -> Page[Job]:
    """Return the jobs of an account, newest first: one statement."""
    statement = select(Job).where(Job.user_id == user_id).order_by(Job.id.desc())
    if after:
        anchor = select(Job.id).where(Job.code == after, Job.user_id == user_id)
        statement = statement.where(Job.id < anchor.scalar_subquery())
    return page_of(db.session.scalars(statement.limit(PAGE + 1)).all(), PAGE)


def stopped_jobs(kind: str, organization_id: int) -> Sequence[Job]:
    """Return the jobs of a kind that stopped half way at an organization, whoever started them."""
    keys = [row[0] for row in _STOPPED.rows({"kind": kind, "organization": organization_id})]
    if not keys:  # nearly always, on the queue of every organization
        return []
    return db.session.scalars(select(Job).where(Job.id.in_(keys)).order_by(Job.id)).all()
