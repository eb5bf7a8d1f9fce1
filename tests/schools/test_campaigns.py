"""Campaigns: set by county or province, a to-do of each school, participation without names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from schools.models import Campaign, CampaignSchool, Pupil, SchoolClass, YouthRoll
from schools.operations.attending import Called, correct_roll, record_roll, undo_roll
from schools.operations.campaigns import call_campaign, close_campaign
from schools.queries import campaigns as queries
from schools.queries.attending import tally_in_campaign
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.campaigns import CampaignFacts, CampaignPhase, phase_of
from schools.rules.register import SchoolStage
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_campaign, make_class, make_pupil, make_school
from tests.schools.acting import actor_of

SCHOOL = "东小学"


def a_class(cast: Cast, count: int = 6) -> tuple[SchoolClass, list[Pupil]]:
    place = cast.organization(SCHOOL)
    make_school(place)
    make_school(cast.organization("西小学"))
    school_class = make_class(place, grade=8)
    return school_class, [make_pupil(school_class, member=True) for _ in range(count)]


def tied(
    cast: Cast,
    school_class: SchoolClass,
    pupils: list[Pupil],
    campaign: Campaign,
    days_ago: int = 1,
) -> YouthRoll:
    starts_at = clock.now() - timedelta(days=days_ago, hours=1)
    told = ActivityFacts(YouthKind.MONTH, f"{days_ago} 天前", starts_at, 40)
    by, codes = actor_of(cast, "finn", SCHOOL), [one.code for one in pupils]
    return record_roll(school_class, Called(told, campaign), codes, by=by, now=clock.now())


def share(campaign: Campaign) -> tuple[int, int, int, int]:
    found = queries.participation(campaign)
    return found.called, found.schools, found.activities, found.times


@pytest.mark.pure
def test_a_campaign_is_closed_whatever_its_days() -> None:
    today = clock.today()
    later, before = today + timedelta(days=1), today - timedelta(days=1)
    for days, phase in (
        ((later, later), CampaignPhase.COMING),
        ((before, today), CampaignPhase.RUNNING),
        ((before, before), CampaignPhase.OVER),
    ):
        assert phase_of(*days, is_closed=False, today=today) is phase
        assert phase_of(*days, is_closed=True, today=today) is CampaignPhase.CLOSED


@pytest.mark.covers("SCH-08", "STA-04")
def test_participation_follows_every_roll_call(cast: Cast) -> None:
    school_class, pupils = a_class(cast)
    campaign = make_campaign(cast.organization("东市"))
    assert share(campaign) == (2, 0, 0, 0)
    roll = tied(cast, school_class, pupils, campaign)
    again = tied(cast, school_class, pupils[:2], campaign, 2)
    assert share(campaign) == (2, 1, 2, 8)
    row = db.session.get_one(CampaignSchool, (campaign.id, cast.organization(SCHOOL).id))
    assert (row.persons, row.times) == (6, 8)
    where = {"organization_id": row.organization_id, "by": actor_of(cast, "finn", SCHOOL)}
    codes = [pupils[0].code]
    correct_roll(roll.code, codes, "点错", now=clock.now(), **where)  # type: ignore[arg-type]
    undo_roll(again.code, now=clock.now(), **where)  # type: ignore[arg-type]
    assert share(campaign) == (2, 1, 1, 1)
    found = tally_in_campaign(campaign.id, row.organization_id)
    db.session.refresh(row)
    assert (row.activities, row.persons, row.times) == (
        found.activities,
        found.persons,
        found.times,
    )
    undo_roll(roll.code, now=clock.now(), **where)  # type: ignore[arg-type]
    assert share(campaign) == (2, 0, 0, 0)


@pytest.mark.covers("SCH-08")
def test_an_activity_is_tied_to_what_calls_its_school_on_its_day_only(cast: Cast) -> None:
    school_class, pupils = a_class(cast)
    elsewhere = make_campaign(cast.organization("西县"))
    other_stage = make_campaign(cast.organization("东县"), stages=(SchoolStage.UNIVERSITY,))
    short = make_campaign(cast.organization("东县"), days=(-2, 3))
    for campaign, days_ago in ((elsewhere, 1), (other_stage, 1), (short, 9)):
        with pytest.raises(RuleViolation):
            tied(cast, school_class, pupils, campaign, days_ago)
    close_campaign(
        short.code,
        organization_id=short.organization_id,
        by=actor_of(cast, "cora", "东县"),
        now=clock.now(),
    )
    with pytest.raises(RuleViolation):
        tied(cast, school_class, pupils, short)


@pytest.mark.covers("SCH-08")
def test_a_campaign_has_its_days_and_its_name(cast: Cast) -> None:
    today, office = clock.today(), cast.organization("东县")
    good = CampaignFacts("活动月", "人道", today, today + timedelta(days=30))
    for wrong in (
        CampaignFacts(" ", "人道", today, today),
        CampaignFacts("活动月", "人道", today, today - timedelta(days=1)),
        CampaignFacts("活动月", "人道", today - timedelta(days=9), today - timedelta(days=1)),
        CampaignFacts("活动月", "人道", today, today + timedelta(days=400)),
    ):
        with pytest.raises(RuleViolation):
            call_campaign(office, wrong, by=Actor(), now=clock.now())
    assert call_campaign(office, good, by=Actor(), now=clock.now()).stage_list == ()


@pytest.mark.covers("SCH-08", "PRV-10", "AZ-07")
def test_the_office_sees_schools_and_counts_and_the_school_its_to_do(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class, pupils = a_class(cast)
    cora, finn, county = client_of("cora"), client_of("finn"), cast.code("东县")
    today = clock.today()
    answer = cora.post(
        f"/o/{county}/campaigns/new",
        {
            "name": "东县活动月",
            "theme": "生命",
            "first_on": (today - timedelta(days=3)).isoformat(),
            "last_on": (today + timedelta(days=9)).isoformat(),
        },
    )
    assert answer.status_code == 303
    page = cora.page(answer.location)
    assert cast.organization(SCHOOL).name in page.text
    home = f"/o/{cast.code(SCHOOL)}/home"
    assert "东县活动月" in finn.page(home).text
    campaign = db.session.query(Campaign).filter_by(name="东县活动月").one()
    names = [one.person.name for one in pupils]
    tied(cast, school_class, pupils[:2], campaign)
    assert "东县活动月" not in finn.page(home).select_one("#tasks").text  # type: ignore[union-attr]
    page = cora.page(f"/o/{county}/campaigns/{campaign.code}?show=taking")
    assert "人数过少" in page.text
    assert not any(name in page.text for name in names)


@pytest.mark.covers("SCH-08", "AZ-07")
def test_one_small_number_is_covered_by_another_where_the_sum_is_known(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    province = cast.organization("测试省")
    campaign = make_campaign(province)
    for name, times in (("东小学", 2), ("西小学", 47)):
        make_school(cast.organization(name))
        kept = CampaignSchool(
            campaign_id=campaign.id,
            organization_id=cast.organization(name).id,
            activities=1,
            persons=times,
            times=times,
        )
        db.session.add(kept)
    db.session.commit()
    path = f"/o/{province.code}/campaigns/{campaign.code}?show=taking"
    rows = client_of("gil").page(path).select("#rows tr")
    assert len(rows) == 2
    assert all("人数过少" in row.text for row in rows)


@pytest.mark.covers("SCH-08", "D18")
def test_the_province_sees_the_share_of_every_city_and_steps_into_one(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class, pupils = a_class(cast)
    make_school(cast.organization("西小学"))
    far = make.make_organization(
        cast.organization(SCHOOL).kind, "北小学", cast.organization("北县")
    )
    make_school(far)
    campaign = make_campaign(cast.organization("测试省"))
    db.session.commit()
    tied(cast, school_class, pupils[:2], campaign)
    told = {one.name: one for one in queries.cities_in(campaign)}
    east, north = (told[cast.organization(name).short_name] for name in ("东市", "北市"))
    assert (east.called, east.schools, east.activities, east.per_ten_thousand) == (2, 1, 1, 5_000)
    assert (north.called, north.schools, north.per_ten_thousand) == (1, 0, 0)
    gil, base = client_of("gil"), f"/o/{cast.code('测试省')}/campaigns/{campaign.code}"
    cells = [row.text for row in gil.page(base).select("#cities tr")]
    assert [("50.00%" in one, "1 / 2" in one) for one in cells] == [(True, True), (False, False)]
    rows = gil.page(f"{base}?city={north.code}").select("#rows tr th.row-head")
    assert [row.text for row in rows] == ["北小学"]
    mine = make_campaign(cast.organization("东县"))
    db.session.commit()
    county = client_of("cora").page(f"/o/{cast.code('东县')}/campaigns/{mine.code}")
    assert county.select("#cities") == []
