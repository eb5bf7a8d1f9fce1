"""Rows of work at a desk: jobs, files of lists, kept filters; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Post, User
from core import clock, crypto
from core.database import db
from core.exports.writing import FileFormat
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from members.models import Export, SavedFilter
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject
from organizations.models import Organization


def make_job(post: Post, status: JobStatus, done: int, total: int, problem: str = "") -> Job:
    """Return a job of a post that approves all, somewhere on its way."""
    now = clock.now()
    job = Job(
        code=crypto.opaque_code(12),
        kind="members.drive",
        status=status,
        user_id=post.user_id,
        post_id=post.id,
        organization_id=post.organization_id,
        organization_code=post.organization.code,
        parameters_text='{"decision": "zzzzzzzz", "last": 0}',
        done=done,
        total=total,
        problem=problem,
        created_at=now,
        touched_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def make_export(
    post: Post,
    status: ExportStatus = ExportStatus.READY,
    *,
    handler: Organization | None = None,
    counted: int = 12,
    grounds: str = "",
) -> Export:
    """Return an export that a post asked for an hour ago; its file is not made."""
    now = clock.now()
    export = Export(
        code=crypto.opaque_code(12),
        subject=ExportSubject.MEMBERS,
        status=status,
        format=FileFormat.XLSX,
        purpose=ExportPurpose.MEETING,
        words="年会签到，交县里",
        user_id=post.user_id,
        post_id=post.id,
        organization_id=post.organization_id,
        organization_code=post.organization.code,
        columns_text="name number joined",
        counted=counted,
        grounds_text=grounds,
        handler_id=handler.id if handler else None,
        created_at=now - timedelta(hours=1),
        expires_at=now + timedelta(hours=23),
    )
    db.session.add(export)
    db.session.flush()
    return export


def make_saved_filter(organization: Organization, by: User, name: str = "60岁以上") -> SavedFilter:
    """Return a filter that everybody at an organization sees."""
    saved = SavedFilter(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        owner=f"organization:{organization.id}",
        user_id=by.id,
        is_shared=True,
        name=name,
        parameters_text='{"age": "from_60"}',
        created_at=clock.now(),
    )
    db.session.add(saved)
    db.session.flush()
    return saved
