"""Plain functions that make rows with everything they need; they flush and return the row."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from accounts.models import Post, User
from core import clock, crypto, keyring
from core.access.permissions import Level, Role
from core.database import db
from core.pinyin import name_pinyin
from members.models import Application, Honour, Membership, Transfer
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    HonourLevel,
    MembershipKind,
    MembershipStatus,
    TransferStatus,
    member_number,
)
from organizations.models import Organization
from organizations.rules import OrganizationKind, OrganizationStatus, child_path, level_of
from people.models import ChangeRequest, Person
from people.rules import IdType, Sex, check_resident_id, name_match_key
from people.rules.changes import ChangeField, ChangeStatus
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import ServiceField, ServiceMethod, ServiceStatus, VolunteerStatus

_serial = count(1)
#: The serials of ID numbers, for each birthday: people born on one day must not meet.
_documents: dict[date, Iterator[int]] = defaultdict(count)
REGION = "999999"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
OWN_SERIALS = 500


def make_id_number(born_on: date, serial: int | None = None) -> str:
    """Return a valid resident ID number of a region that does not exist.

    Serials under 500 are the caller's: nobody gets one of them unasked.
    """
    chosen = serial or OWN_SERIALS + next(_documents[born_on]) % (1000 - OWN_SERIALS)
    body = f"{REGION}{born_on:%Y%m%d}{chosen:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def make_phone() -> str:
    """Return a mobile number nobody in the cast has."""
    return f"1991{next(_serial):07d}"


def make_organization(
    kind: OrganizationKind,
    name: str,
    parent: Organization | None = None,
    division_code: str | None = None,
) -> Organization:
    """Return an organization under its parent."""
    organization = Organization(
        code=crypto.opaque_code(6),
        kind=kind,
        level=Level(level_of(kind)),
        parent_id=parent.id if parent else None,
        path=f"new-{next(_serial)}",
        name=name,
        short_name=name.removesuffix("红十字会"),
        search_text=name,
        division_code=division_code,
        status=OrganizationStatus.ACTIVE,
        phone="0571-00000001",
        founded_on=date(2020, 5, 8),
    )
    db.session.add(organization)
    db.session.flush()
    organization.path = child_path(parent.path if parent else "", organization.id)
    above = parent
    organization.county_id = organization.id if organization.level is Level.COUNTY else None
    organization.city_id = organization.id if organization.level is Level.CITY else None
    if above is not None:
        organization.county_id = organization.county_id or above.county_id
        organization.city_id = organization.city_id or above.city_id
    db.session.flush()
    return organization


def make_person(
    name: str | None = None,
    *,
    born_on: date | None = date(1990, 3, 7),
    phone: str | None = None,
    with_id: bool = False,
) -> Person:
    """Return a person; the name is synthetic unless given."""
    number = next(_serial)
    name = name or f"试{'甲乙丙丁戊己庚辛'[number % 8]}{'一二三四五六七'[number % 7]}"
    sound = name_pinyin(name)
    person = Person(
        code=crypto.opaque_code(8),
        name=name,
        match_key=name_match_key(name),
        pinyin=sound.full,
        initials=sound.initials,
        sex=Sex.FEMALE,
        born_on=born_on,
        created_at=clock.now(),
    )
    person.set_phone(phone or make_phone())
    if with_id and born_on is not None:
        checked = check_resident_id(make_id_number(born_on), clock.today())
        person.set_id_number(IdType.RESIDENT_ID, checked.number)
    db.session.add(person)
    db.session.flush()
    return person


def make_user(person: Person | None = None, *, phone: str | None = None, name: str = "") -> User:
    """Return an account, of a person where one is given."""
    number = phone or (person.plain_phone if person else make_phone())
    code = crypto.opaque_code(8)
    user = User(
        code=code,
        person_id=person.id if person else None,
        phone_index=keyring.index_of(number, "phone"),
        phone=keyring.seal(number, f"users.phone:{code}"),
        display_name=name or (person.name if person else ""),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    return user


def make_post(
    user: User, role: Role, organization: Organization, *, ends_on: date | None = None
) -> Post:
    """Return a post in force since a year."""
    post = Post(
        user_id=user.id,
        role=role,
        organization_id=organization.id,
        starts_on=clock.today() - timedelta(days=365),
        ends_on=ends_on,
        granted_at=clock.now(),
    )
    db.session.add(post)
    db.session.flush()
    return post


def search_text(person: Person) -> str:
    """Return the text by which rosters find a person."""
    return f"{person.match_key} {person.pinyin} {person.initials}"


def make_membership(
    person: Person,
    organization: Organization,
    *,
    kind: MembershipKind = MembershipKind.ADULT,
    status: MembershipStatus = MembershipStatus.ACTIVE,
) -> Membership:
    """Return a live membership (figures are not touched)."""
    code = crypto.opaque_code(8)
    token = keyring.index_of(code, "card").hex()[:32]
    membership = Membership(
        code=code,
        person_id=person.id,
        organization_id=organization.id,
        county_id=organization.county_id,
        city_id=organization.city_id,
        kind=kind,
        status=status,
        number=member_number("999999", kind, 2025, next(_serial)),
        verify_digest=hashlib.sha256(token.encode()).digest(),
        joined_on=clock.today() - timedelta(days=30),
        approved_at=clock.now() - timedelta(days=30),
        search_text=search_text(person),
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_transfer(
    person: Person,
    user: User,
    source: Organization,
    target: Organization,
    status: TransferStatus = TransferStatus.REQUESTED,
) -> Transfer:
    """Return a transfer of a new member, with who has to answer it."""
    is_with_old = status is TransferStatus.REQUESTED
    transfer = Transfer(
        code=crypto.opaque_code(8),
        membership=make_membership(person, source),
        from_organization=source,
        to_organization=target,
        handler=source if is_with_old else target,
        status=status,
        requested_by_id=user.id,
        requested_at=clock.now(),
        due_on=clock.today() + timedelta(days=20),
    )
    db.session.add(transfer)
    db.session.flush()
    return transfer


def make_honour(membership: Membership, by: User, name: str = "会员之星") -> Honour:
    """Return an honour that a county granted ten days ago."""
    honour = Honour(
        code=crypto.opaque_code(8),
        membership=membership,
        name=name,
        level=HonourLevel.COUNTY,
        granted_by="测试县红十字会",
        granted_on=clock.today() - timedelta(days=10),
        document="测红〔2026〕1号",
        recorded_at=clock.now(),
        recorded_by_id=by.id,
    )
    db.session.add(honour)
    db.session.flush()
    return honour


def make_volunteer(
    person: Person, organization: Organization, *, status: VolunteerStatus = VolunteerStatus.ENTERED
) -> Volunteer:
    """Return a volunteer entered a year ago (figures are not touched)."""
    volunteer = Volunteer(
        code=crypto.opaque_code(8),
        person_id=person.id,
        organization_id=organization.id,
        county_id=organization.county_id,
        city_id=organization.city_id,
        status=status,
        number=f"V{next(_serial):017d}",
        pseudonym=f"{next(_serial):032x}",
        entered_on=clock.today() - timedelta(days=365),
        search_text=search_text(person),
    )
    db.session.add(volunteer)
    db.session.flush()
    return volunteer


def make_application(
    person: Person,
    organization: Organization,
    user: User,
    *,
    kind: ApplicationKind = ApplicationKind.MEMBER,
    handler: Organization | None = None,
    flags: str = "",
) -> Application:
    """Return a submitted application (figures are not touched)."""
    application = Application(
        code=crypto.opaque_code(8),
        kind=kind,
        person_id=person.id,
        organization_id=organization.id,
        handler_id=(handler or organization).id,
        status=ApplicationStatus.SUBMITTED,
        submitted_by_id=user.id,
        submitted_at=clock.now() - timedelta(days=1),
        flags=flags,
        is_doubtful=bool(flags),
    )
    db.session.add(application)
    db.session.flush()
    return application


def make_record(
    volunteer: Volunteer,
    organization: Organization,
    *,
    starts_at: datetime | None = None,
    minutes: int = 120,
    title: str = "急救演练",
    submitted_by: User | None = None,
    handler: Organization | None = None,
) -> ServiceRecord:
    """Return a pending service record (totals and figures are not touched)."""
    start = starts_at or (clock.now() - timedelta(days=2, minutes=next(_serial) % 50))
    record = ServiceRecord(
        code=crypto.opaque_code(8),
        person_id=volunteer.person_id,
        volunteer_id=volunteer.id,
        organization_id=organization.id,
        handler_id=(handler or organization).id,
        title=title,
        field=ServiceField.FIRST_AID,
        served_on=clock.local(start).date(),
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        minutes=minutes,
        method=ServiceMethod.SELF_REPORTED,
        status=ServiceStatus.PENDING,
        submitted_by_id=submitted_by.id if submitted_by else None,
        submitted_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    return record


def make_change(
    person: Person, organization: Organization, user: User | None = None, name: str = "试改名"
) -> ChangeRequest:
    """Return a request for another name, waiting at an organization (figures are not touched)."""
    request = ChangeRequest(
        code=crypto.opaque_code(8),
        person_id=person.id,
        field=ChangeField.NAME,
        status=ChangeStatus.SUBMITTED,
        organization=organization,
        handler=organization,
        before='{"name": "试**"}',
        after='{"name": "试**"}',
        why="登记时写错了一个字",
        requested_by_id=(user or make_user(person)).id,
        requested_at=clock.now() - timedelta(days=1),
        due_on=clock.today() + timedelta(days=14),
    )
    request.seal_value(f'{{"name": "{name}"}}')
    db.session.add(request)
    db.session.flush()
    return request
