"""Makes the people, posts and rows that a race needs, many at a time; flushes, never commits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from sqlalchemy import select, update

from accounts.models import User, UserSession
from accounts.rules import SessionKind
from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.sessions import token_digest
from members.models import Application, JoinDraft
from members.rules import ApplicationKind
from organizations.models import Organization
from organizations.rules import OrganizationKind
from people.models import Person
from people.rules import IdType
from tests import factories as make
from tests.cast import organization_named, token_of
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations import confirm

_number = count(1)
FIRST_BIRTH = date(1960, 1, 1)


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account, its open session, and its post where it has one."""

    user_id: int
    person_id: int
    token: str
    post_id: int | None = None


def somebody() -> Somebody:
    """Return a person with account and session."""
    user = make.make_user(person())
    return Somebody(user.id, user.person_id or 0, session_of(user, SessionKind.PERSON))


def keeper(place: str, role: Role = Role.SECRETARY) -> Somebody:
    """Return who holds a post at an organization of the cast, both factors done."""
    user = make.make_user(person())
    post = make.make_post(user, role, organization_named(place))
    token = session_of(user, SessionKind.POST)
    return Somebody(user.id, user.person_id or 0, token, post.id)


def refresh(*names: str) -> None:
    """Let people of the cast be signed in as if it were just now."""
    now = clock.now()
    digests = [token_digest(token_of(name)) for name in names]
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_digest.in_(digests))
        .values(created_at=now, seen_at=now, factor_at=now)
    )


def person() -> Person:
    """Return an adult with a document; no two are born on one day."""
    return make.make_person(born_on=birth(), with_id=True)


def birth() -> date:
    """Return a birth day that nobody else on the stage has."""
    return FIRST_BIRTH + timedelta(days=next(_number))


def village() -> str:
    """Return the name of a village of its own, under the town of the cast."""
    name = f"竞{next(_number)}村"
    make.make_organization(OrganizationKind.VILLAGE, name, organization_named("东镇"))
    return name


def session_of(user: User, kind: SessionKind) -> str:
    """Return the token of a session that was opened just now."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        UserSession(
            token_digest=token_digest(token),
            user_id=user.id,
            kind=kind,
            created_at=now,
            seen_at=now,
            factor_at=now if kind is not SessionKind.PERSON else None,
        )
    )
    db.session.flush()
    return token


def newcomer() -> Somebody:
    """Return an account that nobody knows more of than its phone, with its session."""
    user = make.make_user(name="试来者")
    return Somebody(user.id, 0, session_of(user, SessionKind.PERSON))


def application(place: str, by: Somebody | None = None) -> Application:
    """Return an application that waits at an organization of the cast."""
    applicant = db.session.get_one(Person, by.person_id) if by else person()
    user = db.session.get_one(User, by.user_id) if by else make.make_user(applicant)
    return make.make_application(applicant, organization_named(place), user)


def application_of(token: str) -> Application | None:
    """Return what the account of a session handed in."""
    statement = (
        select(Application)
        .join(UserSession, UserSession.user_id == Application.submitted_by_id)
        .where(UserSession.token_digest == token_digest(token))
    )
    return db.session.scalars(statement).one_or_none()


def volunteer(place: str) -> tuple[Volunteer, Somebody]:
    """Return a volunteer of an organization with his account and session."""
    being = person()
    user = make.make_user(being)
    found = make.make_volunteer(being, organization_named(place))
    return found, Somebody(user.id, being.id, session_of(user, SessionKind.PERSON))


def record(
    of: Volunteer, by: Somebody, place: str, starts_at: datetime | None = None
) -> ServiceRecord:
    """Return a service record of two hours that waits at an organization of the cast."""
    user = db.session.get_one(User, by.user_id)
    start = starts_at or quiet_hour()
    return make.make_record(of, organization_named(place), starts_at=start, submitted_by=user)


def quiet_hour() -> datetime:
    """Return ten in the morning of three days ago."""
    day = clock.today() - timedelta(days=3)
    return clock.at(day, time(10))


def draft(by: Somebody, place: str, number: str) -> JoinDraft:
    """Return a finished join journey, all but the last button."""
    user = db.session.get_one(User, by.user_id)
    made = JoinDraft(
        user_id=by.user_id,
        organization_id=organization_named(place).id,
        kind=ApplicationKind.MEMBER,
        name=user.display_name,
        id_type=IdType.RESIDENT_ID,
        updated_at=clock.now(),
    )
    made.id_number = made.keep("id_number", number)
    db.session.add(made)
    db.session.flush()
    return made


def confirmed(record: ServiceRecord, by: Somebody) -> str:
    """Confirm a record; return the code of the decision."""
    user = db.session.get_one(User, by.user_id)
    actor = Actor(user.id, user.person_id, by.post_id, Role.SECRETARY, record.organization_id)
    decision = confirm([record.code], handler_id=record.handler_id, by=actor, now=clock.now())
    return decision.code


def person_of(who: Somebody) -> Person:
    """Return the person of somebody."""
    return db.session.get_one(Person, who.person_id)


def account_of(who: Somebody) -> User:
    """Return the account of somebody."""
    return db.session.get_one(User, who.user_id)


def place(name: str) -> Organization:
    """Return an organization of the cast."""
    return organization_named(name)
