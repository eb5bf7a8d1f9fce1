"""What the county decides over an objection: the time counts, or the refusal stands."""

from __future__ import annotations

from datetime import datetime

from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.operations.answers import answer_objections
from volunteers.operations.books import Books
from volunteers.operations.decisions import check_decider
from volunteers.operations.records import allow, find_collisions, flush, lock_records
from volunteers.rules import (
    ServiceAction,
    check_other_decider,
    check_reason,
)
from volunteers.rules.sheets import MANUAL, check_second


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
    answer_objections([record], ServiceAction.GRANT_OBJECTION, reason, by, now)
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
    answer_objections([record], ServiceAction.UPHOLD, reason, by, now)
    flush()
    return record


def _lock_objected(code: str, action: ServiceAction, handler_id: int, by: Actor) -> ServiceRecord:
    record = lock_records([code], ServiceRecord.handler_id == handler_id)[0]
    check_decider([record], by)
    allow(record, action)
    if record.is_held:
        raise RuleViolation("", N_("这些时长还在核查，核查完才能答复"))
    check_other_decider(record.decided_by_id, by.user_id or 0)
    return record
