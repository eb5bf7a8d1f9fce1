"""Venues on their pages: named, without a leader, reviewed, starred, closed (domain.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Letter, UserSession
from accounts.operations import end_post
from accounts.rules import SessionKind
from accounts.rules.letters import LetterKind
from activities.models import Venue, VenueCharge, VenueEvent, VenueHours, VenueReview
from activities.operations import venue_following as following
from activities.operations.venue_steps import call_reviews
from activities.queries import venue_people as people
from activities.rules.venues import Charge, VenueKind, VenueStatus
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.sessions import token_digest
from members.models import Membership
from members.operations.memberships import move
from members.rules import MembershipAction
from organizations.operations import Plan, close_organization, reopen_organization
from organizations.rules import OrganizationStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.venue_factories import make_venue, put_in_charge

Browsers = Callable[[str], Client]
VILLAGE, COUNTY = "东一村", "东县"


def base(cast: Cast, place: str, venue: Venue | None = None) -> str:
    path = f"/o/{cast.organization(place).code}/venues"
    return f"{path}/{venue.code}" if venue else path


def second_officer(app: Flask, cast: Cast, place: str = COUNTY) -> Client:
    """Return a browser of another officer of a county."""
    user = make.make_user(make.make_person())
    make.make_post(user, Role.OFFICER, cast.organization(place))
    token, now = f"second-officer-{user.code}".ljust(43, "x"), clock.now()
    db.session.add(
        UserSession(
            token_digest=token_digest(token),
            user_id=user.id,
            kind=SessionKind.POST,
            created_at=now,
            seen_at=now,
            factor_at=now,
        )
    )
    db.session.flush()
    return Client(app, token)


def member_at(cast: Cast, place: str = VILLAGE) -> Membership:
    return make.make_membership(make.make_person(), cast.organization(place))


def again(venue: Venue) -> Venue:
    db.session.expire_all()
    return db.session.get_one(Venue, venue.id)


def told(name: str, cast: Cast) -> list[LetterKind]:
    mine = select(Letter.kind).where(Letter.user_id == cast.user(name).id).order_by(Letter.id)
    return list(db.session.scalars(mine))


def answers(*criteria: str, met: str = "met") -> dict[str, str]:
    told = {"held_on": clock.today().isoformat(), "inspector": "王查"}
    for name in criteria:
        told |= {name: met, f"{name}_evidence": "看过现场"}
    return told


def leave(membership: Membership) -> None:
    move(membership, MembershipAction.WITHDRAW, by=SYSTEM, now=clock.now())
    db.session.flush()


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
    assert parsed(wrong).find(id="name")["value"] == "救护工作室"
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


def hours_of(venue: Venue) -> list[VenueHours]:
    return list(db.session.scalars(select(VenueHours).where(VenueHours.venue_id == venue.id)))


def test_hours_that_overlap_stay_on_the_page_beside_their_day(
    cast: Cast, client_of: Browsers
) -> None:
    ben, venue = client_of("ben"), make_venue(cast.organization(VILLAGE))
    here = base(cast, VILLAGE, venue)
    wrong = ben.post(f"{here}/hours", {"day_1": "9:00-12:00, 11:00-13:00", "day_2": "8:00-9:00"})
    assert wrong.status_code == 422
    page = parsed(wrong)
    assert page.find(id="day_1-error") is not None
    assert page.find(id="day_2")["value"] == "8:00-9:00"
    assert len(hours_of(venue)) == 5
    soon = (clock.today() + timedelta(days=3)).isoformat()
    assert ben.post(f"{here}/days", {"day": soon, "opens": "", "note": "停电"}).status_code == 303
    assert "停电" in ben.page(here).text
    past = (clock.today() - timedelta(days=3)).isoformat()
    assert ben.post(f"{here}/days", {"day": past, "opens": ""}).status_code == 422
    assert ben.post(f"{here}/days", {"act": "drop", "day": soon}).status_code == 303
    assert "停电" not in ben.page(here).text


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
    out_entry, in_entry = (one["href"] for one in rows)
    assert ben.post(in_entry, {"note": "记错"}).status_code == 422  # would be below zero
    assert ben.post(out_entry, {"note": ""}).status_code == 422
    assert ben.post(out_entry, {"note": "记错"}).status_code == 303
    assert ben.post(out_entry, {"note": "又来"}).status_code == 422
    assert again(venue).fund_fen == 10050
    home = make_venue(cast.organization(VILLAGE))
    assert ben.get(f"{base(cast, VILLAGE, home)}/fund").status_code == 404


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


@pytest.mark.covers("AZ-10")
def test_strangers_find_no_venue_and_others_may_not_touch_it(
    cast: Cast, client_of: Browsers
) -> None:
    venue = make_venue(cast.organization(VILLAGE), keeper=cast.person("ben"))
    for name, place, status in (
        ("cora", COUNTY, 200),
        ("sam", COUNTY, 200),
        ("eve", "东市", 200),
        ("tom", "东镇", 200),
        ("dan", "西县", 404),
        ("bea", "东二村", 404),
        ("will", "西一村", 404),
        ("noa", "北县", 404),
    ):
        found = client_of(name).get(base(cast, place, venue))
        assert found.status_code == status, name
        if status == 200:
            assert (cast.person("ben").name in found.text) is (name in {"cora", "tom"}), name
    cora = client_of("cora")
    assert cora.get(f"{base(cast, COUNTY, venue)}/edit").status_code == 404  # not its own
    assert cora.get(f"{base(cast, VILLAGE, venue)}/edit").status_code == 403
    assert client_of("eve").post(f"{base(cast, '东市', venue)}/close").status_code == 404
    assert client_of("mia").get(f"/me/venues/{venue.code}").status_code == 404


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
