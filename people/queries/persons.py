"""Reading persons and consents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import User
from core import clock, crypto, keyring, settings
from core.audit.models import ReadEvent
from core.audit.queries import reads_of_person
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from people.models import Consent, ConsentRequest, DataCheck, Death, Guardian, Person
from people.rules.ages import is_minor_on
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.deaths import DeathStatus
from people.rules.wards import age_of

OWN_CHANNEL = "self"
"""How a person of 14 to 17 answers for the own data; a guardian answers through the link."""


def get_person(person_id: int) -> Person | None:
    """Return a person by key."""
    return db.session.get(Person, person_id)


def checked_on(person_id: int) -> date | None:
    """Return the day on which the data of a person were last said to be right."""
    return db.session.scalar(select(DataCheck.checked_on).where(DataCheck.person_id == person_id))


def person_of_code(code: str) -> Person | None:
    """Return the person behind an opaque code; the caller asks whether it is in reach."""
    return db.session.scalars(select(Person).where(Person.code == code)).one_or_none()


def survivor_code(person: Person) -> str | None:
    """Return the code of the record that a merged-away one became part of, or None."""
    if person.merged_into_id is None:
        return None
    return db.session.get_one(Person, person.merged_into_id).code


def owners_of(indexes: Sequence[bytes]) -> dict[bytes, int]:
    """Return ``blind index -> person id`` of the documents that somebody has: one statement."""
    if not indexes:
        return {}
    statement = select(Person.id_index, Person.id).where(Person.id_index.in_(indexes))
    return {row[0]: row[1] for row in db.session.execute(statement) if row[0] is not None}


def possible_duplicates(person: Person, limit: int = 3) -> Sequence[Person]:
    """Return others of the same sound and birth day, or of the same name and phone.

    Only ever offers a comparison (people.rules.possible_duplicate_key).
    """
    reasons = []
    if person.born_on is not None:
        reasons.append(and_(Person.born_on == person.born_on, Person.pinyin == person.pinyin))
        reasons.append(and_(Person.born_on == person.born_on, Person.match_key == person.match_key))
    if person.phone_index is not None:
        reasons.append(
            and_(Person.phone_index == person.phone_index, Person.match_key == person.match_key)
        )
    if not reasons:
        return ()
    statement = select(Person).where(
        or_(*reasons), Person.id != person.id, Person.merged_into_id.is_(None)
    )
    return db.session.scalars(statement.order_by(Person.id).limit(limit)).all()


def consent_request(token: str, *, lock: bool = False) -> ConsentRequest | None:
    """Return the request behind a guardian's link, whatever its state.

    From the eighteenth birthday on the link leads nowhere (decisions.md D5, PRV-13).
    """
    statement = select(ConsentRequest).where(
        ConsentRequest.token_digest == crypto.hash_token(token)
    )
    if lock:
        statement = statement.with_for_update()
    found = db.session.scalars(statement).one_or_none()
    born_on = found and db.session.get_one(Person, found.person_id).born_on
    return None if born_on and not is_minor_on(born_on, clock.today()) else found


def other_open_requests(request: ConsentRequest, now: datetime) -> Sequence[ConsentRequest]:
    """Return what else the phone of a request is asked and has not answered: other children."""
    statement = select(ConsentRequest).where(
        ConsentRequest.guardian_phone_index == request.guardian_phone_index,
        ConsentRequest.id != request.id,
        ConsentRequest.status == ConsentStatus.REQUESTED,
        ConsentRequest.expires_at > now,
    )
    return db.session.scalars(statement.order_by(ConsentRequest.id).limit(20)).all()


def other_given_requests(request: ConsentRequest) -> Sequence[ConsentRequest]:
    """Return to what else the phone of a request said yes, the answers that stand."""
    statement = select(ConsentRequest).where(
        ConsentRequest.guardian_phone_index == request.guardian_phone_index,
        ConsentRequest.id != request.id,
        ConsentRequest.status == ConsentStatus.GIVEN,
    )
    return db.session.scalars(statement.order_by(ConsentRequest.id).limit(20)).all()


def other_request(request: ConsentRequest, code: str) -> ConsentRequest | None:
    """Return another request of the same phone by its code, the row locked."""
    statement = select(ConsentRequest).where(
        ConsentRequest.code == code,
        ConsentRequest.guardian_phone_index == request.guardian_phone_index,
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).one_or_none()


def is_grown_up(person_id: int, today: date) -> bool:
    """Return whether a person answers alone: a guardian's link then leads nowhere (PRV-11)."""
    born_on = db.session.scalar(select(Person.born_on).where(Person.id == person_id))
    return age_of(born_on, today) >= settings.value("minors.adult_age", on=today)


def is_revoked(request: ConsentRequest) -> bool:
    """Return whether the guardian behind a link was ended and not named again (PRV-11)."""
    ends = db.session.scalars(
        select(Guardian.ended_on).where(
            Guardian.person_id == request.person_id,
            Guardian.phone_index == request.guardian_phone_index,
        )
    ).all()
    return bool(ends) and all(end is not None for end in ends)


def phone_of_account(user: User) -> str:
    """Return the phone with which an account signs in."""
    return keyring.unseal(user.phone, f"users.phone:{user.code}")


def latest_request(person_id: int) -> ConsentRequest | None:
    """Return the newest request for consent for a person."""
    return db.session.scalars(
        select(ConsentRequest)
        .where(ConsentRequest.person_id == person_id)
        .order_by(ConsentRequest.id.desc())
        .limit(1)
    ).one_or_none()


def given_request(person_id: int) -> ConsentRequest | None:
    """Return the latest request to which a guardian agreed who can still be asked."""
    found = db.session.scalars(
        select(ConsentRequest)
        .where(ConsentRequest.person_id == person_id, ConsentRequest.status == ConsentStatus.GIVEN)
        .order_by(ConsentRequest.id.desc())
        .limit(1)
    ).one_or_none()
    is_gone = found is not None and guardian_has_died(found.guardian_phone_index)
    return None if is_gone else found


def consents_of(request_id: int) -> Sequence[Consent]:
    """Return what a request asks for, one row per purpose."""
    statement = select(Consent).where(Consent.request_id == request_id).order_by(Consent.id)
    return db.session.scalars(statement).all()


def has_consent(person_id: int, purpose: ConsentPurpose) -> bool:
    """Return whether a consent for the purpose is in force."""
    statement = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.purpose == purpose,
        Consent.status == ConsentStatus.GIVEN,
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def guardian_accounts(person_id: int) -> set[int]:
    """Return the accounts whose phone was named as that of a person's guardian."""
    statement = (
        select(User.id)
        .join(ConsentRequest, ConsentRequest.guardian_phone_index == User.phone_index)
        .where(ConsentRequest.person_id == person_id)
    )
    return set(db.session.scalars(statement))


def guardians_who_agreed(request_ids: Collection[int]) -> list[tuple[int, User]]:
    """Return the accounts of the guardians whose consent is in force, each with its request.

    No statement where nobody is asked about; a guardian without an account is told by phone only.
    """
    if not request_ids:
        return []
    found = db.session.execute(
        select(ConsentRequest.id, User)
        .join(User, User.phone_index == ConsentRequest.guardian_phone_index)
        .where(ConsentRequest.id.in_(request_ids), ConsentRequest.status == ConsentStatus.GIVEN)
    )
    return [(row[0], row[1]) for row in found]


def refusals_of(person_id: int, guardian_phone_index: bytes) -> int:
    """Return how often a guardian refused for a person."""
    statement = select(func.count(ConsentRequest.id)).where(
        ConsentRequest.person_id == person_id,
        ConsentRequest.guardian_phone_index == guardian_phone_index,
        ConsentRequest.status == ConsentStatus.REFUSED,
    )
    return db.session.scalar(statement) or 0


def lapsed_requests(now: datetime, limit: int = 500) -> Sequence[ConsentRequest]:
    """Return requests whose link ran out without an answer."""
    return db.session.scalars(
        select(ConsentRequest)
        .where(ConsentRequest.status == ConsentStatus.REQUESTED, ConsentRequest.expires_at <= now)
        .order_by(ConsentRequest.id)
        .limit(limit)
        .with_for_update()
    ).all()


def refused_children(
    ended_before: datetime, *conditions: ColumnElement[bool], limit: int = 500
) -> Sequence[ConsentRequest]:
    """Return ended requests of children under 14: those that asked the guardian about data.

    Refused, withdrawn or lapsed, ended before an instant (domain.md PRI-02), and what the
    caller asks of the person besides.
    """
    ended = (ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN, ConsentStatus.LAPSED)
    unanswered = and_(
        ConsentRequest.verified_at.is_(None), ConsentRequest.expires_at <= ended_before
    )
    statement = (
        select(ConsentRequest)
        .join(Consent, Consent.request_id == ConsentRequest.id)
        .where(
            ConsentRequest.status.in_(ended),
            Consent.purpose == ConsentPurpose.DATA,
            Consent.channel != OWN_CHANNEL,
            or_(ConsentRequest.verified_at <= ended_before, unanswered),
            *conditions,
        )
        .order_by(ConsentRequest.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def looks_at(person_id: int) -> list[tuple[ReadEvent, str]]:
    """Return who looked at a person, newest first, each with the organization's name.

    Looks at records that were merged into the person's are among them.
    """
    merged = db.session.scalars(select(Person.id).where(Person.merged_into_id == person_id))
    events = reads_of_person(person_id, *merged)
    ids = {event.organization_id for event in events}
    found = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    names = {row.id: row.name for row in db.session.execute(found)}
    return [(event, names.get(event.organization_id, "")) for event in events]


DEATHS_PAGE = 20


def death_of(person_id: int) -> Death | None:
    """Return the record of a person's death that stands."""
    return db.session.scalars(
        select(Death).where(Death.person_id == person_id, Death.status != DeathStatus.UNDONE)
    ).one_or_none()


def deaths_at(organization_id: int, after: str = "") -> Page[Death]:
    """Return a page of the deaths that an organization recorded, newest first."""
    statement = (
        select(Death)
        .options(joinedload(Death.person, innerjoin=True))
        .where(Death.organization_id == organization_id)
        .order_by(Death.id.desc())
        .limit(DEATHS_PAGE + 1)
    )
    if after:
        anchor = select(Death.id).where(Death.code == after).scalar_subquery()
        statement = statement.where(Death.id < anchor)
    return page_of(db.session.scalars(statement).all(), DEATHS_PAGE)


def guardian_has_died(phone_index: bytes) -> bool:
    """Return whether the phone named as a guardian's is that of somebody who died."""
    statement = (
        select(Death.id)
        .join(Death.person)
        .where(Person.phone_index == phone_index, Death.status != DeathStatus.UNDONE)
    )
    return db.session.scalars(statement.limit(1)).first() is not None
