"""Members and volunteers on random ways: their numbers equal the rows wherever they lead."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from members.models import Membership
from members.operations import memberships, withdrawals
from members.operations.deaths import end_for_death, restore_after_death
from members.rules import (
    LIVE_STATES,
    ApplicationKind,
    ApplicationStatus,
    MembershipKind,
    MembershipStatus,
    WithdrawalReason,
)
from organizations.models import Organization
from organizations.operations import Plan, close_organization, reopen_organization
from people.models import Person
from people.operations.amending import amend
from people.rules.changes import ChangeField
from supervision.recount import differences
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.members.conftest import actor_of
from tests.races.books import settle
from volunteers.operations import admission
from volunteers.operations import endings as leaving

VILLAGE, OTHER = "东一村", "东二村"
STEPS = 80
BORN = date(1990, 1, 1)


class Walk:
    """One random way through what happens to members and volunteers of a branch."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, Random(seed)  # noqa: S311 - a test that can be repeated
        self.now, self.closed = clock.now(), list[str]()
        self.people = [make.make_person(with_id=seed % 2 == 0, phone="") for _ in range(6)]
        self.done = set[str]()

    def some(self) -> Person:
        return self.dice.choice(self.people)

    def place(self) -> Organization:
        return self.cast.organization(self.dice.choice((VILLAGE, OTHER)))

    def join(self) -> None:
        person, kind = self.some(), self.dice.choice((MembershipKind.ADULT, MembershipKind.YOUTH))
        held = Membership.person_id == person.id, Membership.status.in_(LIVE_STATES)
        if db.session.scalars(select(Membership).where(*held)).first() is not None:
            raise RuleViolation("", "a member already")
        day = clock.today() - timedelta(days=self.dice.randrange(900))
        memberships.create_membership(
            person, self.place(), kind, by=SYSTEM, now=self.now, joined_on=day,
            status=MembershipStatus.ACTIVE,
        )  # fmt: skip

    def leave(self) -> None:
        reason = WithdrawalReason.OTHER
        withdrawals.leave(self.some().id, reason, "搬家", by=self.actor(), now=self.now)

    def think_again(self) -> None:
        withdrawals.undo_leaving(self.some().id, by=self.actor(), now=self.now)

    def grow_up(self) -> None:
        found = self.live(Membership.kind == MembershipKind.YOUTH)
        memberships.make_adult(found, by=SYSTEM, now=self.now)

    def move(self) -> None:
        active = Membership.status == MembershipStatus.ACTIVE
        found = self.live(active, Membership.kind == MembershipKind.ADULT)
        memberships.relocate(found, self.place(), by=SYSTEM, now=self.now)

    def die(self) -> None:
        person = self.some()
        before = end_for_death(person.id, by=SYSTEM, now=self.now)
        restore_after_death(person.id, before, by=SYSTEM, now=self.now)

    def serve(self) -> None:
        person = self.some()
        if admission.VolunteerAdmission().holds(person.id):
            raise RuleViolation("", "a volunteer already")
        kind, user = ApplicationKind.VOLUNTEER, self.cast.user("ada")
        application = make.make_application(person, self.place(), user, kind=kind)
        application.status = ApplicationStatus.APPROVED
        admission.VolunteerAdmission().admit(application, by=SYSTEM, now=self.now)
        if self.dice.random() < 0.3:
            admission.VolunteerAdmission().undo(application, by=SYSTEM, now=self.now)

    def stop(self) -> None:
        admission.VolunteerAdmission().end(self.some().id, by=SYSTEM, now=self.now)

    def lose_a_volunteer(self) -> None:
        person = self.some()
        before = leaving.end_for_death(person.id, by=SYSTEM, now=self.now)
        leaving.restore_after_death(person.id, before, by=SYSTEM, now=self.now)

    def close(self) -> None:
        name = self.dice.choice((VILLAGE, OTHER))
        plan = Plan("1号", clock.today())
        close_organization(self.cast.organization(name), plan, by=SYSTEM, now=self.now)
        self.closed.append(name)

    def reopen(self) -> None:
        if not self.closed:
            raise RuleViolation("", "none is closed")
        reopen_organization(self.cast.organization(self.closed.pop()), by=SYSTEM, now=self.now)

    def amend(self) -> None:
        person = self.some()
        value = {
            "id_type": "resident_id",
            "id_number": make.make_id_number(person.born_on or date(1990, 1, 1)),
        }
        amend(person, ChangeField.DOCUMENT, value, by=SYSTEM, now=self.now)

    def live(self, *conditions: object) -> Membership:
        ids = [one.id for one in self.people]
        found = db.session.scalars(
            select(Membership)
            .where(Membership.person_id.in_(ids), *conditions)  # type: ignore[arg-type]
            .order_by(Membership.id)
        ).all()
        if not found:
            raise RuleViolation("", "nobody")
        return self.dice.choice(found)

    def actor(self) -> Actor:
        return actor_of(self.cast, "ben")

    def step(self) -> None:
        """Do one thing; what a rule refuses leaves nothing behind."""
        names = (
            *("join", "join", "leave", "think_again", "grow_up", "move", "die", "serve", "stop"),
            *("lose_a_volunteer", "close", "reopen", "amend"),
        )
        name = self.dice.choice(names)
        try:
            getattr(self, name)()
            db.session.commit()
        except (RuleViolation, UnknownRowError, IllegalTransition):
            db.session.rollback()
            return
        self.done.add(name)


@pytest.mark.covers("LED-01", "AZ-07", "RACE-04")
@pytest.mark.parametrize("seed", range(3))
def test_numbers_of_people_follow_the_rows_on_every_way(cast: Cast, seed: int) -> None:
    walk = Walk(cast, seed)
    enter_setting("closings.may_wait", 1)
    settle()
    db.session.commit()
    for _ in range(STEPS):
        walk.step()
    assert differences() == []
    assert len(walk.done) >= 8, walk.done
