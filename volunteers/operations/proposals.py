"""What a volunteer says to a time that somebody else proposed for him: right, or not (S6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from volunteers.models import ServiceRecord, ServiceRecordEvent
from volunteers.operations.pictures import keep_picture
from volunteers.operations.records import flush, lock_records, step
from volunteers.rules import Doubt, ServiceAction, check_reason, is_proposed, with_doubt

SAID = (ServiceAction.AGREE, ServiceAction.DISPUTE)


def agree(code: str, *, by: Actor, now: datetime) -> ServiceRecord:
    """Return the volunteer's own record, whose proposed time he calls right."""
    record = _lock_proposed(code, by)
    _say(record, ServiceAction.AGREE, "", by, now)
    return record


def dispute(
    code: str, note: str, *, by: Actor, now: datetime, picture: bytes = b""
) -> ServiceRecord:
    """Return the volunteer's own record, whose proposed time he calls wrong, and says why.

    Whoever confirms looks at it by itself. Raises RuleViolation without a reason, for a file that
    is not taken, and where he said already what he thinks.
    """
    words = check_reason(note, "note")
    record = _lock_proposed(code, by)
    keep_picture(record, picture, by=by, now=now)
    record.doubts = with_doubt(record.doubts, Doubt.DISPUTED)
    _say(record, ServiceAction.DISPUTE, words, by, now)
    return record


def _lock_proposed(code: str, by: Actor) -> ServiceRecord:
    record = lock_records([code], ServiceRecord.person_id == by.person_id)[0]
    if not is_proposed(record.attendance_id, record.submitted_by_id, by.user_id):
        raise UnknownRowError(code)
    said = exists().where(
        ServiceRecordEvent.record_id == record.id, ServiceRecordEvent.action.in_(SAID)
    )
    if db.session.scalar(select(said)):
        raise RuleViolation("note", N_("您已经说过了，请等确认"))
    return record


def _say(record: ServiceRecord, action: ServiceAction, note: str, by: Actor, now: datetime) -> None:
    step(record, action, by=by, now=now, note=note)
    audit(f"hours.{action}", "service_record", record.id, by=by)
    flush()
