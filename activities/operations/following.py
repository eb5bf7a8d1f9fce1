"""What activities do when trees move and organizations close."""

from __future__ import annotations

from sqlalchemy import select, update

from activities.models import Activity
from activities.operations.postings import cancel
from activities.rules import ActivityStatus
from core.database import db
from organizations.operations.closing import ClosedOrganization
from organizations.operations.moving import MovedSubtree

COMING = (ActivityStatus.DRAFT, ActivityStatus.PUBLISHED)
CLOSED_REASON = "组织已经撤销"


def follow_move(moved: MovedSubtree) -> None:
    """Keep county and city of activities after a move."""
    db.session.execute(
        update(Activity)
        .where(Activity.organization_id.in_(list(moved.organization_ids)))
        .values(**moved.columns)
        .execution_options(synchronize_session=False)
    )


def follow_closing(closed: ClosedOrganization) -> None:
    """Cancel what a closed organization would still have held or asks above; people are told."""
    is_coming = Activity.status.in_(COMING) & (Activity.last_ends_at > closed.now)
    coming = select(Activity.code).where(
        Activity.organization_id == closed.organization.id,
        is_coming | (Activity.status == ActivityStatus.REVIEW),
    )
    for code in db.session.scalars(coming).all():
        cancel(
            code,
            CLOSED_REASON,
            organization_id=closed.organization.id,
            by=closed.by,
            now=closed.now,
        )
