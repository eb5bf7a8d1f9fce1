"""Plain functions that make activities, shifts and sign-ups; they flush and return the row."""

from __future__ import annotations

from datetime import datetime, timedelta

from activities.models import Activity, Attendance, Shift, ShiftEnding, Signup
from activities.rules import (
    HOLDING,
    PUBLIC_STATES,
    ActivityField,
    ActivityStatus,
    AttendanceStatus,
    AttendanceWay,
    HoursRule,
    SignupStatus,
)
from core import clock, crypto, keyring
from core.database import db
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from people.models import ConsentRequest, Person
from people.rules.consents import ConsentStatus

HOUR = timedelta(hours=1)


def make_activity(
    organization: Organization,
    status: ActivityStatus = ActivityStatus.PUBLISHED,
    *,
    title: str = "社区急救演练",
    starts_at: datetime | None = None,
    seats: int = 20,
) -> Activity:
    """Return an activity of two hours in three days, with one shift."""
    start = starts_at or clock.now() + timedelta(days=3)
    activity = Activity(
        code=crypto.opaque_code(12),
        organization_id=organization.id,
        county_id=organization.county_id,
        city_id=organization.city_id,
        status=status,
        title=title,
        field=ActivityField.FIRST_AID,
        place="社区广场",
        description="练习心肺复苏和止血包扎",
        risks="室内进行，有专人指导",
        first_starts_at=start,
        last_ends_at=start + 2 * HOUR,
        created_at=clock.now(),
        published_at=clock.now() if status in PUBLIC_STATES else None,
    )
    db.session.add(activity)
    db.session.flush()
    make_shift(activity, start, seats=seats)
    return activity


def make_shift(
    activity: Activity, starts_at: datetime, *, seats: int = 20, role: str = ""
) -> Shift:
    """Return a shift of two hours; first start and last end of the activity are not touched."""
    shift = Shift(
        code=crypto.opaque_code(12),
        activity=activity,
        role=role,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        seats=seats,
        taken=0,
    )
    db.session.add(shift)
    db.session.flush()
    return shift


def shift_of(activity: Activity) -> Shift:
    """Return the only shift of an activity."""
    return db.session.query(Shift).filter_by(activity_id=activity.id).one()


def make_signup(
    shift: Shift, person: Person, status: SignupStatus = SignupStatus.ACCEPTED
) -> Signup:
    """Return a sign-up; a seat is taken where the state holds one."""
    signup = Signup(
        code=crypto.opaque_code(12),
        shift=shift,
        person=person,
        status=status,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        signed_up_at=clock.now(),
    )
    if status in HOLDING:
        shift.taken += 1
    db.session.add(signup)
    db.session.flush()
    return signup


def make_review(reviewer: Organization, organization: Organization) -> Activity:
    """Return an activity of an organization about which another is asked."""
    activity = make_activity(organization, ActivityStatus.REVIEW)
    activity.reviewer_id = reviewer.id
    figures.add(reviewer.path, Measure.ACTIVITIES_WAITING, +1)
    db.session.flush()
    return activity


def make_attendance(
    signup: Signup,
    way: AttendanceWay = AttendanceWay.CODE,
    out: AttendanceWay | None = None,
    *,
    minutes: int = 120,
    flags: str = "",
) -> Attendance:
    """Return that somebody came at the start, and where a way out is named, went after minutes."""
    start = signup.shift.starts_at
    attendance = Attendance(
        signup_id=signup.id,
        shift_id=signup.shift_id,
        status=AttendanceStatus.OUT if out else AttendanceStatus.IN,
        in_at=start,
        in_way=way,
        out_at=start + timedelta(minutes=minutes) if out else None,
        out_way=out,
        flags=flags,
    )
    db.session.add(attendance)
    db.session.flush()
    return attendance


def make_ending(shift: Shift) -> ShiftEnding:
    """Return an ending of a shift that gave nobody anything."""
    ending = ShiftEnding(
        code=crypto.opaque_code(12),
        shift_id=shift.id,
        rule=HoursRule.ATTENDED,
        at=clock.now(),
        people=0,
        minutes=0,
    )
    db.session.add(ending)
    db.session.flush()
    return ending


def make_guardian(person: Person, organization: Organization, phone: str) -> ConsentRequest:
    """Return the request to which the guardian of a minor agreed."""
    code = crypto.opaque_code(12)
    request = ConsentRequest(
        code=code,
        token_digest=crypto.hash_token(crypto.random_token()),
        person_id=person.id,
        organization_id=organization.id,
        guardian_name="试监护",
        guardian_phone=keyring.seal(phone, f"consent_requests.guardian_phone:{code}"),
        guardian_phone_index=keyring.index_of(phone, "phone"),
        status=ConsentStatus.GIVEN,
        requested_at=clock.now(),
        expires_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    return request
