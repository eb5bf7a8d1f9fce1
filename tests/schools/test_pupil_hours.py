"""Hours of pupils by the rules of volunteers: entered once, confirmed by another line (VOL-25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from core import clock, crypto
from core.access.permissions import Role
from core.database import db
from core.rules import RuleViolation
from people.models import Consent, ConsentRequest
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import Pupil, SchoolClass, YouthRoll
from schools.operations.attending import Called, correct_roll, record_roll, undo_roll
from schools.rules.attending import ActivityFacts, YouthKind
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_class, make_pupil, make_school
from tests.schools.acting import actor_of
from volunteers.models import ServiceRecord, ServiceSheet, VolunteerTotal
from volunteers.operations import confirm_sheet, issue_certificate
from volunteers.rules import ServiceMethod, ServiceStatus
from volunteers.rules.certificates import Period

SCHOOL = "东小学"


def agree(pupil: Pupil) -> None:
    """Let the guardian agree to volunteering."""
    request = ConsentRequest(
        code=crypto.opaque_code(12),
        token_digest=crypto.random_token(),
        person_id=pupil.person_id,
        organization_id=pupil.organization_id,
        guardian_name="试监护",
        guardian_phone="",
        guardian_phone_index=bytes(32),
        status=ConsentStatus.GIVEN,
        requested_at=clock.now(),
        expires_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    consent = Consent(
        request_id=request.id,
        person_id=pupil.person_id,
        purpose=ConsentPurpose.VOLUNTEERING,
        status=ConsentStatus.GIVEN,
    )
    db.session.add(consent)
    db.session.flush()


def serving(cast: Cast, school_class: SchoolClass, age: int, *, agreed: bool) -> Pupil:
    """Return a pupil who is an entered volunteer of the school."""
    pupil = make_pupil(school_class, born_on=date(clock.today().year - age, 1, 1), member=True)
    make.make_volunteer(pupil.person, cast.organization(SCHOOL))
    if agreed:
        agree(pupil)
    return pupil


def school_class_of(cast: Cast) -> SchoolClass:
    place = cast.organization(SCHOOL)
    make_school(place)
    return make_class(place, grade=8)


def held(
    cast: Cast, school_class: SchoolClass, pupils: list[Pupil], starts_at: datetime
) -> YouthRoll:
    told = ActivityFacts(YouthKind.AID, "义卖", starts_at, 90, is_service=True)
    codes = [one.code for one in pupils]
    by = actor_of(cast, "finn", SCHOOL)
    return record_roll(school_class, Called(told), codes, by=by, now=clock.now())


def yesterday() -> datetime:
    return clock.now() - timedelta(days=1, hours=3)


def records_of(roll: YouthRoll) -> list[ServiceRecord]:
    statement = select(ServiceRecord).where(ServiceRecord.sheet_id == roll.sheet_id)
    return list(db.session.scalars(statement.order_by(ServiceRecord.id)))


@pytest.mark.covers("VOL-04", "SCH-08", "LED-04")
def test_one_entry_counts_for_the_class_and_gives_hours_to_who_may_serve(cast: Cast) -> None:
    school_class = school_class_of(cast)
    agreed = serving(cast, school_class, 12, agreed=True)
    silent = serving(cast, school_class, 12, agreed=False)
    young = serving(cast, school_class, 7, agreed=True)
    plain = make_pupil(school_class, member=True)
    make.make_post(cast.user("bea"), Role.COORDINATOR, cast.organization(SCHOOL))
    roll = held(cast, school_class, [agreed, silent, young, plain], yesterday())
    assert roll.present == 4
    found = records_of(roll)
    assert [one.person_id for one in found] == [agreed.person_id]
    assert (found[0].method, found[0].status) == (ServiceMethod.ROLL_CALL, ServiceStatus.PENDING)
    assert found[0].handler_id == cast.organization("东县").id


@pytest.mark.covers("LED-05", "VOL-25", "S25")
def test_another_line_confirms_and_the_certificate_shows_the_hours(cast: Cast) -> None:
    school_class = school_class_of(cast)
    pupil = serving(cast, school_class, 12, agreed=True)
    roll = held(cast, school_class, [pupil], yesterday())
    sheet = db.session.get_one(ServiceSheet, roll.sheet_id)
    codes, county = [one.code for one in records_of(roll)], cast.organization("东县").id
    finn, cora = actor_of(cast, "finn", SCHOOL), actor_of(cast, "cora", "东县")
    school = cast.organization(SCHOOL).id
    with pytest.raises(LookupError):
        confirm_sheet(
            sheet.code, codes, handler_id=finn.organization_id or 0, by=finn, now=clock.now()
        )
    with pytest.raises(RuleViolation):
        confirm_sheet(sheet.code, codes, handler_id=county, by=finn, now=clock.now())
    confirm_sheet(sheet.code, codes, handler_id=county, by=cora, now=clock.now(), looked_at=True)
    totals = db.session.scalars(
        select(VolunteerTotal).where(
            VolunteerTotal.volunteer_id == records_of(roll)[0].volunteer_id
        )
    ).all()
    assert sum(one.confirmed_minutes for one in totals) == 90
    later = clock.now() + timedelta(days=2)
    days = Period(clock.today() - timedelta(days=30), clock.today())
    certificate = issue_certificate(pupil.person_id, days, by=cora, now=later)
    assert certificate.minutes == 90
    where = {"organization_id": school, "by": finn, "now": clock.now()}
    with pytest.raises(RuleViolation, match="处理"):
        undo_roll(roll.code, **where)  # type: ignore[arg-type]


@pytest.mark.covers("SCH-08")
def test_hours_follow_a_correction_and_go_with_what_is_undone(cast: Cast) -> None:
    school_class = school_class_of(cast)
    first, second = (serving(cast, school_class, 12, agreed=True) for _ in range(2))
    roll = held(cast, school_class, [first, second], yesterday())
    where = {
        "organization_id": cast.organization(SCHOOL).id,
        "by": actor_of(cast, "finn", SCHOOL),
        "now": clock.now(),
    }
    correct_roll(roll.code, [second.code], "点错", **where)  # type: ignore[arg-type]
    waiting = select(ServiceRecord).where(
        ServiceRecord.organization_id == cast.organization(SCHOOL).id,
        ServiceRecord.status == ServiceStatus.PENDING,
    )
    assert [one.person_id for one in db.session.scalars(waiting)] == [second.person_id]
    undo_roll(roll.code, **where)  # type: ignore[arg-type]
    assert db.session.scalars(waiting).all() == []


@pytest.mark.covers("VOL-26", "VOL-27")
def test_lessons_and_old_days_give_no_hours(cast: Cast) -> None:
    school_class = school_class_of(cast)
    pupil = serving(cast, school_class, 12, agreed=True)
    with pytest.raises(RuleViolation, match="代录"):
        held(cast, school_class, [pupil], clock.now() - timedelta(days=9))
    lesson = ActivityFacts(YouthKind.FIRST_AID, "急救课", yesterday(), 90, is_service=True)
    by = actor_of(cast, "finn", SCHOOL)
    with pytest.raises(RuleViolation, match="学习"):
        record_roll(school_class, Called(lesson), [pupil.code], by=by, now=clock.now())


@pytest.mark.covers("SCH-08", "LED-02")
def test_time_that_is_taken_gives_no_hours_but_counts_as_present(cast: Cast) -> None:
    school_class = school_class_of(cast)
    pupil = serving(cast, school_class, 12, agreed=True)
    start = yesterday()
    held(cast, school_class, [pupil], start)
    told = ActivityFacts(YouthKind.AID, "另一次", start, 90, is_service=True)
    by = actor_of(cast, "finn", SCHOOL)
    again = record_roll(school_class, Called(told), [pupil.code], by=by, now=clock.now())
    assert (again.present, again.sheet_id) == (1, None)


@pytest.mark.covers("PRV-10", "SCH-08")
def test_the_county_confirms_pupils_without_reading_their_names(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    school_class = school_class_of(cast)
    pupil = serving(cast, school_class, 12, agreed=True)
    roll = held(cast, school_class, [pupil], yesterday())
    sheet, name = db.session.get_one(ServiceSheet, roll.sheet_id).code, pupil.person.name
    page = client_of("cora").page(f"/o/{cast.code('东县')}/seconds/{sheet}")
    assert "班级点名" in page.text
    assert name not in page.text
