"""Expelling a member: proposed, heard, decided, reviewed, appealed (domain.md MEM-44)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from core import clock, crypto, settings
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from members import notices
from members.models import Expulsion
from members.operations.hearings import (
    appeal_office_of,
    branch_of,
    lock_expulsion,
    lock_member,
    lock_own,
    note_step,
    reviewer_of,
    step,
)
from members.operations.memberships import move
from members.operations.placing import shelter
from members.operations.transfers import cancel_transfer
from members.queries.charge import in_charge
from members.queries.withdrawals import is_member
from members.rules import (
    ExpulsionAction,
    ExpulsionStatus,
    MembershipAction,
    MembershipStatus,
    Resolution,
    ReturnReason,
    check_answer,
    check_appeal_in_time,
    check_expellable,
    check_facts,
    check_heard,
    check_note,
    check_resolution,
)
from organizations import figures
from organizations.rules import Measure
from organizations.rules.handling import days_part


def propose_expulsion(
    code: str, facts: str, documents: str, *, place_id: int, by: Actor, now: datetime
) -> Expulsion:
    """Return the expulsion of a member that his branch proposes; he is told and heard.

    Raises UnknownRowError for a member that others have in charge, RuleViolation for one who
    cannot be expelled now and for one's own membership. An open transfer ends.
    """
    membership = lock_member(code)
    if membership is None or not in_charge(membership, place_id, clock.local(now).date()):
        raise UnknownRowError(code)
    if by.person_id is not None and membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的除名，请别人办"))
    check_expellable(membership.kind, membership.status)
    told, papers = check_facts(facts, documents)
    today = clock.local(now).date()
    days = settings.value("expulsions.hearing_working_days", on=today)
    expulsion = Expulsion(
        code=crypto.opaque_code(8),
        membership=membership,
        organization=membership.organization,
        handler_id=place_id,
        status=ExpulsionStatus.PROPOSED,
        membership_before=membership.status,
        facts=told,
        documents=papers,
        proposed_at=now,
        proposed_by_id=_somebody(by),
        hearing_until=clock.add_working_days(today, days),
    )
    cancel_transfer(membership.person_id, by=by, now=now)
    db.session.add(expulsion)
    move(membership, MembershipAction.PROPOSE_EXPULSION, by=by, now=now)
    _flush()
    note_step(expulsion, None, by=by, now=now, note="")
    notices.tell_expulsions([expulsion], None, now)
    db.session.flush()
    return expulsion


def answer_expulsion(person_id: int, words: str, *, by: Actor, now: datetime) -> Expulsion:
    """Return one's own expulsion with what one says to it; the words are kept as they are."""
    text = check_answer(words)
    expulsion = lock_own(person_id, ExpulsionAction.ANSWER)
    step(expulsion, ExpulsionAction.ANSWER, by=by, now=now)
    expulsion.answer, expulsion.answered_at = text, now
    notices.tell_expulsions([expulsion], ExpulsionAction.ANSWER, now)
    db.session.flush()
    return expulsion


def decide_expulsion(
    code: str, found: Resolution, *, handler_id: int, by: Actor, now: datetime
) -> Expulsion:
    """Return an expulsion that the council decided: the county has to review it.

    Raises RuleViolation before the member answered or the hearing ended.
    """
    expulsion = lock_expulsion(code, handler_id, ExpulsionAction.DECIDE, by)
    today = clock.local(now).date()
    if check_heard(expulsion.status, expulsion.hearing_until, today):
        step(expulsion, ExpulsionAction.END_HEARING, by=by, now=now)
    checked = check_resolution(found, clock.local(expulsion.proposed_at).date(), today)
    step(expulsion, ExpulsionAction.DECIDE, by=by, now=now, note=checked.text)
    expulsion.resolved_on, expulsion.resolution = checked.resolved_on, checked.text
    expulsion.votes_for, expulsion.votes_against = checked.votes_for, checked.votes_against
    expulsion.votes_abstained = checked.votes_abstained
    expulsion.decided_by_id = _somebody(by)
    expulsion.handler_id = reviewer_of(expulsion, handler_id, today)
    notices.tell_expulsions([expulsion], ExpulsionAction.DECIDE, now)
    db.session.flush()
    return expulsion


def drop_expulsion(code: str, note: str, *, handler_id: int, by: Actor, now: datetime) -> Expulsion:
    """Return an expulsion of which nothing comes: the membership is what it was."""
    text = check_note(ReturnReason.OTHER, note)
    expulsion = lock_expulsion(code, handler_id, ExpulsionAction.DROP, by)
    step(expulsion, ExpulsionAction.DROP, by=by, now=now, note=text)
    expulsion.settled_at, expulsion.settled_by_id = now, by.user_id
    expulsion.settle_note = text
    before = expulsion.membership_before
    move(expulsion.membership, MembershipAction.CLEAR, by=by, now=now, back_to=before)
    notices.tell_expulsions([expulsion], ExpulsionAction.DROP, now)
    db.session.flush()
    return expulsion


def confirm_expulsion(code: str, *, handler_id: int, by: Actor, now: datetime) -> Expulsion:
    """Return an expulsion in force from today: reviewed, the member told how to appeal.

    Raises RuleViolation for whoever proposed or recorded it: another one reviews.
    """
    expulsion = lock_expulsion(code, handler_id, ExpulsionAction.CONFIRM, by)
    _check_others(expulsion, by)
    step(expulsion, ExpulsionAction.CONFIRM, by=by, now=now)
    today = clock.local(now).date()
    days = settings.value("expulsions.appeal_days", on=today)
    expulsion.reviewed_by_id, expulsion.effective_on = by.user_id, today
    expulsion.appeal_until = today + timedelta(days=days)
    membership = expulsion.membership
    move(membership, MembershipAction.EXPEL, by=by, now=now)
    membership.left_on = today
    notices.tell_expulsions([expulsion], ExpulsionAction.CONFIRM, now)
    db.session.flush()
    return expulsion


def return_expulsion(
    code: str, note: str, *, handler_id: int, by: Actor, now: datetime
) -> Expulsion:
    """Return an expulsion that goes back to the branch, with the reason; nothing is edited."""
    text = check_note(ReturnReason.OTHER, note)
    expulsion = lock_expulsion(code, handler_id, ExpulsionAction.RETURN, by)
    _check_others(expulsion, by)
    step(expulsion, ExpulsionAction.RETURN, by=by, now=now, note=text)
    expulsion.review_note = text
    today = clock.local(now).date()
    expulsion.handler_id = branch_of(expulsion, today)
    db.session.flush()
    return expulsion


def appeal_expulsion(person_id: int, words: str, *, by: Actor, now: datetime) -> Expulsion:
    """Return one's own expulsion with the appeal; the level above who reviewed decides.

    Raises RuleViolation after the last day.
    """
    text = check_answer(words)
    expulsion = lock_own(person_id, ExpulsionAction.APPEAL)
    today = clock.local(now).date()
    check_appeal_in_time(expulsion.appeal_until, today)
    step(expulsion, ExpulsionAction.APPEAL, by=by, now=now)
    expulsion.appeal, expulsion.appealed_at = text, now
    expulsion.handler_id = appeal_office_of(expulsion, today)
    db.session.flush()
    db.session.refresh(expulsion, ["handler"])
    notices.tell_expulsions([expulsion], ExpulsionAction.APPEAL, now)
    return expulsion


def uphold_expulsion(
    code: str, note: str, *, handler_id: int, by: Actor, now: datetime
) -> Expulsion:
    """Return an expulsion that stands after the appeal, with the reason in words."""
    expulsion = _settle_appeal(code, ExpulsionAction.UPHOLD, note, handler_id, by, now)
    db.session.flush()
    return expulsion


def overturn_expulsion(
    code: str, note: str, *, handler_id: int, by: Actor, now: datetime
) -> Expulsion:
    """Return an expulsion that fell: the membership is what it was before.

    Whoever was admitted elsewhere meanwhile stays a member there. Where the organization was
    closed, the membership waits at the county.
    """
    expulsion = _settle_appeal(code, ExpulsionAction.OVERTURN, note, handler_id, by, now)
    membership = expulsion.membership
    is_elsewhere = is_member(membership.person_id)
    before = MembershipStatus.TRANSFERRED if is_elsewhere else expulsion.membership_before
    move(membership, MembershipAction.OVERTURN, by=by, now=now, back_to=before)
    if not is_elsewhere:
        membership.left_on = None
        shelter(membership, by=by, now=now)
    _flush()
    return expulsion


def _settle_appeal(
    code: str, action: ExpulsionAction, note: str, handler_id: int, by: Actor, now: datetime
) -> Expulsion:
    text = check_note(ReturnReason.OTHER, note)
    expulsion = lock_expulsion(code, handler_id, action, by)
    _check_others(expulsion, by)
    if by.user_id == expulsion.reviewed_by_id:
        raise RuleViolation("", N_("您审核过这次除名，申诉要由别人来定"))
    step(expulsion, action, by=by, now=now, note=text)
    expulsion.settled_at, expulsion.settled_by_id = now, by.user_id
    expulsion.settle_note = text
    _count_appeal(expulsion, now)
    notices.tell_expulsions([expulsion], action, now)
    return expulsion


def _count_appeal(expulsion: Expulsion, now: datetime) -> None:
    """Count an appeal that was answered where the member was, by its days (domain.md I20)."""
    last = clock.local(now).date()
    first = clock.local(expulsion.appealed_at or now).date()
    path, part = expulsion.organization.path, days_part(first, last)
    figures.add_dated(path, Measure.APPEALS_HANDLED, 1, last, part=part)


def _check_others(expulsion: Expulsion, by: Actor) -> None:
    """Raise RuleViolation for whoever proposed it or recorded what the council decided."""
    if by.user_id in {expulsion.proposed_by_id, expulsion.decided_by_id}:
        raise RuleViolation("", N_("您提出或登记过这次除名，要由别人审核"))


def _somebody(by: Actor) -> int:
    if by.user_id is None:
        message = "a person proposes and decides, never a clock"
        raise ValueError(message)
    return by.user_id


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
