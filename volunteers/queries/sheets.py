"""Sheets of hours entered for others, at who enters them and at who has to agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import User
from core.access.scope import Scope
from core.database import db
from core.files.models import StoredFile
from core.paging import Page, page_of
from volunteers.models import ServiceRecord, ServiceSheet, SheetLine, Volunteer
from volunteers.rules import ServiceStatus
from volunteers.rules.sheets import SheetStatus

PAGE = 20
_WAITS = ServiceRecord.status == ServiceStatus.PENDING
_OF_SHEET = ServiceRecord.sheet_id == ServiceSheet.id
_COUNTED = (ServiceStatus.PENDING, ServiceStatus.DISOWNED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet in a list: how many people and minutes, how many wait, how many were not there."""

    sheet: ServiceSheet
    people: int
    minutes: int
    waiting: int
    disowned: int

    @property
    def code(self) -> str:
        return self.sheet.code


def sheets_at(scope: Scope, after: str = "") -> Page[Listed]:
    """Return the sheets of an organization, newest first: two statements.

    Drafts are shown to the line that began them.
    """
    one = ServiceSheet
    statement = select(one).where(one.organization_id == scope.place.id, _shown(scope))
    if after:
        anchor = select(one.id).where(one.code == after, one.organization_id == scope.place.id)
        statement = statement.where(one.id < anchor.scalar_subquery())
    rows = db.session.scalars(statement.order_by(one.id.desc()).limit(PAGE + 1)).all()
    return page_of(_listed(rows), PAGE)


def _shown(scope: Scope) -> ColumnElement[bool]:
    sent = ServiceSheet.status != SheetStatus.DRAFT
    return or_(sent, ServiceSheet.line_id == scope.post.place.id)


def sheet_at(scope: Scope, code: str) -> ServiceSheet | None:
    """Return a sheet of the organization of a scope; a draft only to the line that began it."""
    statement = _whole().where(
        ServiceSheet.code == code, ServiceSheet.organization_id == scope.place.id, _shown(scope)
    )
    return db.session.scalars(statement).one_or_none()


def waiting_seconds(handler_id: int, after: str = "") -> Page[Listed]:
    """Return the sheets that wait for a second person at an organization: two statements."""
    one = ServiceSheet
    waits = exists().where(ServiceRecord.handler_id == handler_id, _WAITS, _OF_SHEET)
    statement = _whole().where(one.id.in_(_ids_waiting(handler_id)), waits)
    if after:
        anchor = select(one.id).where(one.code == after).scalar_subquery()
        statement = statement.where(one.id > anchor)
    rows = db.session.scalars(statement.order_by(one.id).limit(PAGE + 1)).all()
    return page_of(_listed(rows), PAGE)


def _ids_waiting(handler_id: int) -> Any:
    record = ServiceRecord
    return select(record.sheet_id).where(
        record.handler_id == handler_id, _WAITS, record.sheet_id.is_not(None)
    )


def count_seconds(handler_id: int) -> ScalarSelect[int]:
    """Return what counts the sheets that wait for a second person at an organization."""
    record = ServiceRecord
    return (
        select(func.count(record.sheet_id.distinct()))
        .where(record.handler_id == handler_id, _WAITS, record.sheet_id.is_not(None))
        .scalar_subquery()
    )


def count_on_sheets(handler_id: int) -> ScalarSelect[int]:
    """Return what counts the records that wait on sheets at an organization."""
    record = ServiceRecord
    return (
        select(func.count())
        .select_from(record)
        .where(record.handler_id == handler_id, _WAITS, record.sheet_id.is_not(None))
        .scalar_subquery()
    )


def second_at(handler_id: int, code: str) -> ServiceSheet | None:
    """Return a sheet whose records are or were handled at an organization."""
    handled = exists().where(ServiceRecord.handler_id == handler_id, _OF_SHEET)
    statement = _whole().where(ServiceSheet.code == code, handled)
    return db.session.scalars(statement).one_or_none()


def sheet_of(record: ServiceRecord) -> ServiceSheet | None:
    """Return the sheet by which a record was entered, or None."""
    if record.sheet_id is None:
        return None
    return db.session.scalars(_whole().where(ServiceSheet.id == record.sheet_id)).one_or_none()


def records_on(sheet: ServiceSheet) -> Sequence[ServiceRecord]:
    """Return the records of a sheet with their people, in the order of its lines."""
    return db.session.scalars(
        select(ServiceRecord)
        .join(ServiceRecord.person)
        .options(contains_eager(ServiceRecord.person))
        .options(joinedload(ServiceRecord.volunteer, innerjoin=True))
        .options(joinedload(ServiceRecord.handler, innerjoin=True))
        .where(ServiceRecord.sheet_id == sheet.id)
        .order_by(ServiceRecord.id)
    ).all()


def lines_on(sheet: ServiceSheet) -> Sequence[SheetLine]:
    """Return the lines of a draft with their people, in order."""
    return db.session.scalars(
        select(SheetLine)
        .options(joinedload(SheetLine.volunteer, innerjoin=True).joinedload(Volunteer.person))
        .where(SheetLine.sheet_id == sheet.id)
        .order_by(SheetLine.id)
    ).all()


def operator_of(sheet: ServiceSheet) -> str:
    """Return the name of who entered a sheet: whoever agrees has to know (LED-05)."""
    return db.session.scalar(select(User.display_name).where(User.id == sheet.entered_by_id)) or ""


def evidence_of(sheet: ServiceSheet) -> StoredFile | None:
    """Return the row of the evidence that is kept with a sheet, or None."""
    if sheet.evidence_code is None:
        return None
    kept = select(StoredFile).where(StoredFile.code == sheet.evidence_code)
    return db.session.scalars(kept).one_or_none()


def same_evidence(sheet: ServiceSheet) -> int:
    """Return on how many other sheets, anywhere, the same photo was handed in (LED-15)."""
    if sheet.evidence_digest is None:
        return 0
    one = ServiceSheet
    same = select(func.count()).select_from(one).where(one.evidence_digest == sheet.evidence_digest)
    return db.session.scalar(same.where(one.id != sheet.id)) or 0


def _whole() -> Any:
    return select(ServiceSheet).options(
        joinedload(ServiceSheet.organization, innerjoin=True),
        joinedload(ServiceSheet.line, innerjoin=True),
    )


def _listed(sheets: Sequence[ServiceSheet]) -> list[Listed]:
    """Return sheets with their sums, counted for a page at once."""
    record, line = ServiceRecord, SheetLine
    ids = [sheet.id for sheet in sheets]
    if not ids:
        return []
    of = [func.sum(case((record.status == status, 1), else_=0)) for status in _COUNTED]
    statement = (
        select(
            record.sheet_id,
            func.count(record.person_id.distinct()),
            func.coalesce(func.sum(record.minutes), 0),
            *of,
        )
        .where(record.sheet_id.in_(ids))
        .group_by(record.sheet_id)
    )
    found = {row[0]: tuple(map(int, row[1:])) for row in db.session.execute(statement)}
    keyed = (
        select(line.sheet_id, func.count())
        .where(line.sheet_id.in_(ids), ~line.is_absent)
        .group_by(line.sheet_id)
    )
    drafts = {row[0]: (row[1], 0, 0, 0) for row in db.session.execute(keyed)}
    return [Listed(one, *found.get(one.id, drafts.get(one.id, (0, 0, 0, 0)))) for one in sheets]
