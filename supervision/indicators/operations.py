"""Entering versions of indicators and targets: acts of the province, each with an audit event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core import clock
from core.access.permissions import Level
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, check_line
from organizations.models import Organization
from supervision.indicators.content import history, to_text
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.drafting import (
    MAX_SOURCE,
    Draft,
    check_first,
    check_year,
    may_be_versioned,
    may_have_target,
    next_version,
    target_value,
)
from supervision.indicators.models import IndicatorTarget, IndicatorVersion


def enter_version(
    code: str, draft: Draft, first: date, *, by: Actor, now: datetime
) -> IndicatorVersion:
    """Return the next version of an indicator; the earlier ones stay as they were.

    It builds on the version entered last. Raises RuleViolation for what it must not say, and
    UnknownRowError for an indicator without a formula.
    """
    if code not in INDICATORS or not may_be_versioned(INDICATORS[code]):
        raise UnknownRowError(code)
    check_first(first, clock.local(now).date())
    rows = db.session.scalars(
        select(IndicatorVersion)
        .where(IndicatorVersion.code == code)
        .order_by(IndicatorVersion.number)
        .with_for_update()
    ).all()
    number = rows[-1].number + 1 if rows else INDICATORS[code].version + 1
    known = max(
        history([(row.code, row.number, row.content) for row in rows], code),
        key=lambda one: one.version,
    )
    row = IndicatorVersion(
        code=code,
        number=number,
        valid_from=first,
        content=to_text(next_version(known, draft, number, first)),
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record("indicators.version", "indicator_version", row.id, by=by, code=code, number=number)
    return row


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is to be reached by whom: one organization (its name), or each of a level."""

    code: str
    year: int
    level: str
    organization: str
    value: str
    source: str


def set_target(facts: TargetFacts, *, by: Actor, now: datetime) -> IndicatorTarget:
    """Return the new target; an empty value takes the one of before back.

    Raises RuleViolation for a year that is over, no such organization or level, or no number, and
    UnknownRowError for an indicator that has no better and worse.
    """
    known = INDICATORS.get(facts.code)
    if known is None or not may_have_target(known):
        raise UnknownRowError(facts.code)
    place = _place(facts.organization)
    if place is None and facts.level not in set(Level):
        raise RuleViolation("level", N_("请选一级，或者填一个组织"))
    row = IndicatorTarget(
        code=facts.code,
        year=check_year(facts.year, clock.local(now).date()),
        organization_id=place.id if place else None,
        level=None if place else Level(facts.level),
        value=target_value(known, facts.value),
        source=check_line(facts.source, "source", MAX_SOURCE),
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "indicators.target",
        "indicator_target",
        row.id,
        by=by,
        code=row.code,
        year=row.year,
        place=row.organization_id,
        level=row.level,
        value=row.value,
    )
    return row


def _place(name: str) -> Organization | None:
    """Return the organization that a form names in full. Raises RuleViolation for no single one."""
    wanted = " ".join(name.split())
    if not wanted:
        return None
    either = (Organization.name == wanted, Organization.short_name == wanted)
    for one in either:
        found = db.session.scalars(select(Organization).where(one).limit(2)).all()
        if len(found) == 1:
            return found[0]
    raise RuleViolation("organization", N_("没有找到唯一的这个组织，请写全名"))
