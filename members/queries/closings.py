"""What hangs on an organization that is to be closed, and who waits at the county afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select, tuple_

from core.database import db
from core.paging import Page, page_of
from members.models import Application, Expulsion, Membership, Resettlement, Transfer, Withdrawal
from members.rules import (
    OPEN_STATES,
    OPEN_TRANSFERS,
    RUNNING,
    UNSETTLED,
    MembershipKind,
    MembershipStatus,
)
from organizations.figures import STOCK, values
from organizations.models import Organization, OrganizationClosing
from organizations.rules import Hanging, Measure
from people.models import Person

PAGE = 20
COUNTED = 100
_PLACE: Any = bindparam("place")


def _count(key: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return the number of rows, a hundred at most."""
    found = select(key).where(*conditions).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


_HANGING = select(
    _count(
        Application.id,
        Application.organization_id == _PLACE,
        Application.status.in_(OPEN_STATES),
    ),
    _count(
        Transfer.id,
        or_(Transfer.from_organization_id == _PLACE, Transfer.to_organization_id == _PLACE),
        Transfer.status.in_(OPEN_TRANSFERS),
    ),
    _count(Withdrawal.id, Withdrawal.organization_id == _PLACE, Withdrawal.status.in_(UNSETTLED)),
    _count(Expulsion.id, Expulsion.organization_id == _PLACE, Expulsion.status.in_(RUNNING)),
)


def counts_of(organization: Organization) -> dict[Hanging, int]:
    """Return what packages up to this one find hanging on an organization: two statements.

    People come from the maintained figures; the rest is counted up to a hundred.
    """
    found = values([organization.id], (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS))
    row = db.session.execute(_HANGING, {"place": organization.id}).one()
    return {
        Hanging.ADULTS: found.get((organization.id, Measure.ADULT_MEMBERS, STOCK), 0),
        Hanging.PUPILS: found.get((organization.id, Measure.YOUTH_MEMBERS, STOCK), 0),
        Hanging.APPLICATIONS: row[0],
        Hanging.TRANSFERS: row[1],
        Hanging.WITHDRAWALS: row[2],
        Hanging.EXPULSIONS: row[3],
    }


@dataclass(frozen=True, slots=True)
class Homeless:
    """What the county's list says of a member who waits for an organization."""

    code: str
    name: str
    number: str
    old: str
    until_on: date


@dataclass(frozen=True, slots=True)
class Left:
    """A closed organization whose members wait: how many adults and pupils."""

    code: str
    name: str
    adults: int
    pupils: int


_WAITS = (
    Resettlement.until_on.is_not(None),
    Resettlement.settled_at.is_(None),
    Membership.status == MembershipStatus.PENDING_TRANSFER,
)
_IS_ADULT = Membership.kind == MembershipKind.ADULT
_PENDING: Select[*tuple[Any, ...]] = (
    select(
        Membership.code,
        Person.name,
        Membership.number,
        Organization.short_name,
        Resettlement.until_on,
    )
    .select_from(Resettlement)
    .join(Resettlement.membership)
    .join(Membership.person)
    .join(Resettlement.from_organization)
    .where(Resettlement.to_organization_id == _PLACE, *_WAITS, _IS_ADULT)
    .order_by(Resettlement.until_on, Resettlement.id)
    .limit(PAGE + 1)
)
_ANCHOR = (
    select(Resettlement.until_on, Resettlement.id)
    .join(Resettlement.membership)
    .where(Membership.code == bindparam("after"), *_WAITS)
    .subquery()
)
_PENDING_AFTER = _PENDING.join(
    _ANCHOR,
    tuple_(Resettlement.until_on, Resettlement.id) > tuple_(_ANCHOR.c.until_on, _ANCHOR.c.id),
)


def pending_at(county_id: int, after: str = "") -> Page[Homeless]:
    """Return a page of the adults who wait at a county, whose time is up soonest first.

    Pupils are numbers here (decisions.md D10).
    """
    rows = db.session.execute(
        _PENDING_AFTER if after else _PENDING, {"place": county_id, "after": after}
    )
    return page_of([Homeless(*row) for row in rows], PAGE)


def closings_left(county_id: int) -> Sequence[Left]:
    """Return the closed organizations whose members wait at a county, newest first."""
    statement = (
        select(
            OrganizationClosing.code,
            Organization.name,
            _left(MembershipKind.ADULT),
            _left(MembershipKind.YOUTH),
        )
        .join(Organization, Organization.id == OrganizationClosing.organization_id)
        .where(
            OrganizationClosing.shelter_id == county_id,
            OrganizationClosing.id.in_(
                select(Resettlement.closing_id)
                .join(Resettlement.membership)
                .where(Resettlement.to_organization_id == county_id, *_WAITS)
            ),
        )
        .order_by(OrganizationClosing.id.desc())
        .limit(PAGE)
    )
    return [Left(*row) for row in db.session.execute(statement)]


def count_of_pending(county_id: Any) -> ScalarSelect[int]:
    """Return how many members wait at a county, a hundred at most, for a statement about it."""
    found = (
        select(Resettlement.id)
        .join(Resettlement.membership)
        .where(Resettlement.to_organization_id == county_id, *_WAITS)
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def pending_until(membership_id: int) -> date | None:
    """Return until when a member waits for an organization, None for one who does not."""
    return db.session.scalar(
        select(Resettlement.until_on)
        .join(Resettlement.membership)
        .where(Resettlement.membership_id == membership_id, *_WAITS)
    )


def pending_member(county_id: int, code: str) -> Membership | None:
    """Return an adult who waits at a county, for the page that finds him a place."""
    return db.session.scalars(
        select(Membership)
        .join(Resettlement, Resettlement.membership_id == Membership.id)
        .where(
            Membership.code == code,
            Resettlement.to_organization_id == county_id,
            *_WAITS,
            _IS_ADULT,
        )
    ).one_or_none()


def pending_closing(county_id: int, code: str) -> Left | None:
    """Return a closed organization whose members wait at a county."""
    return next((one for one in closings_left(county_id) if one.code == code), None)


def _left(kind: MembershipKind) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Resettlement)
        .join(Resettlement.membership)
        .where(Resettlement.closing_id == OrganizationClosing.id, *_WAITS, Membership.kind == kind)
        .correlate(OrganizationClosing)
        .scalar_subquery()
    )
