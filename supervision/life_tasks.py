"""What waits about venues, organizations to be founded and cases that are late, for a home.

The counts ride along in the statement that asks what else waits, so a home costs no statement more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, select

from activities.models import Venue
from activities.rules.venues import VenueStatus
from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import lazy_gettext as _
from organizations.models import OrganizationFounding
from organizations.rules.foundings import FoundingStatus
from people.models import Matter
from people.rules.matters import MatterState
from supervision.quality.queries.tasks import open_count
from supervision.report_tasks import report_tasks
from supervision.reports.queries.reports import COUNTS as REPORT_COUNTS
from supervision.reports.queries.reports import report_counts
from supervision.task import Task
from volunteers import queries as volunteers

#: Where a venue is when whoever names it has to act.
VENUES = (VenueStatus.APPLIED, VenueStatus.INSPECTED, VenueStatus.REVIEW_DUE)
FOUNDINGS, LATE = len(VENUES), len(VENUES) + 1
REPORTS = LATE + 1
QUALITY = REPORTS + REPORT_COUNTS
COUNTS = QUALITY + 1


def desk_counts(place_id: Any) -> list[ScalarSelect[int]]:
    """Return what counts what waits at a desk: these first, then what volunteers ask."""
    venues = [_venues(place_id, status) for status in VENUES]
    return [
        *venues,
        _foundings(place_id),
        _late_matters(place_id),
        *report_counts(place_id),
        open_count(place_id),
        *volunteers.desk_counts(place_id),
    ]


def _venues(place_id: Any, status: VenueStatus) -> ScalarSelect[int]:
    found = select(func.count()).select_from(Venue)
    return found.where(Venue.decider_id == place_id, Venue.status == status).scalar_subquery()


def _foundings(place_id: Any) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(OrganizationFounding)
        .where(
            OrganizationFounding.decider_id == place_id,
            OrganizationFounding.status == FoundingStatus.SUBMITTED,
            OrganizationFounding.school_id.is_(None),
        )
        .scalar_subquery()
    )


def _late_matters(place_id: Any) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Matter)
        .where(
            Matter.holder_id == place_id,
            Matter.state == MatterState.OPEN,
            Matter.due_on < bindparam("today"),
        )
        .scalar_subquery()
    )


def life_tasks(scope: Scope, counts: tuple[int, ...]) -> list[Task]:
    """Return what waits, as far as the post may act on it; counts as ``desk_counts`` has them."""
    org = scope.place.code
    labels = (_("场所申请授牌，待查看"), _("场所已查看，待授牌"), _("场所到期，待复核"))
    tasks = []
    if scope.may(Permission.VENUES_DECIDE):
        tasks += [
            Task(label, count, "activities.list_venues", org, asked={"status": status.value})
            for label, status, count in zip(labels, VENUES, counts, strict=False)
        ]
    if scope.may(Permission.FOUNDINGS_DECIDE):
        founding = _("建会申请，待批复")
        tasks.append(Task(founding, counts[FOUNDINGS], "organizations.list_foundings", org))
    if scope.may(Permission.MATTERS_VIEW):
        late, asked = counts[LATE], {"state": "overdue"}
        mark = _("已超期") if late else ""
        tasks.append(Task(_("办件超期"), late, "people.list_matters", org, mark=mark, asked=asked))
    note = _("上级派来，改完自己结束")
    tasks.append(Task(_("资料整改"), counts[QUALITY], "quality.desk", org, note=note))
    return [*tasks, *report_tasks(scope, counts[REPORTS:QUALITY])]
