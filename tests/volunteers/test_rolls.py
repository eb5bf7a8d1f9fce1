"""A roll call on paper keyed back: totals first, a row each, one time for all, a second person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.models import Attendance, Shift, Signup
from activities.rules import AttendanceStatus, AttendanceWay, SignupStatus
from core import clock
from core.database import db
from core.rules import RuleViolation
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.cast import Cast
from tests.client import Client, parsed
from tests.units import png
from tests.volunteers import entering
from tests.volunteers.desk import BRANCH, COUNTY, acting, second_secretary, states
from volunteers import operations as hours
from volunteers.models import ServiceSheet, Volunteer
from volunteers.queries.sheets import lines_on, records_on
from volunteers.rules import ServiceMethod, ServiceStatus
from volunteers.rules.sheets import SheetFacts

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def a_shift(cast: Cast, people: list[Volunteer], back: int = 1, place: str = BRANCH) -> Shift:
    """Return a shift of two hours some days ago, with a seat for everybody."""
    place_of_it = cast.organization(place)
    activity = make_activity(place_of_it, starts_at=entering.ago(back, 9), seats=100)
    shift = shift_of(activity)
    for one in people:
        make_signup(shift, one.person)
    db.session.commit()
    return shift


def roll(cast: Cast, shift: Shift, told: tuple[int, int] | None = None) -> ServiceSheet:
    """Return the draft of a roll call with evidence and, where told, the totals of the paper."""
    ben, now = acting(cast, "ben"), clock.now()
    sheet = hours.begin_roll(shift, organization=cast.organization(BRANCH), by=ben, now=now)
    hours.keep_evidence(sheet.code, png(6, 6), by=ben, now=now)
    if told is not None:
        head = sheet.facts
        facts = SheetFacts(
            head.title, head.field, head.work, head.starts_at, head.ends_at, "", *told
        )
        hours.change_facts(sheet.code, facts, by=ben, now=now)
    db.session.commit()
    return sheet


def rows(people: list[Volunteer], **times: str) -> dict[str, str]:
    """Return the fields of the grid, the same times for all."""
    typed = {}
    for number, one in enumerate(people):
        typed[f"rows-{number}-code"] = one.code
        typed |= {f"rows-{number}-{name}": value for name, value in times.items()}
    return typed


def page_of(cast: Cast, sheet: ServiceSheet) -> str:
    return f"/o/{cast.code(BRANCH)}/sheets/{sheet.code}"


@pytest.mark.covers("B4", "S32")
def test_one_time_fills_the_column_but_for_who_is_absent(cast: Cast, client_of: Clients) -> None:
    people = entering.helpers(cast, 4)
    shift = a_shift(cast, people)
    ben, org = client_of("ben"), cast.code(BRANCH)
    button = ben.page(f"/o/{org}/shifts/{shift.code}").select_one("form[action$='/sheet']")
    assert button is not None
    begun = ben.post(str(button["action"]))
    assert ben.post(str(button["action"])).location == begun.location  # begun once, gone on with
    assert "纸上有几个人" in ben.page(begun.location).text
    page = page_of(cast, roll(cast, shift, (3, 360)))
    typed = rows(people) | {"rows-1-start": "09:30", "rows-1-end": "11:00", "rows-3-absent": "y"}
    times = {"fill_start": "0900", "fill_end": "1100"}
    assert ben.post(page, typed | times | {"do": "fill"}).status_code == 303
    shown = ben.page(page)
    starts = [shown.select_one(f"#rows-{number}-start") for number in range(4)]
    assert [one and one["value"] for one in starts] == ["09:00", "09:30", "09:00", ""]
    assert shown.select_one("[name='rows-3-absent'][checked]") is not None


@pytest.mark.covers("B4", "LED-04", "LED-05")
def test_a_sheet_of_paper_is_keyed_and_somebody_else_confirms(
    cast: Cast, client_of: Clients
) -> None:
    second_secretary(cast)
    people = entering.helpers(cast, 3)
    sheet = roll(cast, a_shift(cast, people), (3, 330))
    ben, org, page = client_of("ben"), cast.code(BRANCH), page_of(cast, sheet)
    keyed = rows(people, start="09:00", end="11:00")
    late = ben.post(page, {**keyed, "do": "send"})
    assert late.status_code == 422
    assert "纸上合计 5.5 小时，这里合计 6 小时，多 0.5 小时" in late.text
    keyed |= {"rows-1-end": "", "rows-1-hours": "1.5"}
    assert ben.post(page, {**keyed, "do": "send"}).status_code == 303
    records = records_on(sheet)
    assert [one.minutes for one in records] == [120, 90, 120]
    assert {one.method for one in records} == {ServiceMethod.ROLL_CALL}
    assert {one.handler_id for one in records} == {cast.organization(BRANCH).id}
    own = ben.post(f"/o/{org}/seconds/{sheet.code}/confirm", {"ids": records[0].code})
    assert own.status_code == 422
    assert "自己录入" in own.text
    entering.confirm(cast, sheet, "gus", BRANCH)
    assert states(*records) == {ServiceStatus.CONFIRMED}


@pytest.mark.covers("B4")
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((3, 240), "纸上写 3 人，这里有 2 人，少 1 人"),
        ((1, 240), "纸上写 1 人，这里有 2 人，多 1 人"),
        ((2, 300), "纸上合计 5 小时，这里合计 4 小时，少 1 小时"),
        (None, "请先填纸上写的人数和合计时长"),
    ],
)
def test_nothing_is_sent_that_is_not_what_the_paper_says(
    cast: Cast, client_of: Clients, told: tuple[int, int] | None, said: str
) -> None:
    people = entering.helpers(cast, 2)
    sheet = roll(cast, a_shift(cast, people), told)
    keyed = rows(people, start="09:00", end="11:00")
    refused = client_of("ben").post(page_of(cast, sheet), {**keyed, "do": "send"})
    assert refused.status_code == 422
    assert said in refused.text
    assert records_on(sheet) == []
    assert 'value="09:00"' in refused.text  # nothing typed is lost


@pytest.mark.covers("B4", "S27")
def test_who_came_besides_is_found_by_name_last_digits_or_number(
    cast: Cast, client_of: Clients
) -> None:
    twin, other, quiet = entering.helpers(cast, 3)
    for one in (twin, other):
        one.person.name = "试同名"
    stranger = entering.helpers(cast, 1, "东二村")[0]
    stranger.person.name = "试外人"
    sheet = roll(cast, a_shift(cast, []), (3, 360))
    page, ben = page_of(cast, sheet), client_of("ben")
    ada = cast.person("ada")
    typed = {"rows-0-who": "试同名", "rows-1-who": quiet.number, "rows-2-who": "0001"}
    times = {f"rows-{number}-hours": "2" for number in range(4)}
    unclear = ben.post(page, {**typed, **times, "rows-3-who": "试外人", "do": "send"})
    assert unclear.status_code == 422
    assert "没有『试外人』" in unclear.text
    choices = [one["value"] for one in parsed(unclear).select("input[name='rows-0-pick']")]
    assert choices == [twin.code, other.code]
    picked = {**typed, **times, "rows-0-pick": other.code, "do": "send"}
    picked.pop("rows-3-hours")
    assert ben.post(page, picked).status_code == 303
    assert {one.person_id for one in records_on(sheet)} == {
        other.person_id,
        quiet.person_id,
        ada.id,
    }


@pytest.mark.covers("AZ-05", "PRV-04")
def test_no_code_brings_somebody_onto_a_sheet_who_was_not_offered(
    cast: Cast, client_of: Clients
) -> None:
    stranger = entering.helpers(cast, 1, "西一村")[0]
    sheet = roll(cast, a_shift(cast, []), (1, 120))
    forged = {"rows-0-code": stranger.code, "rows-0-hours": "2", "do": "send"}
    refused = client_of("ben").post(page_of(cast, sheet), forged)
    assert refused.status_code == 422
    assert stranger.person.name not in refused.text
    assert records_on(sheet) == []


@pytest.mark.covers("LED-07")
def test_an_activity_with_nobody_but_its_organizer_yields_no_hours(cast: Cast) -> None:
    ada = entering.volunteer_of(cast.person("ada"))
    shift = a_shift(cast, [ada])
    shift.activity.created_by_id = cast.user("ada").id
    sheet = roll(cast, shift, (1, 120))
    line = hours.KeyedLine(ada.id, shift.starts_at, shift.ends_at)
    ben = acting(cast, "ben")
    hours.keep_lines(sheet.code, [line], by=ben)
    with pytest.raises(RuleViolation, match="组织者"):
        hours.send_sheet(sheet.code, by=ben, now=clock.now())
    [other] = entering.helpers(cast, 1)
    lines = [line, hours.KeyedLine(other.id, shift.starts_at, shift.ends_at)]
    hours.keep_lines(sheet.code, lines, by=ben)
    sheet.people_told, sheet.minutes_told = 2, 240
    hours.send_sheet(sheet.code, by=ben, now=clock.now())
    assert len(records_on(sheet)) == 2


@pytest.mark.covers("LED-05", "VOL-26")
def test_a_sheet_keyed_late_is_an_entry_like_any_other(cast: Cast) -> None:
    second_secretary(cast)
    people = entering.helpers(cast, 2)
    for one in people:
        one.entered_on = clock.today() - timedelta(days=100)
    sheet = roll(cast, a_shift(cast, people, back=9), (2, 240))
    ben, now = acting(cast, "ben"), clock.now()
    lines = [hours.KeyedLine(one.id, sheet.starts_at, sheet.ends_at) for one in people]
    hours.keep_lines(sheet.code, lines, by=ben)
    with pytest.raises(RuleViolation, match="为什么现在才补"):
        hours.send_sheet(sheet.code, by=ben, now=now)
    sheet.reason = "秘书住院，表格后来才找到"
    hours.send_sheet(sheet.code, by=ben, now=now)
    records = records_on(sheet)
    assert {one.method for one in records} == {ServiceMethod.ENTERED_LATER}
    assert {one.handler_id for one in records} == {cast.organization(COUNTY).id}


@pytest.mark.covers("B4", "QR-02")
def test_who_checked_in_or_has_his_hours_is_not_keyed_again(cast: Cast) -> None:
    came, keyed, missing = entering.helpers(cast, 3)
    shift = a_shift(cast, [came, keyed, missing])
    signups = db.session.scalars(select(Signup).where(Signup.shift_id == shift.id)).all()
    by_person = {one.person_id: one for one in signups}
    db.session.add(
        Attendance(
            signup_id=by_person[came.person_id].id,
            shift_id=shift.id,
            status=AttendanceStatus.IN,
            in_at=shift.starts_at,
            in_way=AttendanceWay.CODE,
        )
    )
    by_person[missing.person_id].status = SignupStatus.NO_SHOW
    db.session.commit()
    sheet = roll(cast, shift, (1, 120))
    ben = acting(cast, "ben")
    line = hours.KeyedLine(keyed.id, shift.starts_at, shift.ends_at)
    hours.keep_lines(sheet.code, [line], by=ben)
    hours.send_sheet(sheet.code, by=ben, now=clock.now())
    again = roll(cast, shift)
    assert [one.volunteer_id for one in lines_on(again)] == [missing.id]


@pytest.mark.covers("LOAD-08")
def test_a_hundred_rows_cost_as_many_questions_as_ten(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    ben, sums = client_of("ben"), []
    for size in (10, 60):
        people = entering.helpers(cast, size)
        sheet = roll(cast, a_shift(cast, people), (size, 120 * size))
        with count_statements() as seen:
            ben.get(page_of(cast, sheet))
        sums.append(len(seen))
    assert sums[1] <= sums[0]  # the first asks for the settings besides
