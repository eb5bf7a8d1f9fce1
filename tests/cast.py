"""The tree and the people that every test knows (security.md 4.2; all names are made up).

测试省
├─ 东市 ─ 东县 ─ 东镇 ─ 东一村      东市 ─ 东县 ─ 东二村, 东小学
│      └ 西县 ─ 西一村, 西小学
└─ 北市 ─ 北县 ─ 北一村
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from accounts.models import User, UserSession
from accounts.rules import SessionKind
from core import clock
from core.access.permissions import Role
from core.database import db
from core.sessions import token_digest
from members.rules import MembershipKind
from organizations.models import Organization
from organizations.rules import OrganizationKind as Kind
from people.models import Person
from tests import factories as make

#: name of the organization -> (kind, parent, division code)
TREE: dict[str, tuple[Kind, str | None, str | None]] = {
    "测试省": (Kind.PROVINCIAL, None, None),
    "东市": (Kind.CITY, "测试省", None),
    "北市": (Kind.CITY, "测试省", None),
    "东县": (Kind.COUNTY, "东市", None),
    "西县": (Kind.COUNTY, "东市", None),
    "北县": (Kind.COUNTY, "北市", None),
    "东镇": (Kind.TOWNSHIP, "东县", None),
    "东一村": (Kind.VILLAGE, "东镇", None),
    "东二村": (Kind.VILLAGE, "东县", None),
    "东小学": (Kind.SCHOOL, "东县", None),
    "西一村": (Kind.VILLAGE, "西县", None),
    "西小学": (Kind.SCHOOL, "西县", None),
    "北一村": (Kind.VILLAGE, "北县", None),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the cast: birth year, posts, and what he is."""

    posts: tuple[tuple[Role, str], ...] = ()
    born_on: date = date(1985, 6, 15)
    member_of: str | None = None
    volunteer_of: str | None = None
    kind: MembershipKind = MembershipKind.ADULT
    ended: bool = False
    suspended: bool = False
    half_way: bool = False


def _years_ago(years: int) -> date:
    day = clock.today()
    return date(day.year - years, 1, 5)


PARTS: dict[str, Part] = {
    "mia": Part(member_of="东一村"),
    "ada": Part(volunteer_of="东一村"),
    "gus": Part(volunteer_of="东一村"),
    "hana": Part(member_of="东小学", kind=MembershipKind.YOUTH, born_on=_years_ago(15)),
    "iko": Part(member_of="东小学", kind=MembershipKind.YOUTH, born_on=_years_ago(13)),
    "wes": Part(volunteer_of="西一村", member_of="西一村"),
    "ned": Part(volunteer_of="北一村", member_of="北一村"),
    "tess": Part(posts=((Role.TEAM_LEADER, "东一村"),)),
    "ben": Part(posts=((Role.SECRETARY, "东一村"),), volunteer_of="东一村"),
    "tom": Part(posts=((Role.SECRETARY, "东镇"),)),
    "bea": Part(posts=((Role.SECRETARY, "东二村"),)),
    "will": Part(posts=((Role.SECRETARY, "西一村"),)),
    "finn": Part(posts=((Role.COORDINATOR, "东小学"),)),
    "cora": Part(posts=((Role.OFFICER, "东县"),)),
    "dan": Part(posts=((Role.OFFICER, "西县"),)),
    "eve": Part(posts=((Role.OFFICER, "东市"),)),
    "noa": Part(posts=((Role.OFFICER, "北县"),)),
    "gil": Part(posts=((Role.OFFICER, "测试省"),)),
    "sam": Part(posts=((Role.SUPERVISOR, "东县"),)),
    "opal": Part(posts=((Role.OPERATOR, "测试省"),)),
    "pia": Part(posts=((Role.PRIVACY_OFFICER, "测试省"),)),
    "rex": Part(posts=((Role.SECRETARY, "东一村"),), ended=True),
    "sue": Part(posts=((Role.SECRETARY, "东一村"),), suspended=True),
    "duo": Part(posts=((Role.SECRETARY, "东二村"),), volunteer_of="东一村"),
    "nell": Part(posts=((Role.OFFICER, "东县"),), half_way=True),
}


def token_of(name: str) -> str:
    """Return the session token of a person of the cast: 43 characters, only for tests."""
    return f"token-of-{name}-".ljust(43, "x")


def phone_of(name: str) -> str:
    """Return the phone of a person of the cast."""
    return f"1990000{list(PARTS).index(name):04d}"


def build_cast() -> None:
    """Write the tree and the people."""
    for name, (kind, parent, division) in TREE.items():
        above = organization_named(parent) if parent else None
        make.make_organization(kind, name, above, division)
    for name, part in PARTS.items():
        _build(name, part)


def _build(name: str, part: Part) -> None:
    person = make.make_person(f"人{name}", born_on=part.born_on, phone=phone_of(name), with_id=True)
    user = make.make_user(person)
    ends_on = clock.today() - timedelta(days=1) if part.ended else None
    for role, place in part.posts:
        make.make_post(user, role, organization_named(place), ends_on=ends_on)
    if part.member_of:
        make.make_membership(person, organization_named(part.member_of), kind=part.kind)
    if part.volunteer_of:
        make.make_volunteer(person, organization_named(part.volunteer_of))
    if part.suspended:
        user.suspended_at = clock.now()
    now = clock.now()
    db.session.add(
        UserSession(
            token_digest=token_digest(token_of(name)),
            user_id=user.id,
            kind=SessionKind.POST if part.posts else SessionKind.PERSON,
            created_at=now,
            seen_at=now,
            factor_at=now if part.posts and not part.half_way else None,
            needs_factor=part.half_way,
        )
    )
    db.session.flush()


def organization_named(name: str) -> Organization:
    """Return an organization of the tree."""
    return db.session.scalars(select(Organization).where(Organization.name == name)).one()


class Cast:
    """Finds the people and organizations of the cast in the database."""

    @classmethod
    def load(cls) -> Cast:
        """Return the cast, with every session seen just now."""
        now = clock.now()
        for found in db.session.scalars(select(UserSession)):
            found.created_at = found.seen_at = now
            if found.factor_at is not None:
                found.factor_at = now
        db.session.commit()
        return cls()

    def session_token(self, name: str) -> str:
        return token_of(name)

    def organization(self, name: str) -> Organization:
        return organization_named(name)

    def code(self, name: str) -> str:
        return organization_named(name).code

    def person(self, name: str) -> Person:
        return db.session.scalars(select(Person).where(Person.name == f"人{name}")).one()

    def user(self, name: str) -> User:
        return db.session.scalars(select(User).where(User.person_id == self.person(name).id)).one()
