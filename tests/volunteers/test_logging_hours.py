"""Entering hours: two taps like last time, five otherwise, and what is refused (S10, S11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import RuleViolation, UnknownRowError
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import BRANCH, acting, an_entry, figure, log, totals
from volunteers import operations as hours
from volunteers.models import ServiceRecord
from volunteers.rules import Entry, ServiceField, ServiceStatus

NEW = "/me/hours/new"
ClientOf = Callable[[str], Client]


def day(back: int = 1) -> str:
    return (clock.today() - timedelta(days=back)).isoformat()


def typed(**changes: str) -> dict[str, str]:
    fields = {"day": day(), "title": "急救演练", "field": "first_aid", "length": "120"}
    return {name: value for name, value in (fields | changes).items() if value}


def records_of(cast: Cast, name: str) -> list[ServiceRecord]:
    found = select(ServiceRecord).where(ServiceRecord.person_id == cast.person(name).id)
    return list(db.session.scalars(found.order_by(ServiceRecord.id)))


@pytest.mark.covers("V5", "S10")
def test_the_usual_is_entered_with_one_tap_on_the_page(cast: Cast, client_of: ClientOf) -> None:
    log(cast, "ada", an_entry(back=3, minutes=150, title="陪老人看病"))
    ada = client_of("ada")
    page = ada.page(NEW)
    card = page.select_one("#usual")
    assert card is not None
    assert "陪老人看病 · 2 小时 30 分" in card.text
    form = card.select_one("form")
    assert form is not None
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    answer = ada.post(NEW, {name: fields[name] for name in ("day", "what", "length")})
    assert answer.status_code == 303
    record = records_of(cast, "ada")[-1]
    assert answer.headers["Location"] == f"/me/hours/{record.code}?new=1"
    assert (record.title, record.minutes) == ("陪老人看病", 150)
    assert record.served_on in {clock.today(), clock.today() - timedelta(days=1)}


@pytest.mark.covers("V6", "S10")
def test_another_day_title_and_length_are_one_tap_each(cast: Cast, client_of: ClientOf) -> None:
    for back, title in enumerate(["巡河", "献血宣传", "急救演练", "巡河", "探访", "清洁", "送餐"]):
        log(cast, "ada", an_entry(back=20 - back, title=title))
    ada = client_of("ada")
    page = ada.page(NEW)
    days = [field["value"] for field in page.select("input[name=day][type=radio]")]
    assert days == [day(0), day(1), day(2)]
    titles = [label.text for label in page.select("#what label")]
    assert titles == ["送餐", "清洁", "探访", "巡河", "急救演练"]
    assert len(page.select("input[name=length][type=radio]")) == 8
    assert len(page.select("input:checked, input[checked]")) == 3
    chosen = str(page.select("input[name=what][type=radio]")[1]["value"])
    answer = ada.post(NEW, {"day": day(2), "what": chosen, "length": "30"})
    assert answer.status_code == 303
    record = records_of(cast, "ada")[-1]
    assert (record.title, record.minutes, record.served_on.isoformat()) == ("清洁", 30, day(2))


@pytest.mark.covers("S10", "S11")
def test_what_was_saved_and_who_confirms_is_told(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    first = ada.page(NEW)
    assert first.select_one("#usual") is None
    answer = ada.post(NEW, typed(start="14:00", note="带了两箱水"))
    page = ada.page(answer.headers["Location"])
    words = page.select_one("main").text  # type: ignore[union-attr]
    assert "急救演练 · 2 小时" in words
    assert f"由{BRANCH}确认" in words
    assert {"撤回", "再记一笔", "回首页"} <= {b.text for b in page.select("main .button")}
    assert page.select_one("h1[data-focus]")
    record = records_of(cast, "ada")[0]
    assert (record.note, record.time_stated) == ("带了两箱水", True)
    assert clock.local(record.starts_at).time() == time(14)
    assert totals(record) == {record.served_on.year: (0, 120)}
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 1
    assert figure(cast, "测试省", Measure.HOURS_WAITING) == 1


@pytest.mark.covers("S10")
def test_without_a_secretary_the_county_confirms(cast: Cast, client_of: ClientOf) -> None:
    village = cast.organization("北一村")
    ned = client_of("ned")
    assert "提交，请北县确认" in ned.page(NEW).text
    ned.post(NEW, typed())
    record = records_of(cast, "ned")[0]
    assert record.organization_id == village.id
    assert record.handler_id == village.county_id
    assert figure(cast, "北县", Measure.HOURS_WAITING) == 1
    assert figure(cast, "北一村", Measure.HOURS_WAITING) == 0


@pytest.mark.covers("IN-07", "LED-03")
@pytest.mark.parametrize(
    "text",
    [
        "0", "-1", "0.001", "1e3", "1e400", "NaN", "Infinity", "1_000", "²", "٣", "0x10",
        "8,5", "24:01", "999999999999", "0.333", "24.5", "１_",
    ],
)  # fmt: skip
def test_hours_that_are_no_whole_minutes_are_refused(
    client_of: ClientOf, cast: Cast, text: str
) -> None:
    answer = client_of("ada").post(NEW, typed(hours=text))
    assert answer.status_code == 422
    assert parsed(answer).select_one("#hours-error")
    assert records_of(cast, "ada") == []


@pytest.mark.covers("IN-07")
@pytest.mark.parametrize(
    ("text", "minutes"), [("８", 480), (" 8 ", 480), ("7.5", 450), ("0.25", 15)]
)
def test_hours_as_people_type_them_count_exactly(
    client_of: ClientOf, cast: Cast, text: str, minutes: int
) -> None:
    assert client_of("ada").post(NEW, typed(hours=text)).status_code == 303
    assert records_of(cast, "ada")[0].minutes == minutes


@pytest.mark.covers("S10", "LED-03")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"length": ""}, "length"),
        ({"length": "1441"}, "length"),
        ({"length": "²"}, "length"),
        ({"day": ""}, "day"),
        ({"day": "2024-02-30"}, "day"),
        ({"other_day": "明天"}, "other_day"),
        ({"other_day": "2099-01-01"}, "other_day"),
        ({"other_day": "2020-01-01"}, "other_day"),
        ({"start": "25:00"}, "start"),
        ({"field": "nonsense"}, "field"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_what_has_to_be_changed_stands_beside_its_field(
    client_of: ClientOf, cast: Cast, changes: dict[str, str], field: str
) -> None:
    answer = client_of("ada").post(NEW, typed(**changes))
    assert answer.status_code == 422
    page = parsed(answer)
    assert page.select_one(f"#{field}-error"), page.select(".field-error")
    assert page.title is not None
    assert page.title.text.startswith("错误：")
    assert page.select_one("[data-focus]")
    assert records_of(cast, "ada") == []


@pytest.mark.covers("S10")
def test_every_wrong_field_is_told_at_once(client_of: ClientOf, cast: Cast) -> None:
    wrong = {"other_day": "明天", "title": "", "hours": "0.333", "start": "25:00"}
    page = parsed(client_of("ada").post(NEW, typed(**wrong)))
    fields = {str(one["id"]) for one in page.select(".field-error")}
    assert fields == {"other_day-error", "title-error", "hours-error", "start-error"}
    assert records_of(cast, "ada") == []


@pytest.mark.covers("LED-11", "UX-R2")
def test_the_same_key_counts_once(client_of: ClientOf, cast: Cast) -> None:
    ada = client_of("ada")
    answers = [ada.post(NEW, typed(), key="k" * 24) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert len(records_of(cast, "ada")) == 1
    assert ada.post(NEW, typed(length="60"), key="k" * 24).status_code == 422


@pytest.mark.covers("LED-11")
def test_the_same_with_another_key_is_asked_and_may_be_meant(
    client_of: ClientOf, cast: Cast
) -> None:
    ada = client_of("ada")
    assert ada.post(NEW, typed()).status_code == 303
    asked = ada.post(NEW, typed())
    assert asked.status_code == 422
    page = parsed(asked)
    assert "刚刚已经记过一条一样的" in page.text
    assert len(records_of(cast, "ada")) == 1
    form = page.select_one("main form")
    assert form is not None
    hidden = form.select("input[type=hidden]")
    again = {str(field["name"]): str(field["value"]) for field in hidden}
    again = {name: again[name] for name in again if name not in {"csrf_token", "idempotency_key"}}
    assert ada.post(NEW, again).status_code == 303
    first, second = records_of(cast, "ada")
    assert first.ends_at <= second.starts_at


@pytest.mark.covers("LED-02", "RACE-05")
def test_an_overlap_is_refused_across_organizations(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    assert ada.post(NEW, typed(start="09:00")).status_code == 303
    answer = ada.post(NEW, typed(start="10:59", title="探访"))
    assert answer.status_code == 422
    assert "急救演练 09:00–11:00" in parsed(answer).text
    with pytest.raises(RuleViolation, match="时间重叠"):
        hours.log_service(
            cast.person("ada").id,
            an_entry(start=time(10)),
            by=acting(cast, "ada"),
            now=clock.now(),
            organization_id=cast.organization("西一村").id,
        )
    assert ada.post(NEW, typed(start="11:00", title="探访")).status_code == 303


@pytest.mark.covers("LED-03")
def test_a_record_of_another_organization_goes_to_its_secretary(cast: Cast) -> None:
    record = hours.log_service(
        cast.person("ada").id,
        an_entry(),
        by=acting(cast, "ada"),
        now=clock.now(),
        organization_id=cast.organization("西一村").id,
    )
    assert record.handler_id == cast.organization("西一村").id


@pytest.mark.covers("S26", "LED-03")
def test_a_long_day_waits_for_a_look(cast: Cast, client_of: ClientOf) -> None:
    ada = client_of("ada")
    assert ada.post(NEW, typed(hours="9", start="08:00")).status_code == 303
    assert ada.post(NEW, typed(hours="4", start="18:00")).status_code == 303
    assert [row.doubts for row in records_of(cast, "ada")] == ["long", "day"]


@pytest.mark.covers("LED-14", "LED-01")
def test_new_year_s_eve_counts_in_both_years(cast: Cast, client_of: ClientOf) -> None:
    eve = date(clock.today().year - 1, 12, 31)
    volunteer = make.make_volunteer(make.make_person(), cast.organization(BRANCH))
    volunteer.entered_on = eve - timedelta(days=30)
    now = datetime.combine(eve + timedelta(days=2), time(12), tzinfo=clock.SHANGHAI)
    entry = Entry(eve, 120, "守岁值班", ServiceField.RESCUE, time(23, 30))
    record = hours.log_service(volunteer.person_id, entry, by=acting(cast, "ada"), now=now)
    assert totals(record) == {eve.year: (0, 30), eve.year + 1: (0, 90)}
    hours.confirm(
        [record.code],
        handler_id=cast.organization(BRANCH).id,
        by=acting(cast, "ben"),
        now=now,
    )
    db.session.commit()
    assert totals(record) == {eve.year: (30, 0), eve.year + 1: (90, 0)}
    for period, minutes in (
        (eve.year, 30),
        (eve.year * 100 + 12, 30),
        (eve.year + 1, 90),
        ((eve.year + 1) * 100 + 1, 90),
        (0, 120),
    ):
        assert figure(cast, "东县", Measure.CONFIRMED_MINUTES, period) == minutes
    assert figure(cast, BRANCH, Measure.CONFIRMED_RECORDS, eve.year) == 1
    assert figure(cast, BRANCH, Measure.CONFIRMED_RECORDS, eve.year + 1) == 0
    page = client_of("ben").page(f"/o/{cast.code(BRANCH)}/hours/records/{record.code}")
    assert "其中" in page.text
    assert "次日 01:30" in page.text


def test_somebody_who_is_no_volunteer_is_told_how_to_become_one(client_of: ClientOf) -> None:
    mia = client_of("mia")
    assert "还不是志愿者" in mia.page(NEW).text
    assert "还不是志愿者" in mia.page("/me/hours").text
    assert mia.get("/me/hours/none2345").status_code == 404


def test_only_a_volunteer_s_own_hours_can_be_entered(cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="还不是志愿者"):
        hours.log_service(
            cast.person("mia").id, an_entry(), by=acting(cast, "mia"), now=clock.now()
        )


@pytest.mark.covers("S11", "S14")
def test_a_record_is_taken_back_within_a_day(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    ada = client_of("ada")
    answer = ada.post(f"/me/hours/{record.code}/withdraw")
    assert answer.status_code == 303
    assert "已撤回" in ada.page(answer.headers["Location"]).text
    assert totals(record) == {record.served_on.year: (0, 0)}
    assert figure(cast, BRANCH, Measure.HOURS_WAITING) == 0
    assert ada.post(f"/me/hours/{record.code}/withdraw").status_code == 409
    again = ada.page(f"{NEW}?like={record.code}")
    assert again.select_one("h1")


def test_after_a_day_it_cannot_be_taken_back(cast: Cast, client_of: ClientOf) -> None:
    early = log(cast, "ada", an_entry(back=3), now=clock.now() - timedelta(hours=25))
    ada = client_of("ada")
    assert "撤回" not in {b.text for b in ada.page(f"/me/hours/{early.code}").select(".button")}
    refused = ada.post(f"/me/hours/{early.code}/withdraw")
    assert refused.status_code == 422
    db.session.refresh(early)
    assert early.status is ServiceStatus.PENDING


def test_nobody_touches_the_record_of_another(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    gus = client_of("gus")
    for path in ("", "/objection"):
        assert gus.get(f"/me/hours/{record.code}{path}").status_code == 404
    assert gus.post(f"/me/hours/{record.code}/withdraw").status_code == 404
    with pytest.raises(UnknownRowError):
        hours.object_(record.code, "", by=acting(cast, "gus"), now=clock.now())
