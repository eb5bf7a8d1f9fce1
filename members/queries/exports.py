"""Reading exports: one's own, those to approve, those out of the usual, those to trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from core import clock, settings
from core.access.scope import Place, Scope
from core.database import db
from core.exports import vault
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS, JobStatus
from core.paging import Page, page_of
from members.models import Export
from members.rules.exports import ExportStatus
from organizations.models import Organization
from organizations.queries import under

__all__ = ["Export", "pieces_of"]

PAGE = 20
UNUSUAL = 20


@dataclass(frozen=True, slots=True)
class OwnExport:
    """One of one's own exports, and how far its job is."""

    export: Export
    job: JobStatus | None

    @property
    def code(self) -> str:
        """Return the code by which pages go on."""
        return self.export.code

    @property
    def is_stopped(self) -> bool:
        """Return whether its job waits for somebody to go on with it, or was given up."""
        is_open = self.job is not None and self.job in OPEN_JOBS
        return self.export.status is ExportStatus.RUNNING and not is_open


def own_exports(scope: Scope, after: str = "") -> Page[OwnExport]:
    """Return the exports that an account asked for at an organization, newest first."""
    mine = (
        Export.user_id == scope.principal.user_id,
        Export.organization_id == scope.place.id,
    )
    statement = select(Export, Job.status).outerjoin(Job, Job.code == Export.job_code).where(*mine)
    if after:
        anchor = select(Export.id).where(Export.code == after, *mine).scalar_subquery()
        statement = statement.where(Export.id < anchor)
    rows = db.session.execute(statement.order_by(Export.id.desc()).limit(PAGE + 1))
    return page_of([OwnExport(*row) for row in rows], PAGE)


def own_export(user_id: int, code: str) -> Export | None:
    """Return an export of an account; nobody else's exists for it."""
    return db.session.scalars(
        select(Export).where(Export.code == code, Export.user_id == user_id)
    ).one_or_none()


def requests_at(place: Place, now: datetime, after: str = "") -> Page[Export]:
    """Return a page of what waits for an organization's approval, oldest first: one statement."""
    statement = _with_places().where(*_waits_at(place.id), Export.expires_at > now)
    if after:
        anchor = select(Export.id).where(Export.code == after).scalar_subquery()
        statement = statement.where(Export.id > anchor)
    rows = db.session.scalars(statement.order_by(Export.id).limit(PAGE + 1)).all()
    return page_of(rows, PAGE)


def request_at(place: Place, code: str) -> Export | None:
    """Return one export that an organization approves or approved."""
    mine = or_(Export.handler_id == place.id, Export.other_handler_id == place.id)
    return db.session.scalars(_with_places().where(Export.code == code, mine)).one_or_none()


def unusual_below(place: Place, now: datetime) -> Sequence[Export]:
    """Return the newest exports out of the usual at and under an organization (EXP-05)."""
    days = settings.value("exports.alert_days", on=clock.local(now).date())
    statement = (
        _with_places()
        .join(Organization, Organization.id == Export.organization_id)
        .where(
            Export.is_unusual,
            Export.created_at >= now - timedelta(days=days),
            under(place.path),
        )
        .order_by(Export.id.desc())
        .limit(UNUSUAL)
    )
    return db.session.scalars(statement).all()


def count_of_requests(place_id: Any) -> ColumnElement[int]:
    """Return how many exports wait for an organization, as part of a larger statement."""
    return select(func.count(Export.id)).where(*_waits_at(place_id)).scalar_subquery()


def codes_of_all() -> Sequence[str]:
    """Return the codes of every export that ever ran, newest first, to trace a file."""
    ran = Export.job_code != ""
    return db.session.scalars(select(Export.code).where(ran).order_by(Export.id.desc())).all()


def export_of_code(code: str) -> Export:
    """Return an export with who asked for it, where and in which post."""
    statement = _with_places().options(joinedload(Export.user))
    found: Export = db.session.scalars(statement.where(Export.code == code)).one()
    return found


def pieces_of(export: Export) -> Any:
    """Return the finished file of an export, piece by piece; it is read without the database."""
    return vault.pieces(export.code)


def _with_places() -> Any:
    return select(Export).options(joinedload(Export.organization), joinedload(Export.post))


def _waits_at(place_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = or_(Export.handler_id == place_id, Export.other_handler_id == place_id)
    return Export.status == ExportStatus.REQUESTED, mine
