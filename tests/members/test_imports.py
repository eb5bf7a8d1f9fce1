"""A secretary hands in a list: checked, mended, written in one decision, taken back as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.imports.models import ImportRow
from core.imports.rules import ImportStatus, RowOutcome, RowVerdict
from core.messages import Message
from members.models import Application, Decision, Entry, Membership
from members.rules import ApplicationStatus, MembershipStatus
from organizations.rules import Measure
from people.models import Person
from people.rules import IdType, check_resident_id
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.lists import (
    HEADER,
    as_csv,
    as_lines,
    as_workbook,
    base_of,
    confirm,
    document,
    members_named,
    newest,
    paste,
    people,
    row_of,
    upload,
)
from tests.members.reading import one
from tests.members.waiting import figure
from tests.races import books

Clients = Callable[[str], Client]
MEASURES = (Measure.ADULT_MEMBERS, Measure.FILINGS_WAITING, Measure.APPLICATIONS_WAITING)


@pytest.fixture(autouse=True)
def _books(database: None) -> None:
    """Let the numbers of the cast be true before anything changes them."""
    books.settle()
    db.session.commit()


def numbers(cast: Cast, place: str = "测试省") -> list[int]:
    """Return the numbers that an import changes."""
    day = clock.today()
    return [figure(cast, place, measure) for measure in MEASURES] + [
        figure(cast, place, Measure.NEW_MEMBERS, day.year * 100 + day.month)
    ]


@pytest.mark.covers("FILE-08", "T1", "MEM-10")
def test_a_list_becomes_members_in_one_decision(client_of: Clients, cast: Cast) -> None:
    ben, rows, before = client_of("ben"), people(4), numbers(cast)
    rows[3] = rows[3][:2]
    check = paste(ben, cast, as_lines(rows))
    assert "可导入 4" in one(ben.page(check), "#counts").text
    assert (members_named("录"), numbers(cast)) == (0, before)
    assert "导入了 4 人" in ben.page(confirm(ben, check)).text
    assert members_named("录") == 4
    added = [after - was for after, was in zip(numbers(cast), before, strict=True)]
    assert added == [4, 4, 0, 4]
    applications = [entry.application for entry in db.session.scalars(select(Entry))]
    assert {one.status for one in applications} == {ApplicationStatus.APPROVED}
    decisions = {one.decision_id for one in applications}
    assert db.session.get_one(Decision, decisions.pop()).count == 4
    assert not decisions
    stored = db.session.get_one(Person, applications[0].person_id)
    assert (stored.plain_id_number, stored.plain_phone) == (rows[0][1], rows[0][2])


@pytest.mark.covers("LOG-01")
def test_who_has_a_phone_is_told_and_everybody_has_a_trail(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(3)
    rows[2] = rows[2][:2]
    confirm(ben, paste(ben, cast, as_lines(rows)))
    letters = db.session.scalars(select(Message).where(Message.purpose.startswith("entry:"))).all()
    assert {letter.phone for letter in letters} == {rows[0][2], rows[1][2]}
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "members.enter")
    ).all()
    persons = db.session.scalars(select(Person.id).where(Person.name.startswith("录"))).all()
    assert {event.subject_id for event in events} == set(persons)
    assert {event.detail_values["import_code"] for event in events} == {newest().code}
    assert books.problems() == []


@pytest.mark.covers("T2", "IN-01")
def test_bad_rows_are_told_mended_and_left(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(5)
    good = rows[1][1]
    rows[1][1], rows[3][2] = good[:16], "1381234567"
    rows[4][1] = rows[0][1]
    check = upload(ben, cast, as_csv(rows))
    page = ben.page(check)
    assert "可导入 2 · 要改 3" in one(page, "#counts").text
    assert "身份证号应为 18 位，现在是 16 位" in one(page, "#row-3").text
    assert "手机号应为 11 位，现在是 10 位" in one(page, "#row-5").text
    assert "和第 2 行是同一人" in one(page, "#row-6").text
    ben.post(check, {"3-id_number": good, "5-phone": rows[3][2], "skip": "6"})
    page = ben.page(check)
    assert "可导入 3 · 要改 1" in one(page, "#counts").text
    assert page.select_one("#row-6") is None
    result = ben.page(confirm(ben, check, **{"5-phone": "13812345678"}))
    assert "导入了 4 人" in result.text
    assert row_of(6).outcome is RowOutcome.OPEN
    assert members_named("录") == 4


@pytest.mark.covers("T2")
def test_one_row_answers_with_itself_and_the_counts(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(2)
    good, rows[0][1] = rows[0][1], rows[0][1][:17]
    check = paste(ben, cast, as_lines(rows))
    address = check.replace("/check", "/row")
    fields = {"number": "1", "1-id_number": good[:16]}
    answer = ben.post(address, fields, headers={"HX-Request": "true"})
    assert "现在是 16 位" in one(parsed(answer), "#row-1").text
    answer = ben.post(address, {**fields, "1-id_number": good}, headers={"HX-Request": "true"})
    page = parsed(answer)
    assert page.select_one("h1") is None
    assert "可以导入了" in one(page, "#row-1").text
    assert "可导入 2 · 要改 0" in one(page, "#counts").text
    assert "导入 2 人" in one(page, "#write").text
    assert ben.post(address, fields).location.endswith("/check")
    assert ben.post(address, {**fields, "number": "zz"}).status_code == 422
    assert ben.post(address, {"number": "99", "99-name": "x"}).status_code == 404


@pytest.mark.covers("AZ-08", "FILE-09")
def test_strange_columns_are_told_and_never_written(client_of: Clients, cast: Cast) -> None:
    strange = ["role", "org_id", "approved", "status", "guardian_of", "person_id", "民族"]
    rows = [[*row, "officer", "1", "1", "active", "1", "1", "汉"] for row in people(2)]
    ben = client_of("ben")
    check = upload(ben, cast, as_csv(rows, HEADER + strange))
    told = ben.page(check).select_one("main .notice-warn")
    assert told is not None
    assert "、".join(strange[:4]) in told.text
    confirm(ben, check)
    states = select(Membership.status).join(Membership.person).where(Person.name.startswith("录"))
    assert set(db.session.scalars(states)) == {MembershipStatus.APPROVED}
    ben.post(check, {"2-status": "active", "2-verdict": "good", "2-found_id": "1"})
    assert row_of(2).outcome is RowOutcome.NEW


@pytest.mark.covers("EXP-03")
def test_numbers_that_a_spreadsheet_ate_are_refused_with_advice(
    client_of: Clients, cast: Cast
) -> None:
    ben = client_of("ben")
    rows: list[list[object]] = [[row[0], float(int(row[1][:17] + "0"))] for row in people(3)]
    file = BytesIO(as_workbook(rows))
    answer = ben.post(f"{base_of(cast)}/new", {"file": (file, "a.xlsx")})
    assert answer.status_code == 422
    assert "科学计数法" in answer.text
    assert "第 2 行" in answer.text
    single: list[list[object]] = [[*row] for row in people(3)]
    single.append(rows[0])
    check = upload(ben, cast, as_workbook(single), "b.xlsx")
    assert "科学计数法" in one(ben.page(check), "#row-5").text


@pytest.mark.covers("MEM-05", "MEM-14")
def test_minors_are_sent_to_their_school(client_of: Clients, cast: Cast) -> None:
    ben, day = client_of("ben"), clock.today()
    young = document(date(day.year - 17, 1, 1))
    check = paste(ben, cast, f"小明 {young}")
    assert "请由学校登记" in one(ben.page(check), "#row-1").text
    answer = ben.post(check.replace("/check", "/confirm"))
    assert answer.status_code == 422
    assert newest().status is ImportStatus.READY


@pytest.mark.covers("MEM-19", "IN-06")
def test_known_people_are_compared_and_members_named(client_of: Clients, cast: Cast) -> None:
    ben, branch = client_of("ben"), cast.organization("东一村")
    born_on, number = date(1950, 3, 4), document(date(1950, 3, 4))
    known = make.make_person("林小溪", born_on=born_on)
    known.id_type = known.id_number = known.id_index = None
    make.make_volunteer(known, branch)
    member = make.make_person(with_id=True, born_on=date(1951, 3, 4))
    make.make_membership(member, branch)
    rows = [
        ["林小溪", number],
        [member.name, member.plain_id_number],
        ["林晓西", document(born_on)],
    ]
    check = paste(ben, cast, as_lines(rows))
    page = ben.page(check)
    assert "和林小溪（" in one(page, "#row-1").text
    assert f"{member.name}已经是" in one(page, "#row-2").text
    assert "可导入 0 · 要改 0 · 可能重复 3" in one(page, "#counts").text
    result = ben.page(confirm(ben, check, **{"1-choice": "same", "3-choice": "other"}))
    assert "导入了 2 人" in result.text
    db.session.expire_all()
    assert known.plain_id_number == number
    assert (row_of(1).outcome, row_of(3).outcome) == (RowOutcome.UPDATED, RowOutcome.NEW)
    assert row_of(2).outcome is RowOutcome.OPEN


@pytest.mark.covers("PRV-06")
def test_numbers_known_elsewhere_look_like_unknown_ones(client_of: Clients, cast: Cast) -> None:
    """Fifty known and fifty unknown: the check page says the same of all (PRV-06)."""
    ben, far = client_of("ben"), cast.organization("北一村")
    rows = people(100)
    for row in rows[::2]:
        other = make.make_person("远方人", born_on=None)
        other.id_type = None
        make.make_membership(other, far)
        stored = check_resident_id(row[1], clock.today())
        other.set_id_number(IdType.RESIDENT_ID, stored.number)
    books.settle()
    check = upload(ben, cast, as_csv(rows))
    page = ben.page(check)
    assert "可导入 100 · 要改 0 · 可能重复 0" in one(page, "#counts").text
    verdicts = select(ImportRow.verdict, ImportRow.found_id).where(
        ImportRow.import_id == newest().id
    )
    assert {tuple(row) for row in db.session.execute(verdicts)} == {(RowVerdict.GOOD, None)}
    confirm(ben, check)
    found = newest()
    assert (found.made, found.handed) == (50, 50)
    waiting = db.session.scalars(
        select(Application).join(Entry).where(Application.is_doubtful)
    ).all()
    assert {one.handler_id for one in waiting} == {cast.organization("东县").id}
    assert all(one.person.id_index is None for one in waiting)
    assert books.problems() == []


@pytest.mark.covers("FILE-08", "AZ-11")
def test_only_the_owner_reads_a_list_and_only_with_the_right(
    client_of: Clients, cast: Cast
) -> None:
    ben, cora = client_of("ben"), client_of("cora")
    check = paste(ben, cast, as_lines(people(2)))
    for path in (check, check.removesuffix("/check"), check.replace("/check", "/left")):
        assert cora.get(path).status_code == 404
    assert cora.post(check.replace("/check", "/confirm")).status_code == 404
    for post in cast.user("ben").posts:
        post.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    assert ben.post(check.replace("/check", "/confirm")).status_code in {403, 404}
    assert members_named("录") == 0
