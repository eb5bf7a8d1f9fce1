"""A volunteer checks in and out with a code: one short transaction over his own sign-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from activities.codes import Scan
from activities.models import Attendance, Shift, Signup
from activities.operations.agreeing import agree_at_door
from activities.operations.spot import TURNED_DOWN, join_on_spot
from activities.operations.wishes import Wish
from activities.queries.attendance import Present, at_shift, is_coming, plan_of
from activities.rules import (
    CAME,
    HOLDING,
    MANY,
    MANY_WITHIN,
    ActivityStatus,
    AttendanceFlag,
    AttendanceStatus,
    Refusal,
    RefusedCode,
    check_open,
    full,
    over,
    rotated,
    stranger,
    text_of_flags,
    turned_down,
)
from activities.standing import standing_of
from core.audit.operations import Actor, record_many
from core.clock import local
from core.database import db
from core.rules import N_


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan tells: the code, the device, and what was said by who had not signed up."""

    scan: Scan
    device: bytes | None = None
    wish: Wish = field(default_factory=Wish)


def check_in(person_id: int | None, seen: Seen, *, by: Actor, now: datetime) -> Attendance:
    """Return the attendance of somebody who scanned a code; who is in already stays as he is.

    Who had not signed up joins on the spot. Raises RefusedCode for what changes nothing, other
    RuleViolations for a condition of the activity that is not met.
    """
    _check_fresh(seen.scan, now)
    if person_id is None:
        raise stranger()
    signup = _locked_signup(person_id, seen.scan)
    flags: set[AttendanceFlag] = set()
    if signup is None:
        signup = join_on_spot(person_id, seen.scan.shift_code, seen.wish, by=by, now=now)
        flags.add(AttendanceFlag.ON_SPOT)
    found = at_shift(signup, seen.device, now - MANY_WITHIN)
    check_takes(found.shift, now, settled=found.is_settled)
    if found.attendance is not None and found.attendance.status in CAME:
        return found.attendance
    agree_at_door(signup, found.shift, seen.wish, now)
    if seen.device is not None and found.on_device >= MANY:
        flags.add(AttendanceFlag.SHARED)
        _flag_others(seen.device, now)
    attendance = found.attendance or Attendance(signup_id=signup.id, shift_id=signup.shift_id)
    begin(attendance)
    attendance.in_at, attendance.in_way = now, seen.scan.way
    attendance.in_device, attendance.in_by_id = seen.device, by.user_id
    attendance.flags = text_of_flags(frozenset(flags))
    db.session.add(attendance)
    db.session.flush()
    _note("activities.check_in", attendance, by, seen)
    return attendance


def check_out(person_id: int | None, seen: Seen, *, by: Actor, now: datetime) -> Attendance:
    """Return the attendance of somebody who scanned a code to go; who has gone stays as he is.

    A code that was shown before he came in is spent (security.md QR-02).
    """
    _check_fresh(seen.scan, now)
    signup = _locked_signup(person_id, seen.scan) if person_id is not None else None
    found = at_shift(signup, None, now) if signup is not None else None
    standing = found.attendance if found is not None else None
    if found is None or standing is None or standing.status not in CAME:
        raise RefusedCode(Refusal.STRANGER, N_("您还没有签到，请先签到"))
    if standing.status is AttendanceStatus.OUT:
        return standing
    check_takes(found.shift, now, settled=found.is_settled)
    shown_at = seen.scan.shown_at
    if shown_at is not None and shown_at < standing.in_at:
        raise RefusedCode(Refusal.USED, N_("这个码您已经用过，请再扫一次现场的码"))
    if seen.device is not None and standing.in_device not in (None, seen.device):
        flags = standing.flag_set | {AttendanceFlag.SWITCHED}
        standing.flags = text_of_flags(flags)
    standing.status = AttendanceStatus.OUT
    standing.out_at, standing.out_way = max(now, standing.in_at), seen.scan.way
    standing.out_device, standing.out_by_id = seen.device, by.user_id
    db.session.flush()
    _note("activities.check_out", standing, by, seen)
    return standing


def _note(action: str, attendance: Attendance, by: Actor, seen: Seen) -> None:
    """Write the audit event with the commit: many check in at once, each in few statements."""
    record_many(action, "activity_signup", [attendance.signup_id], by=by, way=seen.scan.way)


def _check_fresh(scan: Scan, now: datetime) -> None:
    """Raise RefusedCode for a code that is shown no more, or that was never shown yet (QR-01)."""
    if scan.until is not None and now > scan.until:
        raise rotated()
    if scan.shown_at is not None and scan.shown_at > now:
        raise rotated()


def _locked_signup(person_id: int, scan: Scan) -> Signup | None:
    """Return the sign-up of a person that holds a seat at the shift of a code, locked."""
    shift_id = (
        select(Shift.id)
        .where(Shift.code == scan.shift_code, Shift.removed_at.is_(None))
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Signup)
        .where(
            Signup.person_id == person_id,
            Signup.shift_id == shift_id,
            Signup.status.in_(HOLDING),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def check_usable(scan: Scan, shift: Shift, now: datetime, *, settled: bool) -> None:
    """Raise RefusedCode where a code does nothing now, whoever holds it."""
    _check_fresh(scan, now)
    check_takes(shift, now, settled=settled)


def check_welcome(person_id: int | None, shift: Shift, mine: Present | None) -> None:
    """Raise RefusedCode for somebody who could not join on the spot: for the page before."""
    if mine is not None and mine.signup.status in HOLDING:
        return
    if person_id is None or not (standing_of(person_id) or is_coming(person_id)):
        raise stranger()
    if mine is not None and mine.signup.status in TURNED_DOWN:
        raise turned_down()
    if shift.free <= 0:
        raise full()


def check_takes(shift: Shift, now: datetime, *, settled: bool) -> None:
    """Raise RefusedCode where a shift takes no check-ins now."""
    if shift.activity.status is ActivityStatus.CANCELLED:
        raise RefusedCode(Refusal.CANCELLED, N_("这个活动已取消"))
    plan = plan_of(shift)
    start, opens = local(shift.starts_at), local(plan.opens_at)
    shape = "%H:%M" if start.date() == local(now).date() else "%m-%d %H:%M"
    check_open(plan, now, f"{start:{shape}}", f"{opens:{shape}}")
    if shift.activity.status is not ActivityStatus.PUBLISHED or settled:
        raise over()


def begin(attendance: Attendance) -> None:
    """Let an attendance begin, or begin anew after it was undone: nothing of before counts."""
    attendance.status = AttendanceStatus.IN
    attendance.in_claimed_at = attendance.in_device = None
    attendance.out_at = attendance.out_way = attendance.out_claimed_at = None
    attendance.out_device = attendance.out_by_id = None
    attendance.minutes = attendance.minutes_by_id = None
    attendance.ending_id = attendance.outcome = None
    attendance.flags = ""


def _flag_others(device: bytes, now: datetime) -> None:
    """Flag who else was checked in by a device lately: one device, many people (QR-03)."""
    others = db.session.scalars(
        select(Attendance)
        .where(
            Attendance.in_device == device,
            Attendance.in_at > now - MANY_WITHIN,
            Attendance.status.in_(CAME),
        )
        .order_by(Attendance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for one in others:
        one.flags = text_of_flags(one.flag_set | {AttendanceFlag.SHARED})
