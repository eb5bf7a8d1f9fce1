"""Activities from the home of an office, and from that of a volunteer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.database import db
from organizations.rules import OrganizationStatus
from tests.activity_factories import make_activity, shift_of
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import home, look

ClientOf = Callable[[str], Client]


@pytest.mark.covers("UX-T1", "B6")
@pytest.mark.parametrize(
    ("who", "place"), [("cora", "东县"), ("eve", "东市"), ("gil", "测试省"), ("sam", "东县")]
)
def test_offices_reach_activities_from_their_home(
    cast: Cast, client_of: ClientOf, who: str, place: str
) -> None:
    page = look(client_of(who), home(cast, place))
    assert page.select_one(f"#main a[href='/o/{cast.code(place)}/events']")
    exchange = page.select(f"#main a[href='/o/{cast.code(place)}/exchange']")
    assert bool(exchange) is (who == "gil")


@pytest.mark.covers("V10", "UX-T1")
def test_a_volunteer_s_home_offers_the_soonest_that_he_can_join(
    cast: Cast, client_of: ClientOf
) -> None:
    start, branch = clock.now() + timedelta(days=2), cast.organization("东一村")
    soon = make_activity(branch, title="最近的活动", starts_at=start)
    at_once = make_activity(branch, title="同一时间", starts_at=start)
    grown = make_activity(branch, title="要注册", starts_at=start + timedelta(days=1))
    grown.needs_registered = True
    make_activity(branch, title="满了", starts_at=start + timedelta(days=2), seats=1)
    full = shift_of(make_activity(branch, title="满员", starts_at=start + timedelta(days=3)))
    full.taken = full.seats
    db.session.commit()
    ada = client_of("ada")
    card = look(ada, "/me").main.text
    assert "最近的活动" in card
    assert "同一时间" in card
    assert "要注册" not in card
    assert "满员" not in card
    assert ada.post(f"/events/shifts/{shift_of(soon).code}").status_code == 303
    after = look(ada, "/me").main.text
    assert at_once.title not in after  # the time is taken now
    assert "最近可以参加" not in look(client_of("mia"), "/me").main.text


@pytest.mark.covers("ORG-17", "V10")
def test_a_volunteer_s_home_offers_nothing_of_who_is_suspended(
    cast: Cast, client_of: ClientOf
) -> None:
    branch = cast.organization("东一村")
    make_activity(branch, title="最近的活动", starts_at=clock.now() + timedelta(days=2))
    db.session.commit()
    assert "最近的活动" in look(client_of("ada"), "/me").main.text
    branch.status = OrganizationStatus.SUSPENDED
    db.session.commit()
    assert "最近的活动" not in look(client_of("ada"), "/me").main.text
