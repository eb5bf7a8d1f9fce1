"""Showing one protected value of one person: counted, chained, then told (security.md PRV-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core import clock, settings
from core.audit.operations import Actor, record, record_read
from core.audit.queries import count_reads_since
from core.database import db
from core.rules import N_, RuleViolation
from people import presence
from people.models import Person
from people.operations.minors import check_look
from people.rules.duplicates import LookField
from people.rules.minors import MinorField
from people.rules.reveals import (
    RevealField,
    RevealReason,
    check_quota,
    read_reason,
    reason_text,
)


def number_of(person: Person) -> str:
    """Return the document number of a person: the kept one, else the one named to join."""
    return person.plain_id_number or presence.named_number(person.id)


def reveal(
    person: Person,
    field: RevealField,
    reason: RevealReason,
    note: str,
    *,
    by: Actor,
    now: datetime,
) -> str:
    """Return a value in clear, with its line in the read log in the same transaction.

    Raises RuleViolation over the quota of the day, without a reason, or where nothing is kept.
    The caller has asked for a fresh second factor.
    """
    text = reason_text(reason, note)
    value = person.plain_phone if field is RevealField.PHONE else number_of(person)
    if not value:
        raise RuleViolation("field", N_("这一项没有登记"))
    look(person.id, field, text, by=by, now=now)
    return value


def look(
    person_id: int,
    field: RevealField | LookField | MinorField,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    protected: bool = False,
) -> None:
    """Write the line of the read log for a value that is about to be shown.

    Every look at anybody passes here. Raises RuleViolation over the quota of the day, and at a
    minor without an approval for the same purpose (security.md PRV-10).
    """
    look_together({person_id: reason}, field, by=by, now=now, protected=protected)


def look_together(
    reasons: Mapping[int, str],
    field: RevealField | LookField | MinorField,
    *,
    by: Actor,
    now: datetime,
    protected: bool = False,
) -> None:
    """Write a line for each person whom one answer shows: `person id -> reason`.

    All of them or nobody. The quota lets a paper of many people through where it is not reached
    yet; each of them counts for what is looked at after.
    """
    for person_id, reason in reasons.items():
        person = db.session.get_one(Person, person_id)
        check_look(person, by, now, read_reason(reason)[0], protected=protected)
    today = clock.local(now).date()
    limit = settings.value("reveals.per_day", on=today)
    if by.user_id is None:
        message = "only a post may look"
        raise ValueError(message)
    check_quota(count_reads_since(by.user_id, clock.day_bounds(today)[0]), limit)
    for person_id, reason in reasons.items():
        record_read(person_id, field, reason, by=by)
        record("people.reveal", "person", person_id, by=by, field=field)
    db.session.flush()
