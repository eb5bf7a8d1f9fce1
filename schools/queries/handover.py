"""What is open at a school, counted when a post there is handed over."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from accounts.handing_over import Leaving, Part
from accounts.rules.handover import OpenWork
from core.access.permissions import Permission
from core.database import db
from schools.models import Pupil, SchoolReport, YouthActivity, YouthRoll
from schools.queries.campaigns import calls_to
from schools.rules.attending import RollStatus
from schools.rules.pupils import ConsentState, PupilStatus
from schools.rules.reports import ReportStatus
from volunteers.models import ServiceRecord
from volunteers.rules import ServiceStatus

_ASKED = (ConsentState.UNASKED, ConsentState.ASKED, ConsentState.LAPSED)


def _drafts(leaving: Leaving) -> int:
    return _count(Pupil, *_on_draft(leaving))


def _consents(leaving: Leaving) -> int:
    return _count(Pupil, *_on_draft(leaving), Pupil.consent.in_(_ASKED))


def _on_draft(leaving: Leaving) -> tuple[object, ...]:
    here = Pupil.organization_id == leaving.organization.id
    return here, Pupil.status == PupilStatus.DRAFT


def _rolls(leaving: Leaving) -> int:
    """Return how many roll calls there are whose hours nobody has confirmed yet."""
    waits = exists().where(
        ServiceRecord.sheet_id == YouthRoll.sheet_id,
        ServiceRecord.status == ServiceStatus.PENDING,
    )
    of_school = exists().where(
        YouthActivity.id == YouthRoll.activity_id,
        YouthActivity.organization_id == leaving.organization.id,
    )
    return _count(YouthRoll, YouthRoll.status == RollStatus.RECORDED, of_school, waits)


def _campaigns(leaving: Leaving) -> int:
    place = leaving.organization
    return sum(not one.activities for one in calls_to(place.path, place.id, leaving.today))


def _reports(leaving: Leaving) -> int:
    report = select(SchoolReport.status).where(
        SchoolReport.organization_id == leaving.organization.id,
        SchoolReport.year == leaving.today.year - 1,
    )
    has_classes = exists().where(Pupil.organization_id == leaving.organization.id)
    if not db.session.scalar(select(has_classes)):
        return 0
    return int(db.session.scalar(report) is not ReportStatus.ACCEPTED)


def _count(model: type[object], *conditions: object) -> int:
    statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


_KEEP = Permission.PUPILS_KEEP
PARTS = (
    Part(OpenWork.DRAFTS, _KEEP, _drafts, "schools.list_classes"),
    Part(OpenWork.CONSENTS, _KEEP, _consents, "schools.consents"),
    Part(OpenWork.ACTIVITIES, _KEEP, _rolls, "schools.list_youth"),
    Part(OpenWork.CAMPAIGNS, _KEEP, _campaigns, "schools.list_youth"),
    Part(OpenWork.REPORTS, _KEEP, _reports, "schools.school_report"),
)
