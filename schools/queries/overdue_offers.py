"""Which schools owe an office answers about pupils who were offered to them: numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from core.database import db
from members.models import Membership, Transfer
from members.rules import MembershipKind, TransferStatus
from organizations.models import Organization

PAGE = 50


@dataclass(frozen=True, slots=True)
class Owing:
    """A school, how many pupils wait for its answer beyond the term, and since which day."""

    code: str
    name: str
    count: int
    due_on: date


def overdue_at(office_id: int) -> Select[Transfer]:
    """Return the statement for offers of pupils that an office got because nobody answered."""
    return (
        select(Transfer)
        .join(Transfer.membership)
        .where(
            Transfer.handler_id == office_id,
            Transfer.is_escalated.is_(True),
            Transfer.status == TransferStatus.RELEASED,
            Membership.kind == MembershipKind.YOUTH,
        )
    )


def owing_to(office_id: int) -> list[Owing]:
    """Return the schools that owe an office answers, the longest first: one statement."""
    statement = (
        overdue_at(office_id)
        .join(Organization, Organization.id == Transfer.to_organization_id)
        .with_only_columns(
            Organization.code, Organization.name, func.count(), func.min(Transfer.due_on)
        )
        .group_by(Organization.id, Organization.code, Organization.name)
        .order_by(func.min(Transfer.due_on), Organization.id)
        .limit(PAGE)
    )
    return [Owing(*row) for row in db.session.execute(statement)]
