"""What ends of a pupil who died, and comes back from a mistake (domain.md MEM-45).

The record stays: only the place on the roster and links that wait end. The membership is ended
by members, who tell the figures.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation
from people.operations.consents import close_request
from people.rules.consents import ConsentStatus
from schools.models import Pupil
from schools.operations.pupils import hold, note_step, step
from schools.operations.roster_numbers import count_pupils
from schools.queries.consents import requests_of
from schools.rules.pupils import ON_ROSTER, ConsentState, PupilAction, PupilStatus

ELSEWHERE = N_("这名学生已经在别的名册上，请先在那里移出")


def end_for_death(person_id: int, *, by: Actor, now: datetime) -> str:
    """Return ``code:state`` of a pupil as the roster had him, or nothing; open links end."""
    pupil = _on_roster(person_id)
    for request in requests_of(person_id):
        if request.status is ConsentStatus.REQUESTED:
            close_request(request.id)
    if pupil is None:
        return ""
    before = f"{pupil.code}:{pupil.status}"
    if pupil.consent is ConsentState.ASKED:
        pupil.consent = ConsentState.LAPSED
    step(pupil, PupilAction.LEAVE, by=by, now=now)
    return before


def restore_after_death(person_id: int, before: str, *, by: Actor, now: datetime) -> None:
    """Put a pupil back on the roster he was on. Raises RuleViolation where another one has him."""
    code, _, state = before.partition(":")
    found = db.session.scalars(
        select(Pupil.id).where(Pupil.code == code, Pupil.person_id == person_id)
    ).one_or_none()
    if found is None:
        return
    if _on_roster(person_id) is not None:
        raise RuleViolation("", ELSEWHERE)
    pupil = hold(found)
    if pupil.status is PupilStatus.LEFT:
        pupil.status, pupil.due_on = PupilStatus(state), None
        count_pupils(pupil.organization_id, 1)
        note_step(pupil, PupilAction.UNDO, by=by, now=now)
        db.session.flush()


def is_in_charge(person_id: int, place_id: int, day: date) -> bool:
    """Return whether a school has somebody on its roster, member or not."""
    del day
    statement = select(Pupil.id).where(
        Pupil.person_id == person_id,
        Pupil.organization_id == place_id,
        Pupil.status.in_(ON_ROSTER),
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def _on_roster(person_id: int) -> Pupil | None:
    statement = select(Pupil.id).where(Pupil.person_id == person_id, Pupil.status.in_(ON_ROSTER))
    found = db.session.scalars(statement).one_or_none()
    return hold(found) if found is not None else None
