"""The answers to objections and appeals: step, hand, counts and letter, whoever gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.rules.letters import LetterKind
from core.audit.operations import Actor
from core.audit.operations import record as audit
from organizations import figures
from organizations.rules import Measure
from organizations.rules.handling import days_part
from volunteers import letters
from volunteers.models import ServiceRecord
from volunteers.operations.records import step_all
from volunteers.rules import ServiceAction, day_of

_KINDS = {
    ServiceAction.GRANT_OBJECTION: LetterKind.OBJECTION_GRANTED,
    ServiceAction.UPHOLD: LetterKind.OBJECTION_UPHELD,
}


def answer_objections(
    records: Sequence[ServiceRecord], action: ServiceAction, reason: str, by: Actor, now: datetime
) -> None:
    """Answer objections, granted or not: they wait no longer at who had them. Few statements."""
    step_all(records, action, by=by, now=now, note=reason)
    for record in records:
        record.decision_id = None
        record.decided_at, record.decided_by_id = now, by.user_id
        figures.add(record.handler.path, Measure.OBJECTIONS_WAITING, -1)
        part, day = days_part(day_of(record.objected_at or now), day_of(now)), day_of(now)
        figures.add_dated(record.organization.path, Measure.APPEALS_HANDLED, 1, day, part=part)
        audit(f"hours.{action}", "service_record", record.id, by=by, minutes=record.minutes)
    letters.tell_of(records, _KINDS[action], now)
