"""Records of a person as the rules need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from core.statements import Kept
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
    asked: dict[str, Any] = {"people": list(person_ids), "states": list(states)}
    asked["first"], asked["last"] = window
    if without:
        asked["without"] = list(without)
    found: dict[int, list[Existing]] = {}
    for person_id, *columns in _standing(has_own=bool(without)).rows(asked):
        found.setdefault(person_id, []).append(Existing(*columns))
    return found


@cache
def _standing(*, has_own: bool) -> Kept:
    record = ServiceRecord
    statement = (
        select(
            record.person_id,
            record.starts_at,
            record.ends_at,
            record.title,
            record.time_stated,
            record.submitted_at,
            record.recorded_at,
        )
        .where(
            record.person_id.in_(bindparam("people", expanding=True)),
            record.starts_at >= bindparam("first"),
            record.starts_at < bindparam("last"),
            record.status.in_(bindparam("states", expanding=True)),
        )
        .order_by(record.starts_at)
    )
    if has_own:
        statement = statement.where(record.id.not_in(bindparam("without", expanding=True)))
    return Kept(statement)
