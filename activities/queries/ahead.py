"""What somebody has before him, as his home tells it: his shift of today, and what he leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, bindparam, cast, literal, null, select, union_all

from activities.models import Activity, Attendance, Shift, Signup
from activities.rules import HOLDING, ActivityStatus
from activities.rules.attendance import CAME
from core.clock import day_bounds, local
from core.database import UTCDateTime
from core.statements import Kept

TODAY, LED = "today", "led"


class Ahead(NamedTuple):
    """One shift: of ``code`` the sign-up to it, or where it is led the shift itself.

    ``in_at`` and ``out_at`` are when the holder of a seat came and went so far.
    """

    kind: str
    code: str
    title: str
    role: str
    place: str
    starts_at: datetime
    ends_at: datetime
    in_at: datetime | None
    out_at: datetime | None


def ahead_of(person_id: int, now: datetime) -> dict[str, Ahead]:
    """Return the shift of today that goes on or comes next, else the last, and what is led next.

    By ``TODAY`` and ``LED``, where there are any: one statement.
    """
    begins, ends = day_bounds(local(now).date())
    rows = _AHEAD.rows({"person": person_id, "now": now, "begins": begins, "ends": ends})
    found = [Ahead(*row) for row in rows]
    return {one.kind: one for one in found}


def _given(name: str) -> Any:
    return bindparam(name, type_=UTCDateTime())


def _of_shift(kind: str, code: Any, in_at: Any, out_at: Any) -> Select[Any]:
    return select(
        literal(kind, String).label("kind"),
        code.label("code"),
        Activity.title,
        Shift.role,
        Activity.place,
        Shift.starts_at,
        Shift.ends_at,
        in_at.label("in_at"),
        out_at.label("out_at"),
    )


def _today() -> Any:
    came = and_(Attendance.signup_id == Signup.id, Attendance.status.in_(CAME))
    found = (
        _of_shift(TODAY, Signup.code, Attendance.in_at, Attendance.out_at)
        .select_from(Signup)
        .join(Signup.shift)
        .join(Shift.activity)
        .outerjoin(Attendance, came)
        .where(
            Signup.person_id == bindparam("person"),
            Signup.status.in_(HOLDING),
            Signup.starts_at < _given("ends"),
            Signup.ends_at >= _given("begins"),
        )
        .order_by((Signup.ends_at <= _given("now")), Signup.starts_at, Signup.id)
        .limit(1)
        .subquery()
    )
    return select(*found.c)


def _led() -> Any:
    never = cast(null(), UTCDateTime())
    found = (
        _of_shift(LED, Shift.code, never, never)
        .join(Shift.activity)
        .where(
            Activity.leader_id == bindparam("person"),
            Activity.last_ends_at > _given("now"),
            Activity.status == ActivityStatus.PUBLISHED,
            Shift.removed_at.is_(None),
            Shift.ends_at > _given("now"),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(1)
        .subquery()
    )
    return select(*found.c)


_AHEAD = Kept(union_all(_today(), _led()))
