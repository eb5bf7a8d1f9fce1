"""Roll-call acts that a phone kept without network: each finds its place, whatever came first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select

from accounts.rules.packets import Packet
from activities.models import Attendance, AttendanceMark, Signup
from activities.operations.checkin import begin
from activities.operations.steps import note_signup
from activities.queries.attendance import plan_of
from activities.rules import (
    CAME,
    SCANS,
    AttendanceFlag,
    AttendanceStatus,
    AttendanceWay,
    SignupAction,
    text_of_flags,
    within,
)
from activities.rules.marks import Mark, MarkAct, Told, fold
from core.audit.operations import Actor
from core.clock import local
from core.database import db


def note_marks(
    signup_ids: Collection[int], act: MarkAct, *, by: Actor, now: datetime, way: AttendanceWay
) -> None:
    """Keep an act of the desk as it was done, so that what comes late finds its place beside it."""
    told = {
        "act": act, "way": way, "at": now, "received_at": now, "is_offline": False,
        "by_user_id": by.user_id, "by_post_id": by.post_id,
    }  # fmt: skip
    if signup_ids:
        rows = [{"signup_id": one, **told} for one in sorted(signup_ids)]
        db.session.execute(insert(AttendanceMark), rows)


def replay_marks(
    signups: Sequence[Signup],
    attendances: Mapping[int, Attendance],
    act: MarkAct,
    packet: Packet,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Add an act of a packet to locked sign-ups, and let stand what all their acts come to."""
    for signup in signups:
        happened = within(packet.happened_at or now, plan_of(signup.shift))
        db.session.add(
            AttendanceMark(
                signup_id=signup.id,
                act=act,
                way=AttendanceWay.TICK,
                at=min(happened, now),
                is_offline=True,
                recorded_at=packet.recorded_at,
                received_at=now,
                by_user_id=by.user_id,
                by_post_id=by.post_id,
            )
        )
    db.session.flush()
    marks = _marks_of([signup.id for signup in signups])
    for signup in signups:
        attendance = attendances.get(signup.id)
        told = fold([*marks[signup.id], *_scans(attendance)])
        _let_stand(signup, attendance, told, by=by, now=now)
    db.session.flush()


def _marks_of(signup_ids: Sequence[int]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {one: [] for one in signup_ids}
    statement = select(AttendanceMark).where(AttendanceMark.signup_id.in_(signup_ids))
    for row in db.session.scalars(statement):
        found[row.signup_id].append(row.mark)
    return found


def _scans(attendance: Attendance | None) -> list[Mark]:
    """Return what the person did himself, by a code: it stands in the attendance alone."""
    if attendance is None:
        return []
    found = []
    if attendance.in_way in SCANS:
        by = attendance.in_by_id
        found.append(Mark(attendance.in_at, MarkAct.COME, attendance.in_way, by))
    if attendance.out_way in SCANS and attendance.out_at is not None:
        by = attendance.out_by_id
        found.append(Mark(attendance.out_at, MarkAct.GO, attendance.out_way, by))
    return found


def _let_stand(
    signup: Signup, attendance: Attendance | None, told: Told, *, by: Actor, now: datetime
) -> None:
    """Make an attendance what the acts come to; who never came has none."""
    if told.come is None or told.status is None:
        return
    if attendance is None:
        attendance = Attendance(signup_id=signup.id, shift_id=signup.shift_id)
        db.session.add(attendance)
    was_there, same = attendance.status in CAME, _is_coming(attendance, told.come)
    if not same:
        begin(attendance)
        attendance.in_at, attendance.in_way = told.come.at, told.come.way
        attendance.in_by_id = told.come.by_user_id
        attendance.in_claimed_at = told.come.at if told.come.is_offline else None
    attendance.status = told.status
    attendance.out_at = attendance.out_way = attendance.out_by_id = None
    attendance.out_claimed_at = None
    if told.go is not None:
        attendance.out_at, attendance.out_way = max(told.go.at, told.come.at), told.go.way
        attendance.out_by_id = told.go.by_user_id
        attendance.out_claimed_at = told.go.at if told.go.is_offline else None
    claims = {AttendanceFlag.CLAIMED} if told.come.is_offline or _is_late(told.go) else set()
    attendance.flags = text_of_flags(attendance.flag_set - {AttendanceFlag.CLAIMED} | claims)
    if was_there and told.status is AttendanceStatus.UNDONE:
        note = f"{told.come.way} {local(told.come.at):%H:%M}"
        note_signup(signup, SignupAction.UNDO_CHECK_IN, by=by, now=now, note=note)


def _is_coming(attendance: Attendance, come: Mark) -> bool:
    """Return whether an attendance is that of a coming already: what was said of it stays."""
    return (attendance.in_at, attendance.in_way) == (come.at, come.way)


def _is_late(mark: Mark | None) -> bool:
    return mark is not None and mark.is_offline
