"""Taking back what an import told of schools, while nothing followed."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, select

from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from schools.models import School, SchoolEvent, SchoolFounding, SchoolHonour, SchoolListing
from schools.operations.counting import count, list_year, locked, note, recounted
from schools.rules.register import SchoolAction, SchoolStage

FOLLOWED = N_("导入以后又改过，请到学校页上改")


def take_back(event: SchoolEvent, *, by: Actor, now: datetime) -> None:
    """Tell again what was told before an import, or strike a school that it brought.

    Raises RuleViolation where something followed.
    """
    school = locked(event.school.code)
    if school is None or _followed(school, event):
        raise RuleViolation("", FOLLOWED)
    if not event.before:
        _strike(school, by=by)
        return
    before = json.loads(event.before)
    with recounted(school):
        school.name, school.stage = before["name"], SchoolStage(before["stage"])
        school.is_in_scope, school.scope_reason = before["is_in_scope"], before["reason"]
    list_year(school).enrolled = before["enrolled"]
    note(school, SchoolAction.TAKE_BACK, by=by, now=now)
    record("school.take_back", "school", school.id, by=by)


def _followed(school: School, event: SchoolEvent) -> bool:
    later = select(SchoolEvent.id).where(
        SchoolEvent.school_id == school.id, SchoolEvent.id > event.id
    )
    return db.session.scalars(later.limit(1)).first() is not None


def _strike(school: School, *, by: Actor) -> None:
    """Remove a school of which nothing but one import knows."""
    hangs = (
        select(SchoolFounding.id).where(SchoolFounding.school_id == school.id),
        select(SchoolHonour.id).where(SchoolHonour.school_id == school.id),
        select(School.id).where(School.merged_into_id == school.id),
    )
    if school.organization_id is not None or any(
        db.session.scalars(one.limit(1)).first() is not None for one in hangs
    ):
        raise RuleViolation("", FOLLOWED)
    count(school, -1)
    record("school.strike", "school", school.id, by=by, code=school.code)
    for model in (SchoolEvent, SchoolListing):
        db.session.execute(delete(model).where(model.school_id == school.id))
    db.session.delete(school)
    db.session.flush()
