"""Objections to hours that stand: during public notice, and to what others entered (VOL-29)."""

from __future__ import annotations

from datetime import datetime

from core import settings
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from volunteers.models import ServiceRecord
from volunteers.operations.holds import hold
from volunteers.operations.pictures import keep_picture
from volunteers.operations.records import lock_records
from volunteers.queries.hours_notices import open_record
from volunteers.rules import ServiceStatus, check_objection, check_reason, day_of, is_proposed
from volunteers.rules.patterns import Hit, Pattern


def object_to_hours(code: str, note: str, *, by: Actor, now: datetime) -> None:
    """Let the desk look into hours that lie open, for what somebody of the organization says.

    Raises UnknownRowError for what does not lie open to him, RuleViolation where he said so before.
    """
    words = check_reason(note, "note")
    if by.person_id is None or open_record(by.person_id, code, now) is None:
        raise UnknownRowError(code)
    record_id = db.session.query(ServiceRecord.id).filter_by(code=code).scalar()
    hit = Hit(Pattern.OBJECTION, f"{record_id}:{by.person_id}", (record_id,))
    if not hold([hit], by=by, now=now, words=words):
        raise RuleViolation("note", N_("您已经提过异议，已经核查过了"))


def object_to_entered(
    code: str, note: str, *, by: Actor, now: datetime, picture: bytes = b""
) -> ServiceRecord:
    """Return an own record that others entered and that somebody looks into, for what is wrong.

    The desk answers within its working days and the hours rest meanwhile (LED-15); what it does
    not accept may be objected to one level up. Raises UnknownRowError for what he entered himself,
    RuleViolation without a reason, too late, or where he said so before.
    """
    words = check_reason(note, "note")
    record = lock_records([code], ServiceRecord.person_id == by.person_id)[0]
    if not is_entered(record, by.user_id):
        raise UnknownRowError(code)
    days = settings.value("hours.objection_days", day_of(now))
    check_objection(record.decided_at, now, days)
    keep_picture(record, picture, by=by, now=now)
    hit = Hit(Pattern.OBJECTION, f"{record.id}:{by.person_id}", (record.id,))
    if record.is_held or not hold([hit], by=by, now=now, words=words):
        raise RuleViolation("note", N_("您已经提过异议，或者已经在核查"))
    return record


def is_entered(record: ServiceRecord, user_id: int | None) -> bool:
    """Return whether hours stand that somebody else's word gave: a sheet, a roll, an end."""
    others = record.sheet_id is not None and record.submitted_by_id != user_id
    proposed = is_proposed(record.attendance_id, record.submitted_by_id, user_id)
    return (others or proposed) and record.status is ServiceStatus.CONFIRMED
