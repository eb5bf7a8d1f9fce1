"""Who leads an activity on the spot without a post: named for it, at its desk, in its window.

He calls out who came and looks at doubtful check-ins; he ends nothing, confirms nothing, and never
touches his own row (domain.md 1.4, security.md LED-04).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.steps import locked_activity
from activities.queries.attendance import plan_of
from activities.rules import ActivityStatus, check_desk
from activities.standing import standing_of
from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from people.models import Person
from people.rules import is_minor_on

OPEN = (ActivityStatus.DRAFT, ActivityStatus.REVIEW, ActivityStatus.PUBLISHED)


def name_leader(
    code: str, person_id: int | None, *, organization_id: int, by: Actor, now: datetime
) -> Activity:
    """Return an activity that somebody leads from now on, or nobody; each is told of his part.

    Raises RuleViolation for who is no serving volunteer, is under age, or once it is over.
    """
    activity = locked_activity(Activity.code == code, Activity.organization_id == organization_id)
    if activity.status not in OPEN:
        raise RuleViolation("", N_("活动已经结束或者取消，不用再指定负责人"))
    if person_id is not None:
        person = db.session.get_one(Person, person_id)
        is_minor = person.born_on is not None and is_minor_on(person.born_on, local(now).date())
        if is_minor or standing_of(person_id) is None:
            raise RuleViolation("", N_("现场负责人要是年满 18 岁、在服务的志愿者"))
    if activity.leader_id != person_id:
        before, activity.leader_id = activity.leader_id, person_id
        audit("activities.name_leader", "activity", activity.id, by=by, leader=person_id)
        db.session.flush()
        letters.tell_released(activity, before, now)
        letters.tell_leader(activity, now)
    return activity


def hold_desk(
    shift_code: str, person_id: int | None, *, claimed_at: datetime | None, now: datetime
) -> Shift:
    """Return a shift for its leader to act over: nobody names another or moves it meanwhile.

    ``claimed_at``: when a phone without network did it, by a clock that is believed. Raises
    UnknownRowError for who leads it no more, RuleViolation where he has no part in it now.
    """
    owner = select(Shift.activity_id).where(Shift.code == shift_code, Shift.removed_at.is_(None))
    activity = locked_activity(
        Activity.id == owner.scalar_subquery(), Activity.leader_id == person_id
    )
    shift = db.session.scalars(  # as it is after the lock
        select(Shift)
        .where(
            Shift.code == shift_code,
            Shift.activity_id == activity.id,
            Shift.removed_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if shift is None:
        raise UnknownRowError(shift_code)
    check_leading(shift, person_id, now, claimed_at)
    return shift


def check_leading(
    shift: Shift, person_id: int | None, now: datetime, claimed_at: datetime | None = None
) -> None:
    """Raise RuleViolation where the leader of an activity has no part in a shift at an instant."""
    if shift.activity.status is not ActivityStatus.PUBLISHED:
        raise RuleViolation("", N_("活动已经结束或者取消，现场由组织处理"))
    if person_id is None or standing_of(person_id) is None:
        raise RuleViolation("", N_("您现在不是在服务的志愿者，现场由组织处理"))
    plan = plan_of(shift)
    start, opens = local(shift.starts_at), local(plan.opens_at)
    check_desk(
        plan,
        now,
        claimed_at,
        hours=settings.value("attendance.leader_late_hours", start.date()),
        start=f"{start:%m-%d %H:%M}",
        opens=f"{opens:%m-%d %H:%M}",
    )


def check_others(signups: Sequence[Signup], person_id: int | None) -> None:
    """Raise RuleViolation where somebody would call out himself."""
    if any(one.person_id == person_id for one in signups):
        raise RuleViolation("", N_("不能给自己点名，请由组织来点"))
