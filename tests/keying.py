"""Plain functions that make sheets of hours entered for others; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta

from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from core.files import operations as files
from core.files.rules import read_content
from organizations.models import Organization
from tests import factories as make
from tests.units import png
from volunteers.models import ServiceSheet
from volunteers.rules import ServiceField, ServiceMethod, WorkKind
from volunteers.rules.sheets import SheetKind, SheetStatus


def make_sheet(
    organization: Organization,
    status: SheetStatus = SheetStatus.DRAFT,
    line: Organization | None = None,
) -> ServiceSheet:
    """Return a sheet of two hours of yesterday, with a photo as its evidence."""
    now = clock.now()
    file = files.keep(read_content(png(3, 3)), "凭证", by=SYSTEM, now=now)
    sheet = ServiceSheet(
        code=crypto.opaque_code(12),
        kind=SheetKind.MANUAL,
        status=status,
        organization=organization,
        line_id=(line or organization).id,
        title="义诊服务",
        field=ServiceField.HEALTH,
        work=WorkKind.SERVICE,
        starts_at=now - timedelta(hours=26),
        ends_at=now - timedelta(hours=24),
        reason="本人没有手机",
        evidence_code=file.code,
        evidence_digest=file.digest,
        entered_by_id=make.make_user().id,
        begun_at=now,
        sent_at=None if status is SheetStatus.DRAFT else now,
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


def make_second(handler: Organization) -> ServiceSheet:
    """Return a sheet with one record that waits at an organization (figures are not touched)."""
    sheet = make_sheet(handler, SheetStatus.SENT)
    volunteer = make.make_volunteer(make.make_person(), handler)
    record = make.make_record(volunteer, handler)
    record.sheet_id, record.method = sheet.id, ServiceMethod.ENTERED_FOR
    record.submitted_by_id = sheet.entered_by_id
    db.session.flush()
    return sheet
