"""Confirming hours: groups with one button, nobody his own, undo (S26, B3, LED-04)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from members.models import Decision
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
    acting,
    an_entry,
    confirm,
    crowd,
    entries_of,
    figure,
    log,
    make_ben_guardian,
    queue,
    second_secretary,
    states,
    totals,
)
from volunteers import operations as hours
from volunteers.rules import CHOSEN_REASONS, RefusalReason, ServiceStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
STATUS = ServiceStatus


@pytest.mark.covers("B3", "S26", "LED-01")
def test_twenty_of_one_service_are_confirmed_with_one_button(
    cast: Cast, client_of: ClientOf
) -> None:
    records = crowd(cast, 20)
    ben = client_of("ben")
    page = ben.page(queue(cast))
    row = page.select_one("#groups tr[data-row]")
    assert row is not None
    assert "急救演练" in row.text
    assert "20 人" in row.text
    button = row.select_one("form button")
    assert button is not None
    assert button.text == "确认 40 小时"
    form = row.select_one("form")
    assert form is not None
    expected = form.select_one("input[name=expected]")
    assert expected is not None
    answer = ben.post(str(form["action"]), {"expected": expected["value"]})
    assert answer.status_code == 303
    assert states(*records) == {STATUS.CONFIRMED}
    done = ben.page(answer.headers["Location"])
    toast = done.select_one("[data-toast][data-focus]")
    assert toast is not None
    assert "已确认 20 条，40 小时" in toast.text
    assert "都确认了" in done.text
    assert entries_of(records[0]) == [("credit", 120)]
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 0
    assert figure(cast, "测试省", Measure.CONFIRMED_MINUTES) == 2400
    assert figure(cast, "测试省", Measure.CONFIRMED_RECORDS) == 20


@pytest.mark.covers("LED-04", "S26")
def test_one_s_own_row_is_shown_and_refuses_the_whole(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast)
    own, other = log(cast, "ben"), log(cast, "ada", an_entry(title="巡河"))
    ben = client_of("ben")
    page = ben.page(queue(cast))
    box = page.select_one(f"#record-{own.code} input[name=ids]")
    assert box is not None
    assert box.has_attr("disabled")
    assert "自己的，请别人确认" in page.text
    everyone = ben.page(f"{queue(cast)}?select=all")
    assert [b["value"] for b in everyone.select("input[checked]")] == [other.code]
    answer = ben.post(f"{queue(cast)}/confirm", {"ids": [own.code, other.code]})
    assert answer.status_code == 422
    assert "不能确认自己的时长" in parsed(answer).text
    assert states(own, other) == {STATUS.PENDING}
    assert entries_of(other) == []
    lonely = ben.page(f"{queue(cast)}/records/{own.code}")
    assert lonely.select("main form[action$='/hours/confirm']") == []
    for act in ("confirm",):
        assert ben.post(f"{queue(cast)}/{act}", {"ids": own.code}).status_code == 422
    refusal = ben.post(f"{queue(cast)}/records/{own.code}/refusal", {"reason": "not_ours"})
    assert refusal.status_code == 422
    assert states(own) == {STATUS.PENDING}


@pytest.mark.covers("LED-04", "S26")
def test_what_one_recorded_of_somebody_else_is_not_called_one_s_own(
    cast: Cast, client_of: ClientOf
) -> None:
    second_secretary(cast)
    own, called_out = log(cast, "ben"), log(cast, "ada", an_entry(title="巡河"))
    called_out.submitted_by_id = cast.user("ben").id
    db.session.commit()
    ben = client_of("ben")
    page = ben.page(queue(cast))
    for record, note in ((own, "自己的，请别人确认"), (called_out, "你记录的，请别人确认")):
        row = page.select_one(f"#record-{record.code}")
        assert row is not None
        assert note in row.text
        box = row.select_one("input[name=ids]")
        assert box is not None
        assert box.has_attr("disabled")
    assert "这是你记录的时长" in ben.page(f"{queue(cast)}/records/{called_out.code}").text
    assert "这是自己的记录" in ben.page(f"{queue(cast)}/records/{own.code}").text


@pytest.mark.covers("LED-04")
def test_hours_of_the_only_secretary_go_to_the_county(cast: Cast) -> None:
    assert log(cast, "ben").handler_id == cast.organization(COUNTY).id
    second_secretary(cast)
    assert log(cast, "ben", an_entry(back=3)).handler_id == cast.organization(BRANCH).id


@pytest.mark.covers("LED-04")
def test_what_one_entered_oneself_is_confirmed_by_another(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast, "finn")
    by = acting(cast, "ben")
    record = hours.log_service(cast.person("ada").id, an_entry(), by=by, now=clock.now())
    log(cast, "gus")
    ben = client_of("ben")
    page = ben.page(queue(cast))
    assert page.select("#groups") == []
    assert f"record-{record.code}" in page.decode()
    with pytest.raises(RuleViolation, match="自己录入"):
        confirm(cast, record)


@pytest.mark.covers("LED-04")
def test_a_guardian_does_not_confirm_for_the_child(cast: Cast) -> None:
    record = log(cast, "ada")
    make_ben_guardian(cast, record.person_id)
    with pytest.raises(RuleViolation, match="监护"):
        confirm(cast, record)


@pytest.mark.covers("LED-04")
def test_where_the_guardian_is_the_only_keeper_the_county_confirms(
    cast: Cast, client_of: ClientOf
) -> None:
    ada = cast.person("ada")
    make_ben_guardian(cast, ada.id)
    assert log(cast, "ada", an_entry(title="巡河")).handler_id == cast.organization(BRANCH).id
    ada.born_on = clock.today() - timedelta(days=365 * 15)
    db.session.commit()
    assert "东县确认" in client_of("ada").page("/me/hours/new").text
    assert log(cast, "ada").handler_id == cast.organization(COUNTY).id
    second_secretary(cast)
    assert log(cast, "ada", an_entry(back=2)).handler_id == cast.organization(BRANCH).id


def test_only_somebody_in_a_post_confirms(cast: Cast) -> None:
    record = log(cast, "ada")
    with pytest.raises(RuleViolation, match="有职务"):
        hours.confirm([record.code], handler_id=record.handler_id, by=SYSTEM, now=clock.now())


@pytest.mark.covers("LED-04", "AZ-04")
def test_a_foreign_record_refuses_the_whole(cast: Cast, client_of: ClientOf) -> None:
    ours, theirs = log(cast, "ada"), log(cast, "wes")
    ben = client_of("ben")
    for codes in ([ours.code, theirs.code], [ours.code, "unknown2"], [theirs.code]):
        assert ben.post(f"{queue(cast)}/confirm", {"ids": codes}).status_code == 404
    for path in ("", "/refusal", "/correction"):
        assert ben.get(f"{queue(cast)}/records/{theirs.code}{path}").status_code == 404
    refusal = f"{queue(cast)}/records/{theirs.code}/refusal"
    assert ben.post(refusal, {"reason": "double"}).status_code == 404
    assert ben.get(f"{queue(cast)}/groups/{theirs.code}").status_code == 404
    assert ben.post(f"{queue(cast)}/groups/{theirs.code}/confirm").status_code == 404
    assert states(ours, theirs) == {STATUS.PENDING}


@pytest.mark.covers("S26", "RACE-04")
def test_a_decision_is_undone_as_a_whole(cast: Cast, client_of: ClientOf) -> None:
    records = crowd(cast, 3)
    code = confirm(cast, *records)
    ben = client_of("ben")
    page = ben.page(f"{queue(cast)}?done={code}")
    undo = page.select_one("[data-toast] form")
    assert undo is not None
    answer = ben.post(str(undo["action"]))
    assert answer.status_code == 303
    assert states(*records) == {STATUS.PENDING}
    assert entries_of(records[0]) == [("credit", 120), ("reversal", -120)]
    assert totals(records[0]) == {records[0].served_on.year: (0, 120)}
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 3
    assert figure(cast, BRANCH, Measure.CONFIRMED_MINUTES) == 0
    again = ben.page(answer.headers["Location"])
    assert "已撤销，3 条回到待确认" in again.text
    assert again.select("[data-toast] form") == []
    assert ben.post(str(undo["action"])).status_code == 422
    confirm(cast, *records)
    kinds = [kind for kind, _ in entries_of(records[0])]
    assert kinds == ["credit", "reversal", "credit"]


@pytest.mark.covers("S26")
def test_after_ten_minutes_a_decision_stands(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    code = confirm(cast, record)
    found = db.session.scalars(select(Decision).where(Decision.code == code)).one()
    found.decided_at -= timedelta(minutes=11)
    db.session.commit()
    ben = client_of("ben")
    assert ben.page(f"{queue(cast)}?done={code}").select("[data-toast] form") == []
    answer = ben.post(f"{queue(cast)}/decisions/{code}/undo")
    assert answer.status_code == 422
    assert "已超过 10 分钟" in answer.text
    assert states(record) == {STATUS.CONFIRMED}


def test_a_decision_of_another_place_is_not_there(cast: Cast, client_of: ClientOf) -> None:
    code = confirm(cast, log(cast, "ada"))
    will = client_of("will")
    path = f"{queue(cast, '西一村')}/decisions/{code}/undo"
    assert will.post(path).status_code == 404
    assert will.page(f"{queue(cast, '西一村')}?done={code}").select("[data-toast]") == []
    other = Decision(
        code="d" * 12, action="applications.approve", organization_id=cast.organization(BRANCH).id,
        decided_by_id=cast.user("ben").id, decided_at=clock.now(), count=1,
    )  # fmt: skip
    db.session.add(other)
    db.session.commit()
    assert client_of("ben").post(f"{queue(cast)}/decisions/{other.code}/undo").status_code == 404


@pytest.mark.covers("RACE-01", "RACE-04")
def test_who_comes_second_is_told(cast: Cast, client_of: ClientOf) -> None:
    first, second = log(cast, "ada"), log(cast, "gus", an_entry(title="巡河"))
    confirm(cast, first)
    ben = client_of("ben")
    answer = ben.post(f"{queue(cast)}/confirm", {"ids": [first.code, second.code]})
    assert answer.status_code == 303
    assert "另有 1 条没有一起办" in ben.page(answer.headers["Location"]).text
    assert entries_of(first) == [("credit", 120)]
    assert ben.post(f"{queue(cast)}/confirm", {"ids": first.code}).status_code == 409
    refusal = f"{queue(cast)}/records/{first.code}/refusal"
    assert ben.post(refusal, {"reason": "double"}).status_code == 409
    hours.withdraw(log(cast, "ada", an_entry(back=4)).code, by=acting(cast, "ada"), now=clock.now())
    with pytest.raises(IllegalTransition):
        hours.withdraw(first.code, by=acting(cast, "ada"), now=clock.now())


@pytest.mark.covers("LED-02", "RACE-05")
def test_time_that_was_credited_elsewhere_is_left_out_with_its_reason(
    cast: Cast, client_of: ClientOf
) -> None:
    fits, collides = log(cast, "gus"), log(cast, "ada")
    stands = log(cast, "ada", an_entry(back=3, title="巡河"))
    stands.starts_at, stands.ends_at = collides.starts_at, collides.ends_at
    db.session.commit()
    confirm(cast, stands)
    ben = client_of("ben")
    alone = ben.post(f"{queue(cast)}/confirm", {"ids": collides.code})
    assert alone.status_code == 422
    assert "重叠" in parsed(alone).text
    answer = ben.post(f"{queue(cast)}/confirm", {"ids": [fits.code, collides.code]})
    assert answer.status_code == 303
    assert states(collides) == {STATUS.PENDING}
    assert states(fits) == {STATUS.CONFIRMED}
    page = ben.page(queue(cast))
    assert "和已确认的时间重叠" in page.text
    assert ben.post(f"{queue(cast)}/confirm", {"ids": collides.code}).status_code == 422


@pytest.mark.covers("B2", "S26")
def test_a_record_is_refused_with_a_reason_and_undone(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    ben = client_of("ben")
    path = f"{queue(cast)}/records/{record.code}/refusal"
    assert len(ben.page(path).select("input[name=reason]")) == len(CHOSEN_REASONS)
    for fields in ({}, {"reason": "other"}, {"reason": "nonsense"}):
        answer = ben.post(path, fields)
        assert answer.status_code == 422
        assert parsed(answer).select_one(".field-error")
    answer = ben.post(path, {"reason": "too_long"})
    assert answer.status_code == 303
    assert states(record) == {STATUS.REFUSED}
    done = ben.page(answer.headers["Location"])
    assert "1 条记为未认定" in done.text
    assert totals(record) == {record.served_on.year: (0, 0)}
    undo = done.select_one("[data-toast] form")
    assert undo is not None
    assert ben.post(str(undo["action"])).status_code == 303
    assert states(record) == {STATUS.PENDING}
    assert (record.refusal, entries_of(record)) == (None, [])
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 1


def test_a_refusal_that_was_objected_to_is_not_undone(cast: Cast) -> None:
    record = log(cast, "ada")
    decision = hours.refuse(
        [record.code],
        RefusalReason.DOUBLE,
        "",
        handler_id=record.handler_id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    hours.object_(record.code, "", by=acting(cast, "ada"), now=clock.now())
    with pytest.raises(RuleViolation, match="后来又有变化"):
        hours.undo(
            decision.code,
            organization_id=cast.organization(BRANCH).id,
            by=acting(cast, "ben"),
            now=clock.now(),
        )


def test_codes_nobody_gave_are_unknown(cast: Cast) -> None:
    handler_id, by = cast.organization(BRANCH).id, acting(cast, "ben")
    with pytest.raises(UnknownRowError):
        hours.confirm([], handler_id=handler_id, by=by, now=clock.now())
    with pytest.raises(UnknownRowError):
        hours.undo("nothing", organization_id=handler_id, by=by, now=clock.now())
