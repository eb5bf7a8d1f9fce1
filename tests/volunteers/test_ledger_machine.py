"""Any order of acts leaves ledger, records, totals and figures equal to a plain model (LED-01)."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from organizations.rules import Measure
from tests.cast import Cast
from tests.volunteers.desk import BRANCH, COUNTY, acting, entries_of, figure
from volunteers import operations as hours
from volunteers.models import ServiceRecord, VolunteerTotal
from volunteers.queries.verification import verify
from volunteers.rules import (
    STANDING,
    Entry,
    RefusalReason,
    ServiceField,
    ServiceStatus,
)

S = ServiceStatus
PEOPLE = ("ada", "gus", "ben")
UNDO_MINUTES, WITHDRAW_HOURS, OBJECTION_DAYS = 10, 24, 30
#: Two hundred times sixty with ``make soak``.
EXAMPLES, STEPS = (200, 60) if os.environ.get("SOAK") == "full" else (15, 20)


@dataclass
class Model:
    """A record as a few lines of Python know it."""

    person: str
    minutes: int
    day: int
    at: datetime
    state: ServiceStatus = S.PENDING
    decision: str = ""
    decided: datetime | None = None


@dataclass
class Decided:
    """A decision and when it was taken."""

    action: str
    at: datetime
    undone: bool = False


@dataclass
class World:
    """What the machine knows: records by code, decisions by code, the time."""

    now: datetime
    records: dict[str, Model] = field(default_factory=dict)
    decisions: dict[str, Decided] = field(default_factory=dict)

    def of(self, person: str, day: int) -> int:
        """Return the minutes that stand on a day of a person."""
        return sum(
            record.minutes
            for record in self.records.values()
            if (record.person, record.day) == (person, day) and record.state in STANDING
        )


def refused(when: bool) -> AbstractContextManager[Any]:
    """Return a context that expects a rule to refuse, or not."""
    return pytest.raises(RuleViolation) if when else nullcontext()


class LedgerMachine(RuleBasedStateMachine):
    """Enter, confirm, refuse, undo, correct, withdraw, object, answer, and let time pass."""

    codes: Bundle[str] = Bundle("codes")
    decisions: Bundle[str] = Bundle("decisions")

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast
        self.savepoint = db.engines[None].begin_nested()  # type: ignore[attr-defined]
        noon = clock.at(clock.today(), time(12))
        self.world = World(noon - timedelta(days=40))
        self.branch = cast.organization(BRANCH).id
        self.county = cast.organization(COUNTY).id

    def teardown(self) -> None:
        db.session.remove()
        self.savepoint.rollback()

    def by(self, name: str) -> Actor:
        return acting(self.cast, name)

    @rule(
        target=codes,
        person=st.sampled_from(PEOPLE),
        back=st.integers(0, 2),
        minutes=st.sampled_from([30, 67, 120, 600, 1000]),
    )
    def enter(self, person: str, back: int, minutes: int) -> Any:
        world = self.world
        on = clock.local(world.now).date() - timedelta(days=back)
        day = on.toordinal()
        room = 1440 if back else 720
        entry = Entry(on, minutes, f"服务{len(world.records)}", ServiceField.AID)
        try:
            made = hours.log_service(
                self.cast.person(person).id, entry, by=self.by(person), now=world.now
            )
        except RuleViolation:
            db.session.rollback()
            assert world.of(person, day) or minutes > room
            return multiple()
        db.session.commit()
        assert world.of(person, day) + minutes <= room
        world.records[made.code] = Model(person, minutes, day, world.now)
        return made.code

    @rule(target=decisions, chosen=st.lists(codes, min_size=1, max_size=4, unique=True))
    def confirm(self, chosen: list[str]) -> Any:
        return self.decide("hours.confirm", chosen)

    @rule(target=decisions, code=codes)
    def refuse(self, code: str) -> Any:
        return self.decide("hours.refuse", [code])

    def decide(self, action: str, chosen: list[str]) -> Any:
        world = self.world
        records = [world.records[code] for code in chosen]
        waiting = [record for record in records if record.state is S.PENDING]
        own = any(record.person == "ben" for record in records)
        here = not any(record.state in {S.OBJECTED, S.UPHELD} for record in records)
        told: dict[str, Any] = {"handler_id": self.branch, "by": self.by("ben"), "now": world.now}
        try:
            if action == "hours.confirm":
                decision = hours.confirm(chosen, **told)
            else:
                decision = hours.refuse(chosen, RefusalReason.NOT_THERE, "", **told)
        except (RuleViolation, LookupError):
            db.session.rollback()
            assert own or not waiting or not here or self.was_granted(chosen)
            return multiple()
        db.session.commit()
        assert not own
        done = S.CONFIRMED if action == "hours.confirm" else S.REFUSED
        for code in chosen:
            record = world.records[code]
            if record.state is S.PENDING and self.state_of(code) is done:
                record.state, record.decision, record.decided = done, decision.code, world.now
        assert sum(r.decision == decision.code for r in world.records.values()) == decision.count
        world.decisions[decision.code] = Decided(action, world.now)
        return decision.code

    def was_granted(self, chosen: list[str]) -> bool:
        """Tell whether a record was handled at the county, or its time was given away since."""
        records = [self.find(code) for code in chosen]
        return any(record.handler_id != self.branch or record.doubts for record in records) or any(
            self.world.of(model.person, model.day) > model.minutes
            for model in (self.world.records[code] for code in chosen)
        )

    @rule(code=decisions)
    def undo(self, code: str) -> None:
        world, decided = self.world, self.world.decisions[code]
        done = S.CONFIRMED if decided.action == "hours.confirm" else S.REFUSED
        mine = [r for r in world.records.values() if r.decision == code and r.state is done]
        late = world.now - decided.at > timedelta(minutes=UNDO_MINUTES)
        with refused(decided.undone or late or not mine):
            hours.undo(code, organization_id=self.branch, by=self.by("ben"), now=world.now)
        if decided.undone or late or not mine:
            db.session.rollback()
            return
        db.session.commit()
        decided.undone = True
        for record in mine:
            record.state, record.decision, record.decided = S.PENDING, "", None

    @rule(code=codes, minutes=st.sampled_from([15, 60, 120, 300]))
    def correct(self, code: str, minutes: int) -> None:
        record, world = self.world.records[code], self.world
        try:
            hours.correct(
                code,
                minutes,
                "看错了",
                organization_id=self.branch,
                by=self.by("ben"),
                now=world.now,
            )
        except RuleViolation:
            db.session.rollback()
            alone = world.of(record.person, record.day) == record.minutes
            usual = record.state is S.CONFIRMED and minutes != record.minutes
            assert not (usual and record.person != "ben" and alone and minutes < record.minutes)
            return
        db.session.commit()
        assert record.state is S.CONFIRMED
        assert record.person != "ben"
        record.minutes, record.decision = minutes, ""

    @rule(code=codes)
    def withdraw(self, code: str) -> None:
        record, world = self.world.records[code], self.world
        late = world.now - record.at > timedelta(hours=WITHDRAW_HOURS)
        wrong = record.state is not S.PENDING or late
        with refused(wrong):
            hours.withdraw(code, by=self.by(record.person), now=world.now)
        if wrong:
            db.session.rollback()
            return
        db.session.commit()
        record.state = S.WITHDRAWN

    @rule(code=codes)
    def object_(self, code: str) -> None:
        record, world = self.world.records[code], self.world
        late = record.decided is None or world.now - record.decided > timedelta(days=OBJECTION_DAYS)
        wrong = record.state is not S.REFUSED or late
        with refused(wrong):
            hours.object_(code, "", by=self.by(record.person), now=world.now)
        if wrong:
            db.session.rollback()
            return
        db.session.commit()
        record.state = S.OBJECTED

    @precondition(lambda self: any(r.state is S.OBJECTED for r in self.world.records.values()))
    @rule(grants=st.booleans(), pick=st.randoms(use_true_random=False))
    def answer(self, grants: bool, pick: Any) -> None:
        world = self.world
        objected = [code for code, r in world.records.items() if r.state is S.OBJECTED]
        code = pick.choice(objected)
        act = hours.grant_objection if grants else hours.uphold
        told: dict[str, Any] = {"handler_id": self.county, "by": self.by("cora")}
        try:
            act(code, "看过了", now=world.now, **told)
        except RuleViolation:
            db.session.rollback()
            assert grants
            return
        db.session.commit()
        record = world.records[code]
        record.state, record.decision = (S.CONFIRMED if grants else S.UPHELD), ""

    @rule(minutes=st.sampled_from([1, 11, 60, 1440, 5 * 1440]))
    @precondition(lambda self: self.world.now < clock.now() - timedelta(days=6))
    def tick(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    def find(self, code: str) -> ServiceRecord:
        return db.session.scalars(select(ServiceRecord).where(ServiceRecord.code == code)).one()

    def state_of(self, code: str) -> ServiceStatus:
        return self.find(code).status

    @invariant()
    def states_are_as_the_model_says(self) -> None:
        for code, record in self.world.records.items():
            found = self.find(code)
            assert (found.status, found.minutes) == (record.state, record.minutes)
            credited = sum(minutes for _, minutes in entries_of(found))
            assert credited == (record.minutes if record.state is S.CONFIRMED else 0)

    @invariant()
    def totals_are_as_the_model_says(self) -> None:
        records = self.world.records.values()
        waits = [record for record in records if record.state is S.PENDING]
        assert figure(self.cast, BRANCH, Measure.HOURS_WAITING) == len(waits)
        confirmed = Counter[str]()
        for record in records:
            confirmed[record.person] += record.minutes if record.state is S.CONFIRMED else 0
        assert figure(self.cast, BRANCH, Measure.CONFIRMED_MINUTES) == confirmed.total()
        told = db.session.scalars(select(VolunteerTotal.confirmed_minutes)).all()
        assert sum(told) == confirmed.total()

    @invariant()
    def everything_equals_the_ledger(self) -> None:
        report = verify(db.session.connection(), [])
        assert report.is_sound, report.differences


@pytest.mark.soak
@pytest.mark.covers("LED-01", "LED-02", "LED-12", "RACE-04")
def test_no_order_of_acts_breaks_the_books(cast: Cast) -> None:
    class Bound(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(cast)

    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
