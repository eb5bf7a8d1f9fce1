"""Dormant and back, leaving and coming back, consents (VOL-09)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.database import db
from core.rules import RuleViolation
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, acting, confirm, figure, log, totals
from volunteers.models import Agreement, LedgerEntry, Volunteer, VolunteerEvent
from volunteers.operations import resting
from volunteers.rules import ServiceStatus, VolunteerStatus
from volunteers.rules.resting import AgreementKind, months_before

ClientOf = Callable[[str], Client]
LEAVE, AGREEMENTS = "/me/volunteer/leave", "/me/volunteer/agreements"


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    return db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person(name).id)
    ).one()


def served(cast: Cast, volunteer: Volunteer, days: int, *, counts: bool = True) -> None:
    start = clock.now() - timedelta(days=days)
    record = make.make_record(volunteer, cast.organization(BRANCH), starts_at=start)
    record.status, record.counts = ServiceStatus.CONFIRMED, counts
    db.session.commit()


@pytest.mark.covers("VOL-09")
def test_two_years_without_service_make_dormant_and_service_wakes(
    cast: Cast, app: Flask, client_of: ClientOf
) -> None:
    ada, gus = volunteer_of(cast, "ada"), volunteer_of(cast, "gus")
    for one in (ada, gus):
        one.entered_on = clock.today() - timedelta(days=900)
    ada.status, ada.registered_on = VolunteerStatus.REGISTERED, date(2024, 5, 8)
    served(cast, ada, 800)
    served(cast, gus, 700)
    daily = ["volunteers", "daily"]
    assert "1 dormant" in app.test_cli_runner().invoke(args=daily).output
    db.session.expire_all()
    assert (ada.status, gus.status) == (VolunteerStatus.DORMANT, VolunteerStatus.ENTERED)
    assert figure(cast, BRANCH, Measure.REGISTERED_VOLUNTEERS) == -1
    assert figure(cast, BRANCH, Measure.VOLUNTEERS) == 0
    assert "久未服务" in client_of("ben").page(f"/o/{cast.code(BRANCH)}/volunteers").text
    assert "欢迎再来" in client_of("ada").page("/me/messages").text
    assert "0 awake, 0 dormant" in app.test_cli_runner().invoke(args=daily).output
    served(cast, ada, 3, counts=False)  # a meeting wakes nobody
    assert "0 awake" in app.test_cli_runner().invoke(args=daily).output
    served(cast, ada, 2)
    assert "1 awake" in app.test_cli_runner().invoke(args=daily).output
    db.session.expire_all()
    assert volunteer_of(cast, "ada").status is VolunteerStatus.REGISTERED
    assert figure(cast, BRANCH, Measure.REGISTERED_VOLUNTEERS) == 0
    steps = select(VolunteerEvent.to_status).where(VolunteerEvent.volunteer_id == ada.id)
    assert db.session.scalars(steps).all() == [
        VolunteerStatus.DORMANT,
        VolunteerStatus.REGISTERED,
    ]


def test_months_are_counted_by_the_calendar() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2028, 2, 29), 24) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 24) == date(2024, 1, 15)


@pytest.mark.covers("VOL-09", "S20")
def test_leaving_takes_effect_at_once_and_keeps_every_hour(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    before, ada = totals(record), client_of("ada")
    assert ada.post(LEAVE).status_code == 422
    assert ada.post(LEAVE, {"sure": "y"}).status_code == 303
    volunteer = volunteer_of(cast, "ada")
    assert volunteer.status is VolunteerStatus.WITHDRAWN
    assert volunteer.left_on == clock.today()
    assert figure(cast, BRANCH, Measure.VOLUNTEERS) == -1
    assert totals(record) == before
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1
    assert "急救演练" in ada.page("/me/hours").text
    assert "已退出" in ada.page("/me/volunteer").text
    assert ada.post(LEAVE, {"sure": "y"}).status_code == 409
    assert "人ada" not in client_of("ben").page(f"/o/{cast.code(BRANCH)}/volunteers").text


@pytest.mark.covers("VOL-17", "PRV-09")
def test_each_consent_stands_by_itself_and_is_taken_back(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    assert ada.post(AGREEMENTS, {"kinds": ["photo", "insurance"]}).status_code == 303
    ticked = ada.page(AGREEMENTS).select("input[name=kinds][checked]")
    assert {box["value"] for box in ticked} == {"photo", "insurance"}
    assert ada.post(AGREEMENTS, {"kinds": ["insurance"]}).status_code == 303
    rows = db.session.scalars(select(Agreement).order_by(Agreement.id)).all()
    assert [(one.kind, one.withdrawn_at is None) for one in rows] == [
        (AgreementKind.PHOTO, False),
        (AgreementKind.INSURANCE, True),
    ]
    page = f"/o/{cast.code(BRANCH)}/volunteers/{volunteer_of(cast, 'ada').code}"
    assert "办保险用资料" in client_of("ben").page(page).text
    assert ada.post(AGREEMENTS, {"kinds": ["everything"]}).status_code == 422


@pytest.mark.covers("VOL-04", "PRV-09")
def test_a_minor_does_not_consent_to_pictures_by_himself(cast: Cast) -> None:
    person = cast.person("ada")
    person.born_on = date(clock.today().year - 15, 1, 1)
    db.session.commit()
    with pytest.raises(RuleViolation, match="监护人"):
        resting.set_agreements(
            person.id, [AgreementKind.PHOTO], by=acting(cast, "ada"), now=clock.now()
        )


@pytest.mark.covers("VOL-09")
def test_who_is_suspended_may_leave(cast: Cast, client_of: ClientOf) -> None:
    volunteer = volunteer_of(cast, "ada")
    volunteer.status = VolunteerStatus.SUSPENDED
    db.session.commit()
    ada = client_of("ada")
    assert ada.page("/me/volunteer").select("a[href='/me/volunteer/leave']")
    assert ada.post("/me/volunteer/leave", {"sure": "y"}).status_code == 303
    assert volunteer.status is VolunteerStatus.WITHDRAWN
