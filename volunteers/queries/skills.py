"""Skills, qualifications and training: one's own, those to check, those of an organization."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ScalarSelect, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from people.models import Person
from volunteers.models import (
    Qualification,
    QualificationEvent,
    Trainee,
    Training,
    Volunteer,
    VolunteerProfile,
)
from volunteers.queries.registering import shown_name
from volunteers.queries.roster import visible
from volunteers.rules import SERVING, ServiceField
from volunteers.rules.skills import QualificationKind, QualificationStatus, fields_of

PAGE = 20
MOST = 50


class Profile(NamedTuple):
    """What a volunteer says of himself."""

    skills: str
    fields: str

    @property
    def field_list(self) -> list[ServiceField]:
        return fields_of(self.fields)


class Certified(NamedTuple):
    """One certificate of a volunteer, as his lists tell it."""

    code: str
    kind: QualificationKind
    name: str
    issuer: str
    expires_on: date | None
    status: QualificationStatus
    note: str


class Taught(NamedTuple):
    """What a volunteer was taught, by which organization."""

    title: str
    held_on: date
    minutes: int
    organization: str


_OF_VOLUNTEER: BindParameter[int] = bindparam("volunteer")
_PROFILE = Kept(
    select(VolunteerProfile.skills, VolunteerProfile.fields).where(
        VolunteerProfile.volunteer_id == _OF_VOLUNTEER
    )
)
_CERTIFIED = Kept(
    select(*(getattr(Qualification, name) for name in Certified._fields))
    .where(Qualification.volunteer_id == _OF_VOLUNTEER)
    .where(Qualification.status != QualificationStatus.REMOVED)
    .order_by(Qualification.id.desc())
    .limit(MOST)
)
_TAUGHT = Kept(
    select(Training.title, Training.held_on, Training.minutes, Organization.short_name)
    .join(Trainee, Trainee.training_id == Training.id)
    .join(Training.organization)
    .where(Trainee.volunteer_id == _OF_VOLUNTEER, Training.revoked_at.is_(None))
    .order_by(Training.held_on.desc(), Training.id.desc())
    .limit(MOST)
)


def profile_of(volunteer_id: int) -> Profile | None:
    """Return what a volunteer says of himself, or None where he said nothing."""
    row = _PROFILE.row({"volunteer": volunteer_id})
    return Profile(*row) if row else None


def qualifications_of(volunteer_id: int) -> list[Certified]:
    """Return the certificates of a volunteer, the newest first, removed ones left out."""
    return [Certified(*row) for row in _CERTIFIED.rows({"volunteer": volunteer_id})]


def own_qualification(person_id: int | None, code: str) -> Qualification | None:
    """Return an own certificate that was not removed."""
    one = Qualification
    return db.session.scalars(
        select(one)
        .join(one.volunteer)
        .options(joinedload(one.handler, innerjoin=True))
        .where(one.code == code, Volunteer.person_id == person_id)
        .where(one.status != QualificationStatus.REMOVED)
    ).one_or_none()


def trainings_of(volunteer_id: int) -> list[Taught]:
    """Return what a volunteer was taught, the newest first, taken back ones left out."""
    return [Taught(*row) for row in _TAUGHT.rows({"volunteer": volunteer_id})]


@dataclass(frozen=True, slots=True)
class ToCheck:
    """One line of the queue."""

    code: str
    person: str
    kind: QualificationKind
    name: str
    expires_on: date | None
    submitted_at: datetime


def qualifications_at(scope: Scope, after: str = "") -> Page[ToCheck]:
    """Return a page of the certificates that wait here, the oldest first: one statement."""
    one = Qualification
    statement = (
        select(one.code, Person.name, Person.born_on, Volunteer.organization_id)
        .add_columns(one.kind, one.name, one.expires_on, one.submitted_at)
        .join(one.volunteer)
        .join(Volunteer.person)
        .where(one.handler_id == scope.place.id, one.status == QualificationStatus.SUBMITTED)
    )
    if after:
        anchor = select(one.submitted_at, one.id).where(one.code == after).scalar_subquery()
        statement = statement.where(tuple_(one.submitted_at, one.id) > anchor)
    rows = db.session.execute(statement.order_by(one.submitted_at, one.id).limit(PAGE + 1))
    return page_of([ToCheck(row[0], shown_name(scope, *row[1:4]), *row[4:]) for row in rows], PAGE)


def qualification_at(scope: Scope, code: str) -> Qualification | None:
    """Return a certificate that the organization checks or checked, with its volunteer."""
    one = Qualification
    return db.session.scalars(
        select(one)
        .join(one.volunteer)
        .options(
            contains_eager(one.volunteer).options(
                joinedload(Volunteer.person, innerjoin=True),
                joinedload(Volunteer.organization, innerjoin=True),
            )
        )
        .where(one.code == code, one.handler_id == scope.place.id)
        .where(one.status != QualificationStatus.REMOVED)
    ).one_or_none()


def steps_of_qualification(qualification_id: int) -> Sequence[QualificationEvent]:
    """Return the history of a certificate, newest first."""
    one = QualificationEvent
    return db.session.scalars(
        select(one).where(one.qualification_id == qualification_id).order_by(one.id.desc())
    ).all()


def trainings_at(scope: Scope, after: str = "") -> Page[Training]:
    """Return a page of what an organization taught, the newest first: one statement."""
    one = Training
    statement = select(one).where(one.organization_id == scope.place.id)
    if after:
        anchor = select(one.held_on, one.id).where(one.code == after).scalar_subquery()
        statement = statement.where(tuple_(one.held_on, one.id) < anchor)
    statement = statement.order_by(one.held_on.desc(), one.id.desc()).limit(PAGE + 1)
    return page_of(list(db.session.scalars(statement)), PAGE)


def training_at(scope: Scope, code: str) -> Training | None:
    """Return a training of the organization."""
    return db.session.scalars(
        select(Training).where(Training.code == code, Training.organization_id == scope.place.id)
    ).one_or_none()


def trainees_of(scope: Scope, training_id: int, on: date) -> list[tuple[str, str]]:
    """Return name and volunteer number of those who took part and whom the viewer may see."""
    rows = db.session.execute(
        select(Person.name, Volunteer.number)
        .join(Volunteer.person)
        .join(Trainee, Trainee.volunteer_id == Volunteer.id)
        .where(Trainee.training_id == training_id, visible(scope, on))
        .order_by(Person.pinyin, Volunteer.id)
    )
    return [(row[0], row[1]) for row in rows]


def volunteers_named(
    organization_id: int, county_id: int | None, lines: Collection[str]
) -> dict[str, list[int]]:
    """Return ``line -> volunteers`` for names and numbers, one statement.

    A name is looked for at the organization itself, a number in its whole county.
    """
    one = Volunteer
    here = one.organization_id == organization_id
    near = here if county_id is None else or_(here, one.county_id == county_id)
    rows = db.session.execute(
        select(one.id, one.number, Person.name, one.organization_id)
        .join(one.person)
        .where(near, one.status.in_(SERVING))
        .where(or_(one.number.in_(lines), here & Person.name.in_(lines)))
    )
    found: dict[str, list[int]] = {}
    for volunteer_id, number, name, place_id in rows:
        if number in lines:
            found.setdefault(number, []).append(volunteer_id)
        elif place_id == organization_id:
            found.setdefault(name, []).append(volunteer_id)
    return found


def count_to_check(handler_id: Any) -> ScalarSelect[int]:
    """Return the count of certificates that wait, as a part of another statement."""
    one = Qualification
    return (
        select(func.count())
        .select_from(one)
        .where(one.handler_id == handler_id, one.status == QualificationStatus.SUBMITTED)
        .scalar_subquery()
    )
