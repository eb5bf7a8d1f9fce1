"""What activities do when an organization closes, two records become one, somebody dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import Signup
from activities.operations.merging import end_for_death
from activities.rules import ActivityStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from organizations.operations import Plan, close_organization
from people.models import Person
from tests import activity_factories as acting
from tests.activities.desk import letters, live
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import VOLUNTEER, merge, part, twin
from tests.volunteers.desk import acting as actor

ClientOf = Callable[[str], Client]
BRANCH = "东一村"


def owners(*people: Person) -> list[int]:
    """Return how many sign-ups each of these people has."""
    rows = list(db.session.scalars(select(Signup.person_id)))
    return [rows.count(person.id) for person in people]


@pytest.mark.covers("ORG-17")
def test_a_closed_organization_holds_nothing_any_more(cast: Cast, client_of: ClientOf) -> None:
    activity = acting.make_activity(cast.organization(BRANCH))
    client_of("ada").post(f"/events/shifts/{acting.shift_of(activity).code}")
    plan = Plan("东红〔2026〕9号", clock.today(), cast.organization("东二村"))
    close_organization(cast.organization(BRANCH), plan, by=actor(cast, "cora"), now=clock.now())
    db.session.refresh(activity)
    assert activity.status is ActivityStatus.CANCELLED
    assert LetterKind.ACTIVITY_CANCELLED in letters(cast.user("ada"))


@pytest.mark.covers("ORG-17", "LED-01")
def test_who_came_gets_the_hours_before_the_organization_closes(cast: Cast) -> None:
    start = clock.now() - timedelta(hours=4)
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH), starts_at=start))
    attendance = acting.make_attendance(acting.make_signup(shift, cast.person("ada")))
    plan = Plan("东红〔2026〕9号", clock.today(), cast.organization("东二村"))
    by, now = actor(cast, "cora"), clock.now()
    with pytest.raises(RuleViolation, match="还没有结束"):
        close_organization(cast.organization(BRANCH), plan, by=by, now=now)
    attendance.ending_id = acting.make_ending(shift).id
    db.session.commit()
    close_organization(cast.organization(BRANCH), plan, by=by, now=now)


@pytest.mark.covers("AZ-16")
def test_sign_ups_go_with_the_person_and_come_back(cast: Cast) -> None:
    first, second = twin(cast, roles=VOLUNTEER), twin(cast, roles=VOLUNTEER)
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    acting.make_signup(shift, second)
    done = merge(cast, first, second)
    assert owners(first, second) == [1, 0]
    part(cast, done)
    assert owners(first, second) == [0, 1]


@pytest.mark.covers("AZ-16")
def test_one_shift_signed_up_for_twice_stands_against_a_merge(cast: Cast) -> None:
    first, second = twin(cast, roles=VOLUNTEER), twin(cast, roles=VOLUNTEER)
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    for person in (first, second):
        acting.make_signup(shift, person)
    with pytest.raises(RuleViolation, match="同一场活动"):
        merge(cast, first, second)
    past = clock.now() - timedelta(days=3)
    shift.starts_at, shift.ends_at = past, past + timedelta(hours=2)
    for signup in db.session.scalars(select(Signup)):
        signup.starts_at, signup.ends_at = shift.starts_at, shift.ends_at
    merge(cast, first, second)
    assert owners(first, second) == [1, 1]


@pytest.mark.covers("MEM-45")
def test_the_seat_of_somebody_who_died_goes_to_who_waits(cast: Cast, client_of: ClientOf) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH), seats=1))
    for name in ("ada", "gus"):
        client_of(name).post(f"/events/shifts/{shift.code}")
    end_for_death(cast.person("ada").id, by=SYSTEM, now=clock.now())
    assert live(shift) == {"人gus": "accepted"}
    assert letters(cast.user("ada")) == []
