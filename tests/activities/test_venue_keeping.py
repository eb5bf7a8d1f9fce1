"""Venues on their pages: kept by owner and keeper, followed (domain.md 5)."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.operations import end_post
from accounts.rules.letters import LetterKind
from activities.models import VenueTeamMember
from activities.operations import venue_following as following
from activities.operations.venue_photos import add_photo, drop_photo, put_first
from activities.queries import venue_people as people
from activities.queries import venues as queries
from activities.rules.venues import Charge, VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation, UnknownRowError
from members.models import Membership
from organizations.operations import Plan, close_organization, reopen_organization
from organizations.operations import move as move_organization
from organizations.rules import OrganizationStatus
from people.rules.duplicates import Side
from tests import factories as make
from tests.activities.venue_desk import (
    COUNTY,
    VILLAGE,
    Browsers,
    again,
    base,
    hours_of,
    leave,
    member_at,
    told,
)
from tests.cast import Cast
from tests.client import parsed
from tests.people.pairs import merge, part, twin
from tests.units import PDF, png
from tests.venue_factories import make_venue, put_in_charge


def test_a_keeper_without_post_or_membership_is_no_keeper_and_shut_out(
    cast: Cast, client_of: Browsers
) -> None:
    mia, cora = client_of("mia"), client_of("cora")
    place = cast.organization(VILLAGE)
    venue = make_venue(place, name="老家", keeper=cast.person("mia"))
    other = make_venue(place, name="新家", keeper=cast.person("ben"))
    mine = f"/me/venues/{venue.code}"
    assert "老家" in mia.page("/me/venues").text
    assert mia.get(f"/me/venues/{other.code}").status_code == 404
    assert mia.post(mine, {"phone": "0571-1234", "services": "咨询"}).status_code == 303
    assert mia.post(mine, {"phone": "看门口", "services": ""}).status_code == 422
    week = {"day_0": "9:00-12:00, 13:00-17:00", "alike": "y", "day_5": ""}
    assert mia.post(f"{mine}/hours", week).status_code == 303
    assert again(venue).phone == "0571-1234"
    assert len(hours_of(venue)) == 10
    mine_row = Membership.person_id == cast.person("mia").id
    leave(db.session.scalars(select(Membership).where(mine_row)).one())
    assert again(venue).keeper_lost_on == clock.today()
    assert mia.get(mine).status_code == 404
    assert mia.post(f"{mine}/hours", week).status_code == 404
    yesterday = clock.today() - timedelta(days=1)
    end_post(cast.user("ben").posts[0], yesterday, by=SYSTEM, now=clock.now())
    assert again(other).keeper_lost_on == clock.today()
    listed = cora.page(f"{base(cast, COUNTY)}?lacks=keeper").text
    assert "老家" in listed
    assert "新家" in listed


def test_hours_that_overlap_stay_on_the_page_beside_their_day(
    cast: Cast, client_of: Browsers
) -> None:
    ben, venue = client_of("ben"), make_venue(cast.organization(VILLAGE))
    here = base(cast, VILLAGE, venue)
    wrong = ben.post(f"{here}/hours", {"day_1": "9:00-12:00, 11:00-13:00", "day_2": "8:00-9:00"})
    assert wrong.status_code == 422
    page = parsed(wrong)
    assert page.find(id="day_1-error") is not None
    assert page.select("#day_2")[0]["value"] == "8:00-9:00"
    assert len(hours_of(venue)) == 5
    soon = (clock.today() + timedelta(days=3)).isoformat()
    assert ben.post(f"{here}/days", {"day": soon, "opens": "", "note": "停电"}).status_code == 303
    assert "停电" in ben.page(here).text
    past = (clock.today() - timedelta(days=3)).isoformat()
    assert ben.post(f"{here}/days", {"day": past, "opens": ""}).status_code == 422
    assert ben.post(f"{here}/days", {"act": "drop", "day": soon}).status_code == 303
    assert "停电" not in ben.page(here).text


def test_the_same_mistake_in_several_fields_is_told_with_each_name(
    cast: Cast, client_of: Browsers
) -> None:
    ben, venue = client_of("ben"), make_venue(cast.organization(VILLAGE))
    here = base(cast, VILLAGE, venue)

    def told(**week: str) -> list[str]:
        page = parsed(ben.post(f"{here}/hours", week))
        return [one.text for one in page.select(".error-list li")]

    alone = told(day_1="早上")
    assert len(alone) == 1
    assert told(day_1="早上", day_4="晚上") == [f"周二：{alone[0]}", f"周五：{alone[0]}"]


def test_a_fund_is_never_below_zero_and_mistakes_are_reversed_once(
    cast: Cast, client_of: Browsers
) -> None:
    ben = client_of("ben")
    venue = make_venue(cast.organization(VILLAGE), VenueKind.FRATERNITY_HOME)
    here, today = f"{base(cast, VILLAGE, venue)}/fund", clock.today().isoformat()

    def enter(way: str, amount: str) -> int:
        told = {"way": way, "amount": amount, "happened_on": today, "words": "捐赠"}
        return ben.post(here, told).status_code

    assert enter("in", "100.50") == 303
    assert enter("out", "100.51") == 422
    assert enter("out", "60") == 303
    assert enter("in", "-5") == 422
    assert again(venue).fund_fen == 4050
    rows = parsed(ben.get(here)).select("a.text-link[href*='/venue-fund/']")
    out_entry, in_entry = (str(one["href"]) for one in rows)
    assert ben.post(in_entry, {"note": "记错"}).status_code == 422  # would be below zero
    assert ben.post(out_entry, {"note": ""}).status_code == 422
    assert ben.post(out_entry, {"note": "记错"}).status_code == 303
    assert ben.post(out_entry, {"note": "又来"}).status_code == 422
    assert again(venue).fund_fen == 10050
    home = make_venue(cast.organization(VILLAGE))
    assert ben.get(f"{base(cast, VILLAGE, home)}/fund").status_code == 404


def test_venues_go_with_an_organization_that_closes_and_come_back(cast: Cast) -> None:
    county = cast.organization(COUNTY)
    going = make.make_organization(cast.organization(VILLAGE).kind, "并村", county)
    target, now = cast.organization("东二村"), clock.now()
    kept = member_at(cast).person
    venue = make_venue(going, keeper=kept)
    plan = Plan("东红 1 号", clock.today(), target)
    close_organization(going, plan, by=SYSTEM, now=now)
    assert again(venue).organization_id == target.id
    reopen_organization(going, by=SYSTEM, now=now)
    assert again(venue).organization_id == going.id
    close_organization(going, Plan("东红 2 号", clock.today()), by=SYSTEM, now=now)
    assert again(venue).status is VenueStatus.CLOSED
    reopen_organization(going, by=SYSTEM, now=now)
    assert again(venue).status is VenueStatus.RUNNING
    assert going.status is OrganizationStatus.ACTIVE
    open_charges = [one for one in people.charges_of(venue.id) if one.ends_on is None]
    assert [one.person_id for one in open_charges] == [kept.id]


def test_who_is_forgotten_leaves_a_venue_without_somebody_in_charge(cast: Cast) -> None:
    leader = member_at(cast)
    venue = make_venue(cast.organization(VILLAGE), VenueKind.MEMBER_WORKSHOP)
    put_in_charge(venue, Charge.LEADER, leader.person)
    put_in_charge(venue, Charge.KEEPER, leader.person)
    following.forget_person(leader.person_id)
    found = again(venue)
    assert (found.leader_id, found.keeper_id) == (None, None)
    following.look_at_all(0, clock.now())
    assert again(venue).leader_lost_on == clock.today()
    assert not people.charges_of(venue.id)


@pytest.mark.covers("FILE-06")
def test_pictures_lose_their_place_and_bombs_and_undeclared_ones_are_refused(
    cast: Cast, client_of: Browsers
) -> None:
    ben, venue = client_of("ben"), make_venue(cast.organization(VILLAGE))
    here = f"{base(cast, VILLAGE, venue)}/photos"

    def send(data: bytes, **changed: str) -> TestResponse:
        told = {"alt": "大厅", "declared": "y", **changed, "file": (BytesIO(data), "C:\\a.png")}
        return ben.post(here, told, content_type="multipart/form-data")

    located = png(2, 2, (b"eXIf", b"GPS 30.25N"), (b"tEXt", b"GPS 120E"))
    assert send(located).status_code == 303
    way = parsed(ben.get(here)).select_one("figure img")
    assert way is not None
    assert way["alt"] == "大厅"
    kept = ben.get(str(way["src"]))
    assert b"GPS" not in kept.data
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    for answer, field in (
        (send(png(50_000, 50_000)), "file"),
        (send(PDF), "file"),
        (send(b"<svg onload=x>"), "file"),
        (send(png(), alt=" "), "alt"),
        (send(png(), declared=""), "declared"),
    ):
        assert answer.status_code == 422
        assert parsed(answer).find(id=f"{field}-error") is not None, field
    assert client_of("will").get(str(way["src"])).status_code == 404


def test_pictures_stay_few_and_in_the_order_that_is_chosen(cast: Cast) -> None:
    venue, by, now = make_venue(cast.organization(VILLAGE)), SYSTEM, clock.now()
    codes = [add_photo(venue, png(), f"图{n}", by=by, now=now).code for n in range(8)]
    with pytest.raises(RuleViolation):
        add_photo(venue, png(), "太多", by=by, now=now)
    put_first(venue, codes[5], by=by)
    assert [one.code for one in queries.photos_of(venue.id)][:2] == [codes[5], codes[0]]
    other = make_venue(cast.organization(VILLAGE))
    with pytest.raises(UnknownRowError):
        drop_photo(other, codes[0], by=by)
    drop_photo(venue, codes[0], by=by)
    assert len(queries.photos_of(venue.id)) == 7


@pytest.mark.covers("AZ-16")
def test_a_workshop_goes_with_its_leader_when_records_merge_and_comes_back(cast: Cast) -> None:
    stays, gone = twin(cast), twin(cast, "东二村")
    venue = make_venue(cast.organization("东二村"), VenueKind.MEMBER_WORKSHOP, leader=gone)
    db.session.add(VenueTeamMember(venue_id=venue.id, person_id=gone.id, joined_on=clock.today()))
    done = merge(cast, stays, gone, {"membership": Side.SECOND})
    moved = again(venue)
    assert (moved.leader_id, moved.leader_lost_on) == (stays.id, None)
    assert [one.person_id for one in people.charges_of(venue.id)] == [stays.id]
    assert [one.person_id for one in people.team_of(venue.id)] == [stays.id]
    assert LetterKind.VENUE_NO_LEADER not in told("bea", cast)
    part(cast, done)
    assert again(venue).leader_id == gone.id
    assert [one.person_id for one in people.team_of(venue.id)] == [gone.id]


def test_a_venue_moves_with_its_organization_to_another_county(app: Flask, cast: Cast) -> None:
    place, west = cast.organization("东二村"), cast.organization("西县")
    venue = make_venue(place, keeper=cast.person("bea"))
    move_organization(place, west, by=SYSTEM, now=clock.now(), reason="区划调整")
    moved = again(venue)
    assert (moved.county_id, moved.decider_id) == (west.id, west.id)
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["activities", "review-venues"]).exit_code == 0


@pytest.mark.covers("PRV-06")
def test_a_number_that_somebody_types_tells_no_name_of_another_village(
    cast: Cast, client_of: Browsers
) -> None:
    ben, cora = client_of("ben"), client_of("cora")
    venue, other = make_venue(cast.organization(VILLAGE)), member_at(cast, "东二村")
    path, name = f"{base(cast, VILLAGE, venue)}/people", other.person.name
    answer = ben.post(path, {"act": "keeper", "number": other.number})
    assert answer.status_code == 303, answer.text
    assert again(venue).keeper_id == other.person_id
    for page in (path, base(cast, VILLAGE, venue)):
        assert name not in ben.page(page).text
        assert f"{name[0]}*" in ben.page(page).text
    assert name in cora.page(base(cast, COUNTY, venue)).text
    own = member_at(cast)
    assert ben.post(path, {"act": "keeper", "number": own.number}).status_code == 303
    assert own.person.name in ben.page(path).text
