"""Becoming a volunteer by approval, undone, ended, entered again (VOL-09); trees that move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import User
from accounts.operations import end_post
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import RuleViolation
from core.transactions import TryAgainError
from members import operations as joining
from members.admission import admission_of
from members.models import Application
from members.rules import ApplicationKind, is_member_number
from organizations import operations as tree
from organizations.rules import Measure
from people import presence
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, COUNTY, acting, an_entry, confirm, figure, log
from volunteers import operations as hours
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations import admission as admissions
from volunteers.rules import RefusalReason, ServiceStatus, VolunteerStatus

ClientOf = Callable[[str], Client]


def apply(cast: Cast, person: Person | None = None, place: str = BRANCH) -> Application:
    """An application to become a volunteer, waiting at the place."""
    person = person or make.make_person()
    known = select(User).where(User.person_id == person.id)
    user = db.session.scalars(known).one_or_none() or make.make_user(person)
    application = make.make_application(
        person, cast.organization(place), user, kind=ApplicationKind.VOLUNTEER
    )
    db.session.commit()
    return application


def approve(cast: Cast, application: Application) -> str:
    decision = joining.approve(
        [application.code],
        handler_id=application.handler_id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    db.session.commit()
    return decision.code


def undo(cast: Cast, decision: str) -> None:
    branch = cast.organization(BRANCH).id
    joining.undo(decision, handler_id=branch, by=acting(cast, "ben"), now=clock.now())
    db.session.commit()


def volunteer_of(application: Application) -> Volunteer:
    found = select(Volunteer).where(Volunteer.person_id == application.person_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


@pytest.mark.covers("VOL-09", "DAT-11")
def test_an_approved_applicant_may_enter_hours_the_same_day(cast: Cast) -> None:
    first, second = apply(cast), apply(cast)
    before = figure(cast, "测试省", Measure.VOLUNTEERS)
    approve(cast, first)
    approve(cast, second)
    one, other = volunteer_of(first), volunteer_of(second)
    assert (one.status, one.entered_on) == (VolunteerStatus.ENTERED, clock.today())
    assert is_member_number(one.number)
    assert one.number[6] == "9"
    assert one.number != other.number
    assert one.pseudonym != other.pseudonym
    assert len(one.pseudonym) == 32
    assert first.person.match_key in one.search_text
    assert (one.organization_id, one.county_id) == (
        cast.organization(BRANCH).id,
        cast.organization(COUNTY).id,
    )
    assert figure(cast, "测试省", Measure.VOLUNTEERS) == before + 2
    assert admission_of(ApplicationKind.VOLUNTEER).holds(first.person_id)
    early = clock.today() - timedelta(days=1)
    with pytest.raises(RuleViolation, match="还没有成为志愿者"):
        hours.log_service(
            first.person_id,
            an_entry(back=(clock.today() - early).days),
            by=Actor(first.submitted_by_id, first.person_id),
            now=clock.now(),
        )


@pytest.mark.covers("VOL-09")
def test_an_undone_approval_revokes_and_takes_waiting_hours_back(cast: Cast) -> None:
    application = apply(cast)
    decision = approve(cast, application)
    volunteer = volunteer_of(application)
    volunteer.entered_on = clock.today() - timedelta(days=5)
    by = Actor(application.submitted_by_id, application.person_id)
    record = hours.log_service(application.person_id, an_entry(), by=by, now=clock.now())
    db.session.commit()
    waiting = figure(cast, BRANCH, Measure.HOURS_WAITING)
    undo(cast, decision)
    assert volunteer_of(application).status is VolunteerStatus.REVOKED
    assert record.status is ServiceStatus.WITHDRAWN
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == waiting - 1
    assert figure(cast, BRANCH, Measure.VOLUNTEERS) == 0
    assert not admission_of(ApplicationKind.VOLUNTEER).holds(application.person_id)
    approve(cast, application)
    again = volunteer_of(application)
    assert (again.status, again.number) == (VolunteerStatus.ENTERED, volunteer.number)


@pytest.mark.covers("VOL-09", "LED-12")
def test_confirmed_hours_keep_an_approval(cast: Cast) -> None:
    application = apply(cast)
    decision = approve(cast, application)
    volunteer_of(application).entered_on = clock.today() - timedelta(days=5)
    by = Actor(application.submitted_by_id, application.person_id)
    record = hours.log_service(application.person_id, an_entry(), by=by, now=clock.now())
    db.session.commit()
    confirm(cast, record)
    with pytest.raises(RuleViolation, match="已经有确认过的时长"):
        undo(cast, decision)
    db.session.rollback()
    assert volunteer_of(application).status is VolunteerStatus.ENTERED


def test_an_admission_that_went_on_is_not_undone(cast: Cast) -> None:
    application = apply(cast, cast.person("ada"))
    admission = admission_of(ApplicationKind.VOLUNTEER)
    with pytest.raises(RuleViolation, match="后来又有变化"):
        admission.undo(application, by=SYSTEM, now=clock.now())
    with pytest.raises(RuleViolation, match="已经是志愿者"):
        admission.admit(application, by=SYSTEM, now=clock.now())


@pytest.mark.covers("RACE-14")
def test_a_second_admission_at_once_runs_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    application = apply(cast, cast.person("ada"))
    monkeypatch.setattr(admissions, "lock_volunteer", lambda _person_id: None)
    with pytest.raises(TryAgainError):
        admission_of(ApplicationKind.VOLUNTEER).admit(application, by=SYSTEM, now=clock.now())
    db.session.rollback()


@pytest.mark.covers("PRV-09", "VOL-09")
@pytest.mark.parametrize("status", [VolunteerStatus.ENTERED, VolunteerStatus.REGISTERED])
def test_a_withdrawn_consent_ends_service_and_keeps_hours(
    cast: Cast, status: VolunteerStatus
) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    volunteer = record.volunteer
    volunteer.status = status
    db.session.commit()
    end = admission_of(ApplicationKind.VOLUNTEER).end
    registered = figure(cast, BRANCH, Measure.REGISTERED_VOLUNTEERS)
    end(volunteer.person_id, by=SYSTEM, now=clock.now())
    end(volunteer.person_id, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert (volunteer.status, volunteer.left_on) == (VolunteerStatus.WITHDRAWN, clock.today())
    change = 1 if status is VolunteerStatus.REGISTERED else 0
    assert figure(cast, BRANCH, Measure.REGISTERED_VOLUNTEERS) == registered - change
    assert figure(cast, BRANCH, Measure.CONFIRMED_MINUTES) == 120
    with pytest.raises(RuleViolation, match="不是志愿者"):
        log(cast, "ada", an_entry(back=3))
    end(cast.person("mia").id, by=SYSTEM, now=clock.now())


def test_one_s_own_page_names_the_volunteer(cast: Cast, client_of: ClientOf) -> None:
    assert "登记志愿者" in client_of("ada").page("/me/profile").text
    assert "登记志愿者" not in client_of("mia").page("/me/profile").text


@pytest.mark.covers("S02")
def test_without_a_keeper_the_county_takes_over_what_waits(cast: Cast) -> None:
    record, refused = log(cast, "ada"), log(cast, "gus")
    hours.refuse(
        [refused.code],
        RefusalReason.DOUBLE,
        "",
        handler_id=record.handler_id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    for name in ("ben", "sue"):
        for post in cast.user(name).posts:
            if post.organization.name == BRANCH:
                yesterday = clock.today() - timedelta(days=1)
                end_post(post, yesterday, by=acting(cast, "cora"), now=clock.now())
    db.session.commit()
    assert record.handler_id == cast.organization(COUNTY).id
    assert refused.handler_id == cast.organization(BRANCH).id
    assert figure(cast, COUNTY, Measure.HOURS_WAITING) == 1
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 0
    assert hours.follow_handler(record.organization_id, now=clock.now()) == 0


@pytest.mark.covers("LED-10")
def test_a_moved_branch_takes_its_volunteers_and_waiting_hours_along(cast: Cast) -> None:
    village, county = cast.organization("北一村"), cast.organization("西县")
    waiting = log(cast, "ned")
    refused = log(cast, "ned", an_entry(back=3))
    hours.refuse(
        [refused.code],
        RefusalReason.DOUBLE,
        "",
        handler_id=refused.handler_id,
        by=acting(cast, "noa"),
        now=clock.now(),
    )
    hours.object_(refused.code, "", by=acting(cast, "ned"), now=clock.now())
    counted = log(cast, "ned", an_entry(back=4))
    confirm(cast, counted, by="noa", place="北县")
    tree.move(village, county, by=SYSTEM, now=clock.now(), reason="行政区划调整")
    db.session.commit()
    volunteer = db.session.get_one(Volunteer, waiting.volunteer_id)
    db.session.refresh(volunteer)
    assert (volunteer.county_id, volunteer.city_id) == (county.id, county.city_id)
    for record in (waiting, refused):
        assert db.session.get_one(ServiceRecord, record.id).handler_id == county.id
    for measure, value in (
        (Measure.HOURS_WAITING, 1),
        (Measure.OBJECTIONS_WAITING, 1),
        (Measure.CONFIRMED_MINUTES, 120),
    ):
        assert figure(cast, "西县", measure) == value
        assert figure(cast, "北县", measure) == 0
        assert figure(cast, "测试省", measure) == value


@pytest.mark.covers("LED-10")
def test_a_moved_county_keeps_what_it_handles(cast: Cast) -> None:
    record = log(cast, "ned")
    county = cast.organization("北县")
    east = cast.organization("东市")
    tree.move(county, east, by=SYSTEM, now=clock.now(), reason="行政区划调整")
    db.session.commit()
    assert db.session.get_one(ServiceRecord, record.id).handler_id == county.id
    assert figure(cast, "东市", Measure.HOURS_WAITING) == 1
    assert figure(cast, "北市", Measure.HOURS_WAITING) == 0
    volunteer = db.session.get_one(Volunteer, record.volunteer_id)
    db.session.refresh(volunteer)
    assert (volunteer.county_id, volunteer.city_id) == (county.id, east.id)


def test_presence_knows_volunteers_of_the_scope_only(cast: Cast, client_of: ClientOf) -> None:
    assert presence.is_present is not None
    ada, wes = cast.person("ada").code, cast.person("wes").code
    branch = cast.code(BRANCH)
    ben = client_of("ben")
    assert ben.get(f"/o/{branch}/people/{ada}/reveal?field=phone").status_code == 200
    assert ben.get(f"/o/{branch}/people/{wes}/reveal?field=phone").status_code == 404
