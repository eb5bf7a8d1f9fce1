"""The registered grade: 20 hours, own application, the county or whom it lets decides (VOL-01)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from core.settings import DatedSetting
from organizations.operations import Plan, close_organization
from organizations.operations.closing import reopen_organization
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteering import give_minutes, make_registration
from tests.volunteers.desk import BRANCH, COUNTY, acting, figure, second_secretary
from volunteers.models import Registration, Volunteer, VolunteerEvent
from volunteers.operations import VolunteerAdmission, registering
from volunteers.queries.cards import volunteer_token
from volunteers.queries.registering import authority_of
from volunteers.rules import ServiceStatus, VolunteerStatus
from volunteers.rules.registering import RegistrationStatus

ClientOf = Callable[[str], Client]
OWN = "/me/volunteer/registration"


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    return db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person(name).id)
    ).one()


def ready(cast: Cast, name: str = "ada", minutes: int = 1200) -> Volunteer:
    volunteer = volunteer_of(cast, name)
    give_minutes(volunteer, minutes)
    db.session.commit()
    return volunteer


def apply(cast: Cast, name: str = "ada") -> Registration:
    ready(cast, name)
    registration = registering.apply_for_registration(
        cast.person(name).id, by=acting(cast, name), now=clock.now()
    )
    db.session.commit()
    return registration


def state_of(registration: Registration) -> RegistrationStatus:
    db.session.refresh(registration)
    return registration.status


def desk(cast: Cast, place: str = COUNTY) -> str:
    return f"/o/{cast.code(place)}/registrations"


@pytest.mark.covers("S8", "VOL-01")
def test_at_twenty_hours_one_applies_and_the_county_makes_one_registered(
    cast: Cast, client_of: ClientOf
) -> None:
    volunteer = ready(cast, minutes=1194)
    ada = client_of("ada")
    early = ada.page(OWN)
    assert early.select("#main form") == []
    assert "还差 0.1 小时" in early.text
    assert ada.post(OWN).status_code == 422
    ready(cast)
    assert OWN in {link["href"] for link in ada.page("/me").select("#hours a")}
    assert ada.page(OWN).select_one(f"#main form[action='{OWN}']")
    assert ada.post(OWN).status_code == 303
    assert "待审核" in ada.page(OWN).text
    assert ada.post(OWN).status_code == 409
    cora = client_of("cora")
    assert "志愿者注册" in cora.page(f"/o/{cast.code(COUNTY)}/home").text
    [link] = cora.page(desk(cast)).select("#rows .row-head a")
    assert link.text == "人ada"
    page = str(link["href"])
    answer = cora.post(f"{page}/approve")
    assert answer.status_code == 303
    assert "没有等审核的注册申请" in cora.page(answer.headers["Location"]).text
    db.session.refresh(volunteer)
    assert volunteer.status is VolunteerStatus.REGISTERED
    assert volunteer.registered_on == clock.today()
    assert figure(cast, BRANCH, Measure.REGISTERED_VOLUNTEERS) == 1
    assert figure(cast, COUNTY, Measure.REGISTERED_VOLUNTEERS) == 1
    assert "注册志愿者" in client_of("ben").page(f"/o/{cast.code(BRANCH)}/volunteers").text
    assert "您已是注册志愿者" in ada.page("/me/messages").text
    assert cora.post(f"{page}/approve").status_code == 409


@pytest.mark.covers("VOL-01", "S8")
def test_a_refused_approval_leaves_the_application_to_decide(
    cast: Cast, client_of: ClientOf
) -> None:
    registration = apply(cast)
    ready(cast, minutes=600)
    page = f"{desk(cast)}/{registration.code}"
    answer = client_of("cora").post(f"{page}/approve")
    assert answer.status_code == 422
    assert parsed(answer).select(f"form[action='{page}/return']")
    assert state_of(registration) is RegistrationStatus.SUBMITTED


@pytest.mark.covers("VOL-01", "S25")
def test_an_application_comes_back_with_a_reason_and_is_handed_in_again(
    cast: Cast, client_of: ClientOf
) -> None:
    registration = apply(cast)
    cora = client_of("cora")
    path = f"{desk(cast)}/{registration.code}/return"
    assert parsed(cora.post(path, {"note": ""})).select_one("#reason-error")
    assert parsed(cora.post(path, {"reason": "other", "note": ""})).select_one("#note-error")
    assert cora.post(path, {"reason": "hours", "note": "三月的记录重复"}).status_code == 303
    ada = client_of("ada")
    assert "三月的记录重复" in ada.page(OWN).text
    assert ada.post(OWN).status_code == 303
    assert state_of(registration) is RegistrationStatus.SUBMITTED
    assert ada.post(f"{OWN}/withdraw").status_code == 303
    assert state_of(registration) is RegistrationStatus.WITHDRAWN
    assert cora.post(path, {"reason": "hours"}).status_code == 409


@pytest.mark.covers("VOL-01", "LED-04")
def test_an_authorised_organization_decides_but_nobody_his_own(
    cast: Cast, client_of: ClientOf
) -> None:
    registration = apply(cast)
    cora, ben = client_of("cora"), client_of("ben")
    assert ben.page(desk(cast, BRANCH)).select("#rows .row-head a") == []
    authority = f"/o/{cast.code(BRANCH)}/registration-authority"
    assert cora.post(authority).status_code == 303
    assert "已授权" in cora.page(authority).text
    [link] = ben.page(desk(cast, BRANCH)).select("#rows .row-head a")
    assert cora.get(f"{desk(cast)}/{registration.code}").status_code == 404
    own = apply(cast, "ben")
    assert own.handler.name == COUNTY
    second_secretary(cast)
    registering.follow_registrations(cast.organization(BRANCH).id, now=clock.now())
    db.session.commit()
    assert own.handler.name == BRANCH
    page = parsed(ben.get(f"{desk(cast, BRANCH)}/{own.code}"))
    assert page.select("#main form") == []
    assert ben.post(f"{desk(cast, BRANCH)}/{own.code}/approve").status_code == 422
    assert ben.post(f"{link['href']}/approve").status_code == 303
    assert cora.post(authority).status_code == 303
    db.session.refresh(own)
    assert own.handler.name == COUNTY


@pytest.mark.covers("VOL-01")
def test_hours_taken_back_meanwhile_stop_an_approval(cast: Cast, client_of: ClientOf) -> None:
    registration = apply(cast)
    give_minutes(registration.volunteer, 1199)
    db.session.commit()
    answer = client_of("cora").post(f"{desk(cast)}/{registration.code}/approve")
    assert answer.status_code == 422
    assert "条件还不够" in answer.text
    db.session.refresh(registration)
    assert registration.status is RegistrationStatus.SUBMITTED


@pytest.mark.covers("VOL-02")
def test_the_last_twelve_months_count_where_the_setting_says_so(cast: Cast) -> None:
    volunteer = ready(cast, minutes=0)
    now = clock.now()
    for back, minutes in ((360, 1000), (200, 200), (380, 1440)):
        start = now - timedelta(days=back)
        record = make.make_record(volunteer, volunteer.organization, starts_at=start)
        record.minutes, record.status = minutes, ServiceStatus.CONFIRMED
    db.session.commit()
    by = acting(cast, "ada")
    with pytest.raises(RuleViolation):
        registering.apply_for_registration(volunteer.person_id, by=by, now=now)
    rolling = DatedSetting(
        name="hours.registered_rolling",
        valid_from=date(2020, 1, 1),
        value=1,
        source="test",
        entered_at=now,
    )
    db.session.add(rolling)
    db.session.commit()
    g.pop("dated_settings", None)
    made = registering.apply_for_registration(volunteer.person_id, by=by, now=now)
    assert made.minutes == 1200


@pytest.mark.covers("VOL-09")
def test_who_leaves_takes_the_application_along_and_comes_back_as_entered(cast: Cast) -> None:
    registration = apply(cast)
    by = acting(cast, "ada")
    VolunteerAdmission().end(cast.person("ada").id, by=by, now=clock.now())
    db.session.commit()
    assert registration.status is RegistrationStatus.WITHDRAWN
    with pytest.raises((IllegalTransition, RuleViolation)):
        registering.apply_for_registration(cast.person("ada").id, by=by, now=clock.now())
    steps = select(VolunteerEvent).where(VolunteerEvent.volunteer_id == registration.volunteer_id)
    assert [one.to_status for one in db.session.scalars(steps)] == [VolunteerStatus.WITHDRAWN]


@pytest.mark.covers("S8", "VOL-04")
def test_a_minor_needs_the_guardian_s_consent_and_is_shown_to_the_county_masked(
    cast: Cast, client_of: ClientOf
) -> None:
    person = make.make_person("许小满", born_on=date(clock.today().year - 15, 1, 1))
    volunteer = make.make_volunteer(person, cast.organization(BRANCH))
    make.make_user(person)
    give_minutes(volunteer, 1200)
    db.session.commit()
    by = acting(cast, "ada")
    with pytest.raises(RuleViolation, match="条件还不够"):
        registering.apply_for_registration(person.id, by=by, now=clock.now())
    code = make_registration(volunteer, cast.organization(COUNTY)).code
    db.session.commit()
    page = client_of("cora").get(f"{desk(cast)}/{code}").text
    assert "许小满" not in page
    assert "还没有同意" in page


@pytest.mark.covers("S39", "PRV-12", "CERT-02")
def test_the_code_on_the_card_tells_grade_and_masked_name(
    cast: Cast, client_of: ClientOf, app: Flask
) -> None:
    volunteer = volunteer_of(cast, "ada")
    token, visitor = volunteer_token(volunteer.code), Client(app)
    page = visitor.page(f"/v/{token}")
    assert "真实有效" in page.text
    assert "登记志愿者" in page.text
    assert "人ada" not in page.text
    changed = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert visitor.get(f"/v/{changed}").status_code == 404
    volunteer.status = VolunteerStatus.WITHDRAWN
    db.session.commit()
    assert "已作废" in visitor.page(f"/v/{token}").text
    volunteer.status = VolunteerStatus.ENTERED
    cast.person("ada").born_on = date(clock.today().year - 15, 1, 1)
    db.session.commit()
    assert visitor.get(f"/v/{token}").status_code == 404
    assert client_of("ada").page("/me/volunteer").select(".qr") == []


@pytest.mark.covers("ORG-17", "VOL-01")
def test_a_closed_organization_decides_no_longer(cast: Cast) -> None:
    branch, by = cast.organization(BRANCH), acting(cast, "cora")
    registering.authorize_registrar(branch, by=by, now=clock.now())
    plan = Plan("东红〔2026〕9号", clock.today(), cast.organization("东镇"))
    close_organization(branch, plan, by=by, now=clock.now())
    db.session.commit()
    assert authority_of(branch.id) is None
    reopen_organization(branch, by=by, now=clock.now())
    db.session.commit()
    assert authority_of(branch.id) is not None
