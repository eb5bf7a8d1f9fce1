"""Who leads an activity on the spot without a post: named for it, at its desk, in its window.

He calls out who came and looks at doubtful check-ins; he ends nothing, confirms nothing, and never
touches his own row (domain.md 1.4, security.md LED-04).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.steps import locked_activity
from activities.queries.attendance import plan_of
from activities.rules import ActivityStatus, check_open
from activities.standing import standing_of
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation
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


def check_leading(shift: Shift, person_id: int | None, at: datetime) -> None:
    """Raise RuleViolation where the leader of an activity has no part in a shift at an instant."""
    if shift.activity.status is not ActivityStatus.PUBLISHED:
        raise RuleViolation("", N_("活动已经结束或者取消，现场由组织处理"))
    if person_id is None or standing_of(person_id) is None:
        raise RuleViolation("", N_("您现在不是在服务的志愿者，现场由组织处理"))
    plan = plan_of(shift)
    start, opens = local(shift.starts_at), local(plan.opens_at)
    check_open(plan, at, f"{start:%m-%d %H:%M}", f"{opens:%m-%d %H:%M}")


def check_others(signups: Sequence[Signup], person_id: int | None) -> None:
    """Raise RuleViolation where somebody would call out himself."""
    if any(one.person_id == person_id for one in signups):
        raise RuleViolation("", N_("不能给自己点名，请由组织来点"))
