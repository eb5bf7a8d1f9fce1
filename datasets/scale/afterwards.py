"""What is too much for rows in bulk: dues and certificates of the one unit, by the product itself.

The same few at every size, so that the pages over them hold the same rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.models import User
from core import clock
from core.audit.operations import Actor
from core.database import db
from datasets.scale.plan import Plan
from members.models import Membership
from members.operations import collect_from
from members.operations.dues_remittances import remit
from members.queries.dues_books import debts_of
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from volunteers.models import Volunteer, VolunteerTotal
from volunteers.operations import issue_certificate
from volunteers.rules.certificates import Period

PAYERS, CERTIFIED = 20, 4
DUES_FEN = 10_00
PAID_AGO, SENT_AGO, CERTIFIED_DAYS = 20, 8, 180


def write_afterwards(plan: Plan, now: datetime) -> None:
    """Let some members of the busy unit pay, send up what is owed, and certify some hours."""
    unit = db.session.get_one(Organization, plan.busy.id)
    keeper = db.session.get_one(User, plan.busy.keeper)
    by = Actor(keeper.id, keeper.person_id)
    _pay(unit, by, now)
    _certify(unit, now)
    db.session.flush()


def _pay(unit: Organization, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    codes = db.session.scalars(
        select(Membership.code)
        .where(
            Membership.organization_id == unit.id,
            Membership.kind == MembershipKind.ADULT,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.person_id != by.person_id,
        )
        .order_by(Membership.id)
        .limit(PAYERS)
    ).all()
    paid_on = max(today - timedelta(days=PAID_AGO), today.replace(month=1, day=1))
    for number, code in enumerate(codes, start=1):
        receipt = f"SCALE-{number:04d}"
        collect_from(
            code, today.year, DUES_FEN, receipt, paid_on, organization=unit, by=by, now=now
        )
    db.session.commit()
    sent_on = max(today - timedelta(days=SENT_AGO), paid_on)
    for debt in debts_of(unit.id):
        voucher, owed = f"SCALE-{debt.year}", debt.to_send
        if owed > 0:
            remit(unit, debt.upper_id, debt.year, owed, voucher, sent_on, by=by, now=now)
    db.session.commit()


def _certify(unit: Organization, now: datetime) -> None:
    today = clock.local(now).date()
    period = Period(today - timedelta(days=CERTIFIED_DAYS), today - timedelta(days=1))
    served = select(VolunteerTotal.volunteer_id).where(VolunteerTotal.confirmed_minutes > 0)
    people = db.session.scalars(
        select(Volunteer.person_id)
        .where(Volunteer.organization_id == unit.id, Volunteer.id.in_(served))
        .order_by(Volunteer.id)
        .limit(CERTIFIED)
    ).all()
    for person_id in people:
        issue_certificate(person_id, period, by=Actor(None, person_id), now=now)
    db.session.commit()
