"""Dues: of oneself, of one member or unit, who has not paid yet, and receipts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.database import db
from core.paging import Page, page_of
from members.models import (
    DuesCharge,
    DuesPayment,
    DuesProposal,
    DuesReceipt,
    GroupMembership,
    Membership,
)
from members.rules import LIVE_STATES, OPEN_PROPOSALS, MembershipStatus, ProposalStatus
from members.rules.groups import GROUP_PAYING
from people.models import Person

PAGE = 50
MOST = 100
COUNTED = 100
_OPEN = DuesCharge.paid < DuesCharge.amount
Payer = Membership | GroupMembership


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What the list says of a charge that is open; amounts in fen."""

    code: str
    member: str
    name: str
    number: str
    year: int
    amount: int
    paid: int
    is_unit: bool

    @property
    def outstanding(self) -> int:
        """Return what is still to pay, in fen."""
        return self.amount - self.paid


_NAME = func.coalesce(Person.name, GroupMembership.name)
_NUMBER = func.coalesce(Membership.number, GroupMembership.number, "")
_UNPAID = (
    select(
        DuesCharge.code,
        func.coalesce(Membership.code, GroupMembership.code),
        _NAME,
        _NUMBER,
        DuesCharge.year,
        DuesCharge.amount,
        DuesCharge.paid,
        DuesCharge.group_id.is_not(None),
    )
    .outerjoin(DuesCharge.membership)
    .outerjoin(Membership.person)
    .outerjoin(DuesCharge.group)
    .where(
        DuesCharge.organization_id == bindparam("organization"),
        _OPEN,
        or_(Membership.status.in_(LIVE_STATES), GroupMembership.status.in_(GROUP_PAYING)),
    )
)
_OF_YEAR = _UNPAID.where(DuesCharge.year == bindparam("year")).order_by(DuesCharge.id)
_ANCHOR = select(DuesCharge.id).where(DuesCharge.code == bindparam("after")).scalar_subquery()
_PAGE = _OF_YEAR.limit(PAGE + 1)
_PAGE_AFTER = _OF_YEAR.where(DuesCharge.id > _ANCHOR).limit(PAGE + 1)


def unpaid_page(organization_id: int, year: int, after: str = "") -> Page[Unpaid]:
    """Return a page of what members and units of an organization have to pay for a year."""
    asked = {"organization": organization_id, "year": year, "after": after}
    rows = db.session.execute(_PAGE_AFTER if after else _PAGE, asked)
    return page_of([Unpaid(*row) for row in rows], PAGE)


def unpaid_of(organization_id: int, codes: Collection[str]) -> list[Unpaid]:
    """Return those of an organization's open charges that the codes name, in their order."""
    statement = _UNPAID.where(DuesCharge.code.in_(codes)).order_by(DuesCharge.id)
    rows = db.session.execute(statement, {"organization": organization_id})
    return [Unpaid(*row) for row in rows]


def charges_of(payer: Payer) -> Sequence[DuesCharge]:
    """Return what a member or a unit was charged, newest year first: one statement."""
    return db.session.scalars(
        select(DuesCharge).where(_of(payer)).order_by(DuesCharge.year.desc()).limit(MOST)
    ).all()


def payments_of(payer: Payer) -> Sequence[DuesPayment]:
    """Return what a member or a unit paid with its receipts, newest first: one statement."""
    return db.session.scalars(
        select(DuesPayment)
        .join(DuesPayment.charge)
        .options(
            contains_eager(DuesPayment.charge),
            joinedload(DuesPayment.receipt, innerjoin=True).joinedload(
                DuesReceipt.organization, innerjoin=True
            ),
        )
        .where(_of(payer))
        .order_by(DuesPayment.id.desc())
        .limit(MOST)
    ).all()


def _of(payer: Payer) -> ColumnElement[bool]:
    is_unit = isinstance(payer, GroupMembership)
    column = DuesCharge.group_id if is_unit else DuesCharge.membership_id
    return column == payer.id


def newest_membership(person_id: int) -> Membership | None:
    """Return the newest membership of a person, live or ended, with its organization."""
    return db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.organization, innerjoin=True),
            joinedload(Membership.person, innerjoin=True),
        )
        .where(Membership.person_id == person_id, Membership.status != MembershipStatus.REVOKED)
        .order_by(Membership.id.desc())
        .limit(1)
    ).one_or_none()


def member_here(organization_id: int, code: str) -> Membership | None:
    """Return a live member of an organization itself, with name and organization."""
    return db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.person, innerjoin=True),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(
            Membership.code == code,
            Membership.organization_id == organization_id,
            Membership.status.in_(LIVE_STATES),
        )
    ).one_or_none()


def receipt_at(organization_id: int, code: str) -> DuesReceipt | None:
    """Return a receipt of an organization."""
    return db.session.scalars(
        select(DuesReceipt)
        .options(joinedload(DuesReceipt.organization, innerjoin=True))
        .where(DuesReceipt.code == code, DuesReceipt.organization_id == organization_id)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who reads about dues of his own: as a member, or as the contact of units."""

    person_id: int | None
    user_id: int

    @property
    def own(self) -> ColumnElement[bool]:
        """Return the condition that a payment is one's own or that of one's unit."""
        return or_(Membership.person_id == self.person_id, GroupMembership.owner_id == self.user_id)


def own_receipt(owner: Owner, code: str) -> DuesReceipt | None:
    """Return a receipt with a payment of one's own, or of one's unit, behind it."""
    mine = (
        select(DuesPayment.receipt_id)
        .join(DuesPayment.charge)
        .outerjoin(DuesCharge.membership)
        .outerjoin(DuesCharge.group)
        .where(owner.own)
    )
    return db.session.scalars(
        select(DuesReceipt)
        .options(joinedload(DuesReceipt.organization, innerjoin=True))
        .where(DuesReceipt.code == code, DuesReceipt.id.in_(mine))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment behind a receipt."""

    code: str
    name: str
    number: str
    year: int
    amount: int
    is_refunded: bool
    refund_note: str
    born_on: date | None


def payments_behind(receipt_id: int, owner: Owner | None = None) -> list[Paid]:
    """Return the payments behind a receipt, one's own only where asked: one statement."""
    statement = (
        select(
            DuesPayment.code,
            _NAME,
            _NUMBER,
            DuesCharge.year,
            DuesPayment.amount,
            DuesPayment.refunded_at.is_not(None),
            DuesPayment.refund_note,
            Person.born_on,
        )
        .join(DuesPayment.charge)
        .outerjoin(DuesCharge.membership)
        .outerjoin(Membership.person)
        .outerjoin(DuesCharge.group)
        .where(DuesPayment.receipt_id == receipt_id)
        .order_by(DuesPayment.id)
    )
    if owner is not None:
        statement = statement.where(owner.own)
    return [Paid(*row) for row in db.session.execute(statement)]


def payment_at(organization_id: int, code: str) -> DuesPayment | None:
    """Return a payment of an organization that was not refunded, with who paid and receipt."""
    due = joinedload(DuesPayment.charge, innerjoin=True)
    return db.session.scalars(
        select(DuesPayment)
        .options(
            due.joinedload(DuesCharge.membership).joinedload(Membership.person),
            due.joinedload(DuesCharge.group),
            joinedload(DuesPayment.receipt, innerjoin=True),
        )
        .where(
            DuesPayment.code == code,
            DuesPayment.organization_id == organization_id,
            DuesPayment.refunded_at.is_(None),
        )
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the list says of a member who may be removed."""

    code: str
    member: str
    name: str
    number: str
    status: ProposalStatus
    keep_until: date | None
    person_id: int


def proposals_at(organization_id: int, after: str = "") -> Page[Proposed]:
    """Return a page of those unpaid for two years that an organization has to decide."""
    statement = (
        select(
            DuesProposal.code,
            Membership.code,
            Person.name,
            Membership.number,
            DuesProposal.status,
            DuesProposal.keep_until,
            Membership.person_id,
        )
        .join(DuesProposal.membership)
        .join(Membership.person)
        .where(*_waiting(organization_id))
        .order_by(DuesProposal.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(DuesProposal.id).where(DuesProposal.code == after).scalar_subquery()
        statement = statement.where(DuesProposal.id > anchor)
    return page_of([Proposed(*row) for row in db.session.execute(statement)], PAGE)


def proposal_at(organization_id: int, code: str) -> DuesProposal | None:
    """Return a proposal that an organization has to decide, with the member."""
    membership = contains_eager(DuesProposal.membership)
    return db.session.scalars(
        select(DuesProposal)
        .join(DuesProposal.membership)
        .options(membership.joinedload(Membership.person, innerjoin=True))
        .where(DuesProposal.code == code, *_waiting(organization_id))
    ).one_or_none()


def count_of_proposals(organization_id: Any) -> ScalarSelect[int]:
    """Return the number of those, a hundred at most, for a statement about an organization."""
    found = (
        select(DuesProposal.id)
        .join(DuesProposal.membership)
        .where(*_waiting(organization_id))
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def _waiting(organization_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        DuesProposal.organization_id == organization_id,
        DuesProposal.status.in_(OPEN_PROPOSALS),
        Membership.status == MembershipStatus.ARREARS,
    )
