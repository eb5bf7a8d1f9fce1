"""Approving, returning, rejecting, and undoing within minutes (ux.md 0.2, S23 to S25)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core import clock, settings
from core.access.permissions import Level
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, NN_, IllegalTransition, RuleViolation, UnknownRowError, codes_of
from core.transactions import TryAgainError
from members import letters
from members.admission import admission_of
from members.models import Application, Decision, Membership
from members.operations.applications import change
from members.operations.flows import count_answer
from members.operations.handling import open_decision, widen
from members.operations.identities import release_identity, settle_claims
from members.operations.memberships import hold_branches
from members.rules import (
    APPLICATION_TRANSITIONS,
    LIVE_STATES,
    ApplicationAction,
    ApplicationKind,
    MembershipStatus,
    ReturnReason,
    check_note,
)
from organizations.models import Organization
from people.operations.duplicates import look_for

APPROVE, RETURN, REJECT = "applications.approve", "applications.return", "applications.reject"
GRASSROOTS = (Level.TOWNSHIP, Level.UNIT)
UNDO = {APPROVE: ApplicationAction.UNDO_APPROVAL, RETURN: ApplicationAction.UNDO_RETURN}


def approve(
    codes: Sequence[str],
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
    doubtful: bool = False,
    into: Decision | None = None,
) -> Decision:
    """Approve applications in one decision; what was decided meanwhile is left out and counted.

    ``into`` is the decision that a job goes on with, else a new one is made.

    So is one whose number somebody else got meanwhile: it is to be looked at from now on. A
    doubtful one refuses the whole unless ``doubtful``: it is looked at by itself. Raises
    UnknownRowError where one is not handled here, RuleViolation for the applicant's own hand.
    """
    _hold_places(codes, handler_id)
    found = _locked(codes, handler_id)
    waiting = _open(found, ApplicationAction.APPROVE)
    _check_hands(waiting, by)
    _check_not_members(waiting)
    if not doubtful and any(application.is_doubtful for application in waiting):
        raise RuleViolation("", N_("选中的人里有要逐个看的，请刷新后再选"))
    taken = settle_claims(waiting, clock.local(now).date())
    if taken and doubtful:
        raise RuleViolation("", N_("证件号和另一份记录相同，请退回核对，或请县级红十字会处理"))
    waiting = [application for application in waiting if application not in taken]
    decision = (
        widen(into, found, waiting)
        if into
        else open_decision(APPROVE, found, waiting, handler_id, by=by, now=now)
    )
    held = hold_branches(row.organization for row in waiting)
    for application in waiting:
        _settle(application, decision, ApplicationAction.APPROVE, by=by, now=now)
        admission_of(application.kind).admit(application, by=by, now=now)
    letters.tell_approved(waiting, decision)
    _finish(decision, by)
    doubtful_ones = [one.person_id for one in waiting if one.is_doubtful]
    if doubtful_ones:  # of the others nobody has the name or the number
        look_for(doubtful_ones, now=now)
    del held
    return decision


def return_(
    codes: Sequence[str],
    reason: ReturnReason,
    note: str,
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
) -> Decision:
    """Return applications with a reason the applicant can act on."""
    text = check_note(reason, note)
    found = _locked(codes, handler_id)
    waiting = _open(found, ApplicationAction.RETURN)
    _check_hands(waiting, by)
    decision = open_decision(RETURN, found, waiting, handler_id, by=by, now=now)
    for application in waiting:
        application.return_reason, application.return_note = reason, text
        _settle(application, decision, ApplicationAction.RETURN, by=by, now=now)
    letters.tell_returned(waiting, decision)
    _finish(decision, by)
    return decision


def reject(code: str, note: str, *, handler_id: int, by: Actor, now: datetime) -> Decision:
    """Refuse an application for good, with the reason in words."""
    text = check_note(ReturnReason.OTHER, note)
    found = _locked([code], handler_id)
    waiting = _open(found, ApplicationAction.REJECT)
    _check_hands(waiting, by)
    decision = open_decision(REJECT, found, waiting, handler_id, by=by, now=now)
    for application in waiting:
        application.return_note = text
        _settle(application, decision, ApplicationAction.REJECT, by=by, now=now)
        release_identity(application)
    letters.tell_rejected(waiting, decision)
    _finish(decision, by)
    return decision


def undo(decision_code: str, *, handler_id: int, by: Actor, now: datetime) -> Decision:
    """Take back a whole decision within the minutes of the setting.

    Raises UnknownRowError, RuleViolation when it is too late, IllegalTransition where one of the
    applications has moved on.
    """
    decision = claim_undo(decision_code, handler_id=handler_id, now=now)
    take_back(decision, Application.decision_id == decision.id, by=by, now=now)
    record("decision.undo", "decision", decision.id, by=by)
    return decision


def claim_undo(decision_code: str, *, handler_id: int, now: datetime) -> Decision:
    """Return a decision noted as undone; ``take_back`` does the rest. Raises as ``undo`` does."""
    decision = db.session.scalars(
        select(Decision)
        .where(Decision.code == decision_code, Decision.organization_id == handler_id)
        .with_for_update()
    ).one_or_none()
    if decision is None or decision.action not in UNDO:
        raise UnknownRowError(decision_code)
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    if decision.undone_at is not None:
        raise RuleViolation("", N_("已经撤销过了"))
    if now > decision.decided_at + timedelta(minutes=minutes):
        raise RuleViolation("", NN_("超过 %(minutes)d 分钟，不能撤销了"), minutes=minutes)
    decision.undone_at = now
    return decision


def take_back(decision: Decision, which: ColumnElement[bool], *, by: Actor, now: datetime) -> None:
    """Put applications of a decision back to where they were. Raises IllegalTransition."""
    action = UNDO[decision.action]
    undone = _select(which)
    letters.call_back(undone, decision, now)
    for application in undone:
        count_answer(application, -1)
        change(application, action, by=by, now=now)
        if action is ApplicationAction.UNDO_APPROVAL:
            admission_of(application.kind).undo(application, by=by, now=now)
        application.decision_id = application.decided_at = application.decided_by_id = None
    db.session.flush()


def can_undo(decision: Decision, now: datetime) -> bool:
    """Return whether the button 撤销 may stand beside a decision."""
    return decision.undone_at is None and decision.action in UNDO and is_fresh(decision, now)


def is_fresh(decision: Decision, now: datetime) -> bool:
    """Return whether the time in which a decision can be undone is not over."""
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    return now <= decision.decided_at + timedelta(minutes=minutes)


def _locked(codes: Sequence[str], handler_id: int) -> Sequence[Application]:
    wanted = codes_of(codes)
    found = _select(Application.code.in_(wanted), Application.handler_id == handler_id)
    if len(found) != len(wanted):
        raise UnknownRowError
    return found


def _hold_places(codes: Sequence[str], handler_id: int) -> None:
    """Keep the organizations of applications from closing until the decision stands."""
    wanted = select(Application.organization_id).where(
        Application.code.in_(codes_of(codes)), Application.handler_id == handler_id
    )
    db.session.execute(
        select(Organization.id)
        .where(Organization.id.in_(wanted))
        .order_by(Organization.id)
        .with_for_update(read=True)
    )


def _select(*conditions: ColumnElement[bool]) -> Sequence[Application]:
    statement = (
        select(Application)
        .options(
            joinedload(Application.person, innerjoin=True),
            joinedload(Application.organization, innerjoin=True),
            joinedload(Application.handler, innerjoin=True),
        )
        .where(*conditions)
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def _open(found: Sequence[Application], action: ApplicationAction) -> list[Application]:
    """Return what the action still fits. Raises IllegalTransition where nothing is left."""
    fitting = [row for row in found if (row.status, action) in APPLICATION_TRANSITIONS]
    if not fitting:
        raise IllegalTransition(found[0].status, action)
    return fitting


def _check_hands(waiting: Sequence[Application], by: Actor) -> None:
    """Raise RuleViolation where somebody would decide over himself (security.md LED-04)."""
    for application in waiting:
        own = by.person_id is not None and application.person_id == by.person_id
        if own or (by.user_id is not None and application.submitted_by_id == by.user_id):
            raise RuleViolation("", N_("不能审核自己的申请，请由其他人审核"))


def _check_not_members(waiting: Sequence[Application]) -> None:
    """Raise RuleViolation where somebody became a member elsewhere meanwhile (MEM-19).

    So for somebody who was expelled meanwhile, where it is not the county that decides (MEM-44).
    """
    persons = [row.person_id for row in waiting if row.kind is ApplicationKind.MEMBER]
    if not persons:
        return
    states = (*LIVE_STATES, MembershipStatus.EXPELLED)
    found = db.session.scalars(
        select(Membership.status)
        .where(Membership.person_id.in_(persons), Membership.status.in_(states))
        .distinct()
    ).all()
    if any(status in LIVE_STATES for status in found):
        raise RuleViolation("", N_("选中的人里有人已经是会员，请逐个查看"))
    if found and any(row.handler.level in GRASSROOTS for row in waiting):
        raise RuleViolation("", N_("选中的人里有人要由县（市、区）红十字会审核，请逐个查看"))


def _settle(
    application: Application,
    decision: Decision,
    action: ApplicationAction,
    *,
    by: Actor,
    now: datetime,
) -> None:
    change(application, action, by=by, now=now)
    application.decision_id = decision.id
    application.decided_at, application.decided_by_id = now, by.user_id
    count_answer(application, 1)


def _finish(decision: Decision, by: Actor) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record(
        decision.action,
        "decision",
        decision.id,
        by=by,
        count=decision.count,
        left=decision.left_out,
    )
