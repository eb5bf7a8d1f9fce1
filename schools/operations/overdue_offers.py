"""Pupils whom a school did not answer for in time: its Red Cross has numbers (MEM-41, D10).

The clock is that of every transfer. The county, of a school right under a city the city, reads
which school owes how many answers and can send them back to where they came from; whom it is
about stays with the two schools.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core import clock
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import next_state
from members.models import Membership, Transfer
from members.rules import TRANSFER_TRANSITIONS, MembershipKind, TransferAction, TransferStatus
from organizations.models import Organization
from schools.queries.overdue_offers import overdue_at

BATCH = 200


def escalate_offers(now: datetime) -> int:
    """Give offers of pupils not answered in time to the Red Cross of the school; return how many.

    A batch of them; none when all are.
    """
    today = clock.local(now).date()
    found = db.session.scalars(
        select(Transfer)
        .join(Transfer.membership)
        .join(Transfer.to_organization)
        .options(contains_eager(Transfer.to_organization))
        .where(
            Transfer.status == TransferStatus.RELEASED,
            Transfer.is_escalated.is_(False),
            Transfer.due_on < today,
            Membership.kind == MembershipKind.YOUTH,
        )
        .order_by(Transfer.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Transfer)
        .execution_options(populate_existing=True)
    ).all()
    for transfer in found:
        transfer.is_escalated = True
        transfer.handler_id = transfer.to_organization.branch_id
        record("transfers.escalate", "transfer", transfer.id, by=SYSTEM)
    db.session.flush()
    return len(found)


def send_back(code: str, *, office_id: int, by: Actor, now: datetime) -> int:
    """Return how many pupils an office sent back for whom the school of a code never answered.

    They stay members where they are, as if the school had declined; doing it twice does no harm.
    """
    found = db.session.scalars(
        overdue_at(office_id)
        .join(Organization, Organization.id == Transfer.to_organization_id)
        .where(Organization.code == code)
        .order_by(Transfer.id)
        .with_for_update(of=Transfer)
        .execution_options(populate_existing=True)
    ).all()
    for transfer in found:
        reached = next_state(TRANSFER_TRANSITIONS, transfer.status, TransferAction.DECLINE)
        transfer.status = reached
        transfer.settled_at, transfer.settled_by_id = now, by.user_id
        record("transfers.decline", "transfer", transfer.id, by=by)
    db.session.flush()
    return len(found)
