"""What every change of a school does: its row locked, numbers right at all levels, history kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, literal, select

from core import clock
from core.audit.operations import Actor
from core.database import db
from organizations import figures
from organizations.queries import organization_of_id
from organizations.rules import Measure
from schools.models import School, SchoolEvent, SchoolListing
from schools.rules.classes import school_year_of
from schools.rules.register import SchoolAction, SchoolStatus


def locked(code: str) -> School | None:
    """Return a school as it is now, its row locked until the transaction ends."""
    statement = select(School).where(School.code == code).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def is_expected(school: School) -> bool:
    """Return whether a school counts: it goes on and ought to have a branch (SCH-10)."""
    return school.is_in_scope and school.status is SchoolStatus.OPEN


def count(school: School, change: int) -> None:
    """Count a school in or out of the numbers of its county and all above."""
    if not is_expected(school):
        return
    path = organization_of_id(school.county_id).path
    figures.add(path, Measure.SCHOOLS, change)
    if school.organization_id is not None:
        figures.add(path, Measure.SCHOOL_BRANCHES, change)


@contextmanager
def recounted(school: School) -> Iterator[None]:
    """Let a locked school change inside; its numbers and its row of this year follow."""
    count(school, -1)
    yield
    db.session.add(school)
    db.session.flush()
    count(school, +1)
    list_year(school)


def list_year(school: School) -> SchoolListing:
    """Return the row of a school on the list of this school year, as the school is now."""
    year = school_year_of(clock.today())
    row = db.session.get(SchoolListing, (school.id, year))
    if row is None:
        row = SchoolListing(school_id=school.id, year=year)
        db.session.add(row)
    row.is_in_scope = is_expected(school)
    row.reason, row.is_covered = school.scope_reason, school.organization_id is not None
    db.session.flush()
    return row


def open_year() -> int:
    """Put every school that goes on on the list of this school year; return how many were new.

    What stood on the list of the year before stays: a past year is told by its own rows.
    """
    year = school_year_of(clock.today())
    listing = SchoolListing
    is_there = and_(listing.school_id == School.id, listing.year == year)
    missing = (
        select(
            School.id,
            literal(year),
            School.is_in_scope,
            School.scope_reason,
            School.organization_id.is_not(None),
        )
        .outerjoin(listing, is_there)
        .where(listing.school_id.is_(None), School.status == SchoolStatus.OPEN)
    )
    new = len(db.session.execute(missing).all())
    names = ["school_id", "year", "is_in_scope", "reason", "is_covered"]
    db.session.execute(insert(listing).from_select(names, missing))
    return new


def note(
    school: School,
    action: SchoolAction,
    *,
    by: Actor,
    now: datetime | None = None,
    words: str = "",
    import_code: str | None = None,
    before: dict[str, Any] | None = None,
) -> SchoolEvent:
    """Keep one step in the history of a school."""
    event = SchoolEvent(
        school_id=school.id,
        action=action,
        at=now or clock.now(),
        by_user_id=by.user_id,
        by_post_id=by.post_id,
        note=words[:200],
        import_code=import_code,
        before="" if before is None else json.dumps(before, ensure_ascii=False, sort_keys=True),
    )
    db.session.add(event)
    db.session.flush()
    return event
