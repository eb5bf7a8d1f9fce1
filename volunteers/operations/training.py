"""Training of volunteers, entered for many at once, kept apart from service hours (VOL-27)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from organizations.models import Organization
from volunteers.models import Trainee, Training
from volunteers.queries.skills import volunteers_named
from volunteers.rules import day_of
from volunteers.rules.skills import (
    TrainingFacts,
    check_found,
    check_return_note,
    check_training,
    read_trainees,
)


def record_training(
    organization: Organization, facts: TrainingFacts, people: str, *, by: Actor, now: datetime
) -> Training:
    """Return a training with all who took part, named one per line by name or volunteer number.

    Raises RuleViolation where a line names nobody here or more than one: then nothing is kept. No
    minute of it reaches the hours ledger.
    """
    if by.user_id is None:
        message = "somebody records a training, never a clock"
        raise ValueError(message)
    known, lines = check_training(facts, day_of(now)), read_trainees(people)
    found = volunteers_named(organization.id, organization.county_id, lines)
    check_found(
        [line for line in lines if line not in found],
        [line for line in lines if len(found.get(line, ())) > 1],
    )
    ids = sorted({ids[0] for ids in found.values()})
    training = Training(
        code=opaque_code(8),
        organization=organization,
        title=known.title,
        held_on=known.held_on,
        minutes=known.minutes,
        people=len(ids),
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    db.session.add(training)
    db.session.flush()
    db.session.add_all(Trainee(training_id=training.id, volunteer_id=one) for one in ids)
    db.session.flush()
    audit("trainings.record", "training", training.id, by=by, count=len(ids))
    return training


def revoke_training(
    code: str, note: str, *, organization_id: int, by: Actor, now: datetime
) -> Training:
    """Return a training that counts no longer, with the reason in words."""
    note = check_return_note(note)
    training = db.session.scalars(
        select(Training)
        .where(Training.code == code, Training.organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if training is None:
        raise UnknownRowError(code)
    if training.revoked_at is not None:
        raise RuleViolation("", N_("已经撤销过了"))
    training.revoked_at, training.revoked_by_id, training.revoked_note = now, by.user_id, note
    db.session.flush()
    audit("trainings.revoke", "training", training.id, by=by)
    return training
