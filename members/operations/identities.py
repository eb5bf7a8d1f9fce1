"""The document an applicant names, and the flags that it and the name lead to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import keyring, settings
from core.database import db
from core.transactions import TryAgainError
from members.models import Application
from members.operations.handling import hand_to_county
from members.queries.own import is_established, was_expelled
from members.rules import (
    OPEN_STATES,
    ApplicationKind,
    Flag,
    believed_birth,
    check_adult,
    is_doubtful,
)
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from people.counting import completing
from people.models import document_index
from people.operations.persons import Identity, read_identity, set_identity
from people.queries import owners_of, possible_duplicates
from people.rules import IdType, age_on

REGION_DIGITS = 6


def keep_identity(
    application: Application,
    id_type: IdType | None,
    id_number: str,
    born_on: date | None,
    today: date,
) -> str:
    """Keep the document of an applicant; return the region of a resident ID, or nothing.

    The number is kept at the application until somebody approved it, whoever has it already:
    so nothing about others is disclosed and nobody becomes a member twice (domain.md MEM-19,
    security.md PRV-06). Volunteers name no document; a minor's birth day is kept.
    """
    person = application.person
    if application.kind is ApplicationKind.VOLUNTEER:
        if person.id_number is None:
            known = person.born_on
            person.born_on = believed_birth(known, born_on, age_on(known, today) if known else None)
        return ""
    if person.id_number is not None and not id_number:
        _check_age(person.born_on, today)
        return region_of(application)
    identity = read_identity(id_type or IdType.RESIDENT_ID, id_number, born_on, today)
    _check_age(identity.born_on, today)
    _claim(application, identity)
    return identity.region


def check_document_answers(
    id_type: IdType, id_number: str, born_on: date | None, *, today: date
) -> dict[str, str | date | IdType | None]:
    """Return the answers about a member's document in canonical form.

    Raises RuleViolation for a wrong number and for an applicant who is not of age (MEM-05).
    """
    identity = read_identity(id_type, id_number, born_on, today)
    _check_age(identity.born_on, today)
    return {
        "id_type": identity.id_type,
        "id_number": identity.number,
        "born_on": identity.born_on,
    }


def mark_flags(application: Application, region: str, *, is_minor: bool) -> None:
    """Set the flags that tell a secretary where to look (ux.md 5.2)."""
    flags = []
    if possible_duplicates(application.person, limit=1):
        flags.append(Flag.DUPLICATE)
    if _is_named_elsewhere(application):
        flags.append(Flag.ID_IN_USE)
    if is_minor:
        flags.append(Flag.MINOR)
    if application.kind is ApplicationKind.MEMBER and was_expelled(
        application.person.id, application.claimed_id_index
    ):
        flags.append(Flag.EXPELLED)
    if region and _region_above(application.organization) not in {"", region}:
        flags.append(Flag.OTHER_COUNTY)
    application.flags = ",".join(flags)
    application.is_doubtful = is_doubtful(flags)


def release_identity(application: Application) -> None:
    """Take back the number that an application named, where it ended and nothing else rests on it.

    Else whoever names a number first could keep its owner out for good.
    """
    _forget_claim(application)
    person = application.person
    if application.kind is ApplicationKind.MEMBER and not is_established(person.id):
        person.id_type = person.id_number = person.id_index = None


def region_of(application: Application) -> str:
    """Return the region in the resident ID of an applicant, or nothing."""
    person = application.person
    id_type = application.claimed_id_type or person.id_type
    number = application.claimed_identity or person.plain_id_number
    return number[:REGION_DIGITS] if id_type is IdType.RESIDENT_ID else ""


def settle_claims(applications: Sequence[Application], today: date) -> list[Application]:
    """Give applicants the numbers they named; return those whose number somebody else has.

    Those keep the number at the application and are marked. Raises TryAgainError where another
    request gave the same number away at the same moment (security.md RACE-03).
    """
    claims = [one for one in applications if one.claimed_id_index is not None]
    with completing([one.person for one in claims]):
        return _settle_all(claims, today)


def _settle_all(claims: Sequence[Application], today: date) -> list[Application]:
    owners = owners_of([one.claimed_id_index for one in claims if one.claimed_id_index])
    taken = []
    for one in claims:
        owner = owners.setdefault(one.claimed_id_index or b"", one.person_id)
        if owner == one.person_id:
            _settle(one, today)
        else:
            taken.append(one)
            _mark_as_doubtful(one)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return taken


def _mark_as_doubtful(application: Application) -> None:
    """Note that the number is another's, and count the application among the doubtful."""
    known = application.is_doubtful
    is_minor = Flag.MINOR in application.flag_list
    mark_flags(application, region_of(application), is_minor=is_minor)
    if application.is_doubtful and not known:
        figures.add(application.handler.path, Measure.APPLICATIONS_DOUBTFUL, 1)
    hand_to_county(application)


def _settle(application: Application, today: date) -> None:
    person, id_type = application.person, application.claimed_id_type
    if id_type is None:
        return
    identity = read_identity(id_type, application.claimed_identity, person.born_on, today)
    set_identity(person, identity)
    _forget_claim(application)


def _claim(application: Application, identity: Identity) -> None:
    """Keep a number at the application; who is not yet known anywhere is as old as it tells."""
    application.claimed_id_type = identity.id_type
    application.claimed_id_number = keyring.seal(
        identity.number, f"applications.claimed_id_number:{application.code}"
    )
    application.claimed_id_index = document_index(identity.id_type, identity.number)
    person = application.person
    if person.born_on is None or not is_established(person.id):
        person.born_on, person.sex = identity.born_on, identity.sex or person.sex


def _is_named_elsewhere(application: Application) -> bool:
    """Return whether another person has the number, or another open application names it."""
    index = application.claimed_id_index
    if index is None:
        return False
    if owners_of([index]).get(index, application.person_id) != application.person_id:
        return True
    others = select(Application.id).where(
        Application.claimed_id_index == index,
        Application.person_id != application.person_id,
        Application.status.in_(OPEN_STATES),
    )
    return db.session.scalars(others.limit(1)).first() is not None


def _forget_claim(application: Application) -> None:
    application.claimed_id_type = None
    application.claimed_id_number = application.claimed_id_index = None


def _check_age(born_on: date | None, today: date) -> None:
    if born_on is not None:
        check_adult(age_on(born_on, today), settings.value("members.min_age", on=today))


def _region_above(organization: Organization) -> str:
    county = (
        db.session.get(Organization, organization.county_id) if organization.county_id else None
    )
    return (county.division_code or "")[:REGION_DIGITS] if county else ""
