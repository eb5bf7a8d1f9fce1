"""Reading who came of age: the own question, the list of a school, the numbers of a county."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.models import Organization
from people.models import Person
from people.rules.ages import is_minor_on
from schools.models import ComingOfAge
from schools.rules.adults import AgeStatus

PAGE = 20


def youth_membership_of_adult(person_id: int, today: date) -> Membership | None:
    """Return the live youth membership of a person who is of age, or None."""
    found = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(joinedload(Membership.organization, innerjoin=True))
        .options(joinedload(Membership.person, innerjoin=True))
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status.in_(LIVE_STATES),
            Person.born_on.is_not(None),
        )
    ).one_or_none()
    if found is None or found.person.born_on is None:
        return None
    return None if is_minor_on(found.person.born_on, today) else found


def answer_of(person_id: int) -> ComingOfAge | None:
    """Return the question to a person, where it was ever put."""
    return db.session.scalars(
        select(ComingOfAge)
        .options(joinedload(ComingOfAge.organization, innerjoin=True))
        .where(ComingOfAge.person_id == person_id)
    ).one_or_none()


def asked_at_school(organization_id: int, after: str = "") -> Page[ComingOfAge]:
    """Return a page of those of a school who are of age and have not answered, longest first."""
    statement = (
        select(ComingOfAge)
        .options(joinedload(ComingOfAge.person, innerjoin=True))
        .where(
            ComingOfAge.organization_id == organization_id,
            ComingOfAge.status == AgeStatus.ASKED,
        )
        .order_by(ComingOfAge.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(ComingOfAge.id).where(ComingOfAge.code == after).scalar_subquery()
        statement = statement.where(ComingOfAge.id > anchor)
    return page_of(db.session.scalars(statement).all(), PAGE)


def numbers_below(county_id: int) -> Sequence[tuple[str, int]]:
    """Return the schools of a county with those of age who have not answered: no names (D10)."""
    statement = (
        select(Organization.name, func.count())
        .join(ComingOfAge, ComingOfAge.organization_id == Organization.id)
        .where(Organization.county_id == county_id, ComingOfAge.status == AgeStatus.ASKED)
        .group_by(Organization.id)
        .order_by(func.count().desc(), Organization.id)
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]
