"""What is open in the books and lists of an organization, counted when a post is handed over."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from accounts.handing_over import Leaving, Part
from accounts.rules.handover import OpenWork
from core.access.permissions import Permission
from core.database import db
from core.imports.models import Import
from core.imports.rules import OPEN_IMPORTS
from members.models import DuesCharge, DuesRemittance, Export
from members.rules import RemittanceStatus
from members.rules.exports import ExportStatus


def _dues(leaving: Leaving) -> int:
    """Return how many still owe dues for a year that is booked here."""
    return _count(
        DuesCharge,
        DuesCharge.organization_id == leaving.organization.id,
        DuesCharge.paid < DuesCharge.amount,
    )


def _remittances(leaving: Leaving) -> int:
    """Return how much money is on its way up from here, or to here, and not confirmed."""
    place = leaving.organization.id
    return _count(
        DuesRemittance,
        or_(DuesRemittance.organization_id == place, DuesRemittance.upper_id == place),
        DuesRemittance.status == RemittanceStatus.SENT,
    )


def _exports(leaving: Leaving) -> int:
    place = leaving.organization.id
    return _count(
        Export,
        or_(Export.handler_id == place, Export.other_handler_id == place),
        Export.status == ExportStatus.REQUESTED,
    )


def _imports(leaving: Leaving) -> int:
    here = Import.organization_id == leaving.organization.id
    return _count(Import, here, Import.status.in_(OPEN_IMPORTS))


def _count(model: type[object], *conditions: object) -> int:
    statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


PARTS = (
    Part(OpenWork.DUES, Permission.DUES_RECORD, _dues, "members.unpaid_dues"),
    Part(OpenWork.REMITTANCES, Permission.DUES_RECORD, _remittances, "members.dues"),
    Part(OpenWork.EXPORTS, Permission.EXPORTS_APPROVE, _exports, "members.list_export_requests"),
    Part(OpenWork.IMPORTS, Permission.PEOPLE_ENTER, _imports, "imports.new"),
)
