"""Objections have a clock, and a refusal that was upheld goes up once (VOL-29, V15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from organizations.operations.moving import move
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, COUNTY, acting, entries_of, figure
from tests.volunteers.test_objections import objected
from volunteers import operations as hours
from volunteers.models import ServiceRecord
from volunteers.queries.objections import asked_before, due_of
from volunteers.rules import ServiceStatus

ClientOf = Callable[[str], Client]
CITY = "东市"


def upheld(cast: Cast) -> ServiceRecord:
    """Return a record whose refusal the county upheld."""
    record = objected(cast)
    county = cast.organization(COUNTY).id
    hours.uphold(
        record.code, "名单里没有", handler_id=county, by=acting(cast, "cora"), now=clock.now()
    )
    db.session.commit()
    return record


def desk(cast: Cast, place: str = CITY) -> str:
    return f"/o/{cast.code(place)}/objections"


@pytest.mark.covers("V15", "LED-01", "LED-12")
def test_the_city_lets_the_hours_count_after_the_county_refused(
    cast: Cast, client_of: ClientOf
) -> None:
    record = upheld(cast)
    ada, eve = client_of("ada"), client_of("eve")
    own = ada.page(f"/me/hours/{record.code}")
    assert own.select_one(f"a[href='/me/hours/{record.code}/appeal']")
    answer = ada.post(f"/me/hours/{record.code}/appeal", {"note": "同队的人可以证明"})
    assert answer.status_code == 303
    told = ada.page(answer.headers["Location"]).text
    due = due_of(clock.now())
    assert f"由东市答复申诉，{due.month}月{due.day}日前答复" in told
    assert (
        figure(cast, COUNTY, Measure.OBJECTIONS_WAITING),
        figure(cast, CITY, Measure.OBJECTIONS_WAITING),
    ) == (0, 1)
    assert client_of("cora").get(f"{desk(cast, COUNTY)}/{record.code}").status_code == 404
    page = eve.page(f"{desk(cast)}/{record.code}")
    assert "同队的人可以证明" in page.text
    assert "名单里没有" in page.text  # the answer of the county stands beside it
    assert "人ada" not in page.text  # names stop at the county (D10)
    assert eve.post(f"{desk(cast)}/{record.code}/grant", {"reason": ""}).status_code == 303
    assert entries_of(record) == [("credit", 120)]
    assert "申诉后认定" in ada.page(f"/me/hours/{record.code}").text
    assert figure(cast, CITY, Measure.OBJECTIONS_WAITING) == 0


@pytest.mark.covers("V15")
def test_one_goes_up_once_and_within_thirty_days(cast: Cast, client_of: ClientOf) -> None:
    record = upheld(cast)
    ada, city = acting(cast, "ada"), cast.organization(CITY).id
    with pytest.raises(RuleViolation, match="不能申诉"):
        hours.appeal(record.code, "", by=ada, now=clock.now() + timedelta(days=31))
    db.session.rollback()
    hours.appeal(record.code, "", by=ada, now=clock.now())
    with pytest.raises(IllegalTransition):
        hours.appeal(record.code, "", by=ada, now=clock.now())
    hours.uphold(record.code, "仍无凭证", handler_id=city, by=acting(cast, "eve"), now=clock.now())
    db.session.commit()
    assert record.status is ServiceStatus.UPHELD
    with pytest.raises(RuleViolation, match="上一级已经答复"):
        hours.appeal(record.code, "", by=ada, now=clock.now())
    db.session.rollback()
    page = client_of("ada").page(f"/me/hours/{record.code}")
    assert "仍无凭证" in page.text
    assert page.select("a[href$=appeal]") == []
    assert client_of("gus").post(f"/me/hours/{record.code}/appeal").status_code == 404


@pytest.mark.covers("V15")
def test_late_answers_say_so_to_the_volunteer_the_desk_and_the_level_above(
    cast: Cast, client_of: ClientOf
) -> None:
    record = objected(cast)
    cora, eve = client_of("cora"), client_of("eve")
    assert "已超" not in cora.page(desk(cast, COUNTY)).text
    assert "超期没有答复" not in eve.page(desk(cast)).text
    record.objected_at = asked_before(clock.today()) - timedelta(days=3)
    db.session.commit()
    late = (clock.today() - due_of(record.objected_at)).days
    assert late > 0
    assert f"已超 {late} 天" in cora.page(desk(cast, COUNTY)).text
    above = eve.page(desk(cast))
    assert "超期没有答复" in above.text
    assert "人" not in above.select_one("#below").text  # type: ignore[union-attr]
    home = cora.page(f"/o/{cast.code(COUNTY)}/home").text
    assert "1 件超期" in home


@pytest.mark.covers("V15")
def test_the_clock_counts_working_days_and_the_last_day_is_in_time(cast: Cast) -> None:
    del cast
    today = clock.today()
    limit = asked_before(today)
    assert due_of(limit - timedelta(seconds=1)) < today
    assert due_of(limit) >= today


@pytest.mark.covers("LED-10", "V15")
def test_an_appeal_stays_one_level_above_when_its_branch_moves(cast: Cast) -> None:
    record = upheld(cast)
    hours.appeal(record.code, "", by=acting(cast, "ada"), now=clock.now())
    move(
        cast.organization(BRANCH), cast.organization("北县"),
        by=SYSTEM, now=clock.now(), reason="调整",
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(record)
    assert record.handler.name == "北市"
