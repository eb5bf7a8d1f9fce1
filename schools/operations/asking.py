"""Asking the guardians of a class or of a whole school: at once, or by a job (ux.md S41)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.rules import RuleViolation
from schools.models import Pupil, SchoolClass
from schools.operations.consents import ask
from schools.queries.consent_board import ASKABLE

ASK = "schools.ask"
CHUNK = 25


def ask_many(scope: Scope, school_class: SchoolClass | None, *, now: datetime) -> Job | int:
    """Return how many links went out for a class or the school, or the job that sends them."""
    meant = _meant(scope.place.id, school_class.id if school_class else None)
    total = db.session.scalar(select(func.count()).where(*meant)) or 0
    today = clock.local(now).date()
    if total > settings.value("consents.job_from", on=today):
        class_id = school_class.id if school_class else None
        return jobs.start(ASK, scope, total=total, now=now, class_id=class_id)
    found = db.session.scalars(select(Pupil.id).where(*meant).order_by(Pupil.id)).all()
    by = Actor.of_scope(scope)
    return sum(_ask_one(one, by, now) for one in found)


def ask_next(job: Job, scope: Scope) -> bool:
    """Ask the guardians of the next pupils; return whether more may be left."""
    meant = _meant(scope.place.id, job.parameters.get("class_id"))
    statement = select(Pupil.id).where(*meant, Pupil.id > int(job.cursor or 0))
    found = db.session.scalars(statement.order_by(Pupil.id).limit(CHUNK)).all()
    if not found:
        return False
    by, now = Actor.of_scope(scope), clock.now()
    for one in found:
        if _ask_one(one, by, now):
            job.done += 1
        else:
            job.left_out += 1
    job.cursor = str(found[-1])
    return True


def _ask_one(pupil_id: int, by: Actor, now: datetime) -> int:
    """Return 1 where links went out; nobody's refusal or coming of age stops the others."""
    try:
        return min(ask(db.session.get_one(Pupil, pupil_id), by=by, now=now), 1)
    except RuleViolation:
        return 0


def _meant(organization_id: int, class_id: int | None) -> list[ColumnElement[bool]]:
    of_class = [Pupil.class_id == class_id] if class_id else []
    return [Pupil.organization_id == organization_id, ASKABLE, *of_class]
