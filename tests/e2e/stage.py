"""What stands in the database before a walk: people, queues and records of every kind.

Most rows are made by the product's own operations; long queues by the factories. Afterwards the
maintained numbers are settled from the rows, as they would be.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy import Select, select

from accounts.models import Post, User
from accounts.rules import SessionKind
from core import clock, keyring
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.messages import outbox
from core.pinyin import name_pinyin
from members import operations as joining
from members.models import Application, Membership
from members.operations import Answers
from members.rules import ApplicationKind, Flag, ReturnReason
from organizations.models import Organization
from organizations.rules import OrganizationKind
from people.models import Person
from people.rules import IdType, name_match_key
from schools.models import School
from schools.rules.register import TYPE_OF_STAGE, SchoolStage
from tests import factories as make
from tests.cast import PARTS, organization_named, phone_of
from tests.races import books
from tests.races.stage import keeper, session_of
from volunteers import operations as hours
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import Entry, RefusalReason, ServiceField

STEMS, DIGITS = "甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十"
CROWD = 12
TITLES = ("急救演练", "陪老人看病", "献血站引导", "环湖巡护", "图书整理")
MORNING = time(9)
_number = count(1)
Row = TypeVar("Row", Membership, Volunteer)


def rename_cast() -> None:
    """Give the people of the cast made-up Chinese names, as screens would show them."""
    for index, name in enumerate(PARTS):
        person = db.session.scalars(select(Person).where(Person.name == f"人{name}")).one()
        shown = f"试{STEMS[index % 10]}{DIGITS[index // 10]}"
        sound = name_pinyin(shown)
        person.name, person.match_key = shown, name_match_key(shown)
        person.pinyin, person.initials = sound.full, sound.initials
        user = db.session.scalars(select(User).where(User.person_id == person.id)).one()
        user.display_name = shown
        text = make.search_text(person)
        for membership in db.session.scalars(_of(Membership, person)):
            membership.search_text = text
        for volunteer in db.session.scalars(_of(Volunteer, person)):
            volunteer.search_text = text


def _of(model: type[Row], person: Person) -> Select[Row]:
    return select(model).where(model.person_id == person.id)


def user_of(name: str) -> User:
    """Return the account of a person of the cast, whatever the name is now."""
    index = keyring.index_of(phone_of(name), "phone")
    return db.session.scalars(select(User).where(User.phone_index == index)).one()


def acting(name: str) -> Actor:
    """Return a person of the cast in his first post."""
    user = user_of(name)
    post = db.session.scalars(select(Post).where(Post.user_id == user.id)).first()
    if post is None:
        return Actor(user.id, user.person_id)
    return Actor(user.id, user.person_id, post.id, post.role, post.organization_id)


def list_schools() -> None:
    """Put the schools of the tree on the yearly list, and two more that have no branch."""
    kind = Organization.kind == OrganizationKind.SCHOOL
    for place in db.session.scalars(select(Organization).where(kind)):
        db.session.add(_school(place.name, place.county_id or 0, place.id))
    for index, county in enumerate(("东县", "西县")):
        db.session.add(_school(f"{county}第{DIGITS[index]}中学", organization_named(county).id))
    db.session.flush()


def settle() -> None:
    """Make every maintained number fit the rows."""
    books.settle()


def _school(name: str, county_id: int, organization_id: int | None = None) -> School:
    of_stage = SchoolStage.PRIMARY if organization_id else SchoolStage.JUNIOR
    return School(
        code=f"{TYPE_OF_STAGE[of_stage]}33{next(_number):06d}",
        name=name,
        stage=of_stage,
        county_id=county_id,
        organization_id=organization_id,
    )


def crowd(place: Organization) -> None:
    """Put so many members and volunteers there that their number may be shown."""
    for _ in range(CROWD):
        make.make_membership(make.make_person(born_on=birth()), place)
        make.make_volunteer(make.make_person(born_on=birth()), place)


def birth() -> date:
    """Return the birth day of an adult that nobody else on the stage has."""
    return date(1960, 1, 1) + timedelta(days=next(_number))


def queue_of_applications(place: Organization, safe: int, doubtful: int) -> list[Application]:
    """Return applications that wait at a place, the doubtful ones last."""
    made = []
    for index in range(safe + doubtful):
        person = make.make_person(born_on=birth(), with_id=True)
        flag = "" if index < safe else (Flag.DUPLICATE, Flag.ID_IN_USE)[index % 2]
        made.append(make.make_application(person, place, make.make_user(person), flags=flag))
    return made


def queue_of_records(place: Organization, number: int) -> list[ServiceRecord]:
    """Return records of different days that wait at a place, each of another volunteer."""
    made = []
    for index in range(number):
        volunteer = make.make_volunteer(make.make_person(born_on=birth()), place)
        start = clock.at(clock.today() - timedelta(days=index + 2), MORNING)
        title = TITLES[index % len(TITLES)]
        made.append(make.make_record(volunteer, place, starts_at=start, title=title))
    return made


def group_of_records(place: Organization, number: int) -> list[ServiceRecord]:
    """Return records of one service on one day that wait at a place."""
    start = clock.at(clock.today() - timedelta(days=1), MORNING)
    people = [make.make_person(born_on=birth()) for _ in range(number)]
    crew = [make.make_volunteer(person, place) for person in people]
    return [make.make_record(one, place, starts_at=start, title="社区急救课") for one in crew]


def apply(
    place: Organization, kind: ApplicationKind, *, days: int = 1, born_on: date | None = None
) -> tuple[Application, User]:
    """Return an application that somebody handed in some days ago through the product."""
    user = make.make_user(name=f"试申{DIGITS[next(_number) % 10]}")
    document = born_on or birth()
    answers = Answers(
        name=user.display_name,
        id_type=IdType.RESIDENT_ID if kind is ApplicationKind.MEMBER else None,
        id_number=make.make_id_number(document) if kind is ApplicationKind.MEMBER else "",
        born_on=born_on,
        guardian_name="试监护" if born_on else "",
        guardian_phone=make.make_phone() if born_on else "",
    )
    now = clock.now() - timedelta(days=days)
    by = Actor(user.id, user.person_id)
    return joining.submit_application(user, place, kind, answers, by=by, now=now), user


def approve(application: Application, by: Actor) -> None:
    """Approve an application an hour ago."""
    now = clock.now() - timedelta(hours=1)
    joining.approve([application.code], handler_id=application.handler_id, by=by, now=now)


def return_application(application: Application, by: Actor) -> None:
    """Return an application with a reason, an hour ago."""
    joining.return_(
        [application.code],
        ReturnReason.OTHER,
        "请把姓名写得和证件一样",
        handler_id=application.handler_id,
        by=by,
        now=clock.now() - timedelta(hours=1),
    )


def new_volunteer(place: Organization) -> tuple[User, str]:
    """Return a volunteer for one walk alone, and the token of a session: order matters to none."""
    user = make.make_user(make.make_person(born_on=birth()))
    make.make_volunteer(db.session.get_one(Person, user.person_id), place)
    return user, session_of(user, SessionKind.PERSON)


def new_veteran(place: Organization) -> tuple[User, str]:
    """Return such a volunteer with two confirmed services, and one of yesterday that waits."""
    user, token = new_volunteer(place)
    for days in (40, 12):
        confirm(log(user, TITLES[0], days), acting("ben"))
    log(user, TITLES[0], 1)
    return user, token


def log(user: User, title: str, days: int, *, minutes: int = 120) -> ServiceRecord:
    """Return a record that a volunteer entered some days ago for the day before."""
    now = clock.now() - timedelta(days=days)
    entry = Entry(
        day=clock.local(now).date() - timedelta(days=1),
        minutes=minutes,
        title=title,
        field=ServiceField.FIRST_AID,
        start=MORNING,
    )
    return hours.log_service(user.person_id or 0, entry, by=Actor(user.id, user.person_id), now=now)


def confirm(record: ServiceRecord, by: Actor) -> None:
    """Confirm a record an hour after it was entered."""
    when = record.submitted_at + timedelta(hours=1)
    hours.confirm([record.code], handler_id=record.handler_id, by=by, now=when)


def refuse(record: ServiceRecord, by: Actor) -> None:
    """Refuse a record an hour after it was entered."""
    hours.refuse(
        [record.code],
        RefusalReason.TOO_LONG,
        "",
        handler_id=record.handler_id,
        by=by,
        now=record.submitted_at + timedelta(hours=1),
    )


def card_token(membership: Membership) -> str:
    """Return the token in the address behind a member card."""
    return keyring.index_of(membership.code, "card").hex()[:32]


def guardian_token() -> str:
    """Return the token in the newest link that went to a guardian."""
    links = [re.search(r"/g/([\w-]+)", message.text) for message in outbox()]
    return next(link.group(1) for link in links if link)


def new_branch(name: str) -> tuple[Organization, str]:
    """Return a village of 东县 with a secretary of its own, and the secretary's session token."""
    place = make.make_organization(OrganizationKind.VILLAGE, name, organization_named("东县"))
    return place, keeper(name, Role.SECRETARY).token
