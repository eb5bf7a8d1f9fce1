"""A confirmed record gets other minutes: reversal and new credit, never a change (LED-12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_

from accounts.rules.letters import LetterKind
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.rules import N_, RuleViolation
from people.operations.erasures import check_kept
from volunteers import letters
from volunteers.models import ServiceRecord
from volunteers.operations.books import Books
from volunteers.operations.decisions import check_decider
from volunteers.operations.records import (
    allow,
    beside,
    flush,
    limits_on,
    lock_records,
    step,
)
from volunteers.rules import (
    Claim,
    Entry,
    ServiceAction,
    check_correction,
    check_day,
    check_overlap,
    check_reason,
    claim_of,
)
from volunteers.rules.certificates import BY_HAND


def correct(
    code: str, minutes: int, reason: str, *, organization_id: int, by: Actor, now: datetime
) -> ServiceRecord:
    """Return a confirmed record with other minutes, for a reason that stays with it (VOL-29).

    The organization is the record's own or the one that handled it. The earlier decision can no
    longer be undone for this record.
    """
    reason = check_reason(reason)
    own = ServiceRecord.organization_id == organization_id
    record = lock_records([code], or_(own, ServiceRecord.handler_id == organization_id))[0]
    check_decider([record], by)
    check_kept(record.person)
    before = record.minutes
    allow(record, ServiceAction.CORRECT)
    if record.is_held:
        raise RuleViolation("", N_("这一条还在核查，核查完才能改"))
    check_correction(before, minutes)
    claim = _new_claim(record, minutes, now)
    books = Books(by, now)
    books.reverse([record], BY_HAND)
    record.starts_at, record.ends_at, record.minutes = claim.starts_at, claim.ends_at, minutes
    record.decision_id = None
    step(record, ServiceAction.CORRECT, by=by, now=now, before=before, note=reason)
    flush()
    books.credit([record], BY_HAND)
    books.close()
    audit("hours.correct", "service_record", record.id, by=by, before=before, after=minutes)
    letters.tell_of([record], LetterKind.HOURS_CORRECTED, now)
    flush()
    return record


def _new_claim(record: ServiceRecord, minutes: int, now: datetime) -> Claim:
    """Return the interval with the new length, in a free place where no start was told."""
    others = beside([record]).get(record.person_id, [])
    keeps_place = record.time_stated or minutes <= record.minutes
    start = local(record.starts_at)
    entry = Entry(
        day=record.served_on,
        minutes=minutes,
        title=record.title,
        field=record.field,
        start=start.time() if keeps_place else None,
    )
    claim = claim_of(entry, others, now)
    if claim.ends_at > now:
        raise RuleViolation("hours", N_("改后的结束时间晚于现在，请再看一遍"))
    check_day(claim, others, limits_on(now).max_day)
    check_overlap(claim, others)
    return claim
