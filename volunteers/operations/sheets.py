"""A sheet of hours for others while it is keyed: head, evidence, lines; nothing counts yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from activities.models import Shift
from core import retention, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import read_content
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from volunteers.models import ServiceSheet, SheetLine
from volunteers.queries.keying import seated_volunteers
from volunteers.queries.sheets import evidence_of
from volunteers.rules import ServiceField, WorkKind, day_of
from volunteers.rules.sheets import (
    MAX_LINES,
    SheetAction,
    SheetFacts,
    SheetKind,
    SheetStatus,
    check_back,
    check_facts,
)

#: What the evidence is called when it is given out: no name and no number of a person (PRV-07).
FILE_NAME = "凭证"
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """Whom a line is about, and from when to when; without a time he was not there, or not yet."""

    volunteer_id: int
    starts_at: datetime | None
    ends_at: datetime | None
    is_absent: bool = False


def begin_sheet(
    facts: SheetFacts,
    *,
    organization: Organization,
    by: Actor,
    now: datetime,
    shift: Shift | None = None,
) -> ServiceSheet:
    """Return a draft for hours that nobody recorded. Raises RuleViolation."""
    sheet = _begin(facts, SheetKind.MANUAL, organization, shift, by, now)
    db.session.flush()
    return sheet


def begin_roll(
    shift: Shift, *, organization: Organization, by: Actor, now: datetime
) -> ServiceSheet:
    """Return the draft by which a roll call on paper is keyed back: with a line for every seat.

    One that the same line began before is given again. Raises TryAgainError where two begin it at
    the same moment.
    """
    known = db.session.scalars(
        select(ServiceSheet).where(
            ServiceSheet.shift_id == shift.id,
            ServiceSheet.line_id == by.organization_id,
            ServiceSheet.status == SheetStatus.DRAFT,
        )
    ).one_or_none()
    if known is not None:
        return known
    activity = shift.activity
    facts = SheetFacts(
        activity.title,
        ServiceField(activity.field.value),
        WorkKind(activity.work.value),
        shift.starts_at,
        min(shift.ends_at, now),
    )
    sheet = _begin(facts, SheetKind.ROLL, organization, shift, by, now)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    seated = seated_volunteers(shift)
    db.session.add_all(SheetLine(sheet_id=sheet.id, volunteer_id=one.id) for one in seated)
    db.session.flush()
    return sheet


def _begin(
    facts: SheetFacts,
    kind: SheetKind,
    organization: Organization,
    shift: Shift | None,
    by: Actor,
    now: datetime,
) -> ServiceSheet:
    if organization.status not in OPEN_STATES:
        raise RuleViolation("", N_("这个组织已经停止，不能登记时长"))
    sheet = ServiceSheet(
        code=opaque_code(12),
        kind=kind,
        status=SheetStatus.DRAFT,
        organization=organization,
        line_id=by.organization_id,
        shift_id=shift.id if shift else None,
        entered_by_id=by.user_id,
        entered_post_id=by.post_id,
        begun_at=now,
    )
    sheet.tell(_checked(facts, kind, now))
    db.session.add(sheet)
    return sheet


def _checked(facts: SheetFacts, kind: SheetKind, now: datetime) -> SheetFacts:
    checked = check_facts(facts, kind, now)
    check_back(checked.starts_at, now, settings.value("hours.entered_back_days", day_of(now)))
    return checked


def change_facts(code: str, facts: SheetFacts, *, by: Actor, now: datetime) -> ServiceSheet:
    """Return a draft with another head."""
    sheet = lock_draft(code, by)
    sheet.tell(_checked(facts, sheet.kind, now))
    db.session.flush()
    return sheet


def keep_evidence(code: str, data: bytes, *, by: Actor, now: datetime) -> StoredFile:
    """Return the photo or scan that is kept with a draft from now on; an earlier one goes.

    Raises RuleViolation for a file that is not taken.
    """
    content = read_content(data)
    sheet = lock_draft(code, by)
    drop_evidence(sheet)
    file = files.keep(content, FILE_NAME, by=by, now=now)
    sheet.evidence_code, sheet.evidence_digest = file.code, file.digest
    audit("sheets.evidence", "file", file.id, by=by, sheet=sheet.id)
    db.session.flush()
    return file


def drop_evidence(sheet: ServiceSheet) -> bool:
    """Remove the evidence of a sheet; return whether there was one. Its digest stays."""
    file = evidence_of(sheet)
    if file is None:
        return False
    sheet.evidence_code = None
    db.session.flush()
    files.remove(file)
    return True


def keep_lines(code: str, lines: Sequence[KeyedLine], *, by: Actor) -> ServiceSheet:
    """Return a draft with these lines in place of those it had."""
    if len(lines) > MAX_LINES:
        raise RuleViolation("", N_("一份最多 %(count)d 行，请分成几份"), count=MAX_LINES)
    sheet = lock_draft(code, by)
    db.session.execute(delete(SheetLine).where(SheetLine.sheet_id == sheet.id))
    db.session.add_all(
        SheetLine(
            sheet_id=sheet.id,
            volunteer_id=one.volunteer_id,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            is_absent=one.is_absent,
        )
        for one in lines
    )
    db.session.flush()
    return sheet


def drop_sheet(code: str, *, by: Actor) -> None:
    """Remove a draft with its lines and its evidence: nobody was told of it."""
    sheet = lock_draft(code, by)
    audit("sheets.drop", "service_sheet", sheet.id, by=by)
    _remove(sheet)
    db.session.flush()


def _remove(sheet: ServiceSheet) -> None:
    drop_evidence(sheet)
    db.session.execute(delete(SheetLine).where(SheetLine.sheet_id == sheet.id))
    db.session.delete(sheet)


def lock_draft(code: str, by: Actor) -> ServiceSheet:
    """Return a draft of the acting line, locked.

    Raises UnknownRowError for one of another line, IllegalTransition for one that was sent.
    """
    sheet = lock_sheet(code)
    if sheet.line_id != by.organization_id:
        raise UnknownRowError(code)
    if sheet.status is not SheetStatus.DRAFT:
        raise IllegalTransition(sheet.status, SheetAction.SEND)
    return sheet


def lock_sheet(code: str) -> ServiceSheet:
    """Return a sheet, locked before its records are. Raises UnknownRowError."""
    sheet = db.session.scalars(
        select(ServiceSheet)
        .options(joinedload(ServiceSheet.organization, innerjoin=True))
        .where(ServiceSheet.code == code)
        .with_for_update(of=ServiceSheet)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if sheet is None:
        raise UnknownRowError(code)
    return sheet


def forget_drafts(now: datetime) -> int:
    """Remove drafts that nobody sent for long; return how many. Doing it again does no harm."""
    before = now - timedelta(days=settings.value("hours.draft_days", day_of(now)))
    statement = select(ServiceSheet).where(
        ServiceSheet.status == SheetStatus.DRAFT, ServiceSheet.begun_at < before
    )
    found = db.session.scalars(statement.order_by(ServiceSheet.id).limit(AT_ONCE)).all()
    for sheet in found:
        _remove(sheet)
    return len(found)


def past_evidence(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which sheets have evidence that is kept no longer (decisions.md D6)."""
    old = ServiceSheet.sent_at < retention.since("privacy.photos_years", now)
    return ServiceSheet.evidence_code.is_not(None), old


def forget_evidence(now: datetime) -> int:
    """Remove evidence that is no longer kept (decisions.md D6); return how much at once."""
    statement = select(ServiceSheet).where(*past_evidence(now))
    found = db.session.scalars(statement.order_by(ServiceSheet.id).limit(AT_ONCE)).all()
    for sheet in found:
        if drop_evidence(sheet):
            audit("sheets.forget_evidence", "service_sheet", sheet.id, by=SYSTEM)
        else:
            sheet.evidence_code = None
    return len(found)
