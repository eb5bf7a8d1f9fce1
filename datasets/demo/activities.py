"""Activities of the demonstration: past, running and coming, with sign-ups, at several branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select

from activities import operations
from activities.codes import Scan
from activities.models import Activity, Shift
from activities.operations import Seen, Wish
from activities.queries import agreement_of, roster_of, shifts_of
from activities.rules import (
    ActivityField,
    AttendanceWay,
    Ground,
    HoursRule,
    Posting,
    ShiftPlan,
)
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import AGE_OF_MAJORITY
from datasets.demo.endings import CLOSED
from datasets.demo.people import Stage
from organizations.models import Organization
from people.rules import age_on
from volunteers.models import Volunteer
from volunteers.operations import Asked, credit_attendance
from volunteers.rules import SERVING

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLACES = 6
DRILL = Posting(
    title="社区急救演练",
    field=ActivityField.FIRST_AID,
    place="社区文化礼堂",
    description="学心肺复苏和止血包扎，两人一组，反复练习。",
    risks="室内进行，有救护师资指导，没有特别的危险。",
    bring="方便活动的衣服",
)
BLOOD = replace(
    DRILL,
    title="无偿献血宣传",
    field=ActivityField.BLOOD,
    place="人民广场献血屋",
    description="引导登记，发放宣传册，照看献血的人。",
    risks="户外，注意防晒和车辆，现场有负责人。",
)
FAIR = replace(
    BLOOD,
    title="博爱嘉年华",
    field=ActivityField.VALUES,
    description="体验区引导、展位讲解、秩序维护。",
    grounds=frozenset({Ground.LARGE}),
)


def build_activities(stage: Stage, now: datetime) -> None:
    """Let the first branches that have volunteers, and stay, hold something of every kind."""
    held = 0
    for organization_id, keeper in stage.keepers.items():
        people = _adults(stage, organization_id)
        too_few = len(people) < 3  # noqa: PLR2004 - two seats and one who waits
        if too_few or held == PLACES or organization_id == stage.places[CLOSED].id:
            continue
        organization = db.session.get_one(Organization, organization_id)
        _build(organization, keeper, people, now)
        if held == 0:
            _build_unusual(organization, keeper, now)
        held += 1


def _adults(stage: Stage, organization_id: int) -> Sequence[int]:
    """Return the grown-up volunteers of an organization, by person."""
    statement = (
        select(Volunteer)
        .where(Volunteer.organization_id == organization_id, Volunteer.status.in_(SERVING))
        .order_by(Volunteer.id)
    )
    return [
        one.person_id
        for one in db.session.scalars(statement)
        if one.person.born_on and age_on(one.person.born_on, stage.today) >= AGE_OF_MAJORITY
    ]


def _build(organization: Organization, keeper: Actor, people: Sequence[int], now: datetime) -> None:
    hour, nine = now.replace(minute=0, second=0, microsecond=0), _nine(now)
    past = _post(organization, keeper, DRILL, [_plan(nine - 20 * DAY, 8)])
    _fill(past, people[:8], nine - 22 * DAY)
    _attend(past, organization, keeper, nine - 20 * DAY, leave_after=2 * HOUR)
    asked = Asked(HoursRule.ATTENDED, may_confirm=True)
    ended = {"organization_id": organization.id, "by": keeper}
    shift, when = shifts_of(past)[0], nine - 20 * DAY + 2 * HOUR + 10 * MINUTE
    credit_attendance(shift.code, asked, now=when, **ended)  # type: ignore[arg-type]
    waits = _post(organization, keeper, DRILL, [_plan(nine - DAY, 6)])
    _fill(waits, people[:5], nine - 5 * DAY)
    _attend(waits, organization, keeper, nine - DAY, leave_after=2 * HOUR)
    running = _post(organization, keeper, BLOOD, [_plan(hour - HOUR, 4, hours=4)])
    _fill(running, people[:3], hour - 2 * DAY)
    _attend(running, organization, keeper, hour - HOUR)
    coming = _post(organization, keeper, DRILL, [_plan(nine + 3 * DAY, 2)])
    _fill(coming, people[:4], now)
    shifts = [_plan(nine + 8 * DAY, 6, "引导"), _plan(nine + 8 * DAY + 3 * HOUR, 6, "讲解")]
    fair = _post(organization, keeper, FAIR, shifts)
    _fill(fair, people[:2], now)


def _attend(
    activity: Activity,
    organization: Organization,
    keeper: Actor,
    start: datetime,
    leave_after: timedelta | None = None,
) -> None:
    """Let who signed up come by turns: by the code, by the printed one, ticked, or not at all.

    Some of who scanned sign out as well, where it is told after which time.
    """
    shift = shifts_of(activity)[0]
    for number, one in enumerate(roster_of(shift).seated):
        by, came = Actor(None, one.person_id), start + number * MINUTE
        way = (AttendanceWay.CODE, None, AttendanceWay.CODE, AttendanceWay.FIXED, "")[number % 5]
        if way is None:
            operations.tick([one.code], organization_id=organization.id, by=keeper, now=came)
        elif isinstance(way, AttendanceWay):
            seen = Seen(Scan(shift.code, way))
            operations.check_in(one.person_id, seen, by=by, now=came)
            if leave_after is not None and number % 5 == 0:
                operations.check_out(one.person_id, seen, by=by, now=came + leave_after)


def _build_unusual(organization: Organization, keeper: Actor, now: datetime) -> None:
    """Leave a draft, one that waits for the county, a dangerous one and a cancelled one."""
    hour, nine = now.replace(minute=0, second=0, microsecond=0), _nine(now)
    operations.create(organization, BLOOD, [_plan(nine + 12 * DAY, 5)], by=keeper, now=now)
    soon = operations.create(organization, DRILL, [_plan(hour + 6 * HOUR, 5)], by=keeper, now=now)
    operations.publish(soon.code, organization_id=organization.id, by=keeper, now=now)
    first, last = (nine + 5 * DAY).date(), (nine + 15 * DAY).date()
    danger = replace(
        DRILL,
        title="水域救援演练",
        field=ActivityField.RESCUE,
        risks="有落水危险，全程穿救生衣，岸边有医护。",
        certificate="救护员证",
        grounds=frozenset({Ground.DANGER}),
        policy_number="YS-2026-0001",
        policy_from=first,
        policy_to=last,
    )
    _post(organization, keeper, danger, [_plan(nine + 9 * DAY, 10)])
    off = _post(organization, keeper, BLOOD, [_plan(nine + 4 * DAY + 5 * HOUR, 5)])
    operations.cancel(off.code, "场地停电", organization_id=organization.id, by=keeper, now=now)


def _nine(now: datetime) -> datetime:
    """Return nine o'clock of today in Shanghai: what is held then is held by day."""
    return clock.at(clock.local(now).date(), time(9))


def _plan(starts_at: datetime, seats: int, role: str = "", hours: int = 2) -> ShiftPlan:
    return ShiftPlan(starts_at, starts_at + hours * HOUR, seats, role)


def _post(
    organization: Organization, keeper: Actor, posting: Posting, plans: Sequence[ShiftPlan]
) -> Activity:
    """Return an activity that was published ten days before it begins."""
    before = min(plan.starts_at for plan in plans) - 10 * DAY
    made = operations.create(organization, posting, plans, by=keeper, now=before)
    return operations.publish(made.code, organization_id=organization.id, by=keeper, now=before)


def _fill(activity: Activity, people: Sequence[int], now: datetime) -> None:
    """Let people sign up for the first shift; who comes too late waits."""
    shift: Shift = shifts_of(activity)[0]
    for person_id in people:
        digest = agreement_of(activity, shift).digest if activity.ground_set else ""
        wish = Wish(agreed_digest=digest)
        operations.sign_up(person_id, shift.code, wish, by=Actor(None, person_id), now=now)
