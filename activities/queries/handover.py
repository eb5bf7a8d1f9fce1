"""What of an organization's activities is not over yet, counted when a post is handed over."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from accounts.handing_over import Leaving, Part
from accounts.rules.handover import OpenWork
from activities.models import Activity, Shift
from activities.rules import ActivityStatus
from core import clock
from core.access.permissions import Permission
from core.database import db

_UNFINISHED = (ActivityStatus.DRAFT, ActivityStatus.REVIEW, ActivityStatus.PUBLISHED)


def _postings(leaving: Leaving) -> int:
    here = Activity.organization_id == leaving.organization.id
    return _count(Activity, here, Activity.status.in_(_UNFINISHED))


def _codes(leaving: Leaving) -> int:
    """Return how many shifts there are whose check-in codes people may still scan."""
    of_place = exists().where(
        Activity.id == Shift.activity_id,
        Activity.organization_id == leaving.organization.id,
        Activity.status == ActivityStatus.PUBLISHED,
    )
    return _count(Shift, Shift.ends_at > clock.now(), Shift.removed_at.is_(None), of_place)


def _count(model: type[object], *conditions: object) -> int:
    statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


_KEEP = Permission.ACTIVITIES_KEEP
PARTS = (
    Part(OpenWork.POSTINGS, _KEEP, _postings, "activities.list_activities"),
    Part(OpenWork.CHECK_IN_CODES, _KEEP, _codes, "activities.list_activities"),
)
