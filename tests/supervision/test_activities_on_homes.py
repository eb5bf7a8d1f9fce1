"""Activities from the home of an office, and from that of a volunteer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities.rules import ActivityStatus
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
    assert f"社区广场 · {branch.name}" in card
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


@pytest.mark.covers("UX-T1")
def test_who_keeps_activities_sees_the_desks_of_today(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    ben, page = client_of("ben"), home(cast, "东一村")
    ben.get(page)
    with count_statements() as before:
        assert not look(ben, page).select("#sites li")
    branch, now = cast.organization("东一村"), clock.now()
    today = make_activity(branch, title="今天办的", starts_at=now)
    make_activity(branch, title="前天的", starts_at=now - timedelta(days=2))
    make_activity(branch, title="后天的", starts_at=now + timedelta(days=2))
    make_activity(branch, ActivityStatus.DRAFT, title="草稿", starts_at=now)
    make_activity(cast.organization("东镇"), title="别处的", starts_at=now)
    db.session.commit()
    with count_statements() as after:
        lines = look(ben, page).select("#sites a")
    assert len(after) == len(before)
    assert [one.select_one(".link-rows-label").contents[0] for one in lines] == ["现场：今天办的"]
    assert ben.get(lines[0]["href"]).status_code == 200
    assert shift_of(today).code in lines[0]["href"]
    for who in ("sam", "cora"):  # the levels above supervise; the desk is not theirs
        assert not look(client_of(who), page).select("#sites li")
