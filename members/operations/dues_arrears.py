"""Members who do not pay: behind after a year, proposed for removal after two, in January.

Nobody is removed by a clock: the organization gives notice, and keeps or ends each one (MEM-34).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members import notices
from members.models import DuesCharge, DuesProposal, Membership
from members.operations.memberships import move
from members.operations.transfers import cancel_transfer
from members.rules import (
    PROPOSAL_TRANSITIONS,
    MemberGrade,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ProposalAction,
    ProposalStatus,
    ReturnReason,
    check_month,
    check_note,
    check_removable,
    last_unpaid_year,
)

BATCH = 200
_PAYS = (Membership.kind == MembershipKind.ADULT, Membership.grade != MemberGrade.PERMANENT)


def fall_behind(now: datetime) -> int:
    """Mark members whose dues of a past year are unpaid; return how many, none when all are."""
    today = clock.local(now).date()
    last = last_unpaid_year(today.year, settings.value("dues.arrears_years", on=today))
    found = db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.organization, innerjoin=True))
        .where(
            *_PAYS,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.id.in_(
                select(DuesCharge.membership_id).where(
                    DuesCharge.year <= last, DuesCharge.paid < DuesCharge.amount
                )
            ),
        )
        .order_by(Membership.id)
        .limit(BATCH)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).all()
    for membership in found:
        move(membership, MembershipAction.FALL_BEHIND, by=SYSTEM, now=now)
    db.session.flush()
    return len(found)


def propose_removals(now: datetime) -> int:
    """List members unpaid for two full years, once a January; return how many are new.

    Raises RuleViolation in another month. Doing it again finds nothing.
    """
    today = clock.local(now).date()
    check_month(today)
    year, years = today.year, settings.value("dues.removal_years", on=today)
    listed = select(DuesProposal.id).where(
        DuesProposal.membership_id == Membership.id, DuesProposal.year == year
    )
    found = db.session.scalars(
        select(Membership)
        .where(
            *_PAYS,
            Membership.status == MembershipStatus.ARREARS,
            *(_unpaid_in(year - back) for back in range(1, years + 1)),
            ~listed.exists(),
        )
        .order_by(Membership.id)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for membership in found:
        _replace_older(membership.id, now)
        db.session.add(
            DuesProposal(
                code=crypto.opaque_code(8),
                membership=membership,
                organization_id=membership.organization_id,
                year=year,
                status=ProposalStatus.PROPOSED,
                proposed_at=now,
            )
        )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return len(found)


def notify_unpaid(code: str, *, organization_id: int, by: Actor, now: datetime) -> DuesProposal:
    """Return a proposal of which the member was told: he has time to pay or to answer."""
    proposal = _locked(code, organization_id, by)
    today = clock.local(now).date()
    _step(proposal, ProposalAction.NOTIFY)
    proposal.noticed_at, proposal.noticed_by_id = now, by.user_id
    proposal.keep_until = today + timedelta(days=settings.value("dues.notice_days", on=today))
    notices.tell_unpaid(proposal, LetterKind.DUES_UNPAID, now)
    record("dues.notify", "dues_proposal", proposal.id, by=by)
    db.session.flush()
    return proposal


def keep_unpaid(
    code: str, note: str, *, organization_id: int, by: Actor, now: datetime
) -> DuesProposal:
    """Return a proposal that the organization does not follow, with the reason in words."""
    text = check_note(ReturnReason.OTHER, note)
    proposal = _locked(code, organization_id, by)
    _settle(proposal, ProposalAction.KEEP, by, now)
    proposal.note = text
    notices.tell_unpaid(proposal, LetterKind.DUES_KEPT, now)
    record("dues.keep", "dues_proposal", proposal.id, by=by)
    db.session.flush()
    return proposal


def remove_unpaid(code: str, *, organization_id: int, by: Actor, now: datetime) -> DuesProposal:
    """Return a proposal that was followed: the membership has ended; it can be applied for anew.

    Raises RuleViolation before the time of the notice is over, IllegalTransition for one that was
    decided or paid meanwhile.
    """
    proposal = _locked(code, organization_id, by)
    today = clock.local(now).date()
    _settle(proposal, ProposalAction.REMOVE, by, now)
    check_removable(proposal.keep_until, today)
    membership = proposal.membership
    cancel_transfer(membership.person_id, by=by, now=now)
    move(membership, MembershipAction.AUTO_WITHDRAW, by=by, now=now)
    membership.left_on = today
    notices.tell_unpaid(proposal, LetterKind.DUES_REMOVED, now)
    record("dues.remove", "dues_proposal", proposal.id, by=by)
    db.session.flush()
    return proposal


def _unpaid_in(year: int) -> ColumnElement[bool]:
    return Membership.id.in_(
        select(DuesCharge.membership_id).where(
            DuesCharge.year == year, DuesCharge.paid < DuesCharge.amount
        )
    )


def _replace_older(membership_id: int, now: datetime) -> None:
    """Let a proposal of an earlier January lapse that nobody decided: the new one stands for it."""
    older = db.session.scalars(
        select(DuesProposal)
        .where(
            DuesProposal.membership_id == membership_id,
            DuesProposal.status.in_((ProposalStatus.PROPOSED, ProposalStatus.NOTICED)),
        )
        .with_for_update()
    ).all()
    for proposal in older:
        _settle(proposal, ProposalAction.LAPSE, SYSTEM, now)


def _locked(code: str, organization_id: int, by: Actor) -> DuesProposal:
    """Return a proposal of an organization, first its membership locked."""
    mine = DuesProposal.code == code, DuesProposal.organization_id == organization_id
    db.session.execute(
        select(Membership)
        .where(Membership.id.in_(select(DuesProposal.membership_id).where(*mine)))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    proposal = db.session.scalars(
        select(DuesProposal)
        .where(*mine)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if proposal is None:
        raise UnknownRowError(code)
    if by.person_id is not None and proposal.membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的会籍，请别人办"))
    return proposal


def _step(proposal: DuesProposal, action: ProposalAction) -> None:
    proposal.status = next_state(PROPOSAL_TRANSITIONS, proposal.status, action)


def _settle(proposal: DuesProposal, action: ProposalAction, by: Actor, now: datetime) -> None:
    _step(proposal, action)
    proposal.settled_at, proposal.settled_by_id = now, by.user_id


def is_over(keep_until: date | None, today: date) -> bool:
    """Return whether the time of a notice is over: then the button may stand there."""
    try:
        check_removable(keep_until, today)
    except RuleViolation:
        return False
    return True
