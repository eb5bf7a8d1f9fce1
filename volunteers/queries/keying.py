"""Whom the lines of a sheet mean, and which shifts can be keyed back from paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import User
from activities.models import Activity, Attendance, Shift, Signup
from activities.rules import CAME, HOLDING, ActivityStatus, SignupStatus
from core import keyring
from core.access.scope import Scope
from core.database import db
from people.models import Person
from volunteers.models import ServiceRecord, ServiceSheet, Volunteer
from volunteers.queries.roster import visible
from volunteers.rules import SERVING, STANDING
from volunteers.rules.sheets import MAX_LINES

CHOICES = 12
TAIL = 4
LIKELY = 6
#: Who was expected: ended without a roll call, a shift calls those missing who had a seat.
SEATED = (*HOLDING, SignupStatus.NO_SHOW)


def volunteers_like(scope: Scope, typed: Iterable[str], on: date) -> Mapping[str, list[Volunteer]]:
    """Return ``what was typed -> volunteers of the organization``: one statement.

    By the whole name, the last four digits of the phone, or the volunteer number.
    """
    asked = {text: _plain(text) for text in typed}
    tails = {
        text: keyring.index_of(plain, "phone-tail")
        for text, plain in asked.items()
        if len(plain) == TAIL and plain.isascii() and plain.isdigit()
    }
    rows: Sequence[Volunteer] = []
    if asked:
        rows = db.session.scalars(
            select(Volunteer)
            .join(Volunteer.person)
            .options(contains_eager(Volunteer.person))
            .where(Volunteer.organization_id == scope.place.id, Volunteer.status.in_(SERVING))
            .where(visible(scope, on))
            .where(
                or_(
                    Person.name.in_([*asked, *asked.values()]),
                    Volunteer.number.in_([plain.upper() for plain in asked.values()]),
                    Person.phone_tail_index.in_(list(tails.values())),
                )
            )
            .order_by(Volunteer.id)
        ).all()
    return {
        text: [row for row in rows if _is_meant(row, text, plain, tails.get(text))][:LIKELY]
        for text, plain in asked.items()
    }


def _plain(text: str) -> str:
    return "".join(text.split())


def _is_meant(row: Volunteer, text: str, plain: str, tail: bytes | None) -> bool:
    names = row.person.name in {text, plain}
    return names or row.number == plain.upper() or row.person.phone_tail_index == tail is not None


def volunteers_of(codes: Collection[str]) -> Mapping[str, Volunteer]:
    """Return ``code -> volunteer`` for lines that name one."""
    if not codes:
        return {}
    rows = db.session.scalars(
        select(Volunteer)
        .options(joinedload(Volunteer.person, innerjoin=True))
        .where(Volunteer.code.in_(codes))
    )
    return {row.code: row for row in rows}


def shifts_to_key(scope: Scope, now: datetime) -> Sequence[Row[str, str, datetime, datetime, str]]:
    """Return the last shifts of an organization that are over, with the titles of activities."""
    return db.session.execute(
        select(Shift.code, Shift.role, Shift.starts_at, Shift.ends_at, Activity.title)
        .join(Shift.activity)
        .where(
            Activity.organization_id == scope.place.id,
            Activity.status.in_((ActivityStatus.PUBLISHED, ActivityStatus.ENDED)),
            Activity.last_ends_at <= now,
            Shift.removed_at.is_(None),
        )
        .order_by(Activity.last_ends_at.desc(), Shift.id.desc())
        .limit(CHOICES)
    ).all()


def shift_to_key(organization_id: int, code: str, now: datetime) -> Shift | None:
    """Return a shift of an organization that has begun, published and not cancelled."""
    return db.session.scalars(
        select(Shift)
        .join(Shift.activity)
        .options(contains_eager(Shift.activity))
        .where(
            Shift.code == code,
            Shift.removed_at.is_(None),
            Shift.starts_at <= now,
            Activity.organization_id == organization_id,
            Activity.status.in_((ActivityStatus.PUBLISHED, ActivityStatus.ENDED)),
        )
    ).one_or_none()


def seated_volunteers(shift: Shift) -> Sequence[Volunteer]:
    """Return who has a seat at a shift and no hours of it yet, in the order of signing up.

    Left out is who checked in: the end of the shift gives him his hours; and who has still to
    accept the agreement, so that he had no part in it (VOL-16).
    """
    came = exists().where(Attendance.signup_id == Signup.id, Attendance.status.in_(CAME))
    has_hours = exists().where(
        ServiceRecord.person_id == Signup.person_id,
        ServiceRecord.sheet_id == ServiceSheet.id,
        ServiceSheet.shift_id == shift.id,
        ServiceRecord.status.in_(STANDING),
    )
    return db.session.scalars(
        select(Volunteer)
        .join(Signup, Signup.person_id == Volunteer.person_id)
        .where(Signup.shift_id == shift.id, Signup.status.in_(SEATED), ~has_hours, ~came)
        .where(Signup.agree_by.is_(None))
        .order_by(Signup.id)
        .limit(MAX_LINES)
    ).all()


def organizers_of(shift_id: int) -> set[int]:
    """Return the people who posted the activity of a shift (security.md LED-07)."""
    statement = (
        select(User.person_id)
        .join(Activity, Activity.created_by_id == User.id)
        .join(Shift, Shift.activity_id == Activity.id)
        .where(Shift.id == shift_id, User.person_id.is_not(None))
    )
    return {one for one in db.session.scalars(statement) if one is not None}
