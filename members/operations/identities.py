"""The document an applicant names, and the flags that it and the name lead to."""

from __future__ import annotations

from datetime import date

from core import keyring, settings
from core.database import db
from core.rules import N_, RuleViolation
from members.models import Application
from members.queries.own import is_established
from members.rules import ApplicationKind, Flag, believed_birth, check_adult, is_doubtful
from organizations.models import Organization
from people.models import Person
from people.operations.persons import Identity, read_identity, set_identity
from people.queries import person_with_document, possible_duplicates
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

    A number that belongs to another record is kept at the application only: nothing is
    disclosed and nobody becomes a member twice (domain.md MEM-19, security.md PRV-06).
    Volunteers name no document; a minor's birth day is kept.
    """
    person = application.person
    if application.kind is ApplicationKind.VOLUNTEER:
        if person.id_number is None:
            known = person.born_on
            person.born_on = believed_birth(known, born_on, age_on(known, today) if known else None)
        return ""
    if person.id_number is not None and not id_number:
        _check_age(person.born_on, today)
        return region_of(person)
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
    if application.claimed_id_index is not None:
        flags.append(Flag.ID_IN_USE)
    if is_minor:
        flags.append(Flag.MINOR)
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


def region_of(person: Person) -> str:
    """Return the region in a person's resident ID, or nothing."""
    is_resident = person.id_type is IdType.RESIDENT_ID and person.id_number is not None
    return person.plain_id_number[:REGION_DIGITS] if is_resident else ""


def settle_claim(application: Application) -> None:
    """Give the applicant the number he named, where nobody else has it any more.

    Raises RuleViolation while it belongs to another record.
    """
    if application.claimed_id_index is None or application.claimed_id_type is None:
        return
    number = application.claimed_identity
    owner = person_with_document(application.claimed_id_type, number)
    if owner is not None and owner.id != application.person_id:
        raise RuleViolation("", N_("证件号和另一份记录相同，请退回核对，或请县级红十字会处理"))
    application.person.set_id_number(application.claimed_id_type, number)
    _forget_claim(application)


def _claim(application: Application, identity: Identity) -> None:
    person = application.person
    owner = person_with_document(identity.id_type, identity.number)
    if owner is None or owner.id == person.id:
        _forget_claim(application)
        set_identity(person, identity)
        return
    application.claimed_id_type = identity.id_type
    application.claimed_id_number = keyring.seal(
        identity.number, f"applications.claimed_id_number:{application.code}"
    )
    application.claimed_id_index = owner.id_index
    person.born_on, person.sex = identity.born_on, identity.sex or person.sex


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
