"""What each member owes for a year: charged by a clock, or when somebody pays before it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core import crypto
from core.database import db
from core.transactions import TryAgainError
from members import notices
from members.models import DuesCharge, DuesProposal, DuesTariff, GroupMembership, Membership
from members.queries.dues_due import all_tariffs, tariff_of
from members.rules import (
    LIVE_STATES,
    OPEN_PROPOSALS,
    MemberGrade,
    MembershipKind,
)
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure

BATCH = 500


@dataclass(frozen=True, slots=True)
class Charged:
    """How far the charging of a year has come: rows made, and the last membership looked at."""

    made: int
    last_id: int


def charge(
    membership: Membership, year: int, tariffs: Sequence[DuesTariff], *, now: datetime
) -> DuesCharge | None:
    """Return the charge of a membership for a year, a new one where there is none yet.

    None for who owes nothing: youth, permanent members, and where the tariff asks for nothing.
    The caller holds the row of the membership, so that two never charge the same year.
    """
    known = db.session.scalars(
        select(DuesCharge).where(DuesCharge.membership_id == membership.id, DuesCharge.year == year)
    ).one_or_none()
    if known is not None:
        return known
    return _make(membership, year, tariffs, now)


def _make(
    membership: Membership, year: int, tariffs: Sequence[DuesTariff], now: datetime
) -> DuesCharge | None:
    tariff = tariff_of(membership, year, tariffs)
    return make_charge(membership, year, tariff, now) if tariff is not None else None


def make_charge(
    payer: Membership | GroupMembership, year: int, tariff: DuesTariff, now: datetime
) -> DuesCharge:
    """Return a new charge of a membership or a unit, counted at its organization."""
    made = DuesCharge(
        code=crypto.opaque_code(8),
        organization=payer.organization,
        year=year,
        amount=tariff.amount,
        paid=0,
        tariff_id=tariff.id,
        charged_at=now,
    )
    if isinstance(payer, Membership):
        made.membership = payer
    else:
        made.group = payer
    db.session.add(made)
    count(made, 1)
    return made


def charge_year(year: int, now: datetime, after_id: int = 0) -> Charged | None:
    """Charge the next members for a year, None when all are; the caller commits each step.

    Doing it again charges only those who came since: it goes on where it was stopped.
    """
    has = select(DuesCharge.id).where(
        DuesCharge.membership_id == Membership.id, DuesCharge.year == year
    )
    found = db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.organization, innerjoin=True))
        .where(
            Membership.kind == MembershipKind.ADULT,
            Membership.status.in_(LIVE_STATES),
            Membership.grade != MemberGrade.PERMANENT,
            Membership.joined_on <= date(year, 12, 31),
            Membership.id > after_id,
            ~has.exists(),
        )
        .order_by(Membership.id)
        .limit(BATCH)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return None
    tariffs = all_tariffs()
    made = [_make(membership, year, tariffs, now) for membership in found]
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    charges = [one for one in made if one is not None]
    notices.tell_charged(charges, now)
    return Charged(len(charges), found[-1].id)


def count(charge: DuesCharge, sign: int) -> None:
    """Add a charge to the figures of its organization and all above it, or take it away."""
    path, year = charge.organization.path, charge.year
    figures.add(path, Measure.DUES_CHARGED, sign * charge.amount, year)
    figures.add(path, Measure.DUES_PAID, sign * charge.paid, year)
    figures.add(path, Measure.DUES_CHARGES, sign, year)
    figures.add(path, Measure.DUES_SETTLED, sign * (charge.outstanding == 0), year)


def take_along(membership: Membership, target: Organization) -> None:
    """Let what a membership still owes go with it to another organization (MEM-41).

    What is paid in full stays where it was paid; its money stays in the books anyway.
    """
    opened = db.session.scalars(
        select(DuesCharge)
        .where(
            DuesCharge.membership_id == membership.id,
            DuesCharge.paid < DuesCharge.amount,
            DuesCharge.organization_id != target.id,
        )
        .order_by(DuesCharge.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for one in opened:
        count(one, -1)
        one.organization = target
        count(one, 1)
    for proposal in open_proposals_of(membership.id):
        proposal.organization = target


def open_proposals_of(membership_id: int) -> Sequence[DuesProposal]:
    """Return the proposals to end a membership that nobody has decided, their rows locked."""
    return db.session.scalars(
        select(DuesProposal)
        .where(DuesProposal.membership_id == membership_id, DuesProposal.status.in_(OPEN_PROPOSALS))
        .order_by(DuesProposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
