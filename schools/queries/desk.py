"""What waits for a coordinator: campaigns, a returned report, a hand-over to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func, literal, select

from core.access.scope import Scope
from core.database import db
from schools.models import Campaign, SchoolHandover, SchoolReport
from schools.queries.campaigns import calls_to
from schools.rules.reports import ReportStatus


@dataclass(frozen=True, slots=True)
class SchoolDesk:
    """Campaigns without an activity of the school, reports returned, hand-overs to be signed."""

    campaigns: tuple[Campaign, ...]
    returned: int
    handovers: int


def school_desk(scope: Scope, today: date) -> SchoolDesk:
    """Return what waits at the acting coordinator's school: two statements."""
    place, me = scope.place, scope.principal.user_id
    returned = select(func.count()).where(
        SchoolReport.organization_id == place.id, SchoolReport.status == ReportStatus.RETURNED
    )
    mine = case((SchoolHandover.given_by_id == me, 0), else_=1)
    signing = select(func.coalesce(func.sum(mine), literal(0, Integer))).where(
        SchoolHandover.organization_id == place.id, SchoolHandover.taken_at.is_(None)
    )
    row = db.session.execute(select(returned.scalar_subquery(), signing.scalar_subquery())).one()
    calls = calls_to(place.path, place.id, today)
    open_ones = tuple(one.campaign for one in calls if not one.activities)
    return SchoolDesk(open_ones, row[0], int(row[1]))
