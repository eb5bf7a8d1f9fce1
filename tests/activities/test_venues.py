"""Venues on their pages: named, without a leader, reviewed, starred, closed (domain.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import Venue, VenueCharge, VenueEvent, VenueReview
from activities.operations import venue_following as following
from activities.operations.venue_steps import call_reviews
from activities.rules.venues import Charge, VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from members.operations.memberships import move
from members.rules import MembershipAction
from tests.activities.venue_desk import (
    COUNTY,
    VILLAGE,
    Browsers,
    again,
    answers,
    base,
    leave,
    member_at,
    second_officer,
    told,
)
from tests.cast import Cast
from tests.client import Client, parsed
from tests.venue_factories import make_venue


@pytest.mark.covers("CTR-01", "AZ-10")
def test_a_workshop_is_planned_named_and_opened_by_two_hands(
    app: Flask, cast: Cast, client_of: Browsers
) -> None:
    cora = client_of("cora")
    venue = applied_workshop(cast, client_of("ben"))
    mine, above = base(cast, VILLAGE, venue), base(cast, COUNTY, venue)
    assert LetterKind.VENUE_APPLIED in told("cora", cast)
    assert client_of("ben").post(f"{mine}/inspect", answers()).status_code == 403
    assert cora.post(f"{above}/inspect", answers("leader", "plan")).status_code == 422
    looked = answers("leader", "plan", "team")
    assert cora.post(f"{above}/inspect", looked).status_code == 303
    naming = {"plaque_number": "东 001", "named_on": clock.today().isoformat()}
    assert cora.post(f"{above}/name", {**naming, "plaque_number": ""}).status_code == 422
    assert cora.post(f"{above}/name", naming).status_code == 303
    named = again(venue)
    in_three_years = clock.today().replace(year=clock.today().year + 3)
    assert (named.status, named.term_ends_on) == (VenueStatus.NAMED, in_three_years)
    opened = client_of("ben").post(f"{mine}/open", {"opened_on": clock.today().isoformat()})
    assert opened.status_code == 303
    assert again(venue).status is VenueStatus.RUNNING
    assert "东 001" in client_of("ben").page(mine).text
    steps = db.session.scalars(select(VenueEvent.action).where(VenueEvent.venue_id == venue.id))
    assert [one for one in steps if one] == ["apply", "inspect", "name", "open"]


def applied_workshop(cast: Cast, ben: Client) -> Venue:
    """Return a workshop that its owner planned and applied for, step by step."""
    leader, here = member_at(cast), base(cast, VILLAGE)
    new = f"{here}/new?kind=member_workshop"
    wrong = ben.post(new, {"name": "救护工作室", "seats": "many"})
    assert wrong.status_code == 422
    assert parsed(wrong).select("#name")[0]["value"] == "救护工作室"
    facts = {"name": "救护工作室", "address": "村口 1 号", "field": "救护", "plan": "每月一次"}
    assert ben.post(new, facts).status_code == 303
    venue = db.session.scalars(select(Venue).where(Venue.name == "救护工作室")).one()
    mine = base(cast, VILLAGE, venue)
    assert ben.post(f"{mine}/apply").status_code == 422  # nobody is in charge
    keeper = {"act": "keeper", "holder": cast.person("ben").code}
    assert ben.post(f"{mine}/people", keeper).status_code == 303
    stranger = {"act": "leader", "leader": member_at(cast, "西一村").number}
    assert ben.post(f"{mine}/people", stranger).status_code == 422
    assert ben.post(f"{mine}/people", {"act": "leader", "leader": leader.number}).status_code == 303
    assert ben.post(f"{mine}/apply").status_code == 303
    return venue


@pytest.mark.covers("S35", "CTR-01")
def test_a_workshop_whose_leader_left_is_listed_and_named_anew_or_overdue(
    cast: Cast, client_of: Browsers
) -> None:
    cora = client_of("cora")
    leader, heir = member_at(cast), member_at(cast)
    place = cast.organization(VILLAGE)
    venue = make_venue(
        place,
        VenueKind.MEMBER_WORKSHOP,
        name="银发工作室",
        keeper=cast.person("ben"),
        leader=leader.person,
    )
    above = base(cast, COUNTY, venue)
    assert "没有有效领办人" not in cora.page(above).text
    leave(leader)
    assert again(venue).leader_lost_on == clock.today()
    assert "没有有效领办人" in cora.page(above).text
    listed = cora.page(f"{base(cast, COUNTY)}?lacks=leader").text
    assert "银发工作室" in listed
    assert LetterKind.VENUE_NO_LEADER in told("ben", cast)
    assert LetterKind.VENUE_NO_LEADER in told("cora", cast)
    confirm = cora.post(f"{above}/inspect", answers("leader", "plan", "team"))
    assert confirm.status_code == 422  # a review cannot pass over it
    check_overdue(venue)
    venue.leader_lost_on = clock.today() - timedelta(days=31)
    assert "银发工作室" in cora.page(f"{base(cast, COUNTY)}?lacks=overdue").text
    naming = {"plaque_number": "东 002", "named_on": clock.today().isoformat()}
    assert cora.post(f"{above}/name", naming).status_code == 422  # with whom?
    anew = {**naming, "leader": heir.number}
    assert cora.post(f"{above}/name", anew).status_code == 303
    named = again(venue)
    assert (named.leader_id, named.leader_lost_on) == (heir.person_id, None)
    rows = select(VenueCharge.person_id, VenueCharge.ends_on).where(
        VenueCharge.venue_id == venue.id, VenueCharge.charge == Charge.LEADER
    )
    assert dict(db.session.execute(rows).all()) == {
        leader.person_id: clock.today(),
        heir.person_id: None,
    }
    assert "银发工作室" not in cora.page(f"{base(cast, COUNTY)}?lacks=leader").text


def check_overdue(venue: Venue) -> None:
    """See that a clock tells once of what is overdue, and closes nothing."""
    later = clock.now() + timedelta(days=30)
    assert following.tell_of_overdue(later) == 0
    over = later + timedelta(days=1)
    assert following.tell_of_overdue(over) == 3  # ben, cora and nell, once each
    assert following.tell_of_overdue(over) == 0
    assert again(venue).status is VenueStatus.RUNNING


@pytest.mark.covers("S35")
def test_a_leader_who_takes_the_withdrawal_back_leads_on(cast: Cast) -> None:
    leader = member_at(cast)
    venue = make_venue(cast.organization(VILLAGE), VenueKind.MEMBER_WORKSHOP, leader=leader.person)
    leave(leader)
    assert again(venue).leader_lost_on is not None
    move(leader, MembershipAction.UNDO_WITHDRAWAL, by=SYSTEM, now=clock.now())
    assert again(venue).leader_lost_on is None
    move(leader, MembershipAction.DIE, by=SYSTEM, now=clock.now())
    assert again(venue).leader_lost_on is not None


@pytest.mark.covers("CTR-04")
def test_stars_are_confirmed_by_a_second_person(
    app: Flask, cast: Cast, client_of: Browsers
) -> None:
    cora, other = client_of("cora"), second_officer(app, cast)
    venue = make_venue(cast.organization(VILLAGE), keeper=cast.person("ben"))
    above = base(cast, COUNTY, venue)
    points = {"organization": 18, "place": 18, "team": 13, "activities": 20, "files": 8}
    sheet = {"held_on": clock.today().isoformat(), "satisfaction": "8"}
    for item, given in points.items():
        sheet |= {item: str(given), f"{item}_evidence": "见档案"}
    sheet["satisfaction_evidence"] = "问卷"
    assert cora.post(f"{above}/stars", {**sheet, "place": "21"}).status_code == 422
    assert cora.post(f"{above}/stars", {**sheet, "place_evidence": ""}).status_code == 422
    assert cora.post(f"{above}/stars", sheet).status_code == 303
    review = db.session.scalars(select(VenueReview)).one()
    assert (review.total, review.stars) == (85, 4)
    assert cora.post(f"{above}/stars", sheet).status_code == 422  # one at a time
    way = f"{base(cast, COUNTY).removesuffix('s')}-reviews/{review.code}"
    assert cora.post(way, {"act": "confirm"}).status_code == 422  # not the same person
    assert again(venue).stars is None
    assert other.post(way, {"act": "return"}).status_code == 422  # why?
    assert other.post(way, {"act": "confirm"}).status_code == 303
    assert again(venue).stars == 4
    assert venue.name in cora.page(f"{base(cast, COUNTY)}?stars=4").text


def test_reviews_fall_due_and_a_name_that_ran_out_is_given_anew(
    cast: Cast, client_of: Browsers
) -> None:
    cora, leader = client_of("cora"), member_at(cast)
    kept = cast.person("ben")
    place = cast.organization(VILLAGE)
    venue = make_venue(place, VenueKind.MEMBER_WORKSHOP, keeper=kept, leader=leader.person)
    venue.term_ends_on = venue.review_on = clock.today()
    db.session.flush()
    assert call_reviews(clock.now()) == 1
    assert call_reviews(clock.now()) == 0
    assert again(venue).status is VenueStatus.REVIEW_DUE
    above = base(cast, COUNTY, venue)
    looked = answers("leader", "plan", "team")
    assert cora.post(f"{above}/inspect", looked).status_code == 422
    unfit = {**looked, "team": "unmet"}
    assert cora.post(f"{above}/inspect", unfit).status_code == 303
    assert again(venue).status is VenueStatus.RECTIFY
    naming = {"plaque_number": "东 003", "named_on": clock.today().isoformat()}
    assert cora.post(f"{above}/name", naming).status_code == 303
    renewed = again(venue)
    assert renewed.status is VenueStatus.RUNNING
    assert renewed.term_ends_on is not None
    assert renewed.term_ends_on > clock.today()
    close = {"closed_on": clock.today().isoformat(), "note": ""}
    assert cora.post(f"{above}/close", close).status_code == 422
    assert cora.post(f"{above}/close", {**close, "note": "搬走了"}).status_code == 303
    assert again(venue).status is VenueStatus.CLOSED
    assert cora.post(f"{above}/name", naming).status_code == 409


@pytest.mark.covers("AZ-10")
def test_strangers_find_no_venue_and_others_may_not_touch_it(
    cast: Cast, client_of: Browsers
) -> None:
    venue = make_venue(cast.organization(VILLAGE), keeper=cast.person("ben"))
    own_page = base(cast, VILLAGE, venue)
    for name in ("cora", "sam", "eve", "tom"):
        found = client_of(name).page(own_page).text
        assert (cast.person("ben").name in found) is (name in {"cora", "tom"}), name
    for name in ("dan", "bea", "will", "noa"):
        assert client_of(name).get(own_page).status_code == 404
    for name, place in (("dan", "西县"), ("bea", "东二村"), ("eve", "东市")):
        assert client_of(name).get(base(cast, place, venue)).status_code == 404
    cora = client_of("cora")
    assert cora.get(f"{base(cast, COUNTY, venue)}/edit").status_code == 404  # not its own
    assert cora.get(f"{own_page}/edit").status_code == 403
    assert client_of("eve").post(f"{base(cast, '东市', venue)}/close").status_code == 404
    assert client_of("mia").get(f"/me/venues/{venue.code}").status_code == 404
    assert venue.name in client_of("eve").page(base(cast, "东市")).text
    assert venue.name not in client_of("dan").page(base(cast, "西县")).text


def test_a_list_of_venues_costs_the_same_for_one_and_for_ten(
    cast: Cast, client_of: Browsers, count_statements: Callable[[], object]
) -> None:
    cora, here = client_of("cora"), base(cast, COUNTY)
    make_venue(cast.organization(VILLAGE))
    cora.page(here)
    costs = []
    for _round in range(2):
        with count_statements() as seen:  # type: ignore[attr-defined]
            cora.page(here)
        costs.append(len(seen))
        for number in range(10):
            make_venue(cast.organization(VILLAGE), name=f"家{number}")
    assert costs[0] == costs[1]


@pytest.mark.covers("CTR-01")
def test_a_county_names_its_own_centre_by_two_people(
    app: Flask, cast: Cast, client_of: Browsers
) -> None:
    cora, other = client_of("cora"), second_officer(app, cast)
    kind, keeper = VenueKind.MEMBER_SERVICE_CENTRE, cast.person("cora")
    county = cast.organization(COUNTY)
    venue = make_venue(county, kind, VenueStatus.PLANNED, keeper=keeper)
    here = base(cast, COUNTY, venue)
    assert cora.post(f"{here}/apply").status_code == 303
    asked = answers("room", "staff", "days", "service_list")
    assert cora.post(f"{here}/inspect", asked).status_code == 422  # who keeps it does not look
    assert other.post(f"{here}/inspect", asked).status_code == 303
    naming = {"plaque_number": "东 009", "named_on": clock.today().isoformat()}
    assert cora.post(f"{here}/name", naming).status_code == 422  # who applied does not name
    assert other.post(f"{here}/name", naming).status_code == 303
    assert again(venue).term_ends_on is None
