"""Which consents of a pupil stand, and which guardians can be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from accounts.models import User
from accounts.queries import KEEPERS, holders_at
from core import settings
from core.database import db
from people.models import Consent, ConsentRequest, Guardian, Person
from people.queries import OWN_CHANNEL
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.wards import Ages, Said, Voice, age_of, stands
from schools.models import OwnConsent, Pupil


def ages_on(day: date) -> Ages:
    """Return the ages in force on a day (decisions.md D5)."""
    return Ages(
        settings.value("minors.own_data_age", on=day), settings.value("minors.adult_age", on=day)
    )


def is_of_school(request_id: int) -> bool:
    """Return whether a request asks about joining at school."""
    statement = select(Consent.id).where(
        Consent.request_id == request_id, Consent.purpose == ConsentPurpose.JOINING
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def said_of(person_id: int) -> set[Said]:
    """Return what stands of a pupil's consents at school.

    Only answers that were given to the text of schools count: what was agreed to for volunteering
    elsewhere is another purpose (domain.md PRI-01).
    """
    joining = aliased(Consent)
    at_school = exists().where(
        joining.request_id == Consent.request_id, joining.purpose == ConsentPurpose.JOINING
    )
    rows = db.session.execute(
        select(Consent.purpose, Consent.channel).where(
            Consent.person_id == person_id, Consent.status == ConsentStatus.GIVEN, at_school
        )
    )
    return {(row[0], Voice.OWN if row[1] == OWN_CHANNEL else Voice.GUARDIAN) for row in rows}


def consents_stand(person: Person, today: date) -> bool:
    """Return whether every consent stands without which the person is no member at school."""
    ages = ages_on(today)
    return stands(age_of(person.born_on, today), ages, said_of(person.id))


def guardians_of(person_ids: Collection[int]) -> dict[int, list[Guardian]]:
    """Return the standing guardians of people, by person: one statement."""
    found: dict[int, list[Guardian]] = {one: [] for one in person_ids}
    statement = (
        select(Guardian)
        .where(Guardian.person_id.in_(found), Guardian.ended_on.is_(None))
        .order_by(Guardian.id)
    )
    for guardian in db.session.scalars(statement):
        found[guardian.person_id].append(guardian)
    return found


def barred_phones(organization_id: int, user_id: int | None, today: date) -> set[bytes]:
    """Return the phones that are no guardian's here: of who names them, and of keepers (PRV-11)."""
    keepers = {post.user_id for post in holders_at(organization_id, KEEPERS, today)}
    users = keepers | ({user_id} if user_id else set())
    return set(db.session.scalars(select(User.phone_index).where(User.id.in_(users))))


def own_phones(person_id: int) -> set[bytes]:
    """Return the phones at which a pupil was asked for himself: no guardian answers there."""
    statement = select(OwnConsent.phone_index).join(OwnConsent.pupil)
    return set(db.session.scalars(statement.where(Pupil.person_id == person_id)))


def requests_of(person_id: int) -> Sequence[ConsentRequest]:
    """Return every request about a pupil's joining, the newest first."""
    at_school = exists().where(
        Consent.request_id == ConsentRequest.id, Consent.purpose == ConsentPurpose.JOINING
    )
    statement = select(ConsentRequest).where(ConsentRequest.person_id == person_id, at_school)
    return db.session.scalars(statement.order_by(ConsentRequest.id.desc())).all()
