"""Withdrawals: the own one that may still be undone, and those an organization takes note of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

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
    person_id: int


_LEAVERS = (
    select(
        Withdrawal.code,
        Person.name,
        Membership.number,
        Withdrawal.requested_at,
        Withdrawal.reason,
        Withdrawal.note,
        Withdrawal.undo_until,
        Membership.person_id,
    )
    .join(Withdrawal.membership)
    .join(Membership.person)
    .where(
        Withdrawal.handler_id == bindparam("handler"),
        Withdrawal.status == WithdrawalStatus.REQUESTED,
    )
    .order_by(Withdrawal.requested_at, Withdrawal.id)
    .limit(PAGE + 1)
)


def leavers_at(handler_id: int) -> Page[Leaver]:
    """Return those of whom an organization has to take note, longest first.

    The first page only: each that is taken note of makes room for the next.
    """
    rows = db.session.execute(_LEAVERS, {"handler": handler_id})
    return page_of([Leaver(*row) for row in rows], PAGE)


def count_of_leavers(handler_id: Any) -> ScalarSelect[int]:
    """Return the number of those, a hundred at most, for a statement about an organization."""
    found = (
        select(Withdrawal.id)
        .where(
            Withdrawal.handler_id == handler_id,
            Withdrawal.status == WithdrawalStatus.REQUESTED,
        )
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def withdrawal_of(person_id: int) -> Withdrawal | None:
    """Return the withdrawal that a person may still undo, with its membership."""
    return db.session.scalars(latest_withdrawal(person_id)).one_or_none()


def latest_withdrawal(person_id: int) -> Select[Withdrawal]:
    """Return the statement of a person's newest withdrawal that is not settled yet.

    Who left, joined elsewhere and left again has two of them: only the newest can be undone.
    """
    membership = contains_eager(Withdrawal.membership)
    return (
        select(Withdrawal)
        .join(Withdrawal.membership)
        .options(membership.joinedload(Membership.organization, innerjoin=True))
        .where(Membership.person_id == person_id, Withdrawal.status.in_(UNSETTLED))
        .order_by(Withdrawal.id.desc())
        .limit(1)
    )


def is_member(person_id: int) -> bool:
    """Return whether a person is a member anywhere."""
    statement = select(Membership.id).where(
        Membership.person_id == person_id, Membership.status.in_(LIVE_STATES)
    )
    return db.session.scalars(statement.limit(1)).first() is not None
