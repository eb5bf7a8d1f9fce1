"""Looking at one value of one pupil: approved, counted, written down, told (PRV-05, PRV-10)."""

from __future__ import annotations

from datetime import datetime

from core.audit.operations import Actor
from core.rules import N_, RuleViolation
from people.operations.minors import UNAPPROVED, check_look
from people.operations.reveals import look, number_of
from people.queries.minors import approval_for, guardians_of
from people.rules.minors import MinorField
from people.rules.reveals import RevealField, RevealReason, reason_text
from schools.models import Pupil
from schools.queries.protection import Field


def reveal_of_pupil(pupil: Pupil, field: Field, *, by: Actor, now: datetime) -> str:
    """Return a value in clear, for the purpose that was approved; the read log has it first.

    Raises RuleViolation without an approval, over the quota of the day, or where nothing is kept.
    The caller has asked for a fresh second factor.
    """
    person = pupil.person
    check_look(person, by, now, protected=True)
    held = approval_for(by.user_id or 0, by.organization_id or 0, person.id, now)
    if held is None:  # grown up, and the roster is no reason to look: the person's own page is
        raise RuleViolation("", UNAPPROVED)
    purpose = RevealReason(held.purpose)
    value = _value(pupil, field)
    if not value:
        raise RuleViolation("field", N_("这一项没有登记"))
    text = reason_text(purpose, held.note)
    look(person.id, field, text, by=by, now=now, protected=True)
    return value


def _value(pupil: Pupil, field: Field) -> str:
    person = pupil.person
    if field is RevealField.ID_NUMBER:
        return number_of(person)
    if field is RevealField.PHONE:
        return person.plain_phone
    if field is MinorField.BORN_ON:
        return person.born_on.isoformat() if person.born_on is not None else ""
    guardians = guardians_of(person.id)
    if field is MinorField.GUARDIAN_NAME:
        return "、".join(one.name for one in guardians)
    return "、".join(one.plain_phone for one in guardians)
