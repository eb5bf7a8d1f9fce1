"""Whatever is done, in whatever order: the maintained numbers change as the rows do."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from enum import StrEnum

import pytest
from sqlalchemy import select

from accounts.operations import end_post
from core import clock
from core.database import db
from core.rules import RuleViolation, UnknownRowError
from members import operations
from members.models import Application, Decision, Membership
from members.rules import ApplicationStatus as A
from members.rules import MembershipStatus as M
from members.rules import ReturnReason
from organizations.operations.moving import move
from supervision.recount import differences
from tests.cast import Cast
from tests.members.conftest import actor_of
from tests.members.waiting import apply
from tests.recounting import count_anew

STEPS = 60
STRAY = 0.2


def settle() -> None:
    """Count the cast, whose rows the factories write without numbers."""
    count_anew()
    assert differences() == []


class Walk:
    """One random way through everything that a branch and its county do."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast = cast
        self.dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
        self.branch = cast.organization("东一村").id
        self.county = cast.organization("东县").id
        self.ben, self.cora = actor_of(cast, "ben"), actor_of(cast, "cora")
        self.now = clock.now()

    def some(self, model: type[Application | Membership], *states: StrEnum) -> list[str]:
        """Return codes in the states, now and then one in any state among them."""
        rows = select(model.code).where(model.organization_id == self.branch)
        fitting = sorted(db.session.scalars(rows.where(model.status.in_(states))))
        chosen = self.dice.sample(fitting, min(len(fitting), self.dice.randint(1, 3)))
        if self.dice.random() < STRAY:
            chosen.append(self.dice.choice(sorted(db.session.scalars(rows)) or ["none"]))
        return chosen

    def apply(self) -> None:
        apply(self.cast, number=self.dice.randint(1, 3))

    def approve(self) -> None:
        codes = self.some(Application, A.SUBMITTED)
        operations.approve(codes, handler_id=self.branch, by=self.ben, now=self.now, doubtful=True)

    def return_(self) -> None:
        codes, reason = self.some(Application, A.SUBMITTED), ReturnReason.NAME_MISMATCH
        operations.return_(codes, reason, "", handler_id=self.branch, by=self.ben, now=self.now)

    def undo(self) -> None:
        codes = db.session.scalars(select(Decision.code)).all()
        code = self.dice.choice(codes or ["none"])
        operations.undo(code, handler_id=self.branch, by=self.ben, now=self.now)

    def withdraw(self) -> None:
        for code in self.some(Application, A.SUBMITTED, A.RETURNED):
            found = db.session.scalars(select(Application).where(Application.code == code)).one()
            operations.withdraw(found, by=self.ben, now=self.now)

    def file(self) -> None:
        codes = self.some(Membership, M.APPROVED)
        operations.file(codes, county_id=self.county, by=self.cora, now=self.now)

    def return_filing(self) -> None:
        codes = self.some(Membership, M.APPROVED)
        operations.return_filing(codes, "x", county_id=self.county, by=self.cora, now=self.now)

    def refile(self) -> None:
        for code in self.some(Membership, M.FILING_RETURNED):
            operations.refile(code, "x", organization_id=self.branch, by=self.ben, now=self.now)

    def step(self) -> str:
        """Do one thing; what a rule refuses leaves nothing behind."""
        names = ["apply", "approve", "return_", "undo", "withdraw", "file"]
        name = self.dice.choice([*names, "return_filing", "refile"])
        try:
            getattr(self, name)()
        except (RuleViolation, UnknownRowError):
            db.session.rollback()
            return "refused"
        db.session.commit()
        return name


@pytest.mark.covers("LED-01", "AZ-07", "RACE-04")
@pytest.mark.parametrize("seed", range(4))
def test_numbers_follow_the_rows_on_every_way(cast: Cast, seed: int) -> None:
    settle()
    walk = Walk(cast, seed)
    done = Counter(walk.step() for _ in range(STEPS))
    assert differences() == []
    assert len(done) >= 7


def test_numbers_follow_when_the_keeper_goes_and_the_tree_moves(cast: Cast) -> None:
    settle()
    first, second = apply(cast, number=2)
    branch, ben = cast.organization("东一村"), actor_of(cast, "ben")
    operations.approve([first], handler_id=branch.id, by=ben, now=clock.now())
    db.session.commit()
    yesterday = clock.today() - timedelta(days=1)
    for name in ("ben", "sue"):
        end_post(cast.user(name).posts[0], yesterday, by=actor_of(cast, "cora"), now=clock.now())
    db.session.commit()
    assert differences() == []
    west = cast.organization("西县")
    move(branch, west, by=actor_of(cast, "gil"), now=clock.now(), reason="行政区划调整")
    db.session.commit()
    assert differences() == []
    db.session.expire_all()
    waiting = db.session.scalars(select(Application).where(Application.code == second)).one()
    assert waiting.handler_id == west.id
    member = select(Membership).where(Membership.person_id != waiting.person_id)
    moved = db.session.scalars(member.where(Membership.organization_id == branch.id)).all()
    assert {row.county_id for row in moved} == {west.id}
