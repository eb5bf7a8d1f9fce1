"""Races about dues: cash taken twice, sent up twice, paid while the membership is ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from members import operations
from members.models import (
    DuesBook,
    DuesCharge,
    DuesPayment,
    DuesProposal,
    DuesRemittance,
    Membership,
)
from members.rules import MembershipStatus, ProposalStatus
from tests import dues_factories as owing
from tests import factories as make
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE
from tests.races.race import Race
from tests.races.server import Ground

COUNTY = "东县"


def cash(number: str) -> list[tuple[str, str]]:
    """Return a form of ten yuan."""
    today = clock.today().isoformat()
    return [("amount", "10"), ("number", number), ("paid_on", today)]


def prepare_double_cash(_ground: Ground, count: int) -> list[Trial]:
    """Two secretaries of a branch record the same member's dues of the year."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for index in range(count):
        membership = make.make_membership(stage.person(), stage.place(HERE))
        path = f"/o/{stage.place(HERE).code}/members/{membership.code}/dues/pay"
        posts = [
            Post(who.token, path, cash(f"竞{index}-{number}"))
            for number, who in enumerate((first, second))
        ]
        trials.append(Trial(posts, membership.id))
    return trials


def judge_double_cash(trial: Trial) -> Iterator[str]:
    charge = db.session.scalars(
        select(DuesCharge).where(DuesCharge.membership_id == trial.subject)
    ).one()
    paid = db.session.scalars(
        select(DuesPayment.amount).where(DuesPayment.charge_id == charge.id)
    ).all()
    if list(paid) != [charge.amount] or charge.paid != charge.amount:
        yield f"paid {paid} of {charge.amount}, {charge.paid} kept"
    if sorted(trial.statuses()) != [303, 422]:
        yield f"answered {trial.statuses()}"


def prepare_double_remittance(_ground: Ground, count: int) -> list[Trial]:
    """Two secretaries of a branch send up the same two yuan."""
    trials, county = [], stage.place(COUNTY).code
    for _ in range(count):
        name = stage.village()
        place, first, second = stage.place(name), stage.keeper(name), stage.keeper(name)
        membership = make.make_membership(stage.person(), place)
        operations.collect_from(
            membership.code,
            clock.today().year,
            1000,
            "竞",
            clock.today(),
            organization=place,
            by=Actor(first.user_id, first.person_id),
            now=clock.now(),
        )
        form = [
            ("debt", f"{clock.today().year}-{county}"),
            ("amount", "2"),
            ("remitted_on", clock.today().isoformat()),
        ]
        path = f"/o/{place.code}/dues/remit"
        posts = [
            Post(who.token, path, [*form, ("voucher", voucher)])
            for who, voucher in ((first, "汇1"), (second, "汇2"))
        ]
        trials.append(Trial(posts, place.id))
    return trials


def judge_double_remittance(trial: Trial) -> Iterator[str]:
    sent = db.session.scalars(
        select(DuesRemittance.amount).where(DuesRemittance.organization_id == trial.subject)
    ).all()
    book = db.session.scalars(
        select(DuesBook).where(DuesBook.organization_id == trial.subject)
    ).one()
    if list(sent) != [200] or book.remitted != book.owed:
        yield f"sent {sent}, {book.remitted} of {book.owed} in the book"


def prepare_cash_and_removal(_ground: Ground, count: int) -> list[Trial]:
    """One secretary takes two unpaid years while another ends the membership for them."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    place, year = stage.place(HERE), clock.today().year
    trials = []
    for index in range(count):
        membership = make.make_membership(stage.person(), place)
        membership.joined_on = clock.today() - timedelta(days=3 * 366)
        due = [owing.make_charge(membership, year - back) for back in (1, 2)]
        proposal = owing.make_proposal(membership, ProposalStatus.NOTICED)
        form = [("ids", one.code) for one in due]
        form += [("amounts", "10"), ("amounts", "10")]
        form += [("number", f"补{index}"), ("paid_on", clock.today().isoformat())]
        posts = [
            Post(first.token, f"/o/{place.code}/dues/collect", form),
            Post(second.token, f"/o/{place.code}/dues/proposals/{proposal.code}/remove"),
        ]
        trials.append(Trial(posts, membership.id))
    return trials


def judge_cash_and_removal(trial: Trial) -> Iterator[str]:
    membership = db.session.get_one(Membership, trial.subject)
    proposal = db.session.scalars(
        select(DuesProposal).where(DuesProposal.membership_id == trial.subject)
    ).one()
    paid = sum(
        db.session.scalars(
            select(DuesCharge.paid).where(DuesCharge.membership_id == trial.subject)
        ).all()
    )
    seen = membership.status, proposal.status, paid
    if seen not in {
        (MembershipStatus.ACTIVE, ProposalStatus.LAPSED, 2000),
        (MembershipStatus.AUTO_WITHDRAWN, ProposalStatus.REMOVED, 0),
    }:
        yield f"{seen}"


RACES = (
    Race(
        "two secretaries take the same member's dues",
        ("RACE-01",),
        (),
        prepare_double_cash,
        judge_double_cash,
    ),
    Race(
        "two secretaries send up the same dues",
        ("RACE-01",),
        (),
        prepare_double_remittance,
        judge_double_remittance,
    ),
    Race(
        "dues are paid while the membership is ended for them",
        ("RACE-04",),
        (),
        prepare_cash_and_removal,
        judge_cash_and_removal,
    ),
)
