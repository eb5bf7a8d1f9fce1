"""Death: recorded with proof, everything ends quietly, a mistake is taken back (MEM-45)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from core import clock, messages, settings
from core.database import db
from core.messages import Message, OutboxGateway
from core.rules import RuleViolation
from members.models import Application, Membership
from members.operations import card_token, reassign
from members.rules import ApplicationKind, ApplicationStatus, MembershipStatus
from organizations.rules import Measure
from people.models import ConsentRequest, Death
from people.operations.consents import Guardian, ask_again, request_consent
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.deaths import (
    DEATH_TRANSITIONS,
    DeathAction,
    DeathFacts,
    DeathProof,
    DeathStatus,
    check_death,
)
from tests import endings
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of, years_ago
from tests.members.test_leaving import gaps
from tests.members.test_letters import kinds
from tests.members.test_transfers import of_mia
from tests.members.waiting import figure
from volunteers.models import Volunteer
from volunteers.rules import VolunteerStatus

Clients = Callable[[str], Client]
BRANCH, COUNTY = "东一村", "东县"


def facts(**changes: str) -> dict[str, str]:
    day = clock.today() - timedelta(days=2)
    return {"died_on": day.isoformat(), "proof": "certificate", "reference": "", **changes}


def path_of(cast: Cast, who: str, place: str = BRANCH) -> str:
    return f"/o/{cast.code(place)}/people/{cast.person(who).code}/death"


def record(cast: Cast, client_of: Clients, who: str = "mia") -> Death:
    assert client_of("ben").post(path_of(cast, who), facts()).status_code == 303
    return db.session.scalars(select(Death).order_by(Death.id.desc())).first() or (
        pytest.fail("not recorded")
    )


def volunteer(cast: Cast, who: str) -> Volunteer:
    db.session.expire_all()
    person_id = cast.person(who).id
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person_id)).one()


@pytest.mark.covers("MEM-45")
def test_everything_ends_and_a_mistake_brings_it_back(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    unexplained, before = gaps(), figure(cast, BRANCH, Measure.ADULT_MEMBERS)
    card = f"/v/{card_token(of_mia(cast).code)}"
    ben, mia = client_of("ben"), client_of("mia")
    page = ben.page(f"/o/{cast.code(BRANCH)}/members/{of_mia(cast).code}")
    assert page.select_one(f"a[href='{path_of(cast, 'mia')}']")
    assert "时长和荣誉都保留" in ben.page(path_of(cast, "mia")).text
    death = record(cast, client_of)
    gone = of_mia(cast)
    assert (gone.status, gone.left_on) == (MembershipStatus.DECEASED, clock.today())
    assert figure(cast, BRANCH, Measure.ADULT_MEMBERS) == before - 1
    assert gaps() == unexplained
    assert mia.get("/me/card").status_code == 303
    assert "已作废" in Client(app).page(card).text
    days = settings.value("deaths.undo_working_days", on=clock.today())
    assert death.undo_until == clock.add_working_days(clock.today(), days)
    assert ben.get(path_of(cast, "mia")).status_code == 404
    undo = f"/o/{cast.code(BRANCH)}/deaths/{death.code}/undo"
    assert ben.page(f"/o/{cast.code(BRANCH)}/deaths").select_one(f"form[action='{undo}']")
    assert ben.post(undo).status_code == 303
    back = of_mia(cast)
    assert (back.status, back.left_on) == (MembershipStatus.ACTIVE, None)
    assert cast.user("mia").suspended_at is None
    assert kinds(cast, "mia") == [LetterKind.DEATH_UNDONE]
    assert gaps() == unexplained
    assert ben.post(undo).status_code == 409


@pytest.mark.covers("MEM-45", "VOL-09")
def test_a_volunteer_is_one_no_more_and_the_hours_stay(cast: Cast, client_of: Clients) -> None:
    one = volunteer(cast, "ada")
    one.status = VolunteerStatus.REGISTERED
    kept = make.make_record(one, cast.organization(BRANCH), submitted_by=cast.user("ada"))
    db.session.commit()
    unexplained = gaps()
    shown = client_of("ben").page(f"/o/{cast.code(BRANCH)}/volunteers/{one.code}")
    assert shown.select_one(f"a[href='{path_of(cast, 'ada')}']")
    death = record(cast, client_of, "ada")
    assert volunteer(cast, "ada").status is VolunteerStatus.DECEASED
    assert gaps() == unexplained
    confirm = f"/o/{cast.code(BRANCH)}/hours/confirm"
    assert client_of("ben").post(confirm, {"ids": kept.code}).status_code == 303
    undo = f"/o/{cast.code(BRANCH)}/deaths/{death.code}/undo"
    assert client_of("ben").post(undo).status_code == 303
    back = volunteer(cast, "ada")
    assert (back.status, back.left_on) == (VolunteerStatus.REGISTERED, None)


@pytest.mark.covers("MEM-45")
def test_nothing_is_sent_any_more(cast: Cast, client_of: Clients) -> None:
    phone, shared = cast.person("mia").plain_phone, cast.person("ada").plain_phone
    make.make_person(phone=shared)
    db.session.commit()
    record(cast, client_of)
    record(cast, client_of, "ada")
    for number, purpose in ((phone, "gone"), (shared, "family"), ("19912345678", "alive")):
        messages.queue(number, "您好", f"test:{purpose}")
    db.session.commit()
    messages.deliver_queued(OutboxGateway())
    left = set(db.session.scalars(select(Message.purpose).where(Message.purpose.like("test:%"))))
    assert left == {"test:family", "test:alive"}


@pytest.mark.covers("MEM-45", "PRV-11")
def test_open_applications_end_and_a_guardian_is_asked_no_more(
    cast: Cast, client_of: Clients
) -> None:
    mia = cast.person("mia")
    made = make.make_application(
        mia, cast.organization(BRANCH), cast.user("mia"), kind=ApplicationKind.VOLUNTEER
    )
    child = make.make_person(born_on=years_ago(12))
    guardian = Guardian("人mia", mia.plain_phone)
    purposes = (ConsentPurpose.DATA, ConsentPurpose.VOLUNTEERING)
    branch, by, now = cast.organization(BRANCH), actor_of(cast, "ben"), clock.now()
    request = request_consent(child, guardian, purposes, organization=branch, by=by, now=now)
    db.session.commit()
    record(cast, client_of)
    db.session.expire_all()
    assert db.session.get_one(Application, made.id).status is ApplicationStatus.WITHDRAWN
    assert db.session.get_one(ConsentRequest, request.id).status is ConsentStatus.LAPSED
    with pytest.raises(RuleViolation, match="联系不上"):
        ask_again(request, child, branch, now)
    sibling = make.make_person(born_on=years_ago(11))
    with pytest.raises(RuleViolation, match="联系不上"):
        request_consent(sibling, guardian, purposes, organization=branch, by=by, now=now)


@pytest.mark.covers("LED-04")
def test_who_records_it(cast: Cast, client_of: Clients) -> None:
    for who, place in (("bea", "东二村"), ("cora", COUNTY), ("will", "西一村")):
        assert client_of(who).post(path_of(cast, "mia", place), facts()).status_code == 404, who
    assert client_of("ben").get(path_of(cast, "ben")).status_code == 404
    # the only keeper of a branch died: the county records it, and keeps the queue from now on
    assert client_of("cora").post(path_of(cast, "ben", COUNTY), facts()).status_code == 303
    assert client_of("ben").get(f"/o/{cast.code(BRANCH)}/home").status_code == 303
    made = make.make_application(make.make_person(), cast.organization(BRANCH), make.make_user())
    reassign([cast.organization(BRANCH).id], by=actor_of(cast, "cora"), now=clock.now())
    assert made.handler_id == cast.organization(COUNTY).id


def test_a_pupil_of_the_own_school(cast: Cast, client_of: Clients) -> None:
    path = path_of(cast, "hana", "东小学")
    assert client_of("finn").post(path, facts()).status_code == 303
    person_id = cast.person("hana").id
    found = db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()
    assert found.status is MembershipStatus.DECEASED


def test_after_the_last_day_it_is_settled_and_posts_end(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    assert client_of("cora").post(path_of(cast, "ben", COUNTY), facts()).status_code == 303
    death = db.session.scalars(select(Death)).one()
    for day, settled in ((death.undo_until, "0"), (death.undo_until + timedelta(1), "1")):
        told = app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(day)])
        assert f"{settled} deaths settled" in told.output
    db.session.expire_all()
    assert death.status is DeathStatus.SETTLED
    assert all(post.ends_on is not None for post in cast.user("ben").posts)
    undo = f"/o/{cast.code(COUNTY)}/deaths/{death.code}/undo"
    assert client_of("cora").post(undo).status_code == 409


def test_too_late_to_undo_before_the_clock_ran(cast: Cast, client_of: Clients) -> None:
    death = endings.make_death(cast.organization(BRANCH), cast.person("mia"))
    death.undo_until = clock.today() - timedelta(days=1)
    db.session.commit()
    undo = f"/o/{cast.code(BRANCH)}/deaths/{death.code}/undo"
    answer = client_of("ben").post(undo)
    assert answer.status_code == 422
    assert "已过可以撤销的日子" in parsed(answer).text


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"died_on": "", "proof": ""}, 2),
        ({"died_on": "2999-01-01"}, 1),
        ({"died_on": "1901-01-01"}, 1),
        ({"proof": "rumour"}, 1),
        ({"proof": "other", "reference": ""}, 1),
        ({"reference": "字" * 61}, 1),
    ],
)
def test_every_wrong_field_is_told(
    cast: Cast, client_of: Clients, sent: dict[str, str], wrong: int
) -> None:
    answer = client_of("ben").post(path_of(cast, "mia"), facts(**sent))
    assert answer.status_code == 422
    assert len(parsed(answer).select(".field-error")) == wrong
    assert of_mia(cast).status is MembershipStatus.ACTIVE


@pytest.mark.pure
def test_a_record_is_taken_back_or_settled_and_then_stands() -> None:
    legal = {
        (DeathStatus.RECORDED, DeathAction.SETTLE): DeathStatus.SETTLED,
        (DeathStatus.RECORDED, DeathAction.UNDO): DeathStatus.UNDONE,
    }
    assert dict(DEATH_TRANSITIONS) == legal
    day = clock.today()
    known = check_death(DeathFacts(day, DeathProof.OTHER, " 村里  证明 "), None, day)
    assert known.reference == "村里 证明"
