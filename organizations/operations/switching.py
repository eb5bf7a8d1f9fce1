"""Switching a module or a setting at a part of the tree, from a coming day on (domain.md 8, 19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core import clock, switches
from core.audit.operations import Actor, record
from core.database import db
from core.rules import UnknownRowError
from core.switches import MODULE, PILOTED, Module, Switch
from organizations.models import Organization
from organizations.rules.switching import check_days, check_value, check_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to hold where, from when, until when; ``value`` None means as above."""

    name: str
    organization: Organization
    value: int | None
    first: date
    last: date | None
    reason: str


def names() -> tuple[str, ...]:
    """Return everything that can differ between parts of the tree."""
    return (*(MODULE + one for one in Module), *PILOTED)


def check(wanted: Wanted, today: date) -> str:
    """Return the reason in canonical form. Raises RuleViolation for what cannot be switched."""
    if wanted.name not in names():
        raise UnknownRowError(wanted.name)
    check_days(wanted.first, wanted.last, today)
    check_value(wanted.name, wanted.value)
    return check_words(wanted.reason)


def switch(wanted: Wanted, *, by: Actor, now: datetime) -> Switch:
    """Return the new row; what was decided before stays in the history."""
    reason = check(wanted, clock.local(now).date())
    place = wanted.organization
    row = Switch(
        name=wanted.name,
        organization_id=place.id,
        is_top=place.parent_id is None,
        valid_from=wanted.first,
        valid_to=wanted.last,
        value=wanted.value,
        reason=reason,
        decided_by_id=by.user_id,
        decided_at=now,
        stamp=switches.new_stamp(),
    )
    db.session.add(row)
    db.session.flush()
    record("modules.switch", "switch", row.id, by=by, name=wanted.name, place=place.id)
    switches.forget()
    return row
