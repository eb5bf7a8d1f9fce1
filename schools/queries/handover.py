"""What is open at a school, counted when a coordinator hands over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import and_, exists, func, select

from accounts.models import Post, User
from core.access.permissions import Role
from core.database import db
from core.imports.models import Import
from core.imports.rules.states import ImportStatus
from organizations.models import Organization
from schools.models import Pupil, SchoolHandover, SchoolReport, YouthActivity, YouthRoll
from schools.queries.campaigns import calls_to
from schools.rules.attending import RollStatus
from schools.rules.handover import OpenWork
from schools.rules.pupils import ConsentState, PupilStatus
from schools.rules.reports import ReportStatus
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.rules import ServiceStatus
from volunteers.rules.sheets import SheetStatus

_OPEN_IMPORTS = (
    ImportStatus.DRAFT,
    ImportStatus.CHECKING,
    ImportStatus.READY,
    ImportStatus.WRITING,
    ImportStatus.UNDOING,
)
SHOWN = 10


def open_work(place: Organization, today: date) -> dict[OpenWork, int]:
    """Return how much is open of each kind: a few statements, for a page that is rarely seen."""
    here = place.id
    drafts = (Pupil.organization_id == here, Pupil.status == PupilStatus.DRAFT)
    asked = (ConsentState.UNASKED, ConsentState.ASKED, ConsentState.LAPSED)
    report = select(SchoolReport.status).where(
        SchoolReport.organization_id == here, SchoolReport.year == today.year - 1
    )
    return {
        OpenWork.DRAFTS: _count(Pupil, *drafts),
        OpenWork.CONSENTS: _count(Pupil, *drafts, Pupil.consent.in_(asked)),
        OpenWork.IMPORTS: _count(
            Import, Import.organization_id == here, Import.status.in_(_OPEN_IMPORTS)
        ),
        OpenWork.ACTIVITIES: _count(YouthRoll, *_waiting_rolls(here)),
        OpenWork.HOURS: _count(
            ServiceSheet,
            ServiceSheet.organization_id == here,
            ServiceSheet.status == SheetStatus.DRAFT,
        ),
        OpenWork.CAMPAIGNS: sum(not one.activities for one in calls_to(place.path, here, today)),
        OpenWork.REPORTS: int(db.session.scalar(report) is not ReportStatus.ACCEPTED),
    }


def _waiting_rolls(organization_id: int) -> tuple[object, ...]:
    """Return what makes a roll call one whose hours nobody has confirmed yet."""
    waits = exists().where(
        ServiceRecord.sheet_id == YouthRoll.sheet_id,
        ServiceRecord.status == ServiceStatus.PENDING,
    )
    of_school = exists().where(
        YouthActivity.id == YouthRoll.activity_id,
        YouthActivity.organization_id == organization_id,
    )
    return (YouthRoll.status == RollStatus.RECORDED, of_school, waits)


def _count(model: type[object], *conditions: object) -> int:
    statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


def packed(counts: Mapping[OpenWork, int]) -> str:
    """Return counts as the text that both sign for."""
    return json.dumps({str(kind): count for kind, count in counts.items()}, sort_keys=True)


def unpacked(text: str) -> dict[OpenWork, int]:
    """Return the counts that both signed for."""
    return {OpenWork(kind): count for kind, count in json.loads(text).items()}


def open_handover(organization_id: int) -> SchoolHandover | None:
    """Return the hand-over that waits for the next coordinator."""
    return db.session.scalars(
        select(SchoolHandover).where(
            SchoolHandover.organization_id == organization_id, SchoolHandover.taken_at.is_(None)
        )
    ).one_or_none()


def handover_at(organization_id: int, code: str) -> SchoolHandover | None:
    """Return a hand-over of a school."""
    return db.session.scalars(
        select(SchoolHandover).where(
            SchoolHandover.code == code, SchoolHandover.organization_id == organization_id
        )
    ).one_or_none()


def handovers_of(organization_id: int) -> Sequence[SchoolHandover]:
    """Return the last hand-overs of a school, the newest first."""
    return db.session.scalars(
        select(SchoolHandover)
        .where(SchoolHandover.organization_id == organization_id)
        .order_by(SchoolHandover.id.desc())
        .limit(SHOWN)
    ).all()


def names_of(handovers: Sequence[SchoolHandover]) -> dict[int, str]:
    """Return ``account -> name`` of who signed: one statement."""
    ids = {one.given_by_id for one in handovers} | {one.taken_by_id for one in handovers}
    rows = db.session.execute(
        select(User.id, User.display_name).where(User.id.in_([one for one in ids if one]))
    )
    return {row[0]: row[1] for row in rows}


def ends_soon(user_id: int, organization_id: int, last: date) -> date | None:
    """Return the last day of somebody's post as coordinator where it lies before a day."""
    standing = and_(Post.ends_on.is_not(None), Post.ends_on <= last)
    return db.session.scalars(
        select(Post.ends_on)
        .where(
            Post.user_id == user_id,
            Post.organization_id == organization_id,
            Post.role == Role.COORDINATOR,
            standing,
        )
        .order_by(Post.ends_on.desc())
        .limit(1)
    ).one_or_none()
