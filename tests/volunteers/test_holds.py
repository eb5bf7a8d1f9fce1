"""Hours are looked at before they count: held, released, refused, asked about (LED-15)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from organizations.operations.moving import move
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
    acting,
    an_entry,
    confirm,
    entries_of,
    figure,
    log,
    queue,
    states,
    totals,
)
from tests.volunteers.holding import (
    desk_of,
    few_are_many,
    held,
    only_hold,
    sound,
    uncounted,
)
from volunteers import operations as hours
from volunteers.models import ServiceRecord
from volunteers.operations import findings
from volunteers.operations import holds as deciding
from volunteers.queries.certificates import proof_of
from volunteers.queries.counting import withheld_minutes
from volunteers.rules import RefusalReason, ServiceStatus
from volunteers.rules.certificates import Period
from volunteers.rules.holds import HoldStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def letters_of(record: ServiceRecord) -> list[LetterKind]:
    """Return the kinds of letters about a record, in order."""
    kinds = select(Letter.kind).where(Letter.details.contains(record.code)).order_by(Letter.id)
    return list(db.session.scalars(kinds))


def whole(record: ServiceRecord) -> Period:
    return Period(record.served_on, clock.today())


@pytest.mark.covers("LED-15", "LED-01")
def test_a_crowd_nobody_checked_in_is_held_when_it_is_confirmed(
    cast: Cast, client_of: ClientOf
) -> None:
    few_are_many()
    records = uncounted(cast)
    ben = client_of("ben")
    answer = ben.post(f"{queue(cast)}/confirm", {"ids": [record.code for record in records]})
    assert answer.status_code == 303
    told = ben.page(answer.headers["Location"])
    assert "3 条没有确认：要先由上级红十字会核查" in told.text
    assert "撤销" not in told.select_one("#main").text  # type: ignore[union-attr]
    assert states(*records) == {ServiceStatus.PENDING}
    assert all(record.is_held for record in records)
    assert all(entries_of(record) == [] for record in records)
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 1
    assert letters_of(records[0]) == [LetterKind.HOURS_HELD]
    again = ben.post(
        f"{queue(cast)}/confirm", {"ids": records[0].code, "looked_at": records[0].code}
    )
    assert again.status_code == 422
    assert "还在核查" in parsed(again).text
    page = ben.page(f"{queue(cast)}/records/{records[0].code}")
    assert "由东县核查" in page.text
    assert page.select("form[action$=confirm]") == []
    assert sound()


@pytest.mark.covers("LED-15", "LED-01", "V9")
def test_a_released_record_is_confirmed_as_any_other_and_credited_once(
    cast: Cast, client_of: ClientOf
) -> None:
    few_are_many()
    records = uncounted(cast)
    codes = [record.code for record in records]
    ben, cora = client_of("ben"), client_of("cora")
    ben.post(f"{queue(cast)}/confirm", {"ids": codes})
    one = only_hold()
    listed = cora.page(desk_of(cast))
    assert "3 人参加的服务，没有一个人签到或者点名" in listed.text
    page = cora.page(desk_of(cast, one))
    assert len(page.select("tbody tr")) == 3
    answer = cora.post(desk_of(cast, one, "/release"), {"note": "现场有照片"})
    assert answer.status_code == 303
    assert "已放行 3 条" in cora.page(answer.headers["Location"]).text
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 0
    assert letters_of(records[0])[-1] is LetterKind.HOURS_RELEASED
    assert ben.post(f"{queue(cast)}/confirm", {"ids": codes}).status_code == 303
    assert states(*records) == {ServiceStatus.CONFIRMED}
    assert [entries_of(record) for record in records] == [[("credit", 120)]] * 3
    assert cora.post(desk_of(cast, one, "/release"), {"note": ""}).status_code == 409
    assert findings.look_through(clock.now() + timedelta(hours=1)) > 0
    assert not any(record.is_held for record in records)
    assert sound()


@pytest.mark.covers("LED-15", "LED-12", "CERT-02")
def test_credited_hours_that_are_held_are_on_no_new_certificate_and_no_star(cast: Cast) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    after = clock.now() + timedelta(days=2)
    assert proof_of(record.person_id, whole(record), after).minutes == 120
    held(record)
    proof = proof_of(record.person_id, whole(record), after)
    assert (proof.minutes, proof.checked_minutes) == (0, 120)
    assert withheld_minutes(record.person_id, after) == 120
    with pytest.raises(RuleViolation, match="还在核查"):
        hours.issue_certificate(
            record.person_id, whole(record), by=acting(cast, "ada"), now=clock.now()
        )
    with pytest.raises(RuleViolation, match="核查完才能改"):
        hours.correct(
            record.code, 60, "改", organization_id=record.organization_id,
            by=acting(cast, "ben"), now=clock.now(),
        )  # fmt: skip
    assert entries_of(record) == [("credit", 120)]
    assert totals(record) == {record.served_on.year: (120, 0)}
    county = cast.organization(COUNTY).id
    deciding.release(only_hold().code, "", desk_id=county, by=acting(cast, "cora"), now=clock.now())
    assert proof_of(record.person_id, whole(record), after).minutes == 120
    assert entries_of(record) == [("credit", 120)]


@pytest.mark.covers("LED-15", "LED-12", "LED-01", "V15")
def test_what_is_refused_is_reversed_and_may_be_objected_to_one_level_up(
    cast: Cast, client_of: ClientOf
) -> None:
    credited, waiting = log(cast, "ada"), log(cast, "gus", an_entry(back=3, title="巡河"))
    confirm(cast, credited)
    one = held(credited, waiting)
    cora = client_of("cora")
    missing = cora.post(desk_of(cast, one, "/refuse"), {"note": " "})
    assert missing.status_code == 422
    assert parsed(missing).select_one("#note-error")
    assert states(credited, waiting) == {ServiceStatus.CONFIRMED, ServiceStatus.PENDING}
    assert cora.post(desk_of(cast, one, "/refuse"), {"note": "当天没有这项服务"}).status_code == 303
    assert states(credited, waiting) == {ServiceStatus.REFUSED}
    assert entries_of(credited) == [("credit", 120), ("reversal", -120)]
    assert entries_of(waiting) == []
    assert credited.refusal is RefusalReason.CHECKED
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 0
    ada = client_of("ada")
    page = ada.page(f"/me/hours/{credited.code}")
    assert "当天没有这项服务" in page.text
    assert ada.post(f"/me/hours/{credited.code}/objection", {"note": ""}).status_code == 303
    db.session.refresh(credited)
    assert credited.handler.name == "东市"
    eve = client_of("eve")
    listed = eve.page(f"/o/{cast.code('东市')}/objections")
    assert "人ada" not in listed.text
    assert "人**" in listed.text
    grant = f"/o/{cast.code('东市')}/objections/{credited.code}/grant"
    assert eve.post(grant, {"reason": ""}).status_code == 303
    assert entries_of(credited)[-1] == ("credit", 120)
    assert sound()


@pytest.mark.covers("LED-04", "LED-15")
def test_nobody_looks_into_what_is_his_or_went_through_his_hands(cast: Cast) -> None:
    mine = make.make_volunteer(cast.person("cora"), cast.organization(BRANCH))
    of_officer = make.make_record(mine, cast.organization(BRANCH))
    record = log(cast, "ned")
    county, north = cast.organization(COUNTY).id, cast.organization("北县").id
    hours.confirm([record.code], handler_id=north, by=acting(cast, "noa"), now=clock.now())
    mine_held, confirmed_held = held(of_officer, key="a"), held(record, key="b")
    with pytest.raises(RuleViolation, match="里面有自己的时长"):
        deciding.release(
            mine_held.code, "", desk_id=county, by=acting(cast, "cora"), now=clock.now()
        )
    with pytest.raises(RuleViolation, match="自己录入或者确认"):
        deciding.refuse(
            confirmed_held.code, "不实", desk_id=north, by=acting(cast, "noa"), now=clock.now()
        )
    with pytest.raises(UnknownRowError):
        deciding.release(mine_held.code, "", desk_id=north, by=acting(cast, "noa"), now=clock.now())
    colleague = make.make_user(make.make_person())
    post = make.make_post(colleague, Role.OFFICER, cast.organization("北县"))
    by = Actor(colleague.id, colleague.person_id, post.id, post.role, north)
    done = deciding.release(confirmed_held.code, "", desk_id=north, by=by, now=clock.now())
    assert done.status is HoldStatus.RELEASED


@pytest.mark.covers("LED-15")
def test_the_branch_is_asked_and_answers_and_the_desk_decides(
    cast: Cast, client_of: ClientOf
) -> None:
    one = held(log(cast, "ada"))
    cora, ben = client_of("cora"), client_of("ben")
    assert cora.post(desk_of(cast, one, "/ask"), {"note": "谁在现场？"}).status_code == 303
    place = f"/o/{cast.code(BRANCH)}/hold-questions"
    assert "核查说明" in ben.page(f"/o/{cast.code(BRANCH)}/home").text
    assert len(ben.page(place).select("tbody tr")) == 1
    asked = ben.page(f"{place}/{one.code}")
    assert "谁在现场？" in asked.text
    assert (
        client_of("bea").get(f"/o/{cast.code('东二村')}/hold-questions/{one.code}").status_code
        == 404
    )
    assert ben.post(f"{place}/{one.code}", {"note": "两位队长都在"}).status_code == 303
    assert ben.page(place).select("tbody tr") == []
    assert "两位队长都在" in cora.page(desk_of(cast, one)).text
    late = ben.post(f"{place}/{one.code}", {"note": "再说一句"})
    assert late.status_code == 409
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 1
    assert cora.post(desk_of(cast, one, "/release"), {"note": ""}).status_code == 303
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 0


@pytest.mark.covers("LED-15")
def test_a_record_of_two_holds_is_free_when_both_are_over(cast: Cast) -> None:
    record = log(cast, "ada")
    first, second = held(record, key="a"), held(record, key="b")
    county, cora = cast.organization(COUNTY).id, acting(cast, "cora")
    deciding.release(first.code, "", desk_id=county, by=cora, now=clock.now())
    assert record.is_held
    deciding.release(second.code, "", desk_id=county, by=cora, now=clock.now())
    assert not record.is_held
    with pytest.raises(IllegalTransition):
        deciding.release(second.code, "", desk_id=county, by=cora, now=clock.now())


@pytest.mark.covers("LED-15", "LED-03")
def test_a_held_record_may_be_taken_back_and_a_release_credits_nothing(cast: Cast) -> None:
    record = log(cast, "ada")
    one = held(record)
    hours.withdraw(record.code, by=acting(cast, "ada"), now=clock.now())
    county = cast.organization(COUNTY).id
    deciding.release(one.code, "", desk_id=county, by=acting(cast, "cora"), now=clock.now())
    db.session.commit()
    assert record.status is ServiceStatus.WITHDRAWN
    assert entries_of(record) == []
    assert sound()


@pytest.mark.covers("LED-15", "RACE-04", "LED-01")
def test_nobody_else_decides_over_what_is_held_and_no_objection_outlives_its_refusal(
    cast: Cast,
) -> None:
    record = log(cast, "ada")
    one = held(record)
    branch, county = cast.organization(BRANCH).id, cast.organization(COUNTY).id
    cora, reason = acting(cast, "cora"), RefusalReason.NOT_THERE
    told: dict[str, Any] = {"handler_id": branch, "by": acting(cast, "ben"), "now": clock.now()}
    with pytest.raises(RuleViolation, match="由核查的组织决定"):
        hours.refuse([record.code], reason, "", **told)
    db.session.rollback()
    doubts, record.doubts = record.doubts, ""  # as one refused at the same moment once stood
    hours.refuse([record.code], reason, "", **told)
    hours.object_(record.code, "我在", by=acting(cast, "ada"), now=clock.now())
    record.doubts = doubts
    db.session.commit()
    with pytest.raises(RuleViolation, match="核查完才能答复"):
        hours.grant_objection(record.code, "", handler_id=county, by=cora, now=clock.now())
    db.session.rollback()
    deciding.refuse(one.code, "那天没有活动", desk_id=county, by=cora, now=clock.now())
    db.session.commit()
    assert (record.status, entries_of(record)) == (ServiceStatus.UPHELD, [])
    assert figure(cast, COUNTY, Measure.OBJECTIONS_WAITING) == 0
    assert sound()


@pytest.mark.covers("LED-15")
def test_late_holds_say_so_at_the_desk_and_on_the_home(cast: Cast, client_of: ClientOf) -> None:
    one = held(log(cast, "ada"))
    cora = client_of("cora")
    assert "时长核查已超期" not in cora.page(f"/o/{cast.code(COUNTY)}/home").text
    one.due_on = clock.today() - timedelta(days=4)
    db.session.commit()
    assert "已超 4 天" in cora.page(desk_of(cast)).text
    home = cora.page(f"/o/{cast.code(COUNTY)}/home").text
    assert "1 件超期" in home
    assert "时长核查已超期" in home


@pytest.mark.covers("LED-15", "LED-10")
def test_a_hold_follows_its_organization_to_another_county(cast: Cast) -> None:
    village, west = cast.organization("东二村"), cast.organization("西县")
    record = make.make_record(make.make_volunteer(make.make_person(), village), village)
    one = held(record)
    move(village, west, by=SYSTEM, now=clock.now(), reason="调整")
    db.session.commit()
    db.session.refresh(one)
    assert one.desk_id == west.id
    assert figure(cast, "西县", Measure.HOLDS_WAITING) == 1
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 0


@pytest.mark.covers("LED-15")
def test_the_county_s_own_hours_are_looked_into_by_the_city(cast: Cast) -> None:
    county = cast.organization(COUNTY)
    record = make.make_record(make.make_volunteer(make.make_person(), county), county)
    assert held(record).desk.name == "东市"
