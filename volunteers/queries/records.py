"""Records of a person as the rules need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from core.database import db
from volunteers.models import ServiceRecord
from volunteers.rules import STANDING, Existing, ServiceStatus


def standing_records(
    person_ids: Iterable[int],
    window: tuple[datetime, datetime],
    *,
    states: Sequence[ServiceStatus] = STANDING,
    without: Sequence[int] = (),
) -> dict[int, list[Existing]]:
    """Return ``person id -> records`` that begin in the window, in order: one statement."""
    record = ServiceRecord
    statement = (
        select(
            record.person_id,
            record.starts_at,
            record.ends_at,
            record.title,
            record.time_stated,
            record.submitted_at,
        )
        .where(
            record.person_id.in_(list(person_ids)),
            record.starts_at >= window[0],
            record.starts_at < window[1],
            record.status.in_(states),
        )
        .order_by(record.starts_at)
    )
    if without:
        statement = statement.where(record.id.not_in(without))
    found: dict[int, list[Existing]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.person_id, []).append(Existing(*row[1:]))
    return found
