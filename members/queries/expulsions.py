"""Expulsions: those an organization has to act on, one of them, one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import Expulsion, ExpulsionEvent, Membership
from members.rules import WAITING, ExpulsionStatus
from organizations.models import Organization
from people.models import Person

PAGE = 20
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Proceeding:
    """What the list says of an expulsion; the name is masked where names end (D10)."""

    code: str
    status: ExpulsionStatus
    name: str
    number: str
    organization: str
    proposed_at: datetime
    hearing_until: date
    person_id: int
    is_here: bool


def seen_at(place_id: Any) -> ColumnElement[bool]:
    """Return the condition for expulsions that exist at an organization.

    Those it has to act on or settled, those of its own members, and as a county those of its
    area. The statement has to join the membership.
    """
    return or_(
        Expulsion.handler_id == place_id,
        Expulsion.organization_id == place_id,
        Membership.county_id == place_id,
    )


_PLACE: Any = bindparam("place")
_LISTED = (
    select(
        Expulsion.code,
        Expulsion.status,
        Person.name,
        Membership.number,
        Organization.short_name,
        Expulsion.proposed_at,
        Expulsion.hearing_until,
        Membership.person_id,
        Expulsion.handler_id == _PLACE,
    )
    .join(Expulsion.membership)
    .join(Membership.person)
    .join(Expulsion.organization)
    .where(seen_at(_PLACE))
    .order_by(Expulsion.id.desc())
    .limit(PAGE + 1)
)
_ANCHOR = select(Expulsion.id).where(Expulsion.code == bindparam("after")).scalar_subquery()
_LISTED_AFTER = _LISTED.where(Expulsion.id < _ANCHOR)


def expulsions_at(place_id: int, after: str = "") -> Page[Proceeding]:
    """Return a page of the expulsions that exist at an organization, newest first."""
    asked = {"place": place_id, "after": after}
    rows = db.session.execute(_LISTED_AFTER if after else _LISTED, asked)
    return page_of([Proceeding(*row) for row in rows], PAGE)


def expulsion_at(place_id: int, code: str) -> Expulsion | None:
    """Return an expulsion that exists at an organization, with member and organizations."""
    membership = contains_eager(Expulsion.membership)
    return db.session.scalars(
        select(Expulsion)
        .join(Expulsion.membership)
        .options(
            membership.joinedload(Membership.person, innerjoin=True),
            joinedload(Expulsion.organization, innerjoin=True),
            joinedload(Expulsion.handler, innerjoin=True),
        )
        .where(Expulsion.code == code, seen_at(place_id))
    ).one_or_none()


def latest_expulsion_of(person_id: int) -> Expulsion | None:
    """Return the newest expulsion of a person, running or settled."""
    return db.session.scalars(
        select(Expulsion)
        .join(Expulsion.membership)
        .options(
            contains_eager(Expulsion.membership),
            joinedload(Expulsion.organization, innerjoin=True),
            joinedload(Expulsion.handler, innerjoin=True),
        )
        .where(Membership.person_id == person_id)
        .order_by(Expulsion.id.desc())
        .limit(1)
    ).one_or_none()


_EVENTS = (
    select(ExpulsionEvent)
    .where(ExpulsionEvent.expulsion_id == bindparam("expulsion"))
    .order_by(ExpulsionEvent.id)
)


def events_of_expulsion(expulsion_id: int) -> Sequence[ExpulsionEvent]:
    """Return the steps of an expulsion, oldest first."""
    return db.session.scalars(_EVENTS, {"expulsion": expulsion_id}).all()


def count_of_expulsions(handler_id: Any) -> ScalarSelect[int]:
    """Return how many wait at an organization, a hundred at most, for a statement about it."""
    found = (
        select(Expulsion.id)
        .where(Expulsion.handler_id == handler_id, Expulsion.status.in_(WAITING))
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()
