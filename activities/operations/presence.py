"""What a keeper does at the desk: roll call, undo, late goings, people who came without a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.rules.packets import Packet
from activities.models import Activity, Attendance, Shift, Signup
from activities.operations.agreeing import check_agreed_all
from activities.operations.checkin import begin
from activities.operations.marks import note_marks, replay_marks
from activities.operations.spot import add_on_spot
from activities.operations.steps import note_signup
from activities.queries.attendance import plan_of
from activities.rules import (
    CAME,
    HOLDING,
    ActivityStatus,
    AttendanceFlag,
    AttendanceStatus,
    AttendanceWay,
    SignupAction,
    check_open,
    most_minutes,
    text_of_flags,
    within,
)
from activities.rules.marks import MarkAct
from core import settings
from core.audit.operations import Actor, record_many
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, NN_, IllegalTransition, RuleViolation, UnknownRowError, codes_of

BATCH = 500


def tick(
    codes: Sequence[str],
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
    way: AttendanceWay = AttendanceWay.TICK,
    claimed_at: datetime | None = None,
) -> list[Attendance]:
    """Return the attendances of people called out as present; who is in already stays as he is.

    ``claimed_at`` is when a phone without a network says it was: kept beside, within the window,
    and flagged (security.md LED-09).
    """
    signups = _locked(codes, organization_id)
    attendances = _of(signups)
    ticked = []
    check_agreed_all([one for one in signups if not _is_there(attendances.get(one.id))])
    for signup in signups:
        attendance = attendances.get(signup.id)
        if attendance is None or not _is_there(attendance):
            check_roll(signup.shift, now)
            attendance = attendance or Attendance(signup_id=signup.id, shift_id=signup.shift_id)
            begin(attendance)
            attendance.in_at, attendance.in_way, attendance.in_by_id = now, way, by.user_id
            if claimed_at is not None:
                attendance.in_claimed_at = within(claimed_at, plan_of(signup.shift))
                attendance.flags = text_of_flags(frozenset({AttendanceFlag.CLAIMED}))
            db.session.add(attendance)
            ticked.append(signup.id)
        attendances[signup.id] = attendance
    db.session.flush()
    if ticked:
        note_marks(ticked, MarkAct.COME, by=by, now=now, way=way)
        record_many("activities.tick", "activity_signup", ticked, by=by, way=way)
    return [attendances[signup.id] for signup in signups]


def untick(code: str, *, organization_id: int, by: Actor, now: datetime) -> Signup:
    """Return a sign-up whose person was not there after all; what was noted stays in its history.

    Raises RuleViolation once hours were given for it.
    """
    signup, attendance = _one(code, organization_id)
    if attendance is None or attendance.status not in CAME:
        return signup
    _check_unsettled(attendance)
    attendance.status = AttendanceStatus.UNDONE
    told = f"{local(attendance.in_at):%H:%M}"
    note_signup(signup, SignupAction.UNDO_CHECK_IN, by=by, now=now, note=told)
    note_marks([signup.id], MarkAct.UNDO, by=by, now=now, way=AttendanceWay.TICK)
    audit("activities.untick", "activity_signup", signup.id, by=by, way=attendance.in_way)
    db.session.flush()
    return signup


def let_go(
    code: str,
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
    way: AttendanceWay = AttendanceWay.TICK,
    claimed_at: datetime | None = None,
) -> Signup:
    """Return a sign-up whose person has gone, as the keeper saw; who has gone stays as he is."""
    signup, attendance = _one(code, organization_id)
    if attendance is None or attendance.status is AttendanceStatus.UNDONE:
        raise RuleViolation("", N_("他还没有签到，请刷新后再看"))
    if attendance.status is AttendanceStatus.OUT:
        return signup
    attendance.status = AttendanceStatus.OUT
    attendance.out_at = max(now, attendance.in_at)  # the clock may have been put back (FLT-08)
    attendance.out_way, attendance.out_by_id = way, by.user_id
    if claimed_at is not None:
        attendance.out_claimed_at = within(claimed_at, plan_of(signup.shift))
        attendance.flags = text_of_flags(attendance.flag_set | {AttendanceFlag.CLAIMED})
    note_marks([signup.id], MarkAct.GO, by=by, now=now, way=way)
    audit("activities.let_go", "activity_signup", signup.id, by=by, way=way)
    db.session.flush()
    return signup


def replay(
    codes: Sequence[str],
    act: MarkAct,
    packet: Packet,
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
) -> None:
    """Take a roll-call act that a phone kept without network (security.md QR-05, LED-09).

    Whatever comes first, what stands is what one desk would have left. Raises RuleViolation as at
    the desk: once hours were given, or too long after the shift.
    """
    signups = _locked(codes, organization_id)
    attendances = _of(signups)
    if act is MarkAct.COME:
        check_agreed_all(signups)
    for signup in signups:
        check_roll(signup.shift, now)
        if signup.id in attendances:
            _check_unsettled(attendances[signup.id])
    replay_marks(signups, attendances, act, packet, by=by, now=now)
    ids = [signup.id for signup in signups]
    record_many("activities.replay", "activity_signup", ids, by=by, act=act)


def vouch(code: str, *, organization_id: int, by: Actor, now: datetime) -> Signup:
    """Return a sign-up whose person the keeper saw: its check-in needs no more look (QR-03)."""
    signup, attendance = _one(code, organization_id)
    if attendance is None or not attendance.needs_look:
        return signup
    if signup.person_id == by.person_id:
        raise RuleViolation("", N_("不能给自己作证，请由其他人看"))
    attendance.flags = text_of_flags(attendance.flag_set | {AttendanceFlag.VOUCHED})
    note_signup(signup, SignupAction.VOUCH, by=by, now=now)
    audit("activities.vouch", "activity_signup", signup.id, by=by)
    db.session.flush()
    return signup


def set_minutes(
    code: str, minutes: int | None, *, organization_id: int, by: Actor, now: datetime
) -> Signup:
    """Return a sign-up with the minutes that the keeper says; None counts them again."""
    signup, attendance = _one(code, organization_id)
    if attendance is None or attendance.status not in CAME:
        raise RuleViolation("", N_("他还没有签到，请刷新后再看"))
    _check_unsettled(attendance)
    so_far = (now - signup.shift.starts_at) // timedelta(minutes=1)
    most = max(min(most_minutes(plan_of(signup.shift)), so_far), 0)
    if minutes is not None and not 0 <= minutes <= most:
        raise RuleViolation("minutes", NN_("最多 %(most)d 分钟"), most=most)
    attendance.minutes, attendance.minutes_by_id = minutes, by.user_id
    audit("activities.set_minutes", "activity_signup", signup.id, by=by, minutes=minutes)
    db.session.flush()
    return signup


def add_present(
    person_id: int, shift_code: str, *, organization_id: int, by: Actor, now: datetime
) -> Signup:
    """Return the sign-up of a volunteer who came without one and without a phone, ticked."""
    added = {"organization_id": organization_id, "by": by, "now": now}
    signup = add_on_spot(person_id, shift_code, **added)  # type: ignore[arg-type]
    for attendance in tick([signup.code], **added):  # type: ignore[arg-type]
        flags = attendance.flag_set | {AttendanceFlag.ON_SPOT}
        attendance.flags = text_of_flags(flags)
    db.session.flush()
    return signup


def end_forgotten(now: datetime) -> int:
    """Let go who never signed out, at the planned end; return how many (for the daily work)."""
    window = timedelta(minutes=settings.value("attendance.window_minutes", local(now).date()))
    still_in = (
        select(Attendance.signup_id)
        .join(Attendance.shift)
        .where(Attendance.status == AttendanceStatus.IN, Shift.ends_at < now - window)
        .limit(BATCH)
    )
    ids = db.session.scalars(still_in).all()
    signups = db.session.scalars(
        select(Signup)
        .where(Signup.id.in_(ids))
        .order_by(Signup.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    gone = [one for one in _of(signups).values() if one.status is AttendanceStatus.IN]
    ends = {signup.id: signup.ends_at for signup in signups}
    for one in gone:
        one.status, one.out_way = AttendanceStatus.OUT, AttendanceWay.AUTO
        one.out_at = max(ends[one.signup_id], one.in_at)
    db.session.flush()
    return len(gone)


def check_roll(shift: Shift, now: datetime) -> None:
    """Raise RuleViolation where nobody may be called out as present: too early, or too late."""
    if shift.activity.status not in (ActivityStatus.PUBLISHED, ActivityStatus.ENDED):
        raise IllegalTransition(shift.activity.status, SignupAction.JOIN)
    plan = plan_of(shift)
    start, opens = local(shift.starts_at), local(plan.opens_at)
    check_open(plan, min(now, plan.closes_at), f"{start:%m-%d %H:%M}", f"{opens:%m-%d %H:%M}")
    days = settings.value("attendance.roll_days", local(now).date())
    if now > shift.ends_at + timedelta(days=days):
        raise RuleViolation("", NN_("已超过 %(days)d 天，不能再点名"), days=days)


def _check_unsettled(attendance: Attendance) -> None:
    if attendance.ending_id is not None:
        raise RuleViolation("", N_("已经记了时长，要先撤销“结束活动”"))


def _locked(codes: Sequence[str], organization_id: int) -> Sequence[Signup]:
    """Return sign-ups that hold a seat, locked, their shifts as they are now.

    Raises UnknownRowError for a code that is not there, RuleViolation where a seat was given up.
    """
    wanted = codes_of(codes)
    signups = db.session.scalars(
        select(Signup)
        .join(Signup.shift)
        .join(Shift.activity)
        .where(Signup.code.in_(wanted), Activity.organization_id == organization_id)
        .order_by(Signup.id)
        .with_for_update(of=Signup)
        .execution_options(populate_existing=True)
    ).all()
    if len(signups) != len(wanted):
        raise UnknownRowError
    if any(signup.status not in HOLDING for signup in signups):
        raise RuleViolation("", N_("其中有人已经取消报名，请刷新后再看"))
    _refresh({signup.shift_id for signup in signups})
    return signups


def _refresh(shift_ids: set[int]) -> None:
    """Read shifts and activities as they are after the locks."""
    statement = (
        select(Shift, Activity)
        .join(Shift.activity)
        .where(Shift.id.in_(shift_ids))
        .execution_options(populate_existing=True)
    )
    db.session.execute(statement).all()


def _of(signups: Sequence[Signup]) -> dict[int, Attendance]:
    """Return ``sign-up -> attendance`` of locked sign-ups, as they are now."""
    ids = [signup.id for signup in signups]
    found = db.session.scalars(
        select(Attendance)
        .where(Attendance.signup_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {one.signup_id: one for one in found} if ids else {}


def _is_there(attendance: Attendance | None) -> bool:
    return attendance is not None and attendance.status in CAME


def _one(code: str, organization_id: int) -> tuple[Signup, Attendance | None]:
    signup = _locked([code], organization_id)[0]
    return signup, _of([signup]).get(signup.id)
