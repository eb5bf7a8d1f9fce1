"""Which account is about to be closed."""

from __future__ import annotations

from sqlalchemy import select

from core.database import db
from people.models import Erasure
from people.rules.erasures import ErasureStatus


def asked_erasure(user_id: int) -> Erasure | None:
    """Return the closing of an account that can still be taken back."""
    return db.session.scalars(
        select(Erasure).where(Erasure.user_id == user_id, Erasure.status == ErasureStatus.ASKED)
    ).one_or_none()
