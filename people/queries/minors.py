"""Approvals to look at minors: what holds now, and what waits for a responsible person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core import clock
from core.access.permissions import Role
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from people.models import Guardian, MinorApproval, Person
from people.rules.minors import ApprovalStatus, is_protected
from people.rules.reveals import RevealReason

PAGE = 20


@dataclass(frozen=True, slots=True)
class Approval:
    """What the page of a look at a minor says: what holds, else what waits, and who may ask."""

    held: MinorApproval | None
    asked: MinorApproval | None
    standing_asked: bool
    may_ask: bool
    may_stand: bool


def approval_page(
    scope: Scope, person: Person, now: datetime, *, protected: bool = False
) -> Approval | None:
    """Return what stands between a post and a look at somebody: None for who needs no approval."""
    unknown = protected and person.born_on is None
    if not unknown and not is_protected(person.born_on, clock.local(now).date()):
        return None
    asker, place_id = scope.principal.user_id, scope.post.place.id
    held = approval_for(asker, place_id, person.id, now)
    return Approval(
        held=held,
        asked=asked_for(asker, place_id, person.id, now) if held is None else None,
        standing_asked=asked_for(asker, place_id, None, now) is not None,
        may_ask=place_id == scope.place.id,
        may_stand=scope.post.role is Role.COORDINATOR,
    )


def approval_for(
    asker_id: int,
    organization_id: int,
    person_id: int | None,
    now: datetime,
    purposes: Collection[RevealReason] = (),
) -> MinorApproval | None:
    """Return what lets an account look at a minor of an organization now, or None.

    Without a person a standing approval alone counts; ``purposes`` bind it where some are named.
    """
    standing = MinorApproval.person_id.is_(None)
    own = MinorApproval.person_id == person_id
    whom = standing if person_id is None else or_(standing, own)
    statement = select(MinorApproval).where(
        MinorApproval.asker_id == asker_id,
        MinorApproval.organization_id == organization_id,
        MinorApproval.status == ApprovalStatus.APPROVED,
        MinorApproval.expires_at > now,
        whom,
    )
    if purposes:
        statement = statement.where(MinorApproval.purpose.in_(purposes))
    newest = statement.order_by(MinorApproval.expires_at.desc()).limit(1)
    return db.session.scalars(newest).one_or_none()


def asked_for(
    asker_id: int, organization_id: int, person_id: int | None, now: datetime
) -> MinorApproval | None:
    """Return the open request of an account about a minor, or for a standing approval."""
    statement = select(MinorApproval).where(
        MinorApproval.asker_id == asker_id,
        MinorApproval.organization_id == organization_id,
        MinorApproval.status == ApprovalStatus.ASKED,
        MinorApproval.expires_at > now,
        MinorApproval.person_id.is_(None)
        if person_id is None
        else MinorApproval.person_id == person_id,
    )
    return db.session.scalars(statement.order_by(MinorApproval.id.desc()).limit(1)).one_or_none()


def looks_at(scope: Scope, person_ids: Collection[int], now: datetime) -> dict[int, ApprovalStatus]:
    """Return of minors whether the account may look at them or asked to: one statement.

    Who is not in it has still to be asked for. A standing approval is one for each of them.
    """
    whom = or_(MinorApproval.person_id.is_(None), MinorApproval.person_id.in_(person_ids))
    rows = db.session.execute(
        select(MinorApproval.person_id, MinorApproval.status).where(
            MinorApproval.asker_id == scope.principal.user_id,
            MinorApproval.organization_id == scope.post.place.id,
            MinorApproval.status.in_((ApprovalStatus.ASKED, ApprovalStatus.APPROVED)),
            MinorApproval.expires_at > now,
            whom,
        )
    ).all()
    if any(one is None and status is ApprovalStatus.APPROVED for one, status in rows):
        return dict.fromkeys(person_ids, ApprovalStatus.APPROVED)
    waiting = {one: status for one, status in rows if one and status is ApprovalStatus.ASKED}
    held = {one: status for one, status in rows if one and status is ApprovalStatus.APPROVED}
    return {**waiting, **held}


def approvals_at(place_id: int, after: str = "") -> Page[MinorApproval]:
    """Return a page of the requests that an organization decides or that are about its own."""
    mine = or_(MinorApproval.handler_id == place_id, MinorApproval.organization_id == place_id)
    statement = (
        select(MinorApproval)
        .options(
            joinedload(MinorApproval.person),
            joinedload(MinorApproval.organization, innerjoin=True),
            joinedload(MinorApproval.post, innerjoin=True),
        )
        .where(mine)
        .order_by(MinorApproval.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(MinorApproval.id).where(MinorApproval.code == after).scalar_subquery()
        statement = statement.where(MinorApproval.id < anchor)
    return page_of(db.session.scalars(statement).all(), PAGE)


def approval_at(place_id: int, code: str, *, lock: bool = False) -> MinorApproval | None:
    """Return a request that an organization decides or that is about its own."""
    mine = or_(MinorApproval.handler_id == place_id, MinorApproval.organization_id == place_id)
    statement = select(MinorApproval).where(MinorApproval.code == code, mine)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def guardians_of(person_id: int) -> Sequence[Guardian]:
    """Return who may answer for a minor, first named first."""
    statement = select(Guardian).where(Guardian.person_id == person_id, Guardian.ended_on.is_(None))
    return db.session.scalars(statement.order_by(Guardian.id)).all()


def hides_child(scope: Scope, born_on: date | None, organization_id: int | None) -> bool:
    """Return whether a post reads no name of somebody under 18: another place is his own (D10).

    What counts is where the post is held, not the organization of the address.
    """
    return organization_id != scope.post.place.id and is_protected(born_on, clock.today())


def may_print_minors(scope: Scope, now: datetime) -> bool:
    """Return whether a post may put its minors on paper: with a standing approval (PRV-10)."""
    place_id = scope.post.place.id
    return approval_for(scope.principal.user_id, place_id, None, now) is not None
