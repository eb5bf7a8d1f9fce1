"""Accounts, posts and persons of the demonstration."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from accounts import operations as accounts
from accounts.models import Post, User
from accounts.queries import secret_context
from core import clock, keyring
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from datasets.demo import cast, names
from datasets.demo.places import COUNTIES, Places
from organizations.models import Organization
from organizations.rules import OrganizationKind
from people.models import Person
from people.operations.persons import create_person, read_identity, set_identity
from people.rules import IdType

POSTS_SINCE = 500
SECRET_CHARACTERS = 32


@dataclass(slots=True)
class Stage:
    """What the parts of the seed share: the day, the places, accounts and who keeps what."""

    today: date
    places: Places
    users: dict[str, User] = field(default_factory=dict)
    keepers: dict[int, Actor] = field(default_factory=dict)
    predecessors: dict[int, Actor] = field(default_factory=dict)
    crowd: int = cast.CROWD_FROM
    password_hash: str = ""

    def at(self, days_ago: int, hour: int = 9) -> datetime:
        """Return an hour of a day in the past, in Shanghai."""
        return clock.at(self.today - timedelta(days=days_ago), time(hour))

    def decider(self, organization_id: int, person_id: int) -> Actor:
        """Return who decides at an organization over a person: never that person himself."""
        keeper = self.keepers[organization_id]
        if keeper.person_id == person_id:
            return self.predecessors[organization_id]
        return keeper

    def next_serial(self) -> int:
        """Return a serial that nobody of the crowd has yet."""
        self.crowd += 1
        return self.crowd


def secret_of(phone: str) -> str:
    """Return the secret of the second factor of a demo account: fixed, known, worth nothing."""
    digest = hashlib.sha256(f"demo:{phone}".encode()).digest()
    return base64.b32encode(digest).decode()[:SECRET_CHARACTERS]


def born_on(stage: Stage, age: int, serial: int) -> date:
    """Return a birth day that makes somebody of an age, another one per serial."""
    first = date(stage.today.year - age - 1, stage.today.month, min(stage.today.day, 28))
    return first + timedelta(days=1 + serial * 37 % 360)


def build_accounts(stage: Stage) -> None:
    """Make the cast and the staff with their posts, passwords and second factors."""
    for character in cast.CAST:
        _build_character(stage, character)
    held = {place for one in cast.CAST for _, place in one.posts if not one.ended}
    serial = cast.STAFF_FROM
    for county in (*COUNTIES.values(), "龙港市"):
        for name, organization in stage.places.below(county):
            if name in held or name in cast.VACANT:
                continue
            serial += 1
            _build_keeper(stage, serial, organization)


def _build_character(stage: Stage, one: cast.Character) -> None:
    user = account(stage, one.serial, one.name)
    stage.users[one.key] = user
    person = _person(stage, user, one.name, one.age, one.serial)
    _give_password(stage, user)
    if one.has_factor and one.posts:
        _give_factor(stage, user, names.phone_of(one.serial))
    for role, place in one.posts:
        organization = stage.places[place]
        post = give_post(stage, user, role, organization)
        if one.ended:
            yesterday = stage.today - timedelta(days=1)
            stage.predecessors[organization.id] = actor_of(user, post, person)
            accounts.end_post(post, yesterday, by=SYSTEM, now=clock.now())
        elif not one.suspended and role is not Role.TEAM_LEADER:
            stage.keepers.setdefault(organization.id, actor_of(user, post, person))
    if one.suspended:
        accounts.suspend_user(user, by=SYSTEM, now=stage.at(3))


def _build_keeper(stage: Stage, serial: int, organization: Organization) -> None:
    """Give an organization its secretary, a school its coordinator."""
    is_school = organization.kind is OrganizationKind.SCHOOL
    role = Role.COORDINATOR if is_school else Role.SECRETARY
    name = names.name_of(serial)
    user = account(stage, serial, name)
    person = _person(stage, user, name, 30 + serial % 30, serial)
    _give_password(stage, user)
    _give_factor(stage, user, names.phone_of(serial))
    post = give_post(stage, user, role, organization)
    stage.keepers[organization.id] = actor_of(user, post, person)


def account(stage: Stage, serial: int, name: str) -> User:
    """Return a new demo account that signs in with a phone of the block."""
    phone = names.phone_of(serial)
    now = stage.at(POSTS_SINCE)
    return accounts.find_or_create_user(phone, by=SYSTEM, now=now, display_name=name, is_demo=True)


def _person(stage: Stage, user: User, name: str, age: int, serial: int) -> Person:
    person = make_person(stage, name, age, serial, phone=names.phone_of(serial))
    accounts.link_person(user, person.id, by=SYSTEM)
    return person


def make_person(stage: Stage, name: str, age: int, serial: int, phone: str = "") -> Person:
    """Return a person with a document of a region that does not exist."""
    person = create_person(name, now=stage.at(POSTS_SINCE), phone=phone)
    number = names.id_number_of(serial, born_on(stage, age, serial))
    set_identity(person, read_identity(IdType.RESIDENT_ID, number, None, stage.today))
    return person


def give_post(stage: Stage, user: User, role: Role, organization: Organization) -> Post:
    """Return a post that is held since long."""
    first = stage.today - timedelta(days=POSTS_SINCE)
    now = stage.at(POSTS_SINCE)
    return accounts.grant_post(user, role, organization, first, None, by=SYSTEM, now=now)


def actor_of(user: User, post: Post, person: Person) -> Actor:
    """Return somebody acting in a post."""
    return Actor(user.id, person.id, post.id, post.role.value, post.organization_id)


def _give_password(stage: Stage, user: User) -> None:
    """Give the documented password; it is hashed once, because hashing is slow on purpose."""
    if not stage.password_hash:
        accounts.set_password(user, cast.PASSWORD, by=SYSTEM, now=stage.at(POSTS_SINCE))
        stage.password_hash = user.password_hash or ""
    user.password_hash = stage.password_hash


def _give_factor(stage: Stage, user: User, phone: str) -> None:
    user.totp_secret = keyring.seal(secret_of(phone), secret_context(user))
    user.totp_confirmed_at = stage.at(POSTS_SINCE)
    db.session.flush()
