"""Who was at a shift gets hours: a scan both ways is proof, everything else is a proposal.

The keeper who ends a shift has recorded it; another account confirms what rests on his word
(domain.md VOL-25, security.md LED-04). The checks are those of every claim (LED-02, LED-03).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import literal_column, select

from activities.models import Activity, Attendance, Shift, ShiftEnding, Signup
from activities.operations.ending import gather, reopen, settle
from activities.queries.attendance import plan_of, presence_of
from activities.rules import (
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceWay,
    HoursRule,
    Plan,
    SignupStatus,
    served,
)
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import N_, RuleViolation
from members.models import Application
from members.rules import OPEN_STATES, ApplicationKind
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations.crediting import Found, Given, give, take_back
from volunteers.operations.records import limits_on
from volunteers.queries.keying import organizers_of
from volunteers.queries.records import standing_records
from volunteers.rules import (
    SERVING,
    Claim,
    Doubt,
    Existing,
    Limits,
    ServiceMethod,
    check_claim,
    check_overlap,
    day_of,
    window_of,
)
from volunteers.rules.sheets import check_company

Outcome = AttendanceOutcome
HELD_BATCH = 100
ROLL = (AttendanceWay.TICK, AttendanceWay.PAPER, AttendanceWay.END, AttendanceWay.AUTO)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a keeper ends a shift; ``expected`` is what the page had shown: people and minutes."""

    rule: HoursRule
    expected: tuple[int, int] | None = None
    may_confirm: bool = False


def credit_attendance(
    shift_code: str, asked: Asked, *, organization_id: int, by: Actor, now: datetime
) -> ShiftEnding:
    """Return the ending of a shift that gave hours to who was there.

    Raises RuleViolation before the shift began, where the list changed since it was shown, and
    where nobody but its organizer was there (security.md LED-07).
    """
    gathered = gather(shift_code, organization_id=organization_id, by=by, now=now)
    plan = plan_until(gathered.shift, asked.rule, now)
    found = [_found(signup, one, gathered.activity, plan, now) for signup, one in gathered.rows]
    shown = sum(1 for one in found if one.minutes), sum(one.minutes for one in found)
    if asked.expected is not None and asked.expected != shown:
        raise RuleViolation("", N_("名单刚刚有变化，请再看一遍"))
    outcomes, given = judge_all(found, now)
    check_company({one.found.person_id for one in given}, organizers_of(gathered.shift.id))
    given = give(given, gathered.activity, by=by, now=now, may_confirm=asked.may_confirm)
    for one in given:
        is_proof = one.is_confirmed
        outcomes[one.found.attendance.id] = Outcome.CONFIRMED if is_proof else Outcome.PROPOSED
    told = {one.attendance.id: (outcomes[one.attendance.id], one.minutes) for one in found}
    return settle(gathered, asked.rule, told, by=by, now=now)


def undo_ending(code: str, *, organization_id: int, by: Actor, now: datetime) -> ShiftEnding:
    """Return an ending that is taken back whole, with the hours that it gave.

    Raises RuleViolation after a day, or once somebody else decided over one of its hours.
    """
    reopened = reopen(code, organization_id=organization_id, by=by, now=now)
    take_back([one.id for one in reopened.attendances], reopened.ending, by=by, now=now)
    db.session.flush()
    return reopened.ending


def credit_held(person_id: int, *, by: Actor, now: datetime) -> int:
    """Give the hours that waited until somebody became a volunteer; return how many records.

    Who ended the shift has recorded them, whoever made a volunteer of him since (LED-04).
    """
    rows = db.session.execute(
        select(Signup, Attendance, Activity, ShiftEnding)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .join(ShiftEnding, ShiftEnding.id == Attendance.ending_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Signup.person_id == person_id, Attendance.outcome == literal_column("'held'"))
        .order_by(Attendance.id)
        .with_for_update(of=Attendance)
        .execution_options(populate_existing=True)
    ).all()
    count = 0
    for signup, attendance, activity, ending in rows:
        plan = replace(plan_of(signup.shift), rule=ending.rule)
        found = _found(signup, attendance, activity, plan, now)
        outcomes, given = judge_all([found], now, held=True)
        recorder = ending.by_user_id
        given = give(given, activity, by=by, now=now, may_confirm=False, recorder=recorder)
        attendance.outcome = Outcome.PROPOSED if given else outcomes[attendance.id]
        count += len(given)
    db.session.flush()
    return count


def credit_all_held(now: datetime) -> int:
    """Give hours that still wait although their people serve, as after a merge (daily work)."""
    people = db.session.scalars(
        select(Signup.person_id)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .join(Volunteer, Volunteer.person_id == Signup.person_id)
        .where(Attendance.outcome == literal_column("'held'"), Volunteer.status.in_(SERVING))
        .distinct()
        .order_by(Signup.person_id)
        .limit(HELD_BATCH)
    ).all()
    return sum(credit_held(person_id, by=SYSTEM, now=now) for person_id in people)


def plan_until(shift: Shift, rule: HoursRule, now: datetime) -> Plan:
    """Return the plan of a shift that is ended now: nothing is counted that is still to come."""
    plan = replace(plan_of(shift), rule=rule)
    return replace(plan, ends_at=min(plan.ends_at, now)) if rule is HoursRule.FIXED else plan


def _found(
    signup: Signup, attendance: Attendance, activity: Activity, plan: Plan, now: datetime
) -> Found:
    time = served(presence_of(attendance, plan, now), plan)
    proven = (
        method_of(attendance) is ServiceMethod.SCANNED
        and plan.rule is HoursRule.ATTENDED
        and attendance.minutes is None
        and not attendance.needs_look
        and AttendanceFlag.VOUCHED not in attendance.flag_set
        and signup.status is SignupStatus.ACCEPTED
        and signup.person_id != activity.leader_id  # he holds the code himself
    )
    return Found(
        person_id=signup.person_id,
        attendance=attendance,
        title=activity.title,
        starts_at=time.starts_at,
        minutes=time.minutes,
        method=method_of(attendance),
        doubts=_doubts(attendance, plan),
        is_proven=proven,
    )


def method_of(attendance: Attendance) -> ServiceMethod:
    """Return how a presence was recorded: what is trusted least of its two ends (VOL-24)."""
    ways = {attendance.in_way, attendance.out_way}
    if AttendanceWay.FIXED in ways:
        return ServiceMethod.FIXED_CODE
    return ServiceMethod.ROLL_CALL if ways.intersection(ROLL) else ServiceMethod.SCANNED


def _doubts(attendance: Attendance, plan: Plan) -> list[Doubt]:
    flags = attendance.flag_set
    is_guessed = attendance.out_way is AttendanceWay.AUTO and plan.rule is HoursRule.ATTENDED
    device = {AttendanceFlag.SHARED, AttendanceFlag.SWITCHED} & flags
    return [
        doubt
        for doubt, holds in (
            (Doubt.DEVICE, bool(device) and attendance.needs_look),
            (Doubt.CLAIMED, AttendanceFlag.CLAIMED in flags and attendance.needs_look),
            (Doubt.NO_CHECK_OUT, is_guessed and attendance.minutes is None),
        )
        if holds
    ]


def judge_all(
    found: Sequence[Found], now: datetime, *, held: bool = False
) -> tuple[dict[int, Outcome], list[Given]]:
    """Return what becomes of presences that get no hours, and those that may get them.

    Volunteers are locked in the order of their keys: one at a time changes their hours.
    """
    people = sorted({one.person_id for one in found})
    volunteers = _locked_volunteers(people)
    coming = _coming(set(people) - set(volunteers))
    existing = _existing(found)
    limits = limits_on(now)
    outcomes: dict[int, Outcome] = {}
    given: list[Given] = []
    for one in found:
        volunteer = volunteers.get(one.person_id)
        rows = existing.setdefault(one.person_id, [])
        if not one.minutes:
            outcomes[one.attendance.id] = Outcome.NOTHING
        elif volunteer is None or volunteer.status not in SERVING:
            waits = one.person_id in coming
            outcomes[one.attendance.id] = Outcome.HELD if waits else Outcome.NOT_SERVING
        else:
            result = _weigh(one, volunteer, rows, limits, now, held=held)
            if isinstance(result, Given):
                given.append(result)
                rows.append(Existing(one.starts_at, one.ends_at, one.title))
            else:
                outcomes[one.attendance.id] = result
    return outcomes, given


def _weigh(
    one: Found,
    volunteer: Volunteer,
    rows: Sequence[Existing],
    limits: Limits,
    now: datetime,
    *,
    held: bool,
) -> Given | Outcome:
    claim = Claim(one.starts_at, one.ends_at)
    joined_on = min(volunteer.entered_on, claim.day) if held else volunteer.entered_on
    try:
        check_overlap(claim, rows)
    except RuleViolation:
        return Outcome.OVERLAP
    try:
        doubts = check_claim(claim, rows, now=now, joined_on=joined_on, limits=limits)
    except RuleViolation:
        return Outcome.LIMIT
    return Given(one, volunteer, [*one.doubts, *doubts])


def _locked_volunteers(people: Sequence[int]) -> Mapping[int, Volunteer]:
    found = db.session.scalars(
        select(Volunteer)
        .where(Volunteer.person_id.in_(people))
        .order_by(Volunteer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.person_id: one for one in found}


def _coming(people: set[int]) -> set[int]:
    """Return who of the people applied to be a volunteer, and waits."""
    if not people:
        return set()
    statement = select(Application.person_id).where(
        Application.person_id.in_(people),
        Application.kind == ApplicationKind.VOLUNTEER,
        Application.status.in_(OPEN_STATES),
    )
    return set(db.session.scalars(statement))


def _existing(found: Sequence[Found]) -> dict[int, list[Existing]]:
    if not found:
        return {}
    windows = [window_of(day_of(one.starts_at)) for one in found]
    window = min(first for first, _ in windows), max(last for _, last in windows)
    return standing_records([one.person_id for one in found], window)


def records_of(attendance_ids: Sequence[int]) -> dict[int, ServiceRecord]:
    """Return ``attendance -> record`` for what was given and not taken back."""
    rows = db.session.scalars(
        select(ServiceRecord).where(ServiceRecord.attendance_id.in_(attendance_ids))
    )
    return {one.attendance_id: one for one in rows if one.attendance_id is not None}
