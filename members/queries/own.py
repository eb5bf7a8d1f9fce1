"""What a person sees of himself: applications, membership, and the draft of a join journey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from core.access.scope import Principal
from core.database import db
from core.statements import Kept
from members.admission import holds_anything
from members.models import Application, ApplicationEvent, Entry, JoinDraft, Membership
from members.rules import (
    LIVE_STATES,
    OPEN_STATES,
    ApplicationKind,
    ApplicationStatus,
    MembershipStatus,
)
from organizations.models import Organization
from people.models import Person

DRAFT_DAYS = 7


def open_application(person_id: int, kind: ApplicationKind) -> Application | None:
    """Return the application of a kind that is still on its way."""
    return db.session.scalars(
        select(Application).where(
            Application.person_id == person_id,
            Application.kind == kind,
            Application.status.in_(OPEN_STATES),
        )
    ).one_or_none()


def is_established(person_id: int) -> bool:
    """Return whether somebody was approved once: then a new name is a request of its own."""
    statement = select(Application.id).where(
        Application.person_id == person_id, Application.status == ApplicationStatus.APPROVED
    )
    if db.session.scalars(statement.limit(1)).first() is not None:
        return True
    return holds_anything(person_id)


def was_expelled(person_id: int, id_index: bytes | None) -> bool:
    """Return whether a person, or whoever has the document named, was expelled (MEM-44).

    An expulsion that fell on appeal is none any more.
    """
    whoever = Membership.person_id == person_id
    if id_index is not None:
        owner = select(Person.id).where(Person.id_index == id_index).scalar_subquery()
        whoever = or_(whoever, Membership.person_id == owner)
    statement = select(Membership.id).where(whoever, Membership.status == MembershipStatus.EXPELLED)
    return db.session.scalars(statement.limit(1)).first() is not None


class OwnMembership(NamedTuple):
    """What the home of a person says of the live membership."""

    status: MembershipStatus
    organization: str


class OwnWaiting(NamedTuple):
    """What the home of a person says of an application on its way."""

    code: str
    kind: ApplicationKind
    status: ApplicationStatus
    organization: str


_MEMBERSHIP = Kept(
    select(Membership.status, Organization.short_name)
    .join(Membership.organization)
    .where(Membership.person_id == bindparam("person"), Membership.status.in_(LIVE_STATES))
)
_ON_ITS_WAY = Kept(
    select(Application.code, Application.kind, Application.status, Organization.short_name)
    .join(Application.organization)
    .where(Application.person_id == bindparam("person"), Application.status.in_(OPEN_STATES))
    .order_by(Application.id)
)


def own_membership(person_id: int) -> OwnMembership | None:
    """Return what the home says of a person's live membership: one statement."""
    row = _MEMBERSHIP.row({"person": person_id})
    return OwnMembership(*row) if row else None


def own_waiting(person_id: int) -> list[OwnWaiting]:
    """Return what the home says of what a person has on its way: one statement."""
    return [OwnWaiting(*row) for row in _ON_ITS_WAY.rows({"person": person_id})]


def membership_of(person_id: int) -> Membership | None:
    """Return the live membership of a person with its organization."""
    return db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.organization, innerjoin=True),
            joinedload(Membership.person, innerjoin=True),
        )
        .where(Membership.person_id == person_id, Membership.status.in_(LIVE_STATES))
    ).one_or_none()


def own_applications(principal: Principal, limit: int = 20) -> Sequence[Application]:
    """Return what an account handed in or what was handed in for its person, newest first."""
    statement = (
        select(Application)
        .options(
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .where(_is_own(principal))
        .order_by(Application.id.desc())
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def own_application(principal: Principal, code: str, *, lock: bool = False) -> Application | None:
    """Return one of them by its code, the row locked for an act on it."""
    statement = (
        select(Application)
        .options(
            joinedload(Application.person, innerjoin=True),
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .where(Application.code == code, _is_own(principal))
    )
    if lock:
        statement = statement.with_for_update(of=Application)
    return db.session.scalars(statement).one_or_none()


def _is_own(principal: Principal) -> ColumnElement[bool]:
    """Return the condition for what is one's own; whom a keeper entered has gone his way."""
    entered = exists().where(Entry.application_id == Application.id)
    settled = and_(entered, Application.status == ApplicationStatus.APPROVED)
    return or_(
        and_(Application.submitted_by_id == principal.user_id, ~settled),
        Application.person_id == principal.person_id,
    )


def open_applications(person_id: int) -> Sequence[Application]:
    """Return what a person has on its way, with organization and handler."""
    statement = (
        select(Application)
        .options(joinedload(Application.organization, innerjoin=True))
        .where(Application.person_id == person_id, Application.status.in_(OPEN_STATES))
        .order_by(Application.id)
    )
    return db.session.scalars(statement).all()


_EVENTS = (
    select(ApplicationEvent)
    .where(ApplicationEvent.application_id == bindparam("application"))
    .order_by(ApplicationEvent.id)
)


def events_of(application_id: int) -> Sequence[ApplicationEvent]:
    """Return the steps of an application, oldest first."""
    return db.session.scalars(_EVENTS, {"application": application_id}).all()


def membership_from(application_id: int) -> Membership | None:
    """Return the membership that an application led to."""
    return db.session.scalars(
        select(Membership).where(Membership.application_id == application_id)
    ).one_or_none()


def draft_of(
    user_id: int, organization_id: int, kind: ApplicationKind, now: datetime
) -> JoinDraft | None:
    """Return the answers of a join journey that are not older than seven days."""
    found = db.session.get(JoinDraft, (user_id, organization_id, kind))
    if found is None or found.updated_at < now - timedelta(days=DRAFT_DAYS):
        return None
    return found
