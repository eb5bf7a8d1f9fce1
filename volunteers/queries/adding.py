"""Volunteers whom the keeper of a shift may add, each with what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager

from activities.models import Shift
from activities.queries import terms_of
from activities.queries.overlaps import busy_elsewhere, signed_up
from activities.rules import Applicant, Verdict, judge
from core.access.permissions import Permission
from core.access.scope import Scope
from core.clock import local
from core.database import db, escaped
from people.models import ConsentRequest
from people.rules import age_on, mask_name
from people.rules.consents import ConsentStatus
from volunteers.models import Volunteer
from volunteers.queries.registering import shown_name
from volunteers.rules import SERVING, VolunteerStatus

FEW = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be added: named as the keeper may read him, and what is not met."""

    code: str
    name: str
    number: str
    place: str
    is_signed_up: bool
    is_busy: bool
    unmet: Sequence[Verdict]

    @property
    def may_be_added(self) -> bool:
        return not (self.unmet or self.is_busy or self.is_signed_up)


def candidates_for(scope: Scope, shift: Shift, text: str, now: datetime) -> list[Candidate]:
    """Return the volunteers that a text finds: five statements, however many.

    By the whole number anybody of the province; by name those whose names the post may read.
    """
    found = _found(scope, text.strip())
    people = [one.person_id for one in found]
    agreed = select(ConsentRequest.person_id).where(
        ConsentRequest.person_id.in_(people), ConsentRequest.status == ConsentStatus.GIVEN
    )
    wards = set(db.session.scalars(agreed))
    busy = set(busy_elsewhere(people, shift.id, shift.starts_at, shift.ends_at))
    there = set(signed_up(people, shift.id))
    terms = replace(terms_of(shift.activity, now), alone_from=0)
    return [
        Candidate(
            code=one.code,
            name=_name(scope, one),
            number=one.number,
            place=one.organization.short_name,
            is_signed_up=one.person_id in there,
            is_busy=one.person_id in busy,
            unmet=[v for v in judge(terms, _applicant(one, shift, wards)) if not v.is_met],
        )
        for one in found
    ]


def volunteer_to_add(code: str) -> Volunteer | None:
    """Return a serving volunteer by the code of his row on the page."""
    return db.session.scalars(
        select(Volunteer).where(Volunteer.code == code, Volunteer.status.in_(SERVING))
    ).one_or_none()


def _found(scope: Scope, text: str) -> Sequence[Volunteer]:
    if not text:
        return []
    statement = (
        select(Volunteer)
        .join(Volunteer.person)
        .join(Volunteer.organization)
        .options(contains_eager(Volunteer.person), contains_eager(Volunteer.organization))
        .where(Volunteer.status.in_(SERVING))
        .order_by(Volunteer.id)
        .limit(FEW)
    )
    by_number = db.session.scalars(statement.where(Volunteer.number == text.upper())).all()
    if by_number or not scope.may(Permission.MEMBERS_VIEW):
        return by_number
    like = Volunteer.search_text.like(f"%{escaped(text.lower())}%", escape="/")
    return db.session.scalars(statement.where(_near(scope), like)).all()


def _near(scope: Scope) -> ColumnElement[bool]:
    """Return who is read by name: those of the organization, at a county all of its own."""
    here = Volunteer.organization_id == scope.place.id
    return here | (Volunteer.county_id == scope.place.id)


def _name(scope: Scope, one: Volunteer) -> str:
    is_near = scope.place.id in {one.organization_id, one.county_id}
    if not is_near or not scope.may(Permission.MEMBERS_VIEW):
        return mask_name(one.person.name)
    return shown_name(scope, one.person.name, one.person.born_on, one.organization_id)


def _applicant(one: Volunteer, shift: Shift, wards: set[int]) -> Applicant:
    born_on = one.person.born_on
    return Applicant(
        age=age_on(born_on, local(shift.starts_at).date()) if born_on else None,
        is_volunteer=True,
        is_registered=one.status is VolunteerStatus.REGISTERED,
        has_guardian=one.person_id in wards,
    )
