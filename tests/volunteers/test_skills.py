"""Skills, certificates with their end, and training that never becomes hours (VOL-11, VOL-27)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteering import make_qualification
from tests.volunteers.desk import BRANCH, acting, confirm, log, second_secretary, totals
from volunteers.models import LedgerEntry, Qualification, Trainee, Volunteer
from volunteers.operations import VolunteerAdmission, skills
from volunteers.rules.skills import (
    Expiry,
    QualificationFacts,
    QualificationKind,
    QualificationStatus,
    expiry_of,
)

ClientOf = Callable[[str], Client]
OWN = "/me/volunteer/qualifications"


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    return db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person(name).id)
    ).one()


def certificate(**changes: str) -> dict[str, str]:
    today = clock.today()
    facts = {
        "kind": "first_aid",
        "number": "JH-2026-0007",
        "issuer": "测试县红十字会",
        "issued_on": (today - timedelta(days=30)).isoformat(),
        "expires_on": (today + timedelta(days=700)).isoformat(),
    }
    return {**facts, **changes}


@pytest.mark.covers("VOL-11")
def test_a_volunteer_says_what_he_can_do_and_the_branch_reads_it(
    cast: Cast, client_of: ClientOf
) -> None:
    ada = client_of("ada")
    answer = ada.post(
        "/me/volunteer/skills", {"fields": ["rescue", "blood"], "skills": "开车、手语"}
    )
    assert answer.status_code == 303
    page = client_of("ben").page(
        f"/o/{cast.code(BRANCH)}/volunteers/{volunteer_of(cast, 'ada').code}"
    )
    assert "应急救援、无偿献血宣传" in " ".join(page.text.split())
    assert "开车、手语" in page.text
    assert ada.post("/me/volunteer/skills", {"fields": ["cooking"]}).status_code == 422


@pytest.mark.covers("VOL-18", "PRV-01")
def test_a_certificate_is_named_looked_at_and_shown_with_its_end(
    cast: Cast, client_of: ClientOf
) -> None:
    ada, ben = client_of("ada"), client_of("ben")
    wrong = parsed(ada.post(f"{OWN}/new", certificate(kind="other")))
    assert wrong.select_one("#name-error")
    assert ada.post(f"{OWN}/new", certificate()).status_code == 303
    kept = db.session.scalars(select(Qualification)).one()
    assert "JH-2026" not in kept.number
    desk = f"/o/{cast.code(BRANCH)}/qualifications"
    [link] = ben.page(desk).select("#rows .row-head a")
    assert link.text == "人ada"
    assert "JH-2026-0007" in ben.page(str(link["href"])).text
    assert ben.post(f"{link['href']}/check").status_code == 303
    assert "已核对" in ada.page(OWN).text
    roster = f"/o/{cast.code(BRANCH)}/volunteers/{volunteer_of(cast, 'ada').code}"
    assert "JH-2026-0007" not in ben.page(roster).text
    kept.expires_on = clock.today() - timedelta(days=1)
    db.session.commit()
    for page in (ben.page(roster), ada.page(OWN)):
        assert "已过期" in page.text
    assert ben.post(f"{link['href']}/return", {"note": ""}).status_code == 422
    assert ben.post(f"{link['href']}/return", {"note": "已过期，请复训"}).status_code == 303
    assert "已过期，请复训" in ada.page(OWN).text
    assert ada.post(f"{OWN}/{kept.code}", certificate()).status_code == 303
    db.session.refresh(kept)
    assert kept.status is QualificationStatus.SUBMITTED


@pytest.mark.covers("LED-04")
def test_nobody_checks_his_own_certificate(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast)
    own = make_qualification(volunteer_of(cast, "ben"), cast.organization(BRANCH))
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/qualifications/{own.code}"
    assert client_of("ben").post(f"{path}/check").status_code == 422
    db.session.refresh(own)
    assert own.status is QualificationStatus.SUBMITTED


@pytest.mark.covers("PRV-09", "AZ-16")
def test_a_desk_above_reads_no_minor_by_name(cast: Cast, client_of: ClientOf) -> None:
    county, young = cast.organization("东县"), clock.today() - timedelta(days=15 * 365)
    pupil = make.make_volunteer(
        make.make_person("试小某", born_on=young), cast.organization(BRANCH)
    )
    grown = make.make_volunteer(make.make_person("试大某"), cast.organization(BRANCH))
    codes = [make_qualification(one, county).code for one in (pupil, grown)]
    db.session.commit()
    cora, path = client_of("cora"), f"/o/{cast.code('东县')}/qualifications"
    shown = [cora.page(page).text for page in (path, *(f"{path}/{code}" for code in codes))]
    assert [("试小某" in text, "试大某" in text) for text in shown] == [
        (False, True),
        (False, False),
        (False, True),
    ]


@pytest.mark.covers("VOL-18")
def test_a_certificate_that_ends_soon_is_told_of_once(cast: Cast, client_of: ClientOf) -> None:
    branch, ada = cast.organization(BRANCH), volunteer_of(cast, "ada")
    checked = QualificationStatus.CHECKED
    make_qualification(ada, branch, checked, days_left=59)
    make_qualification(ada, branch, checked, days_left=61)
    make_qualification(ada, branch, checked, days_left=-1)
    make_qualification(ada, branch, QualificationStatus.SUBMITTED, days_left=5)
    db.session.commit()
    assert skills.remind_of_ends(clock.now()) == 1
    db.session.commit()
    assert skills.remind_of_ends(clock.now()) == 0
    told = db.session.scalars(select(Qualification).where(Qualification.expires_on > clock.today()))
    for one in told:  # renewed, and near its end again
        assert one.expires_on is not None
        one.expires_on += timedelta(days=1)
    db.session.flush()
    assert skills.remind_of_ends(clock.now()) == 1
    assert "请及时复训换证" in client_of("ada").page("/me/messages").text
    today = clock.today()
    assert expiry_of(today, today, 60) is Expiry.SOON
    assert expiry_of(today - timedelta(days=1), today, 60) is Expiry.OVER
    assert expiry_of(None, today, 60) is Expiry.OPEN


@pytest.mark.covers("VOL-27", "LED-01")
def test_training_for_many_at_once_never_becomes_hours(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    before = totals(record)
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}/trainings"
    number = volunteer_of(cast, "gus").number
    twin = make.make_person("人gus")
    make.make_volunteer(twin, cast.organization(BRANCH))
    db.session.commit()
    form = {"title": "救护员复训", "held_on": clock.today().isoformat(), "hours": "4"}
    unknown = ben.post(f"{path}/new", {**form, "people": "人ada\n没有这个人"})
    assert unknown.status_code == 422
    assert "没有这个人" in parsed(unknown).select_one("#people-error").text  # type: ignore[union-attr]
    assert "同名" in ben.post(f"{path}/new", {**form, "people": "人gus"}).text
    assert db.session.scalar(select(func.count()).select_from(Trainee)) == 0
    answer = ben.post(f"{path}/new", {**form, "people": f"人ada\n {number}\n人ada"})
    assert answer.status_code == 303
    shown = ben.page(answer.headers["Location"])
    assert [row.text for row in shown.select("#people .row-head")] == ["人ada", "人gus"]
    assert totals(record) == before
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1
    own = client_of("ada")
    assert "救护员复训" in own.page("/me/volunteer").text
    assert "救护员复训" not in own.page("/me/hours").text
    code = answer.headers["Location"].split("/")[-1].split("?")[0]
    assert ben.post(f"{path}/{code}/revoke", {"note": ""}).status_code == 422
    assert ben.post(f"{path}/{code}/revoke", {"note": "写错了日期"}).status_code == 303
    assert "救护员复训" not in own.page("/me/volunteer").text


@pytest.mark.covers("VOL-09")
def test_what_waits_follows_the_keeper(cast: Cast) -> None:
    waiting = make_qualification(volunteer_of(cast, "ada"), cast.organization("东县"))
    db.session.commit()
    skills.follow_qualifications(cast.organization(BRANCH).id, now=clock.now())
    assert waiting.handler.name == BRANCH


def test_somebody_who_left_keeps_no_new_certificates(cast: Cast) -> None:
    person: Person = cast.person("ada")
    VolunteerAdmission().end(person.id, by=SYSTEM, now=clock.now())
    today = clock.today()
    facts = QualificationFacts(QualificationKind.DRIVING, "", "1", "测试", today, None)
    with pytest.raises(RuleViolation):
        skills.add_qualification(person.id, facts, by=acting(cast, "ada"), now=clock.now())
