"""Whatever happens at venues in whatever order, what is kept equals what a recount finds."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from activities.models import ShiftEnding, VenueMonth, VenuePulse
from activities.operations.recounting import recount
from activities.operations.reports import report
from activities.operations.visits import enter_day
from activities.rules import AttendanceWay, HoursRule
from activities.rules.holding import DayFacts, ReportFacts
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from organizations import figures
from organizations.counting import look
from organizations.rules import Measure
from supervision.recount import statement_of
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.desk import BRANCH, begin
from tests.cast import Cast
from tests.venue_factories import make_venue
from volunteers.models import ServiceRecord
from volunteers.operations import correct
from volunteers.operations.attendance import Asked, credit_attendance, undo_ending
from volunteers.rules import ServiceStatus

Way = AttendanceWay
#: More of them with ``make soak``.
HISTORIES = 200 if os.environ.get("SOAK") == "full" else 8
SMALL = st.integers(0, 3)
FLOWS = (Measure.VENUE_ACTIVITIES, Measure.VENUE_TIMES)
STEPS = st.one_of(
    st.tuples(st.just("come"), SMALL, SMALL),
    st.tuples(st.just("end"), SMALL, st.just(0)),
    st.tuples(st.just("undo"), SMALL, st.just(0)),
    st.tuples(st.just("tell"), SMALL, SMALL),
    st.tuples(st.just("day"), SMALL, SMALL),
    st.tuples(st.just("correct"), SMALL, SMALL),
)


class Life:
    """Two venues and three activities there, on two days; each step may be refused."""

    def __init__(self, cast: Cast) -> None:
        """Lay out what the steps are about."""
        self.place = cast.organization(BRANCH)
        self.by, self.now = Actor(user_id=cast.user("cora").id), clock.now()
        self.venues = [make_venue(self.place, name=name) for name in "甲乙"]
        self.activities = [acting.make_activity(self.place) for _ in range(3)]
        for number, activity in enumerate(self.activities):
            activity.venue_id = self.venues[number % 2].id
            day = clock.today() - timedelta(days=1 + number // 2)
            begin(acting.shift_of(activity), clock.at(day, time(8 + 4 * (number % 2))))
        self.acting: dict[str, Any] = {
            "organization_id": self.place.id,
            "by": self.by,
            "now": self.now,
        }

    def come(self, which: int, kind: int) -> None:
        """Let a member, a volunteer, a pupil or nobody we know come."""
        shift = acting.shift_of(self.activities[which % 3])
        person = make.make_person(born_on=date(1980, 1, 1))
        if kind in (0, 1):
            make.make_volunteer(person, self.place)
        if kind in (1, 2):
            make.make_membership(person, self.place)
        acting.make_attendance(acting.make_signup(shift, person), Way.CODE, Way.CODE)

    def end(self, which: int, _other: int) -> None:
        """End a shift, with hours confirmed for who scanned both ways."""
        shift = acting.shift_of(self.activities[which % 3])
        asked = Asked(HoursRule.ATTENDED, may_confirm=True)
        credit_attendance(shift.code, asked, **self.acting)

    def undo(self, which: int, _other: int) -> None:
        """Take the last ending of a shift back."""
        shift = acting.shift_of(self.activities[which % 3])
        statement = select(ShiftEnding).where(
            ShiftEnding.shift_id == shift.id, ShiftEnding.undone_at.is_(None)
        )
        ending = db.session.scalars(statement.order_by(ShiftEnding.id.desc())).first()
        if ending is not None:
            undo_ending(ending.code, **self.acting)

    def tell(self, which: int, number: int) -> None:
        """Tell of the public and the spend, or that there was none."""
        facts = ReportFacts("", public_people=number * 10, spend_fen=number * 1_000 or None)
        report(self.activities[which % 3].code, facts, **self.acting)

    def day(self, which: int, number: int) -> None:
        """Enter a day, open or not, on which something may have been held."""
        venue, day = self.venues[which % 2], clock.today() - timedelta(days=1 + number % 2)
        facts = DayFacts(single_visits=number, online_visits=which, is_open=number > 0)
        enter_day(venue, day, facts, by=self.by, now=self.now)

    def correct(self, which: int, number: int) -> None:
        """Correct the hours of somebody."""
        statement = select(ServiceRecord).where(ServiceRecord.status == ServiceStatus.CONFIRMED)
        records = db.session.scalars(statement.order_by(ServiceRecord.id)).all()
        if records:
            record = records[which % len(records)]
            correct(record.code, 30 + 10 * number, "试", **self.acting)


@pytest.mark.covers("CTR-03", "S20")
@pytest.mark.soak
def test_kept_numbers_equal_a_recount_after_anything(cast: Cast) -> None:
    did: set[str] = set()

    @seed(1)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(STEPS, min_size=8, max_size=16))
    def check(steps: list[tuple[str, int, int]]) -> None:
        life = Life(cast)
        for name, first, second in steps:
            with suppress(RuleViolation), db.session.begin_nested():
                getattr(life, name)(first, second)
                did.add(name)
        figures.write(db.session())
        told = [one for flow in FLOWS for one in look(flow, statement_of(flow), {})]
        kept = _kept(life)
        wrong = recount()[1]
        pulses = _pulses(life), _last_days(life)
        db.session.rollback()
        assert wrong == 0, (steps, kept)
        assert told == [], (steps, kept)
        assert pulses[0] == pulses[1], steps

    check()
    assert did == {"come", "end", "undo", "tell", "day", "correct"}


def _kept(life: Life) -> list[tuple[int, ...]]:
    ids = [venue.id for venue in life.venues]
    one = VenueMonth
    statement = select(one.venue_id, one.month, one.sessions, one.public, one.minutes)
    return [tuple(row) for row in db.session.execute(statement.where(one.venue_id.in_(ids)))]


def _pulses(life: Life) -> dict[int, date]:
    ids = [venue.id for venue in life.venues]
    rows = db.session.scalars(select(VenuePulse).where(VenuePulse.venue_id.in_(ids)))
    return {row.venue_id: row.last_held_on for row in rows if row.last_held_on}


def _last_days(life: Life) -> dict[int, date]:
    found: dict[int, date] = {}
    for activity in life.activities:
        day = acting.shift_of(activity).held_on
        if day is not None and activity.venue_id is not None:
            found[activity.venue_id] = max(day, found.get(activity.venue_id, day))
    return found


@pytest.mark.covers("CTR-03")
def test_a_recount_puts_right_what_is_wrong(cast: Cast) -> None:
    life = Life(cast)
    life.come(0, 1)
    life.end(0, 0)
    life.tell(1, 2)
    db.session.execute(update(VenueMonth).values(sessions=77, minutes=1))
    db.session.execute(update(VenuePulse).values(last_held_on=date(2001, 1, 1)))
    db.session.expire_all()
    assert recount()[1] > 0
    assert recount()[1] == 0
    assert _pulses(life) == _last_days(life)
