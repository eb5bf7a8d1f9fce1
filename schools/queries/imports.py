"""What an import of schools looks up: the schools of its codes, and what it wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from core.database import db
from schools.models import School, SchoolEvent


def schools_of_codes(codes: Collection[str]) -> dict[str, School]:
    """Return the schools that are on a list already, by code: one statement."""
    found = db.session.scalars(select(School).where(School.code.in_(codes)))
    return {school.code: school for school in found}


def events_of_import(code: str, after: int, limit: int) -> Sequence[SchoolEvent]:
    """Return the next steps that an import made in the history of schools."""
    return db.session.scalars(
        select(SchoolEvent)
        .where(SchoolEvent.import_code == code, SchoolEvent.id > after)
        .order_by(SchoolEvent.id)
        .limit(limit)
    ).all()
