"""What a volunteer agreed to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.database import db
from volunteers.models import Agreement


def agreements_of(volunteer_id: int) -> Sequence[Agreement]:
    """Return what a volunteer agreed to and did not take back."""
    return db.session.scalars(
        select(Agreement)
        .where(Agreement.volunteer_id == volunteer_id, Agreement.withdrawn_at.is_(None))
        .order_by(Agreement.id)
    ).all()
