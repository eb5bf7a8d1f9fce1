"""Filings that wait at a county, and those it returned to the branch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import load_only

from accounts.models import Post
from accounts.queries import KEEPERS
from core.access.permissions import Level
from core.access.scope import Place
from core.database import beside, db
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from people.models import Person

PAGE = 20
_SHOWN = (
    load_only(Membership.code, Membership.number, Membership.approved_at, Membership.filing_note),
    beside(Membership.person, Person.name),
    beside(Membership.organization, Organization.short_name),
)


def returned_to(organization_id: int, day: date) -> ColumnElement[bool]:
    """Return the condition for filings that came back to an organization.

    Its own, and as a county those of organizations that nobody keeps on the day. State and kind
    stand in both parts, so that each finds its index.
    """
    kept = exists().where(
        Post.organization_id == Membership.organization_id,
        Post.role.in_(KEEPERS),
        Post.starts_on <= day,
        or_(Post.ends_on.is_(None), Post.ends_on >= day),
    )
    below = and_(Membership.county_id == organization_id, *_RETURNED, ~kept)
    return or_(_came_back(organization_id), below)


_RETURNED = (
    Membership.kind == MembershipKind.ADULT,
    Membership.status == MembershipStatus.FILING_RETURNED,
)


def _came_back(organization_id: int) -> ColumnElement[bool]:
    return and_(Membership.organization_id == organization_id, *_RETURNED)


def waiting_filings(county_id: int, after: str = "", limit: int = PAGE) -> Sequence[Membership]:
    """Return filings that wait at a county, longest first, one row more than the page holds.

    Adults only: youth members are no names outside their school (decisions.md D10).
    """
    statement = (
        select(Membership)
        .options(*_SHOWN)
        .where(
            Membership.county_id == county_id,
            Membership.status == MembershipStatus.APPROVED,
            Membership.kind == MembershipKind.ADULT,
        )
    )
    if after:
        anchor = (
            select(Membership.approved_at, Membership.id)
            .where(Membership.code == after, Membership.county_id == county_id)
            .subquery()
        )
        statement = statement.join(anchor, _is_behind(anchor.c.approved_at, anchor.c.id))
    statement = statement.order_by(Membership.approved_at, Membership.id)
    return db.session.scalars(statement.limit(limit + 1)).all()


def _is_behind(instant: ColumnElement[datetime], key: ColumnElement[int]) -> ColumnElement[bool]:
    return tuple_(Membership.approved_at, Membership.id) > tuple_(instant, key)


def returned_filings(place: Place, day: date, limit: int = PAGE) -> Sequence[Membership]:
    """Return what the county returned and an organization has to mend, oldest first."""
    statement = (
        select(Membership)
        .options(*_SHOWN)
        .where(returned_to(place.id, day) if place.level is Level.COUNTY else _came_back(place.id))
        .order_by(Membership.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def filings_waiting_since(county_id: int) -> datetime | None:
    """Return since when the oldest filing waits at a county."""
    return db.session.scalar(
        select(func.min(Membership.approved_at)).where(
            Membership.county_id == county_id,
            Membership.status == MembershipStatus.APPROVED,
            Membership.kind == MembershipKind.ADULT,
        )
    )
