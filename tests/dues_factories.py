"""Plain functions that make rows of dues; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from accounts.models import User
from core import clock, crypto
from core.database import db
from members.models import (
    DuesCharge,
    DuesPayment,
    DuesProposal,
    DuesReceipt,
    DuesRemittance,
    DuesTariff,
    Membership,
)
from members.rules import MembershipKind, MembershipStatus, ProposalStatus, RemittanceStatus
from organizations.models import Organization

_serial = count(1)


def make_charge(membership: Membership, year: int | None = None) -> DuesCharge:
    """Return an unpaid charge of a member (figures are not touched)."""
    tariff = db.session.scalars(
        select(DuesTariff).where(DuesTariff.kind == MembershipKind.ADULT).limit(1)
    ).one()
    charge = DuesCharge(
        code=crypto.opaque_code(8),
        membership=membership,
        organization_id=membership.organization_id,
        year=year or clock.today().year,
        amount=1000,
        paid=0,
        tariff_id=tariff.id,
        charged_at=clock.now(),
    )
    db.session.add(charge)
    db.session.flush()
    return charge


def make_payment(charge: DuesCharge, by: User) -> DuesPayment:
    """Return the payment of a charge with its receipt (books and figures are not touched)."""
    receipt = DuesReceipt(
        code=crypto.opaque_code(8),
        organization_id=charge.organization_id,
        number=f"测{next(_serial):06d}",
        amount=charge.amount,
        count=1,
        paid_on=clock.today(),
        recorded_at=clock.now(),
        recorded_by_id=by.id,
    )
    payment = DuesPayment(
        code=crypto.opaque_code(8),
        charge=charge,
        receipt=receipt,
        organization_id=charge.organization_id,
        amount=charge.amount,
    )
    charge.paid = charge.amount
    db.session.add(payment)
    db.session.flush()
    return payment


def make_proposal(
    membership: Membership, status: ProposalStatus = ProposalStatus.PROPOSED
) -> DuesProposal:
    """Return a proposal to end a membership in arrears; one noticed may be followed."""
    membership.status = MembershipStatus.ARREARS
    is_noticed = status is ProposalStatus.NOTICED
    proposal = DuesProposal(
        code=crypto.opaque_code(8),
        membership=membership,
        organization_id=membership.organization_id,
        year=clock.today().year,
        status=status,
        proposed_at=clock.now(),
        noticed_at=clock.now() - timedelta(days=40) if is_noticed else None,
        keep_until=clock.today() - timedelta(days=5) if is_noticed else None,
    )
    db.session.add(proposal)
    db.session.flush()
    return proposal


def make_remittance(source: Organization, upper: Organization, by: User) -> DuesRemittance:
    """Return money on its way up (books are not touched)."""
    remittance = DuesRemittance(
        code=crypto.opaque_code(8),
        organization_id=source.id,
        upper_id=upper.id,
        year=clock.today().year,
        amount=200,
        remitted_on=clock.today(),
        voucher=f"汇{next(_serial):06d}",
        status=RemittanceStatus.SENT,
        recorded_at=clock.now(),
        recorded_by_id=by.id,
    )
    db.session.add(remittance)
    db.session.flush()
    return remittance
