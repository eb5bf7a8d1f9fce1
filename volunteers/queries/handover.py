"""What of volunteers is open at an organization, counted when a post is handed over."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.handing_over import Leaving, Part
from accounts.rules.handover import OpenWork
from core.access.permissions import Permission
from core.database import db
from volunteers.models import RegistrationAuthority, ServiceSheet, Team
from volunteers.rules.sheets import SheetStatus
from volunteers.rules.teams import TeamStatus

_OPEN_TEAMS = (TeamStatus.SUBMITTED, TeamStatus.REVIEW_DUE, TeamStatus.RECTIFYING)


def _sheets(leaving: Leaving) -> int:
    here = ServiceSheet.organization_id == leaving.organization.id
    return _count(ServiceSheet, here, ServiceSheet.status == SheetStatus.DRAFT)


def _teams(leaving: Leaving) -> int:
    here = Team.handler_id == leaving.organization.id
    return _count(Team, here, Team.status.in_(_OPEN_TEAMS))


def _authorities(leaving: Leaving) -> int:
    """Return whether the organization was let decide who becomes a registered volunteer."""
    here = RegistrationAuthority.organization_id == leaving.organization.id
    return _count(RegistrationAuthority, here, RegistrationAuthority.ended_on.is_(None))


def _count(model: type[object], *conditions: object) -> int:
    statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


PARTS = (
    Part(OpenWork.HOURS, Permission.HOURS_ENTER, _sheets, "volunteers.list_sheets"),
    Part(OpenWork.TEAMS, Permission.TEAMS_DECIDE, _teams, "volunteers.list_teams"),
    Part(
        OpenWork.DELEGATIONS,
        Permission.VOLUNTEERS_REGISTER,
        _authorities,
        "volunteers.list_registrations",
    ),
)
