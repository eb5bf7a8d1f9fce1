"""Short ways through the end of a shift: who was there, what the page says, what was given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from activities.models import Attendance, Shift, ShiftEnding, Signup
from activities.rules import SCANS, AttendanceWay
from core.database import db
from tests.activities.desk import BRANCH
from tests.activity_factories import make_attendance
from tests.cast import Cast
from tests.client import Client, parsed
from volunteers.models import ServiceRecord

Way = AttendanceWay


def was_there(
    cast: Cast,
    name: str,
    shift: Shift,
    *,
    ways: tuple[Way, Way | None] = (Way.CODE, Way.CODE),
    minutes: int = 120,
    flags: str = "",
) -> Attendance:
    """Return the attendance of somebody who was there from the start for some minutes."""
    signup = db.session.scalars(
        select(Signup).where(Signup.shift_id == shift.id, Signup.person_id == cast.person(name).id)
    ).one()
    row = make_attendance(signup, *ways, minutes=minutes, flags=flags)
    row.in_by_id = cast.user(name).id if ways[0] in SCANS else None
    db.session.flush()
    return row


def end_page(cast: Cast, shift: Shift, rule: str = "") -> str:
    """Return the address of the page that ends a shift."""
    asked = f"?rule={rule}" if rule else ""
    return f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/end{asked}"


def end(cast: Cast, keeper: Client, shift: Shift, rule: str = "") -> Any:
    """Return the answer to the one button that gives hours, tapped as it is shown."""
    address = end_page(cast, shift, rule)
    form = parsed(keeper.get(address)).select_one("main form")
    assert form is not None
    fields = {
        str(one["name"]): str(one["value"])
        for one in form.select("input[type=hidden]")
        if one["name"] in {"rule", "expected"}
    }
    return keeper.post(str(form["action"]), fields)


def given(shift: Shift) -> dict[str, tuple[str, int, str]]:
    """Return ``person -> state, minutes, method`` of the records that a shift gave."""
    statement = (
        select(ServiceRecord)
        .join(Attendance, Attendance.id == ServiceRecord.attendance_id)
        .where(Attendance.shift_id == shift.id)
        .order_by(ServiceRecord.id)
        .execution_options(populate_existing=True)
    )
    return {
        one.person.name: (one.status.value, one.minutes, one.method.value)
        for one in db.session.scalars(statement)
    }


def outcomes(shift: Shift) -> dict[str, str]:
    """Return ``person -> what became of it`` for who was at a shift."""
    statement = (
        select(Signup, Attendance)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .where(Attendance.shift_id == shift.id, Attendance.outcome.is_not(None))
        .execution_options(populate_existing=True)
    )
    return {row[0].person.name: str(row[1].outcome) for row in db.session.execute(statement)}


def standing(shift: Shift) -> ShiftEnding:
    """Return the ending of a shift that stands."""
    statement = select(ShiftEnding).where(
        ShiftEnding.shift_id == shift.id, ShiftEnding.undone_at.is_(None)
    )
    return db.session.scalars(statement).one()
