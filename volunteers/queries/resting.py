"""What a volunteer agreed to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from core.database import db
from core.statements import Kept
from volunteers.models import Agreement
from volunteers.rules.resting import AgreementKind

_KINDS = Kept(
    select(Agreement.kind)
    .where(Agreement.volunteer_id == bindparam("volunteer"), Agreement.withdrawn_at.is_(None))
    .order_by(Agreement.id)
)


def kinds_agreed(volunteer_id: int) -> list[AgreementKind]:
    """Return what kinds of things a volunteer agreed to and did not take back."""
    return [row[0] for row in _KINDS.rows({"volunteer": volunteer_id})]


def agreements_of(volunteer_id: int) -> Sequence[Agreement]:
    """Return what a volunteer agreed to and did not take back."""
    return db.session.scalars(
        select(Agreement)
        .where(Agreement.volunteer_id == volunteer_id, Agreement.withdrawn_at.is_(None))
        .order_by(Agreement.id)
    ).all()
