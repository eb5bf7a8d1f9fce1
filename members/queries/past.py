"""The roster as it was on a past day: who was a member then, and in which organization.

Put together from the day of joining and of leaving, from the history (an admission that was taken
back, a leaving that was undone) and from transfers that were completed later. Name and number are
those of today, and so is the tree: organizations that moved since stand where they stand now. What
else a list could tell of a member is known of today only and left out.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Result, Select, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import aliased

from core import clock
from core.access.scope import Scope
from core.database import db
from members.models import Membership, MembershipEvent, Resettlement, Transfer
from members.rules import LIVE_STATES, MembershipKind, MembershipStatus, TransferStatus
from organizations.models import Organization, OrganizationClosing
from organizations.queries import Extent, bounds, extent_of, inside, stands_in
from organizations.rules import ClosingStatus
from people.models import Person


def past_rows(
    scope: Scope, kind: MembershipKind, day: date, after: str, *, size: int | None
) -> Result[Any]:
    """Return who was a member inside a scope at the end of a day, newest first: one statement.

    Without a size all of them. The scope is that of the reader today.
    """
    extent = extent_of(scope) if kind is MembershipKind.ADULT else Extent.OWN
    statement = _page(extent, size, has_anchor=bool(after))
    values = {"kind": kind, "day": day, "end": clock.day_bounds(day)[1], "after": after}
    return db.session.execute(statement, {**bounds(scope), **values})


@lru_cache(maxsize=32)
def _page(extent: Extent, size: int | None, *, has_anchor: bool) -> Select[*tuple[Any, ...]]:
    then, above, member = aliased(Organization), aliased(Organization), Membership
    moves = union_all(*_moves()).subquery()
    moved = (
        select(moves.c.membership_id)
        .join(Organization, Organization.id == moves.c.from_id)
        .where(stands_in(extent, Organization))
    )
    stayed = select(Membership.id).where(inside(extent, Membership))
    state = _state_then()
    statement = (
        select(
            member.code.label("code"),
            state.label("status"),
            member.number.label("number"),
            member.joined_on.label("joined_on"),
            Person.name.label("name"),
            then.short_name.label("organization"),
            func.coalesce(above.short_name, "").label("above"),
        )
        .join(member.person)
        .join(then, then.id == func.coalesce(_left_later(), member.organization_id))
        .outerjoin(above, above.id == then.parent_id)
        .where(
            member.id.in_(stayed.union(moved)),
            stands_in(extent, then),
            member.kind == bindparam("kind"),
            member.joined_on <= bindparam("day"),
            or_(member.left_on.is_(None), member.left_on > bindparam("day")),
            or_(state.is_(None), state.in_(LIVE_STATES)),
        )
        .order_by(member.id.desc())
    )
    if has_anchor:
        row = aliased(Membership)
        anchor = select(row.id).where(row.code == bindparam("after")).scalar_subquery()
        statement = statement.where(member.id < anchor)
    return statement if size is None else statement.limit(size)


def _moves() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return what led members away after the day: transfers, and closings that stand (MEM-45).

    Who waited at the Red Cross above was there until he found a place.
    """
    waited = Resettlement.status_before == MembershipStatus.PENDING_TRANSFER
    return (
        select(
            Transfer.membership_id.label("membership_id"),
            Transfer.from_organization_id.label("from_id"),
            Transfer.settled_at.label("at"),
        ).where(
            Transfer.status == TransferStatus.ACCEPTED, Transfer.settled_at >= bindparam("end")
        ),
        select(
            Resettlement.membership_id,
            case((waited, OrganizationClosing.shelter_id), else_=Resettlement.from_organization_id),
            Resettlement.moved_at,
        )
        .join(OrganizationClosing, OrganizationClosing.id == Resettlement.closing_id)
        .where(
            OrganizationClosing.status == ClosingStatus.CLOSED,
            Resettlement.moved_at >= bindparam("end"),
        ),
    )


def _left_later() -> Any:
    """Return the organization that the first move after the day led away from."""
    transfers, closings = _moves()
    own = union_all(
        transfers.where(Transfer.membership_id == Membership.id).correlate(Membership),
        closings.where(Resettlement.membership_id == Membership.id).correlate(Membership),
    ).subquery()
    return select(own.c.from_id).order_by(own.c.at).limit(1).scalar_subquery()


def _state_then() -> Any:
    """Return the state after the last step up to the day; none where no history goes back there."""
    return (
        select(MembershipEvent.to_status)
        .where(
            MembershipEvent.membership_id == Membership.id, MembershipEvent.at < bindparam("end")
        )
        .order_by(MembershipEvent.at.desc(), MembershipEvent.id.desc())
        .limit(1)
        .correlate(Membership)
        .scalar_subquery()
    )
