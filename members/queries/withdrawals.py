"""Withdrawals: the own one that may still be undone, and those an organization takes note of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import Membership, Withdrawal
from members.rules import LIVE_STATES, UNSETTLED, WithdrawalReason, WithdrawalStatus
from people.models import Person

PAGE = 20
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Leaver:
    """What the queue says of somebody who left."""

    code: str
    name: str
    number: str
    requested_at: datetime
    reason: WithdrawalReason | None
    note: str
    undo_until: date


_LEAVERS = (
    select(
        Withdrawal.code,
        Person.name,
        Membership.number,
        Withdrawal.requested_at,
        Withdrawal.reason,
        Withdrawal.note,
        Withdrawal.undo_until,
    )
    .join(Withdrawal.membership)
    .join(Membership.person)
    .where(
        Withdrawal.organization_id == bindparam("organization"),
        Withdrawal.status == WithdrawalStatus.REQUESTED,
    )
    .order_by(Withdrawal.requested_at, Withdrawal.id)
    .limit(PAGE + 1)
)


def leavers_at(organization_id: int) -> Page[Leaver]:
    """Return those an organization has not taken note of yet, longest first.

    The first page only: each that is taken note of makes room for the next.
    """
    rows = db.session.execute(_LEAVERS, {"organization": organization_id})
    return page_of([Leaver(*row) for row in rows], PAGE)


def count_of_leavers(organization_id: int) -> ScalarSelect[int]:
    """Return the number of those, a hundred at most, for a statement about an organization."""
    found = (
        select(Withdrawal.id)
        .where(
            Withdrawal.organization_id == organization_id,
            Withdrawal.status == WithdrawalStatus.REQUESTED,
        )
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def withdrawal_of(person_id: int) -> Withdrawal | None:
    """Return the withdrawal that a person may still undo, with its membership."""
    of_membership = joinedload(Withdrawal.membership, innerjoin=True)
    return db.session.scalars(
        select(Withdrawal)
        .join(Withdrawal.membership)
        .options(of_membership.joinedload(Membership.organization, innerjoin=True))
        .where(Membership.person_id == person_id, Withdrawal.status.in_(UNSETTLED))
    ).one_or_none()


def is_member(person_id: int) -> bool:
    """Return whether a person is a member anywhere."""
    statement = select(Membership.id).where(
        Membership.person_id == person_id, Membership.status.in_(LIVE_STATES)
    )
    return db.session.scalars(statement.limit(1)).first() is not None
