"""Posts: granted, ended, and what follows for whoever keeps the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta

import pytest

from accounts import operations
from accounts.models import Post, User
from accounts.queries import handler_of, posts_in_force
from core import clock
from core.access.permissions import Role
from core.access.rights import RIGHTS
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import RuleViolation
from organizations.models import Organization
from organizations.rules import OrganizationStatus
from tests import factories as make
from tests.cast import Cast

DAY = timedelta(days=1)
Counting = Callable[[], AbstractContextManager[list[str]]]


def grant(
    user: User,
    role: Role,
    organization: Organization,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor = SYSTEM,
) -> Post:
    first = starts_on or clock.today()
    return operations.grant_post(user, role, organization, first, ends_on, by=by, now=clock.now())


@pytest.mark.covers("AZ-09")
def test_only_pairs_of_the_table_of_rights_are_granted(cast: Cast) -> None:
    places = ["测试省", "东市", "东县", "东镇", "东一村"]
    refused = 0
    for role in Role:
        for name in places:
            organization = cast.organization(name)
            user = make.make_user()
            if (role, organization.level) in RIGHTS:
                assert grant(user, role, organization).role is role
                continue
            refused += 1
            with pytest.raises(RuleViolation):
                grant(user, role, organization)
    assert refused == len(Role) * len(places) - len(RIGHTS)


@pytest.mark.covers("AZ-09")
def test_nobody_grants_to_himself(cast: Cast) -> None:
    gil = cast.user("gil")
    with pytest.raises(RuleViolation):
        grant(gil, Role.OFFICER, cast.organization("东县"), by=Actor(gil.id))


def test_one_post_is_not_held_twice_at_a_time(cast: Cast) -> None:
    user, place = make.make_user(), cast.organization("东一村")
    today = clock.today()
    grant(user, Role.SECRETARY, place, today, today + 10 * DAY)
    with pytest.raises(RuleViolation):
        grant(user, Role.SECRETARY, place, today + 10 * DAY)
    grant(user, Role.SECRETARY, place, today + 11 * DAY)
    with pytest.raises(RuleViolation):
        grant(user, Role.TEAM_LEADER, place, today, today - DAY)


def test_a_closed_organization_takes_no_post(cast: Cast) -> None:
    place = cast.organization("东一村")
    place.status = OrganizationStatus.MERGED
    with pytest.raises(RuleViolation):
        grant(make.make_user(), Role.SECRETARY, place)


def test_the_branch_handles_its_queue_while_it_has_a_keeper(
    cast: Cast, count_statements: Counting
) -> None:
    today = clock.today()
    place, county = cast.organization("北一村"), cast.organization("北县")
    assert handler_of(place, today) == county.id
    post = grant(make.make_user(), Role.SECRETARY, place, today, today + DAY)
    db.session.flush()
    with count_statements() as seen:
        assert handler_of(place, today) == place.id
    assert len(seen) == 1
    assert handler_of(place, today + DAY) == place.id
    assert handler_of(place, today + 2 * DAY) == county.id
    operations.end_post(post, today - DAY, by=SYSTEM, now=clock.now())
    assert handler_of(place, today) == county.id


def test_a_team_leader_keeps_no_queue(cast: Cast) -> None:
    place = cast.organization("北一村")
    grant(make.make_user(), Role.TEAM_LEADER, place)
    assert handler_of(place, clock.today()) == cast.organization("北县").id


@pytest.mark.parametrize(
    ("name", "handler"),
    [("东县", "东县"), ("东市", "东市"), ("测试省", "测试省"), ("东小学", "东小学")],
)
def test_who_handles_what_is_handed_in(cast: Cast, name: str, handler: str) -> None:
    found = handler_of(cast.organization(name), clock.today())
    assert found == cast.organization(handler).id


def test_a_unit_of_the_province_is_handled_by_the_province(cast: Cast) -> None:
    province = cast.organization("测试省")
    unit = make.make_organization(cast.organization("东小学").kind, "省属学校", province)
    assert handler_of(unit, clock.today()) == province.id


@contextmanager
def listening(listeners: list[Callable[[int], None]]) -> Iterator[list[int]]:
    heard: list[int] = []
    listeners.append(heard.append)
    yield heard
    listeners.pop()


def test_whoever_keeps_queues_hears_of_keepers(cast: Cast) -> None:
    with listening(operations.POST_STARTED) as began, listening(operations.POST_ENDED) as ended:
        check_what_is_heard(cast, began, ended)


def check_what_is_heard(cast: Cast, began: list[int], ended: list[int]) -> None:
    place, today, now = cast.organization("北一村"), clock.today(), clock.now()
    user = make.make_user()
    post = grant(user, Role.SECRETARY, place)
    grant(user, Role.TEAM_LEADER, place)
    assert (began, ended) == ([place.id], [])
    operations.suspend_user(user, by=SYSTEM, now=now)
    assert ended == [place.id]
    operations.resume_user(user, by=SYSTEM, now=now)
    assert began == [place.id, place.id]
    operations.end_post(post, today, by=SYSTEM, now=now)
    assert ended == [place.id]
    assert operations.announce_terms(today + DAY) == (0, 1)
    assert ended == [place.id, place.id]


@pytest.mark.covers("AZ-10")
def test_a_dissolved_organization_has_no_officials(cast: Cast) -> None:
    ben, today = cast.user("ben"), clock.today()
    assert posts_in_force(ben.id, today)
    cast.organization("东一村").status = OrganizationStatus.DISSOLVED
    assert not posts_in_force(ben.id, today)
