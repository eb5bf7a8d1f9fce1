"""Who of a class gives service by a roll call: entered here, old enough, with consent (D5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core import settings
from core.database import db
from people.models import Consent, Person
from people.rules import age_on, is_minor_on
from people.rules.consents import ConsentPurpose, ConsentStatus
from volunteers.models import ServiceRecord, ServiceSheet, Volunteer
from volunteers.rules import SERVING


def serving_among(people: Collection[int], organization_id: int, day: date) -> list[int]:
    """Return the volunteers of a school among people whose hours count: two statements.

    A minor needs the guardian's consent for volunteering, and the age of the setting; somebody
    whose birthday is not known gets none (domain.md VOL-04, decisions.md D5).
    """
    found = db.session.scalars(
        select(Volunteer)
        .join(Volunteer.person)
        .options(contains_eager(Volunteer.person))
        .where(
            Volunteer.person_id.in_(list(people)),
            Volunteer.organization_id == organization_id,
            Volunteer.status.in_(SERVING),
            Person.born_on.is_not(None),
        )
        .order_by(Volunteer.id)
    ).all()
    least = settings.value("youth.volunteer_age", day)
    agreed = _agreed([one.person_id for one in found])
    return [one.id for one in found if _may_serve(one, day, least, agreed)]


def _may_serve(volunteer: Volunteer, day: date, least: int, agreed: set[int]) -> bool:
    born_on = volunteer.person.born_on
    if born_on is None or born_on > day or age_on(born_on, day) < least:
        return False
    return not is_minor_on(born_on, day) or volunteer.person_id in agreed


def _agreed(people: Collection[int]) -> set[int]:
    statement = select(Consent.person_id).where(
        Consent.person_id.in_(list(people)),
        Consent.purpose == ConsentPurpose.VOLUNTEERING,
        Consent.status == ConsentStatus.GIVEN,
    )
    return set(db.session.scalars(statement))


def sheet_code_of(sheet_id: int) -> str:
    """Return the code of a sheet."""
    return db.session.execute(
        select(ServiceSheet.code).where(ServiceSheet.id == sheet_id)
    ).scalar_one()


def codes_on_sheet(sheet_id: int) -> list[str]:
    """Return the codes of the records of a sheet."""
    statement = select(ServiceRecord.code).where(ServiceRecord.sheet_id == sheet_id)
    return list(db.session.scalars(statement))
