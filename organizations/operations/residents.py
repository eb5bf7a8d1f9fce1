"""Entering how many people live in divisions, with year and source (domain.md I11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from organizations.models import Division, Residents
from organizations.rules.residents import ResidentsRow


def import_residents(rows: Iterable[ResidentsRow], *, by: Actor, now: datetime) -> int:
    """Enter published numbers of residents; return how many are new or other than before.

    The same table a second time changes nothing. Raises RuleViolation for a code nobody knows.
    """
    rows = list(rows)
    codes = {row.code for row in rows}
    known = set(db.session.scalars(select(Division.code).where(Division.code.in_(codes))))
    changed = 0
    for row in rows:
        if row.code not in known:
            raise RuleViolation("code", N_("没有这个区划：%(code)s"), code=row.code)
        kept = db.session.get(Residents, (row.code, row.year))
        if kept is None:
            kept = Residents(division_code=row.code, year=row.year)
            db.session.add(kept)
        elif (kept.people, kept.source) == (row.people, row.source):
            continue
        kept.people, kept.source, kept.entered_at = row.people, row.source, now
        changed += 1
    if changed:
        record("figures.import_residents", "division", None, by=by, count=changed)
    db.session.flush()
    return changed
