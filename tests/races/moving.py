"""Races about members who leave or move while somebody decides about them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from members import operations as joining
from members.models import Application, Membership, Transfer, Withdrawal
from members.rules import (
    LIVE_STATES,
    ApplicationStatus,
    MembershipStatus,
    TransferStatus,
    WithdrawalStatus,
)
from organizations.models import Organization
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE, THERE, approving
from tests.races.race import Race
from tests.races.server import Ground

COUNTY, LEAVE = "东县", "/me/membership/leave"


def member(place: str, status: MembershipStatus) -> tuple[Membership, stage.Somebody]:
    """Return a member of an organization of the cast with account and session."""
    who = stage.somebody()
    person = stage.person_of(who)
    return make.make_membership(person, stage.place(place), status=status), who


def prepare_leaving_and_filing(_ground: Ground, count: int) -> list[Trial]:
    """The member leaves while the county files him; books.problems looks at the figures."""
    officer = stage.keeper(COUNTY, Role.OFFICER)
    accept = f"/o/{stage.place(COUNTY).code}/filings/accept"
    trials = []
    for _ in range(count):
        membership, who = member(HERE, MembershipStatus.APPROVED)
        posts = [Post(officer.token, accept, [("ids", membership.code)]), Post(who.token, LEAVE)]
        trials.append(Trial(posts, membership.id))
    return trials


def judge_leaving_and_filing(trial: Trial) -> Iterator[str]:
    withdrawal = db.session.scalars(
        select(Withdrawal).where(Withdrawal.membership_id == trial.subject)
    ).one_or_none()
    membership = db.session.get_one(Membership, trial.subject)
    if withdrawal is None or membership.status is not MembershipStatus.WITHDRAWN:
        yield "did not leave"
        return
    was_filed = withdrawal.status_before is MembershipStatus.ACTIVE
    if was_filed != (membership.filed_at is not None):
        yield f"was {withdrawal.status_before} before, filed {membership.filed_at}"


def prepare_return_and_approval(_ground: Ground, count: int) -> list[Trial]:
    """Somebody who left comes back while another branch approves him: he is one member."""
    trials, secretary = [], stage.keeper(THERE)
    for _ in range(count):
        membership, who = member(HERE, MembershipStatus.ACTIVE)
        by = Actor(who.user_id, who.person_id)
        joining.leave(who.person_id, None, "", by=by, now=clock.now())
        waiting = stage.application(THERE, who)
        posts = [Post(who.token, f"{LEAVE}/undo"), approving(secretary, waiting, place=THERE)]
        trials.append(Trial(posts, membership.person_id))
    return trials


def judge_return_and_approval(trial: Trial) -> Iterator[str]:
    live = db.session.scalars(
        select(Membership).where(
            Membership.person_id == trial.subject, Membership.status.in_(LIVE_STATES)
        )
    ).all()
    if len(live) != 1:
        yield f"{len(live)} memberships"
    came_back = db.session.scalar(
        select(Withdrawal.status)
        .join(Withdrawal.membership)
        .where(Membership.person_id == trial.subject)
    )
    approved = db.session.scalar(
        select(Application.status).where(Application.person_id == trial.subject)
    )
    if (came_back is WithdrawalStatus.UNDONE) == (approved is ApplicationStatus.APPROVED):
        yield f"withdrawal {came_back}, application {approved}"


def prepare_leaving_and_arrival(_ground: Ground, count: int) -> list[Trial]:
    """The member leaves while the new organization takes him in."""
    trials, secretary = [], stage.keeper(THERE)
    target: Organization = stage.place(THERE)
    for _ in range(count):
        who = stage.somebody()
        transfer = make.make_transfer(
            stage.person_of(who),
            stage.account_of(who),
            stage.place(HERE),
            target,
            TransferStatus.RELEASED,
        )
        path = f"/o/{target.code}/transfers/{transfer.code}/accept"
        posts = [Post(secretary.token, path), Post(who.token, LEAVE)]
        trials.append(Trial(posts, transfer.membership_id))
    return trials


def judge_leaving_and_arrival(trial: Trial) -> Iterator[str]:
    membership = db.session.get_one(Membership, trial.subject)
    transfer = db.session.scalars(
        select(Transfer).where(Transfer.membership_id == trial.subject)
    ).one()
    withdrawal = db.session.scalars(
        select(Withdrawal).where(Withdrawal.membership_id == trial.subject)
    ).one_or_none()
    arrived = membership.organization_id == transfer.to_organization_id
    if arrived != (transfer.status is TransferStatus.ACCEPTED):
        yield f"transfer {transfer.status}, arrived {arrived}"
    if withdrawal is None or membership.status is not MembershipStatus.WITHDRAWN:
        yield "did not leave"
    elif withdrawal.organization_id != membership.organization_id:
        yield "left where he was not"
    elif withdrawal.status is not WithdrawalStatus.REQUESTED:
        yield f"withdrawal {withdrawal.status}"


RACES = (
    Race(
        "one leaves, the county files",
        ("RACE-04",),
        ("lock on members",),
        prepare_leaving_and_filing,
        judge_leaving_and_filing,
    ),
    Race(
        "one comes back, another branch approves",
        ("RACE-03",),
        (),
        prepare_return_and_approval,
        judge_return_and_approval,
    ),
    Race(
        "one leaves, the new branch takes in",
        ("RACE-04",),
        (),
        prepare_leaving_and_arrival,
        judge_leaving_and_arrival,
    ),
)
