"""What the end of a shift shows: hours given, who may be added, until when it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Attendance, Shift, ShiftEnding, Signup
from activities.rules import HOLDING
from core import clock, settings
from core.access.permissions import Level
from core.access.scope import Scope
from core.database import db, escaped
from core.keyring import index_of
from members.rules import SearchKind, read_search, tells_too_much
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer
from volunteers.queries.roster import is_adult, sees_all
from volunteers.rules import SERVING, ServiceStatus

ADD_LIMIT = 20
SETTLED_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Ended:
    """An ending of a shift, and whether it may still be undone."""

    ending: ShiftEnding
    may_undo: bool


def endings_of(shift: Shift, now: datetime) -> list[Ended]:
    """Return the endings of a shift that stand, newest first: one statement."""
    hours = settings.value("attendance.undo_hours", clock.local(now).date())
    found = db.session.scalars(
        select(ShiftEnding)
        .where(ShiftEnding.shift_id == shift.id, ShiftEnding.undone_at.is_(None))
        .order_by(ShiftEnding.id.desc())
    )
    return [Ended(one, now <= one.at + timedelta(hours=hours)) for one in found]


@dataclass(frozen=True, slots=True)
class Settled:
    """One person whose presence was settled, with the record that it became."""

    signup: Signup
    attendance: Attendance
    record: ServiceRecord | None


def settled_rows(shift: Shift) -> Sequence[Settled]:
    """Return who was settled at a shift, with people and records: one statement."""
    is_live = (ServiceRecord.attendance_id == Attendance.id) & (
        ServiceRecord.status != ServiceStatus.WITHDRAWN
    )
    statement = (
        select(Signup, Attendance, ServiceRecord)
        .join(Signup.person)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .outerjoin(ServiceRecord, is_live)
        .options(contains_eager(Signup.person))
        .options(joinedload(ServiceRecord.handler))
        .where(Attendance.shift_id == shift.id, Attendance.ending_id.is_not(None))
        .order_by(Attendance.id)
        .limit(SETTLED_LIMIT)
    )
    return [Settled(*row) for row in db.session.execute(statement)]


def ending_in(scope: Scope, code: str) -> ShiftEnding | None:
    """Return an ending of a shift of the organization of a scope."""
    return db.session.scalars(
        select(ShiftEnding)
        .join(ShiftEnding.shift)
        .join(Shift.activity)
        .options(contains_eager(ShiftEnding.shift).contains_eager(Shift.activity))
        .where(ShiftEnding.code == code, Activity.organization_id == scope.place.id)
    ).one_or_none()


def to_add(scope: Scope, shift: Shift, words: str) -> Sequence[Volunteer]:
    """Return volunteers of a place who have no seat at a shift, by name or last digits."""
    seated = exists().where(
        Signup.shift_id == shift.id,
        Signup.person_id == Volunteer.person_id,
        Signup.status.in_(HOLDING),
    )
    return _named(scope, words, ~seated)


def to_lead(scope: Scope, words: str) -> Sequence[Volunteer]:
    """Return grown volunteers of a place who may lead an activity, by name or last digits."""
    return _named(scope, words, is_adult(clock.today()))


def _named(scope: Scope, words: str, condition: ColumnElement[bool]) -> Sequence[Volunteer]:
    search = None if tells_too_much(words) else read_search(words)
    if search is None or search.kind is SearchKind.NUMBER:
        return []
    found = Volunteer.search_text.contains(escaped(search.text), escape="/")
    if search.kind is SearchKind.PHONE_TAIL:
        found = Person.phone_tail_index == index_of(search.text, "phone-tail")
    statement = (
        select(Volunteer)
        .join(Volunteer.person)
        .options(contains_eager(Volunteer.person))
        .options(joinedload(Volunteer.organization, innerjoin=True))
        .where(*_addable(scope), found, condition)
        .order_by(Person.name, Volunteer.id)
        .limit(ADD_LIMIT)
    )
    return db.session.scalars(statement).all()


def person_at(scope: Scope, code: str) -> int | None:
    """Return the person behind a volunteer who may be added at a place."""
    return db.session.scalar(
        select(Volunteer.person_id)
        .join(Volunteer.person)
        .where(Volunteer.code == code, *_addable(scope))
    )


def _addable(scope: Scope) -> list[ColumnElement[bool]]:
    """Return who may be added: the place's own; a county's below it, minors left out (D10)."""
    place_id = scope.place.id
    is_own = Volunteer.organization_id == place_id
    if scope.place.level == Level.COUNTY:
        is_own |= Volunteer.county_id == place_id
    is_seen = [] if sees_all(scope) else [is_adult(clock.today())]
    return [Volunteer.status.in_(SERVING), is_own, *is_seen]
