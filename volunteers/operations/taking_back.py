"""A sheet that was sent and nobody worked on is a draft again, for who entered it (LED-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.bulk import insert_many
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation
from volunteers.models import ServiceRecord, ServiceSheet, SheetLine
from volunteers.operations.books import Books
from volunteers.operations.records import flush, lock_records, step_all
from volunteers.operations.sheets import lock_sheet
from volunteers.queries.rolls import codes_on_sheet
from volunteers.rules import ServiceAction, ServiceStatus
from volunteers.rules.sheets import SheetAction, SheetKind, SheetStatus


def take_back_sheet(code: str, *, by: Actor, now: datetime) -> ServiceSheet:
    """Return a new draft with head, evidence and lines of a sheet whose records are taken back.

    What was sent stays as it was, its records withdrawn. Raises RuleViolation once somebody
    released, decided, looks into or disowned one of them, and for any line but that which entered.
    """
    sheet = lock_sheet(code)
    if sheet.status is SheetStatus.DRAFT:
        raise IllegalTransition(sheet.status, SheetAction.SEND)
    if sheet.line_id != by.organization_id:
        raise RuleViolation("", N_("只有录入的组织能收回"))
    codes = codes_on_sheet(sheet.id)
    records = lock_records(codes) if codes else []
    check_untouched(sheet, records)
    _check_alone(sheet)
    books = Books(by, now)
    for record in records:
        books.wait(record, -1)
    step_all(records, ServiceAction.TAKE_BACK, by=by, now=now)
    books.close()
    draft = _draft_like(sheet, by, now)
    lines = [
        {"volunteer_id": one.volunteer_id, "starts_at": one.starts_at, "ends_at": one.ends_at}
        for one in records
    ]
    insert_many(SheetLine, [{"sheet_id": draft.id, **line} for line in lines])
    audit("sheets.take_back", "service_sheet", sheet.id, by=by, count=len(records))
    flush()
    return draft


def check_untouched(sheet: ServiceSheet, records: Sequence[ServiceRecord]) -> None:
    """Raise RuleViolation where a sheet is of a class, or somebody worked on it."""
    waits = all(one.status is ServiceStatus.PENDING and not one.is_held for one in records)
    if sheet.kind is SheetKind.CLASS or sheet.released_at is not None or not (records and waits):
        raise RuleViolation("", N_("有人已经处理了其中的时长，不能收回"))


def may_take_back(
    sheet: ServiceSheet, records: Sequence[ServiceRecord], line_id: int | None
) -> bool:
    """Return whether a line sees the button that takes a sheet back."""
    try:
        check_untouched(sheet, records)
    except RuleViolation:
        return False
    return sheet.status is not SheetStatus.DRAFT and sheet.line_id == line_id


def _check_alone(sheet: ServiceSheet) -> None:
    """Raise RuleViolation where the line keys the same roll call anew already."""
    if sheet.shift_id is None:
        return
    draft = select(ServiceSheet.id).where(
        ServiceSheet.shift_id == sheet.shift_id,
        ServiceSheet.line_id == sheet.line_id,
        ServiceSheet.status == SheetStatus.DRAFT,
    )
    if db.session.scalars(draft).first() is not None:
        raise RuleViolation("", N_("这一场已经有一份没送出的，请先送出或者删掉"))


def _draft_like(sheet: ServiceSheet, by: Actor, now: datetime) -> ServiceSheet:
    draft = ServiceSheet(
        code=opaque_code(12),
        kind=sheet.kind,
        status=SheetStatus.DRAFT,
        organization=sheet.organization,
        line_id=sheet.line_id,
        shift_id=sheet.shift_id,
        entered_by_id=by.user_id,
        entered_post_id=by.post_id,
        begun_at=now,
        evidence_code=sheet.evidence_code,
        evidence_digest=sheet.evidence_digest,
    )
    draft.tell(sheet.facts)
    sheet.evidence_code = sheet.evidence_digest = None
    db.session.add(draft)
    db.session.flush()
    return draft
