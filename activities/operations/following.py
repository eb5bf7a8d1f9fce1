"""What activities do when trees move and organizations close."""

from __future__ import annotations

from sqlalchemy import func, select, update

from activities import letters
from activities.models import Activity, Attendance, Shift
from activities.operations.postings import cancel, office_above
from activities.operations.steps import count_review, locked_activity, note_step
from activities.rules import CAME, ActivityStatus
from core.database import db
from core.rules import NN_, RuleViolation
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.operations.moving import MovedSubtree
from organizations.rules import OrganizationStatus

COMING = (ActivityStatus.DRAFT, ActivityStatus.PUBLISHED)
#: Note of a step by which another office has to answer.
MOVED = "handler"
CLOSED_REASON, MERGED_REASON = "组织已经撤销", "组织已经并入别的组织"


def follow_move(moved: MovedSubtree) -> None:
    """Keep county and city of activities after a move, and whom they ask for an answer."""
    db.session.execute(
        update(Activity)
        .where(Activity.organization_id.in_(list(moved.organization_ids)))
        .values(**moved.columns)
        .execution_options(synchronize_session=False)
    )
    for row in db.session.identity_map.values():
        if isinstance(row, Activity):
            db.session.expire(row)
    _ask_anew(moved)


def _ask_anew(moved: MovedSubtree) -> None:
    """Let the office that is above now answer what the old one was asked, and tell it."""
    waiting = select(Activity.code).where(
        Activity.organization_id.in_(list(moved.organization_ids)),
        Activity.status == ActivityStatus.REVIEW,
    )
    for code in db.session.scalars(waiting.order_by(Activity.id)).all():
        activity = locked_activity(Activity.code == code)
        reviewer_id = office_above(activity.organization)
        if activity.status is ActivityStatus.REVIEW and activity.reviewer_id != reviewer_id:
            count_review(activity, -1)
            activity.reviewer_id = reviewer_id
            count_review(activity, +1)
            note_step(activity, None, by=moved.by, now=moved.now, note=MOVED)
            letters.tell_reviewers(activity, moved.now)
    db.session.flush()


def check_ended(organization: Organization, target: Organization | None) -> None:
    """Raise RuleViolation while people are checked in whose hours were not given yet."""
    del target
    unended = (
        select(func.count(func.distinct(Attendance.shift_id)))
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(
            Activity.organization_id == organization.id,
            Activity.status == ActivityStatus.PUBLISHED,
            Attendance.status.in_(CAME),
            Attendance.ending_id.is_(None),
        )
    )
    if count := db.session.scalar(unended):
        message = NN_("有 %(count)d 场活动有人签到、还没有结束，请先结束活动、记时长")
        raise RuleViolation("", message, count=count)


def follow_closing(closed: ClosedOrganization) -> None:
    """Cancel what a closed organization would still have held or asks above; people are told."""
    is_merged = closed.organization.status is OrganizationStatus.MERGED
    is_coming = Activity.status.in_(COMING) & (Activity.last_ends_at > closed.now)
    coming = select(Activity.code).where(
        Activity.organization_id == closed.organization.id,
        is_coming | (Activity.status == ActivityStatus.REVIEW),
    )
    for code in db.session.scalars(coming).all():
        cancel(
            code,
            MERGED_REASON if is_merged else CLOSED_REASON,
            organization_id=closed.organization.id,
            by=closed.by,
            now=closed.now,
        )
