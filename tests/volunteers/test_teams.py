"""Teams: founded, decided, joined, reviewed; a leader sees no more than he needs (VOL-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import RuleViolation
from tests.cast import Cast, phone_of
from tests.client import Client, parsed
from tests.volunteering import make_team, seat_volunteer
from tests.volunteers.desk import BRANCH, COUNTY, acting, second_secretary
from volunteers.models import Team, TeamSeat, Volunteer
from volunteers.operations import VolunteerAdmission, resting, seats
from volunteers.operations.following import take_teams_along
from volunteers.rules.resting import AgreementKind
from volunteers.rules.teams import SeatStatus, TeamRole, TeamStatus

ClientOf = Callable[[str], Client]
FORM = {"name": "测试水上救援队", "purpose": "汛期值守", "field": "rescue", "is_rescue": "y"}


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    return db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person(name).id)
    ).one()


def team_of(cast: Cast, name: str = "ada", status: TeamStatus = TeamStatus.ACTIVE) -> Team:
    team = make_team(cast.organization(BRANCH), status, volunteer_of(cast, name))
    db.session.commit()
    return team


def state(team: Team) -> TeamStatus:
    db.session.refresh(team)
    return team.status


def seat_of(team: Team, volunteer: Volunteer) -> TeamSeat:
    return db.session.scalars(
        select(TeamSeat).where(TeamSeat.team_id == team.id, TeamSeat.volunteer_id == volunteer.id)
    ).one()


@pytest.mark.covers("VOL-10", "VOL-12")
def test_a_team_is_founded_returned_approved_and_graded(cast: Cast, client_of: ClientOf) -> None:
    ada, ben = client_of("ada"), client_of("ben")
    assert parsed(ada.post("/me/teams/new", {**FORM, "name": ""})).select_one("#name-error")
    own = ada.post("/me/teams/new", FORM).headers["Location"].split("?")[0]
    listed = ben.page(f"/o/{cast.code(BRANCH)}/teams")
    path = str(listed.select("#rows .row-head a")[0]["href"])
    assert ben.post(f"{path}/decide", {"act": "return", "note": ""}).status_code == 422
    assert ben.post(f"{path}/decide", {"act": "return", "note": "请写清楚"}).status_code == 303
    assert "请写清楚" in ada.page(own).text
    assert ada.post(f"{own}/edit", {**FORM, "purpose": "汛期值守，平时训练"}).status_code == 303
    assert ben.post(f"{path}/decide", {"act": "approve"}).status_code == 303
    team = db.session.scalars(select(Team)).one()
    assert team.status is TeamStatus.ACTIVE
    assert team.founded_on == clock.today()
    grade = {"registration": "测社证字第7号", "grade": "3a"}
    assert parsed(ben.post(f"{path}/grade", grade)).select_one("#assessment_on-error")
    graded = ben.post(f"{path}/grade", {**grade, "assessment_on": "2027-05-08"})
    assert graded.status_code == 303
    assert "3A" in ben.page(path).text
    assert "3A" in client_of("cora").page(f"/o/{cast.code(COUNTY)}/teams").text
    assert client_of("dan").get(f"/o/{cast.code('西县')}/teams/{team.code}").status_code == 404


@pytest.mark.covers("LED-04")
def test_nobody_decides_about_his_own_team(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast)
    team = team_of(cast, "ben", TeamStatus.SUBMITTED)
    path = f"/o/{cast.code(BRANCH)}/teams/{team.code}/decide"
    assert client_of("ben").post(path, {"act": "approve"}).status_code == 422
    assert state(team) is TeamStatus.SUBMITTED


@pytest.mark.covers("LED-04", "VOL-12")
def test_nobody_grades_or_dissolves_a_team_that_he_leads(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast)
    team = team_of(cast)
    seat_volunteer(team, volunteer_of(cast, "ben"), TeamRole.LEADER)
    db.session.commit()
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}/teams/{team.code}"
    assert f"{path}/grade" not in ben.get(path).text
    grade = {"registration": "", "grade": "5a", "assessment_on": "2030-05-08"}
    assert ben.post(f"{path}/grade", grade).status_code == 422
    assert ben.post(f"{path}/decide", {"act": "dissolve", "note": "不办了"}).status_code == 422
    db.session.refresh(team)
    assert (team.grade, team.status) == (None, TeamStatus.ACTIVE)


@pytest.mark.covers("LED-04", "VOL-10")
def test_a_team_that_the_only_keeper_leads_is_the_county_s(cast: Cast, client_of: ClientOf) -> None:
    team = team_of(cast)
    seat = seat_volunteer(team, volunteer_of(cast, "ben"))
    db.session.commit()
    answer = {"seat": seat.code, "act": "lead"}
    assert client_of("ada").post(f"/me/teams/{team.code}/answer", answer).status_code == 303
    db.session.refresh(team)
    assert team.handler.name == COUNTY
    assert client_of("ben").post(f"/me/teams/{team.code}/act", {"act": "leave"}).status_code == 303
    db.session.refresh(team)
    assert team.handler.name == BRANCH


@pytest.mark.covers("VOL-10", "PRV-04", "AZ-03")
def test_a_leader_accepts_and_sees_phones_only_of_those_who_agreed(
    cast: Cast, client_of: ClientOf
) -> None:
    team, gus = team_of(cast), client_of("gus")
    page = f"/me/teams/{team.code}"
    assert gus.post(f"{page}/act", {"act": "join"}).status_code == 303
    assert gus.post(f"{page}/act", {"act": "join"}).status_code == 422
    assert "人ada" not in gus.page(page).text
    seat = seat_of(team, volunteer_of(cast, "gus"))
    ada = client_of("ada")
    answer = {"seat": seat.code, "act": "accept"}
    assert gus.post(f"{page}/answer", answer).status_code == 404
    assert ada.post(f"{page}/answer", answer).status_code == 303
    seen = ada.page(page).text
    assert "人gus" in seen
    assert phone_of("gus") not in seen
    resting.set_agreements(
        cast.person("gus").id, [AgreementKind.CONTACT], by=acting(cast, "gus"), now=clock.now()
    )
    db.session.commit()
    assert phone_of("gus") in ada.page(page).text
    born_on, cast.person("gus").born_on = cast.person("gus").born_on, None
    db.session.commit()
    assert phone_of("gus") not in ada.page(page).text  # perhaps a minor
    cast.person("gus").born_on = born_on
    db.session.commit()
    assert ada.post(f"{page}/act", {"act": "leave"}).status_code == 422
    assert ada.post(f"{page}/answer", {**answer, "act": "lead"}).status_code == 303
    assert ada.post(f"{page}/act", {"act": "leave"}).status_code == 303
    db.session.refresh(seat)
    assert seat.role is TeamRole.LEADER
    assert client_of("wes").get(page).status_code == 404


@pytest.mark.covers("S4", "VOL-04")
def test_nobody_under_eighteen_joins_a_rescue_team(cast: Cast) -> None:
    team, person = team_of(cast), cast.person("gus")
    person.born_on = date(clock.today().year - 17, 1, 1)
    db.session.commit()
    by = acting(cast, "gus")
    with pytest.raises(RuleViolation, match="18"):
        seats.ask_to_join(person.id, team.code, by=by, now=clock.now())
    team.is_rescue = False
    db.session.commit()
    seat = seats.ask_to_join(person.id, team.code, by=by, now=clock.now())
    assert seat.status is SeatStatus.ASKED


@pytest.mark.covers("S4", "VOL-04")
def test_no_team_becomes_a_rescue_team_under_somebody_under_eighteen(
    cast: Cast, client_of: ClientOf
) -> None:
    cast.person("ada").born_on = date(clock.today().year - 17, 1, 1)
    team = team_of(cast, "ada", TeamStatus.RETURNED)
    team.is_rescue = False
    db.session.commit()
    answer = client_of("ada").post(f"/me/teams/{team.code}/edit", FORM)
    assert answer.status_code == 422
    assert state(team) is TeamStatus.RETURNED
    team.status, team.is_rescue = TeamStatus.SUBMITTED, True
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/teams/{team.code}/decide"
    assert client_of("ben").post(path, {"act": "approve"}).status_code == 422
    assert state(team) is TeamStatus.SUBMITTED


@pytest.mark.covers("VOL-09", "VOL-10")
def test_what_nobody_leads_any_more_is_not_founded(cast: Cast, client_of: ClientOf) -> None:
    team, ada = team_of(cast, "ada", TeamStatus.SUBMITTED), client_of("ada")
    assert ada.post(f"/me/teams/{team.code}/act", {"act": "leave"}).status_code == 422
    VolunteerAdmission().end(cast.person("ada").id, by=acting(cast, "ada"), now=clock.now())
    db.session.commit()
    assert state(team) is TeamStatus.WITHDRAWN
    path = f"/o/{cast.code(BRANCH)}/teams/{team.code}/decide"
    assert client_of("ben").post(path, {"act": "approve"}).status_code == 409


@pytest.mark.covers("VOL-10")
def test_a_team_is_reviewed_yearly_mended_and_dissolved(
    cast: Cast, app: Flask, client_of: ClientOf
) -> None:
    team, ben = team_of(cast), client_of("ben")
    team.review_on = clock.today() - timedelta(days=1)
    member = seat_volunteer(team, volunteer_of(cast, "gus"))
    db.session.commit()
    assert "1 teams to review" in app.test_cli_runner().invoke(args=["volunteers", "daily"]).output
    db.session.expire_all()
    path = f"/o/{cast.code(BRANCH)}/teams/{team.code}/decide"
    assert "志愿服务队" in ben.page(f"/o/{cast.code(BRANCH)}/home").text
    assert ben.post(path, {"act": "rectify", "note": "请补上训练记录"}).status_code == 303
    assert state(team) is TeamStatus.RECTIFYING
    assert ben.post(path, {"act": "keep"}).status_code == 303
    assert state(team) is TeamStatus.ACTIVE
    assert team.review_on is not None
    assert team.review_on > clock.today() + timedelta(days=360)
    assert ben.post(path, {"act": "approve"}).status_code == 409
    assert ben.post(path, {"act": "dissolve", "note": "队员都已转到别的队"}).status_code == 303
    db.session.refresh(member)
    assert member.status is SeatStatus.LEFT


@pytest.mark.covers("VOL-09", "VOL-14")
def test_who_leaves_as_a_volunteer_leaves_his_teams(cast: Cast) -> None:
    team = team_of(cast)
    seat = seat_volunteer(team, volunteer_of(cast, "gus"))
    db.session.commit()
    VolunteerAdmission().end(cast.person("gus").id, by=acting(cast, "gus"), now=clock.now())
    db.session.commit()
    assert seat.status is SeatStatus.LEFT


@pytest.mark.covers("ORG-17", "VOL-10")
def test_a_team_goes_where_the_volunteers_of_a_closed_village_go(cast: Cast) -> None:
    team, home = team_of(cast), cast.organization("东二村")
    take_teams_along(cast.organization(BRANCH), home, clock.now())
    db.session.commit()
    assert (team.organization_id, team.handler_id) == (home.id, home.id)


@pytest.mark.covers("IN-01")
def test_codes_that_no_text_holds_name_nothing(cast: Cast, client_of: ClientOf) -> None:
    """PostgreSQL refuses NUL: what a form sends beside its fields never reaches it."""
    team, nul = team_of(cast), "a\x00b"
    answer = {"seat": nul, "act": "accept"}
    assert client_of("ada").post(f"/me/teams/{team.code}/answer", answer).status_code == 404
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}"
    assert ben.post(f"{path}/events/new", {"like": nul}).status_code == 422
    assert ben.post(f"{path}/hours/confirm", {"ids": nul}).status_code == 404
    assert ben.post("/me/messages/read", {"upto": nul}).status_code < 500


@pytest.mark.covers("AZ-03", "VOL-10")
def test_who_serves_at_a_city_joins_the_teams_of_that_city_only(
    cast: Cast, client_of: ClientOf
) -> None:
    east, north = cast.organization("东市"), cast.organization("北市")
    own, other = (make_team(one, is_rescue=False) for one in (east, north))
    volunteer = volunteer_of(cast, "gus")
    volunteer.organization_id, volunteer.county_id = east.id, None
    db.session.commit()
    gus = client_of("gus")
    listed = gus.get("/me/teams").text
    assert f"/me/teams/{own.code}" in listed
    assert f"/me/teams/{other.code}" not in listed
    assert gus.post(f"/me/teams/{other.code}/act", {"act": "join"}).status_code == 404
    assert gus.post(f"/me/teams/{own.code}/act", {"act": "join"}).status_code == 303


@pytest.mark.covers("VOL-10")
def test_few_foundings_of_one_volunteer_wait_at_a_time(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    own = [ada.post("/me/teams/new", {**FORM, "name": f"第{n}队"}) for n in range(4)]
    assert [one.status_code for one in own] == [303, 303, 303, 422]
    assert "已有 3 个队在申请" in own[-1].text
    path = own[0].headers["Location"].split("?")[0]
    assert ada.post(f"{path}/act", {"act": "withdraw"}).status_code == 303
    assert ada.post("/me/teams/new", FORM).status_code == 303


@pytest.mark.covers("VOL-10", "VOL-09")
def test_a_team_whose_leader_is_gone_gets_another_or_is_looked_at(cast: Cast) -> None:
    team = team_of(cast)
    child, gus = volunteer_of(cast, "duo"), volunteer_of(cast, "gus")
    child.person.born_on = date(clock.today().year - 16, 1, 1)
    young, own = seat_volunteer(team, child), seat_volunteer(team, gus)
    young.joined_on = clock.today() - timedelta(days=90)
    db.session.commit()
    resting.leave(cast.person("ada").id, sure=True, by=acting(cast, "ada"), now=clock.now())
    db.session.refresh(own)
    assert own.role is TeamRole.LEADER
    assert state(team) is TeamStatus.ACTIVE
    resting.leave(cast.person("gus").id, sure=True, by=acting(cast, "gus"), now=clock.now())
    db.session.refresh(young)
    assert young.role is TeamRole.MEMBER
    assert state(team) is TeamStatus.REVIEW_DUE


@pytest.mark.covers("D10", "PRV-10")
def test_a_leader_reads_masked_names_of_minors(cast: Cast, client_of: ClientOf) -> None:
    team, gus = team_of(cast), volunteer_of(cast, "gus")
    team.is_rescue, gus.person.born_on = False, date(clock.today().year - 16, 1, 1)
    seat_volunteer(team, gus)
    seat_volunteer(team, volunteer_of(cast, "ben"))
    db.session.commit()
    page = client_of("ada").page(f"/me/teams/{team.code}").text
    assert "人gus" not in page
    assert "人ben" in page
