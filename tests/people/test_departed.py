"""Years after somebody left everything nothing names him any more (decisions.md D6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import UserSession
from core import clock, retention
from core.audit.models import AuditEvent
from core.database import db
from members.rules import MembershipStatus
from people.models import Person
from people.operations.retention import count_departed, forget_departed
from tests import factories as make
from tests.cast import Cast
from tests.volunteers.desk import BRANCH
from tests.volunteers.holding import setting
from volunteers.models import Volunteer
from volunteers.rules import VolunteerStatus

LONG, SHORT = timedelta(days=3 * 366 + 1), timedelta(days=3 * 365 - 1)


def forget() -> int:
    """Run the nightly work to its end; return how many identities it removed."""
    total = 0
    for count in forget_departed(clock.now()):
        db.session.commit()
        total += count
    return total


def departed(cast: Cast, ago: timedelta, name: str = "ada") -> Volunteer:
    """Return a volunteer who left so long ago and was not signed in since."""
    person = cast.person(name)
    one = db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()
    one.status, one.left_on = VolunteerStatus.WITHDRAWN, clock.today() - ago
    mine = update(UserSession).where(UserSession.user_id == cast.user(name).id)
    db.session.execute(mine.values(seen_at=clock.now() - ago))
    db.session.commit()
    return one


@pytest.mark.covers("PRV-16")
def test_who_left_everything_years_ago_is_forgotten_and_his_hours_stay(cast: Cast) -> None:
    one = departed(cast, LONG)
    name = cast.person("ada").name
    assert count_departed(clock.now()) == 1
    assert forget() == 1
    db.session.expire_all()
    person = db.session.get_one(Person, one.person_id)
    assert (person.name, person.id_number, person.phone) == ("***", None, None)
    assert person.erased_at is not None
    assert name not in db.session.scalars(select(Person.name)).all()
    told = select(AuditEvent.subject_id).where(AuditEvent.action == "people.forget_departed")
    assert db.session.scalars(told).all() == [person.id]
    assert (forget(), count_departed(clock.now())) == (0, 0)


@pytest.mark.covers("PRV-16", "PRV-17")
def test_an_identity_is_kept_for_its_years_to_the_day(cast: Cast) -> None:
    one = departed(cast, LONG)
    today = clock.today()
    one.left_on = retention.years_before(today, 3)
    db.session.commit()
    assert (count_departed(clock.now()), forget()) == (0, 0)
    one.left_on -= timedelta(days=1)
    db.session.commit()
    assert (count_departed(clock.now()), forget()) == (1, 1)


@pytest.mark.covers("PRV-16")
@pytest.mark.parametrize("why", ["recently", "member", "signed in", "later setting"])
def test_who_is_still_something_or_left_lately_is_kept(cast: Cast, why: str) -> None:
    one = departed(cast, SHORT if why == "recently" else LONG)
    if why == "member":
        make.make_membership(one.person, cast.organization(BRANCH), status=MembershipStatus.ACTIVE)
    if why == "signed in":
        mine = update(UserSession).where(UserSession.user_id == cast.user("ada").id)
        db.session.execute(mine.values(seen_at=clock.now() - timedelta(days=30)))
    if why == "later setting":
        setting("privacy.identity_years", 5)
    db.session.commit()
    assert forget() == 0
    assert one.person.erased_at is None


def test_years_are_counted_by_the_calendar() -> None:
    assert retention.years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
    assert retention.years_before(date(2026, 3, 1), 3) == date(2023, 3, 1)
