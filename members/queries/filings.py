"""Filings that wait at a county, and those it returned to the branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    or_,
    select,
    tuple_,
)

from accounts.models import Post
from accounts.queries import KEEPERS
from core.access.permissions import Level
from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from members.models import Membership
from members.queries.closings import count_of_pending
from members.queries.dues_books import count_of_arriving
from members.queries.exports import count_of_requests
from members.queries.expulsions import count_of_expulsions
from members.queries.queue import NO_VALUES, MoreCounts, no_more
from members.queries.transfers import count_of_transfers
from members.queries.withdrawals import count_of_leavers
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from people.models import Person

PAGE = 20
#: So much of what waits is the office's own; what a home asks for besides stands behind it.
OWN_COUNTS = 7


@dataclass(frozen=True, slots=True)
class Filed:
    """What a list says of a filing; the note tells why the county returned it."""

    code: str
    number: str
    joined_on: date
    approved_at: datetime
    filing_note: str
    name: str
    organization: str


_FILED = (
    select(
        Membership.code,
        Membership.number,
        Membership.joined_on,
        Membership.approved_at,
        Membership.filing_note,
        Person.name,
        Organization.short_name,
    )
    .join(Membership.person)
    .join(Membership.organization)
)
_RETURNED = (
    Membership.kind == MembershipKind.ADULT,
    Membership.status == MembershipStatus.FILING_RETURNED,
)


def returned_to(organization_id: Any, day: Any) -> ColumnElement[bool]:
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


def _came_back(organization_id: Any) -> ColumnElement[bool]:
    return and_(Membership.organization_id == organization_id, *_RETURNED)


def waiting_filings(county_id: int, after: str = "", limit: int = PAGE) -> Page[Filed]:
    """Return a page of the filings that wait at a county, longest first.

    Adults only: youth members are no names outside their school (decisions.md D10).
    """
    asked = {"county": county_id, "after": after, "limit": limit + 1}
    found = db.session.execute(_WAITING_AFTER if after else _WAITING, asked)
    return page_of([Filed(*row) for row in found], limit)


def _is_behind(instant: ColumnElement[datetime], key: ColumnElement[int]) -> ColumnElement[bool]:
    return tuple_(Membership.approved_at, Membership.id) > tuple_(instant, key)


_OF_COUNTY = Membership.county_id == bindparam("county")
_WAITING = (
    _FILED.where(
        _OF_COUNTY,
        Membership.status == MembershipStatus.APPROVED,
        Membership.kind == MembershipKind.ADULT,
    )
    .order_by(Membership.approved_at, Membership.id)
    .limit(bindparam("limit"))
)
_ANCHOR = (
    select(Membership.approved_at, Membership.id)
    .where(Membership.code == bindparam("after"), _OF_COUNTY)
    .subquery()
)
_WAITING_AFTER = _WAITING.join(_ANCHOR, _is_behind(_ANCHOR.c.approved_at, _ANCHOR.c.id))


_CAME_BACK = _FILED.order_by(Membership.id).limit(bindparam("limit"))
_RETURNED_TO_BRANCH = Kept(_CAME_BACK.where(_came_back(bindparam("organization"))))
_RETURNED_TO_COUNTY = Kept(
    _CAME_BACK.where(returned_to(bindparam("organization"), bindparam("day")))
)


def returned_filings(place: Place, day: date, limit: int = PAGE) -> list[Filed]:
    """Return what the county returned and an organization has to mend, oldest first."""
    statement = _RETURNED_TO_COUNTY if place.level is Level.COUNTY else _RETURNED_TO_BRANCH
    asked = {"organization": place.id, "day": day, "limit": limit}
    return [Filed(*row) for row in statement.rows(asked)]


@dataclass(frozen=True, slots=True)
class OfficeWaiting:
    """Since when the oldest filing waits at an office, and how much of the rest does.

    ``more`` are the counts that the caller asked for besides.
    """

    filings_since: datetime | None
    transfers: int
    leavers: int
    remittances: int
    expulsions: int
    pending: int
    exports: int
    more: tuple[int, ...] = ()


def office_waiting(
    office_id: int, more: MoreCounts = no_more, values: Mapping[str, Any] = NO_VALUES
) -> OfficeWaiting:
    """Return what waits at an office for its home page: one statement.

    ``values`` are those of today that ``more`` asks for by name.
    """
    row = _office_waiting(more).rows({"office": office_id, **values})[0]
    found: list[Any] = [*row[:OWN_COUNTS], tuple(row[OWN_COUNTS:])]
    return OfficeWaiting(*found)


@cache
def _office_waiting(more: MoreCounts) -> Kept:
    office_id: Any = bindparam("office")
    since = (  # the first in the order of the index: the oldest one is not looked for among all
        select(Membership.approved_at)
        .where(
            Membership.county_id == office_id,
            Membership.status == MembershipStatus.APPROVED,
            Membership.kind == MembershipKind.ADULT,
        )
        .order_by(Membership.approved_at)
        .limit(1)
        .scalar_subquery()
    )
    others = (
        count_of_transfers(office_id),
        count_of_leavers(office_id),
        count_of_arriving(office_id),
        count_of_expulsions(office_id),
        count_of_pending(office_id),
        count_of_requests(office_id),
    )
    return Kept(select(since, *others, *more(office_id)))
