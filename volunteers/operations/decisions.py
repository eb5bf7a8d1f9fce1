"""What a secretary decides over service records: confirm, refuse, undo; one act over many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError
from members.models import Decision
from members.operations import open_decision
from volunteers import letters
from volunteers.models import ServiceRecord
from volunteers.operations.books import Books
from volunteers.operations.findings import hold_at_confirmation
from volunteers.operations.records import (
    find_collisions,
    flush,
    lock_records,
    step_all,
    wards_among,
)
from volunteers.rules import (
    Doubt,
    RefusalReason,
    ServiceAction,
    ServiceStatus,
    check_confirmer,
    check_no_ward,
    check_refusal,
    check_undo,
    day_of,
    with_doubt,
)

CONFIRM, REFUSE = "hours.confirm", "hours.refuse"


def confirm(
    codes: Sequence[str],
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
    doubtful: bool = False,
    sheet_id: int | None = None,
) -> Decision:
    """Return the decision that credited the records waiting at the handler.

    One with a doubt is confirmed from its own page, and never in one go with others (S26). What
    was entered for somebody is confirmed with its sheet, where reason and evidence stand (LED-05).

    Records that no longer wait, whose time cannot be credited, or that are now held because of
    what the confirmation shows (LED-15), are left out and counted. With nothing left the reason
    is raised, but for holds: they are kept. One's own row refuses the whole (LED-04).
    """
    records = lock_records(codes, ServiceRecord.handler_id == handler_id)
    check_decider(records, by)
    waiting = _waiting(records, ServiceAction.CONFIRM)
    if any(record.sheet_id != sheet_id for record in waiting):
        raise RuleViolation("", N_("代录、补录的时长要在“代录复核”里看过凭证再确认"))
    if not doubtful and any(record.doubts for record in waiting):
        raise RuleViolation("", N_("选中的记录里有要逐个看的，请刷新后再选"))
    if any(record.is_held for record in waiting):
        raise RuleViolation("", N_("这些时长还在核查，核查完才能确认"))
    refused = find_collisions(waiting, now)
    held = hold_at_confirmation([one for one in waiting if one.id not in refused], by, now)
    fitting = [record for record in waiting if record.id not in {*refused, *held}]
    if not fitting and not held:
        raise next(iter(refused.values()))
    for record in waiting:
        if record.id in refused:
            _doubt(record)
    decision = _decide(CONFIRM, fitting, records, handler_id, by, now)
    books = Books(by, now)
    for record in fitting:
        books.wait(record, -1)
    step_all(fitting, ServiceAction.CONFIRM, by=by, now=now)
    flush()
    books.credit(fitting)
    letters.tell_confirmed(fitting, decision)
    _finish(books, decision, fitting)
    return decision


def refuse(
    codes: Sequence[str],
    reason: RefusalReason,
    note: str,
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
) -> Decision:
    """Return the decision that did not accept the records, with its reason."""
    note = check_refusal(reason, note)
    records = lock_records(codes, ServiceRecord.handler_id == handler_id)
    check_decider(records, by)
    waiting = _waiting(records, ServiceAction.REFUSE)
    if any(record.is_held for record in waiting):
        raise RuleViolation("", N_("这些时长还在核查，由核查的组织决定"))
    decision = _decide(REFUSE, waiting, records, handler_id, by, now)
    books = Books(by, now)
    for record in waiting:
        books.wait(record, -1)
        record.refusal, record.refusal_note = reason, note
    step_all(waiting, ServiceAction.REFUSE, by=by, now=now, note=note)
    letters.tell_refused(waiting, decision)
    _finish(books, decision, waiting)
    return decision


def undo(decision_code: str, *, organization_id: int, by: Actor, now: datetime) -> Decision:
    """Return the decision, taken back as a whole within the minutes that the setting gives.

    Records that went on since (corrected, objected to) stay as they are.
    """
    decision = db.session.scalars(
        select(Decision)
        .where(Decision.code == decision_code, Decision.organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if decision is None or decision.action not in _UNDOING:
        raise UnknownRowError
    minutes = settings.value("decisions.undo_minutes", day_of(now))
    check_undo(decision.decided_at, decision.undone_at, now, minutes)
    action, state, before_waiting = _UNDOING[decision.action]
    codes = db.session.scalars(
        select(ServiceRecord.code).where(ServiceRecord.decision_id == decision.id)
    ).all()
    records = lock_records(codes) if codes else []
    untouched = decision.id, state  # read again under the lock: a correction may have been first
    again = [record for record in records if (record.decision_id, record.status) == untouched]
    if not again:
        raise RuleViolation("", N_("这些记录后来又有变化，不能撤销"))
    check_decider(again, by)
    books = Books(by, now)
    letters.call_back(again, decision, now)
    before_waiting(books, again)
    step_all(again, action, by=by, now=now)
    for record in again:
        books.wait(record, +1)
        record.decision_id = record.decided_at = record.decided_by_id = record.refusal = None
        record.refusal_note = ""
    decision.undone_at = now
    books.close()
    audit("hours.undo", "decision", decision.id, by=by, count=len(again))
    flush()
    return decision


def _reverse(books: Books, records: Sequence[ServiceRecord]) -> None:
    books.reverse(records, "undo")


def _nothing(books: Books, records: Sequence[ServiceRecord]) -> None:
    """Do nothing: a refusal left no trace in the ledger."""


_Before = Callable[[Books, Sequence[ServiceRecord]], None]
_UNDOING: dict[str, tuple[ServiceAction, ServiceStatus, _Before]] = {
    CONFIRM: (ServiceAction.UNDO_CONFIRM, ServiceStatus.CONFIRMED, _reverse),
    REFUSE: (ServiceAction.UNDO_REFUSE, ServiceStatus.REFUSED, _nothing),
}


def check_decider(records: Sequence[ServiceRecord], by: Actor) -> None:
    """Raise RuleViolation where one record is the decider's own, entered by him, or of his child.

    The whole request is refused, whatever else is in it (security.md LED-04).
    """
    if by.user_id is None:
        raise RuleViolation("", N_("确认时长要由有职务的人办理"))
    for record in records:
        check_confirmer(
            subject_person=record.person_id,
            submitter=record.submitted_by_id,
            confirmer=by.user_id,
            confirmer_person=by.person_id,
        )
    people = {record.person_id for record in records}
    check_no_ward(people, wards_among(people, by.user_id))


def _waiting(records: Sequence[ServiceRecord], action: ServiceAction) -> list[ServiceRecord]:
    waiting = [record for record in records if record.status is ServiceStatus.PENDING]
    if not waiting:
        raise IllegalTransition(records[0].status, action)
    return waiting


def _doubt(record: ServiceRecord) -> None:
    record.doubts = with_doubt(record.doubts, Doubt.OVERLAP)


def _decide(
    action: str,
    records: Sequence[ServiceRecord],
    asked: Sequence[ServiceRecord],
    organization_id: int,
    by: Actor,
    now: datetime,
) -> Decision:
    minutes = sum(record.minutes for record in records)
    decision = open_decision(
        action, asked, records, organization_id, by=by, now=now, minutes=minutes
    )
    for record in records:
        record.decision_id, record.decided_at = decision.id, now
        record.decided_by_id = by.user_id
    return decision


def _finish(books: Books, decision: Decision, records: Sequence[ServiceRecord]) -> None:
    books.close()
    audit(
        decision.action,
        "decision",
        decision.id,
        by=books.by,
        minutes=decision.minutes,
        records=[record.id for record in records],
    )
    flush()
