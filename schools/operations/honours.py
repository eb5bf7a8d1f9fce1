"""Recording what a school was honoured with, and that it counts no longer (SCH-09)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from schools.models import School, SchoolHonour
from schools.operations.counting import locked, note
from schools.rules.honours import SchoolHonourFacts, check_revoking, check_school_honour
from schools.rules.register import SchoolAction


def record_school_honour(
    code: str, facts: SchoolHonourFacts, *, county_id: int, by: Actor, now: datetime
) -> SchoolHonour:
    """Return a new honour of a school; the same one twice is refused. Raises RuleViolation."""
    school = locked(code)
    if school is None or school.county_id != county_id:
        raise UnknownRowError(code)
    known = check_school_honour(facts, clock.local(now).date())
    same = select(SchoolHonour.id).where(
        SchoolHonour.school_id == school.id,
        SchoolHonour.title == known.title,
        SchoolHonour.granted_on == known.granted_on,
        SchoolHonour.revoked_at.is_(None),
    )
    if db.session.scalars(same.limit(1)).first() is not None:
        raise RuleViolation("title", N_("这一项已经登记过了"))
    honour = SchoolHonour(
        code=crypto.opaque_code(8),
        school_id=school.id,
        title=known.title,
        level=known.level,
        granted_by=known.granted_by,
        document=known.document,
        granted_on=known.granted_on,
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    db.session.add(honour)
    db.session.flush()
    note(school, SchoolAction.HONOUR, by=by, now=now, words=known.title)
    record("school.honour", "school", school.id, by=by, honour=honour.id)
    return honour


def revoke_school_honour(
    code: str, words: str, *, county_id: int, by: Actor, now: datetime
) -> SchoolHonour:
    """Return an honour that counts no longer: taken back, or not confirmed at a re-check.

    Raises UnknownRowError for one of another county or revoked before.
    """
    text = check_revoking(words)
    honour = db.session.scalars(
        select(SchoolHonour)
        .join(SchoolHonour.school)
        .where(SchoolHonour.code == code, SchoolHonour.revoked_at.is_(None))
        .where(School.county_id == county_id)
        .with_for_update(of=SchoolHonour)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if honour is None:
        raise UnknownRowError(code)
    honour.revoked_at, honour.revoked_by_id, honour.revoked_note = now, by.user_id, text
    note(honour.school, SchoolAction.REVOKE, by=by, now=now, words=f"{honour.title}；{text}")
    record("school.revoke_honour", "school", honour.school_id, by=by, honour=honour.id)
    return honour
