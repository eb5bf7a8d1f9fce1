"""Who is at a shift: the plan over it, one attendance, counts and the rows of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Attendance, Shift, ShiftEnding, Signup
from activities.rules import (
    CAME,
    HOLDING,
    LIVE,
    AttendanceWay,
    Plan,
    Presence,
    Served,
    SignupStatus,
    served,
)
from activities.standing import standing_of
from core import settings
from core.clock import local
from core.database import db
from core.paging import Page, page_of
from members.queries.own import open_application
from members.rules import ApplicationKind
from people.models import Person

DESK_PAGE = 50


def plan_of(shift: Shift) -> Plan:
    """Return the planned time of a shift with the rules in force on its day."""
    day = local(shift.starts_at).date()
    return Plan(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        rule=shift.activity.hours_rule,
        window=settings.value("attendance.window_minutes", day),
        round_to=max(settings.value("attendance.round_minutes", day), 1),
    )


def settled() -> ColumnElement[bool]:
    """Return the condition that somebody ended a shift and gave hours for it."""
    return exists().where(ShiftEnding.shift_id == Shift.id, ShiftEnding.undone_at.is_(None))


@dataclass(frozen=True, slots=True)
class At:
    """A shift as it is now, one's attendance, and how many a device checked in lately."""

    shift: Shift
    attendance: Attendance | None
    is_settled: bool
    on_device: int


def at_shift(signup: Signup, device: bytes | None, since: datetime) -> At:
    """Return what a check-in asks after its sign-up was locked: one statement."""
    lately = (
        select(func.count())
        .where(
            Attendance.in_device == device,
            Attendance.in_at > since,
            Attendance.status.in_(CAME),
            Attendance.signup_id != signup.id,
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Shift, Attendance, settled(), lately if device is not None else literal(0))
        .join(Shift.activity)
        .join(Activity.organization)
        .outerjoin(Attendance, Attendance.signup_id == signup.id)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(Shift.id == signup.shift_id)
        .execution_options(populate_existing=True)
    ).one()
    return At(*row)


def is_settled(shift: Shift) -> bool:
    """Return whether somebody ended a shift and gave hours for it."""
    return bool(db.session.scalar(select(settled()).where(Shift.id == shift.id)))


@dataclass(frozen=True, slots=True)
class Present:
    """A sign-up and what is known of its person being there."""

    signup: Signup
    attendance: Attendance | None

    @property
    def code(self) -> str:
        return self.signup.code

    @property
    def came(self) -> bool:
        return self.attendance is not None and self.attendance.status in CAME


def own_presence(person_id: int | None, shift: Shift) -> Present | None:
    """Return one's own latest sign-up for a shift, a living one first: one statement."""
    if person_id is None:
        return None
    row = db.session.execute(
        select(Signup, Attendance)
        .outerjoin(Attendance, Attendance.signup_id == Signup.id)
        .where(Signup.shift_id == shift.id, Signup.person_id == person_id)
        .order_by(Signup.status.in_(LIVE).desc(), Signup.id.desc())
        .limit(1)
    ).one_or_none()
    return Present(*row) if row else None


def attendance_of(signup: Signup) -> Attendance | None:
    """Return when the person of a sign-up came and went, None for who was not there."""
    return db.session.scalars(
        select(Attendance).where(Attendance.signup_id == signup.id, Attendance.status.in_(CAME))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many were at a shift, of how many who have a seat."""

    came: int
    seated: int


def counted(shift: Shift) -> Counted:
    """Return the counts of a shift, by their indexes: one statement."""
    came = (
        select(func.count())
        .where(Attendance.shift_id == shift.id, Attendance.status.in_(CAME))
        .scalar_subquery()
    )
    seated = (
        select(func.count())
        .where(Signup.shift_id == shift.id, Signup.status.in_(HOLDING))
        .scalar_subquery()
    )
    return Counted(*db.session.execute(select(came, seated)).one())


def desk_rows(shift: Shift, after: str = "") -> Page[Present]:
    """Return a page of who has a seat, with their attendance, in the order in which they came."""
    statement = (
        select(Signup, Attendance)
        .join(Signup.person)
        .outerjoin(Attendance, Attendance.signup_id == Signup.id)
        .options(contains_eager(Signup.person))
        .where(Signup.shift_id == shift.id, Signup.status.in_((*HOLDING, SignupStatus.NO_SHOW)))
        .order_by(Signup.id)
        .limit(DESK_PAGE + 1)
    )
    if after:
        anchor = select(Signup.id).where(Signup.code == after).scalar_subquery()
        statement = statement.where(Signup.id > anchor)
    return page_of([Present(*row) for row in db.session.execute(statement)], DESK_PAGE)


def desk_row(shift: Shift, code: str) -> Present | None:
    """Return one row of the desk."""
    row = db.session.execute(
        select(Signup, Attendance)
        .outerjoin(Attendance, Attendance.signup_id == Signup.id)
        .options(joinedload(Signup.person, innerjoin=True))
        .where(Signup.shift_id == shift.id, Signup.code == code)
    ).one_or_none()
    return Present(*row) if row else None


def presences(shift: Shift) -> Sequence[Present]:
    """Return who was at a shift and has not been given hours, with people: one statement."""
    statement = (
        select(Signup, Attendance)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .join(Person, Person.id == Signup.person_id)
        .options(contains_eager(Signup.person))
        .where(
            Attendance.shift_id == shift.id,
            Attendance.status.in_(CAME),
            Attendance.ending_id.is_(None),
            Signup.status.in_(HOLDING),
        )
        .order_by(Signup.id)
    )
    return [Present(*row) for row in db.session.execute(statement)]


def served_by(attendance: Attendance, plan: Plan, now: datetime) -> Served:
    """Return the time that is counted of an attendance; who is still there goes now, or then."""
    return served(presence_of(attendance, plan, now), plan)


def presence_of(attendance: Attendance, plan: Plan, now: datetime) -> Presence:
    """Return when somebody came and went: what was claimed where a phone told it."""
    still = AttendanceWay.END if now <= plan.closes_at else AttendanceWay.AUTO
    return Presence(
        in_at=attendance.in_claimed_at or attendance.in_at,
        in_way=attendance.in_way,
        out_at=attendance.out_claimed_at or attendance.out_at or min(now, plan.ends_at),
        out_way=attendance.out_way or still,
        minutes=attendance.minutes,
    )


def is_coming(person_id: int) -> bool:
    """Return whether somebody applied to be a volunteer, and no answer is given yet."""
    return open_application(person_id, ApplicationKind.VOLUNTEER) is not None


def waits_to_join(person_id: int | None) -> bool:
    """Return whether the hours of somebody wait until he is a volunteer (ux.md S12)."""
    return person_id is not None and standing_of(person_id) is None


def absent_codes(shift: Shift, limit: int, without: int | None = None) -> list[str]:
    """Return the codes of sign-ups that hold a seat and whose people were not noted yet.

    Left out is who has still to accept the agreement (VOL-16), and one person.
    """
    came = exists().where(Attendance.signup_id == Signup.id, Attendance.status.in_(CAME))
    statement = (
        select(Signup.code)
        .where(Signup.shift_id == shift.id, Signup.status.in_(HOLDING), ~came)
        .where(Signup.agree_by.is_(None), *_others(without))
        .order_by(Signup.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def seated_codes(
    shift: Shift, since: datetime, limit: int, without: int | None = None
) -> list[str]:
    """Return the codes of sign-ups that held a seat at an instant and hold it now."""
    statement = (
        select(Signup.code)
        .where(
            Signup.shift_id == shift.id,
            Signup.status.in_(HOLDING),
            Signup.signed_up_at <= since,
            Signup.agree_by.is_(None),
            *_others(without),
        )
        .order_by(Signup.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def _others(person_id: int | None) -> list[ColumnElement[bool]]:
    return [] if person_id is None else [Signup.person_id != person_id]


def waits_for_hours(activity_id: int) -> bool:
    """Return whether somebody was at an activity and has not been given hours."""
    waits = exists().where(
        Attendance.shift_id == Shift.id,
        Attendance.status.in_(CAME),
        Attendance.ending_id.is_(None),
    )
    found = select(Shift.id).where(Shift.activity_id == activity_id, waits).limit(1)
    return db.session.scalars(found).first() is not None
