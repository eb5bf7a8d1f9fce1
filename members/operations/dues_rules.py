"""Entering and ending lines of the tariff and of the split (domain.md MEM-30, MEM-31)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import UnknownRowError
from members.models import DuesSplit, DuesTariff
from members.rules import SplitFacts, TariffFacts, check_end, check_split, check_tariff
from organizations.models import Organization


def set_tariff(facts: TariffFacts, *, by: Actor, now: datetime) -> DuesTariff:
    """Return a new line of the tariff. Raises RuleViolation for a bad one or one that overlaps."""
    _lock()
    known = check_tariff(facts, db.session.scalars(select(DuesTariff)).all())
    row = DuesTariff(
        code=crypto.opaque_code(8),
        kind=known.kind,
        band_from=known.band_from,
        band_to=known.band_to,
        amount=known.amount,
        is_cap=known.is_cap,
        region_id=known.region_id,
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        source=known.source,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record("dues.set_tariff", "dues_tariff", row.id, by=by)
    return row


def set_split(facts: SplitFacts, *, by: Actor, now: datetime) -> DuesSplit:
    """Return a new line of the split. Raises RuleViolation for a bad one or one that overlaps."""
    _lock()
    known = check_split(facts, db.session.scalars(select(DuesSplit)).all())
    row = DuesSplit(
        code=crypto.opaque_code(8),
        level=known.level,
        kind=known.kind,
        permille=known.permille,
        region_id=known.region_id,
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        source=known.source,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record("dues.set_split", "dues_split", row.id, by=by)
    return row


def end_line(code: str, last_day: date, *, by: Actor, now: datetime) -> DuesTariff | DuesSplit:
    """Return a line of tariff or split that holds up to a day; what was charged stays as it is."""
    _lock()
    found = line_of(code)
    if found is None:
        raise UnknownRowError(code)
    check_end(found.valid_from, found.valid_to, last_day, clock.local(now).date())
    found.valid_to = last_day
    record("dues.end_line", found.__tablename__, found.id, by=by)
    db.session.flush()
    return found


def line_of(code: str) -> DuesTariff | DuesSplit | None:
    """Return the line of the tariff or of the split with a code, as it is now."""
    again = {"populate_existing": True}
    tariff = select(DuesTariff).where(DuesTariff.code == code).execution_options(**again)
    split = select(DuesSplit).where(DuesSplit.code == code).execution_options(**again)
    return db.session.scalars(tariff).one_or_none() or db.session.scalars(split).one_or_none()


def _lock() -> None:
    """Let one at a time look for overlaps: the row of the province is held meanwhile."""
    top = select(Organization.id).where(Organization.parent_id.is_(None))
    db.session.execute(top.with_for_update())
