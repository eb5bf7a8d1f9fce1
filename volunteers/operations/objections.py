"""What the county decides over an objection: the time counts, or the refusal stands."""

from __future__ import annotations

from datetime import datetime

from accounts.rules.letters import LetterKind
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from organizations import figures
from organizations.rules import Measure
from organizations.rules.handling import days_part
from volunteers import letters
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.operations.books import Books
from volunteers.operations.decisions import check_decider
from volunteers.operations.records import allow, find_collisions, flush, lock_records, step
from volunteers.rules import (
    ServiceAction,
    check_other_decider,
    check_reason,
    day_of,
)
from volunteers.rules.sheets import MANUAL, check_second

_KINDS = {
    ServiceAction.GRANT_OBJECTION: LetterKind.OBJECTION_GRANTED,
    ServiceAction.UPHOLD: LetterKind.OBJECTION_UPHELD,
}


def grant_objection(
    code: str, reason: str, *, handler_id: int, by: Actor, now: datetime
) -> ServiceRecord:
    """Return the record, credited after all."""
    reason = check_reason(reason, needed=False)
    record = _lock_objected(code, ServiceAction.GRANT_OBJECTION, handler_id, by)
    _check_line(record, handler_id)
    refused = find_collisions([record], now)
    if refused:
        raise refused[record.id]
    _decide(record, ServiceAction.GRANT_OBJECTION, reason, by, now)
    flush()
    books = Books(by, now)
    books.credit([record], "objection")
    books.close()
    flush()
    return record


def _check_line(record: ServiceRecord, handler_id: int) -> None:
    """Raise RuleViolation where the line that entered hours would credit them itself (LED-05)."""
    if record.sheet_id is not None:
        sheet = db.session.get_one(ServiceSheet, record.sheet_id)
        check_second(sheet.line_id, handler_id, is_manual=record.method in MANUAL)


def uphold(code: str, reason: str, *, handler_id: int, by: Actor, now: datetime) -> ServiceRecord:
    """Return the record, whose refusal stands for the reason given."""
    reason = check_reason(reason)
    record = _lock_objected(code, ServiceAction.UPHOLD, handler_id, by)
    _decide(record, ServiceAction.UPHOLD, reason, by, now)
    flush()
    return record


def _lock_objected(code: str, action: ServiceAction, handler_id: int, by: Actor) -> ServiceRecord:
    record = lock_records([code], ServiceRecord.handler_id == handler_id)[0]
    check_decider([record], by)
    allow(record, action)
    check_other_decider(record.decided_by_id, by.user_id or 0)
    return record


def _decide(
    record: ServiceRecord, action: ServiceAction, reason: str, by: Actor, now: datetime
) -> None:
    step(record, action, by=by, now=now, note=reason)
    record.decision_id = None
    record.decided_at, record.decided_by_id = now, by.user_id
    figures.add(record.handler.path, Measure.OBJECTIONS_WAITING, -1)
    part, day = days_part(day_of(record.objected_at or now), day_of(now)), day_of(now)
    figures.add_dated(record.organization.path, Measure.APPEALS_HANDLED, 1, day, part=part)
    audit(f"hours.{action}", "service_record", record.id, by=by, minutes=record.minutes)
    letters.tell_of(record, _KINDS[action], now)
