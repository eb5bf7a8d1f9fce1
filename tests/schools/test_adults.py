"""Coming of age: the guardian's part ends on the day, the person answers, the record stays."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation, UnknownRowError
from members.models import Membership, MembershipEvent
from members.rules import MembershipKind, MembershipStatus
from organizations.rules import Measure
from people.models import Guardian
from people.operations.consents import Guardian as Asked
from people.operations.consents import request_consent
from people.queries import consent_request
from people.rules.ages import is_minor_on
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import ComingOfAge, Pupil
from schools.operations import adults as operations
from schools.operations.pupils import step
from schools.rules.adults import AgeStatus, latest_birthday
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.waiting import figure
from tests.school_factories import make_class, make_pupil, make_school

Clients = Callable[[str], Client]
SCHOOL = "东小学"
#: The day before, the day, 29 February, and the days on which clocks were set forward in China.
BORN = [date(2008, 2, 29), date(2007, 3, 1), date(1986, 5, 4), date(1991, 4, 14), date(2004, 2, 29)]


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def _zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the server stand in another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def day_of(born_on: date) -> date:
    """Return the day on which somebody is of age, written without the product's rule."""
    year = born_on.year + 18
    is_leap = year % 4 == 0
    if (born_on.month, born_on.day) == (2, 29) and not is_leap:
        return date(year, 3, 1)
    return date(year, born_on.month, born_on.day)


def pupil_born(cast: Cast, born_on: date) -> Pupil:
    place = cast.organization(SCHOOL)
    make_school(place)
    return make_pupil(make_class(place), born_on=born_on, member=True)


def night(now: datetime) -> None:
    """Do what the command does in a night."""
    for act in (operations.end_guardians, operations.ask_adults):
        after = 0
        while (found := act(after, now)) is not None:
            after = found[0]
    db.session.flush()


@pytest.mark.pure
@pytest.mark.covers("PRV-13")
def test_the_latest_birthday_agrees_with_the_rule_on_every_day() -> None:
    for number in range(366 * 9):
        day = date(2026, 1, 1) + timedelta(number)
        latest = latest_birthday(day)
        assert not is_minor_on(latest, day)
        assert is_minor_on(latest + timedelta(1), day)


@pytest.mark.usefixtures("_zone")
@pytest.mark.covers("PRV-13", "D5", "S23")
@pytest.mark.parametrize("born_on", BORN, ids=str)
def test_on_the_day_in_shanghai_and_not_a_minute_before(cast: Cast, born_on: date) -> None:
    pupil = pupil_born(cast, born_on)
    day = day_of(born_on)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    guardian = db.session.scalars(
        select(Guardian).where(Guardian.person_id == pupil.person_id)
    ).one()
    asked = select(func.count()).where(ComingOfAge.person_id == pupil.person_id)
    night(midnight - timedelta(minutes=1))
    assert (guardian.ended_on, db.session.scalar(asked)) == (None, 0)
    night(midnight)
    assert (guardian.ended_on, db.session.scalar(asked)) == (day, 1)
    night(midnight + timedelta(days=1))
    assert db.session.scalar(asked) == 1
    one = db.session.scalars(select(ComingOfAge).where(ComingOfAge.came_on == day)).one()
    assert one.status is AgeStatus.ASKED


@pytest.mark.covers("D5", "PRV-11", "PRV-13")
def test_the_guardians_link_leads_nowhere_from_that_day_on(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    pupil = pupil_born(cast, today.replace(year=today.year - 18, day=1))
    token = "t" * 43
    monkeypatch.setattr("core.crypto.random_token", lambda: token)
    request = request_consent(
        pupil.person,
        Asked("试监护", make.make_phone()),
        [ConsentPurpose.JOINING],
        organization=pupil.organization,
        by=SYSTEM,
        now=clock.now(),
    )
    assert consent_request(token) is None  # before the night, too
    assert Client(app).get(f"/g/{token}").status_code == 404
    night(clock.now())
    assert request.status is ConsentStatus.LAPSED


def grow_up(cast: Cast) -> Membership:
    """Let hana be of age, and a night pass; return her membership."""
    today, hana = clock.today(), cast.person("hana")
    hana.born_on = today.replace(year=today.year - 18, day=1)
    db.session.commit()
    night(clock.now())
    db.session.commit()
    return db.session.scalars(select(Membership).where(Membership.person_id == hana.id)).one()


@pytest.mark.covers("S23", "D10")
def test_school_and_county_have_a_list_and_the_person_a_letter(
    client_of: Clients, cast: Cast
) -> None:
    client = client_of("hana")
    assert "没有要您决定的事" in client.page("/me/of-age").text
    client.post("/me/of-age/stay")  # a minor cannot
    assert grow_up(cast).kind is MembershipKind.YOUTH
    kinds = select(Letter.kind).where(Letter.user_id == cast.user("hana").id)
    assert db.session.scalars(kinds).all() == [LetterKind.CAME_OF_AGE]
    make_school(cast.organization(SCHOOL))
    code, county = cast.code(SCHOOL), cast.code("东县")
    assert "人hana" in client_of("finn").page(f"/o/{code}/of-age").text
    page = client_of("cora").page(f"/o/{county}/schools/of-age").text
    assert ("人hana" in page, SCHOOL in page, "少于 5" in page) == (False, True, True)


@pytest.mark.covers("S23", "MEM-42")
def test_own_consent_makes_an_adult_of_the_same_record(client_of: Clients, cast: Cast) -> None:
    before, client = grow_up(cast), client_of("hana")
    number, joined, key = before.number, before.joined_on, before.id
    youth = figure(cast, SCHOOL, Measure.YOUTH_MEMBERS)
    adult = figure(cast, SCHOOL, Measure.ADULT_MEMBERS)
    waiting = figure(cast, "东县", Measure.FILINGS_WAITING)
    assert number in client.page("/me/of-age").text
    assert client.post("/me/of-age/stay").status_code == 303
    db.session.expire_all()
    of_hana = select(Membership).where(Membership.person_id == cast.person("hana").id)
    after = db.session.scalars(of_hana).one()
    assert (after.id, after.number, after.joined_on) == (key, number, joined)
    assert (after.kind, after.status) == (MembershipKind.ADULT, MembershipStatus.APPROVED)
    assert figure(cast, SCHOOL, Measure.YOUTH_MEMBERS) == youth - 1
    assert figure(cast, SCHOOL, Measure.ADULT_MEMBERS) == adult + 1
    assert figure(cast, "东县", Measure.FILINGS_WAITING) == waiting + 1
    answer = db.session.scalars(select(ComingOfAge)).one()
    assert (answer.status, len(answer.text_digest)) == (AgeStatus.CONVERTED, 64)
    events = select(func.count()).where(MembershipEvent.membership_id == key)
    steps = db.session.scalar(events)
    client.post("/me/of-age/stay")  # twice is once
    client.post("/me/of-age/leave")
    assert db.session.scalar(events) == steps
    assert "您已成为成人会员" in client.page("/me/of-age").text


@pytest.mark.covers("MEM-42")
def test_leaving_is_as_easy(cast: Cast) -> None:
    today, now = clock.today(), clock.now()
    pupil = pupil_born(cast, today.replace(year=today.year - 19))
    operations.leave(pupil.person_id, by=SYSTEM, now=now)  # before the night came
    assert pupil.membership is not None
    assert pupil.membership.status is MembershipStatus.WITHDRAWN
    assert pupil.status is PupilStatus.WITHDRAWN
    with pytest.raises(UnknownRowError):
        operations.convert(pupil.person_id, by=SYSTEM, now=now)


@pytest.mark.covers("MEM-42", "PRI-01")
def test_leaving_is_undone_within_its_days_and_the_person_is_asked_again(
    client_of: Clients, cast: Cast
) -> None:
    today = clock.today()
    pupil = pupil_born(cast, today.replace(year=today.year - 19))
    user = cast.user("mia")
    assert pupil.membership is not None
    number = pupil.membership.number
    operations.leave(pupil.person_id, by=SYSTEM, now=clock.now())
    late = clock.now() + timedelta(days=31)
    with pytest.raises(RuleViolation, match="30"):
        operations.undo_leaving(pupil.person_id, by=SYSTEM, now=late)
    elsewhere = make.make_membership(pupil.person, cast.organization("东一村"))
    with pytest.raises(RuleViolation, match="别处"):
        operations.undo_leaving(pupil.person_id, by=SYSTEM, now=clock.now())
    db.session.delete(elsewhere)
    user.person_id = pupil.person_id
    db.session.commit()
    mia = client_of("mia")
    assert "撤销退出" in mia.page("/me/of-age").text
    assert mia.post("/me/of-age/undo").status_code == 303
    db.session.expire_all()
    assert pupil.membership.status is MembershipStatus.ACTIVE
    assert (pupil.membership.number, pupil.membership.left_on) == (number, None)
    with pytest.raises(UnknownRowError):  # nobody left any more
        operations.undo_leaving(pupil.person_id, by=SYSTEM, now=clock.now())
    assert pupil.status is PupilStatus.MEMBER
    operations.convert(pupil.person_id, by=SYSTEM, now=clock.now())
    assert pupil.status.value == PupilStatus.CONVERTED


@pytest.mark.covers("MEM-42", "PRV-09")
@pytest.mark.parametrize("answer", [ConsentState.REFUSED, ConsentState.GIVEN])
def test_undoing_a_leaving_brings_back_the_roster_row_that_it_ended(
    cast: Cast, answer: ConsentState
) -> None:
    today, now = clock.today(), clock.now()
    earlier = pupil_born(cast, today.replace(year=today.year - 19))
    assert earlier.school_class is not None
    step(earlier, PupilAction.WITHDRAW, by=SYSTEM, now=now - timedelta(days=400))
    earlier.consent = answer
    again = make_pupil(earlier.school_class, earlier.person)
    again.status, again.membership_id = PupilStatus.MEMBER, earlier.membership_id
    db.session.flush()
    operations.leave(again.person_id, by=SYSTEM, now=now)
    assert again.status.value == PupilStatus.WITHDRAWN
    operations.undo_leaving(again.person_id, by=SYSTEM, now=now + timedelta(days=1))
    db.session.expire_all()
    assert (earlier.status, again.status) == (PupilStatus.WITHDRAWN, PupilStatus.MEMBER)
