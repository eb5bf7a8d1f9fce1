"""A teacher hands in a class: drafts with guardians, nobody a member, each bad row mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select
from xlsxwriter import Workbook

from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.imports.rules import ImportStatus, RowOutcome, RowVerdict
from core.jobs.models import Job
from core.jobs.running import run
from members.models import Membership
from people.models import Guardian, Person
from people.rules.guardians import Relation
from schools.models import PupilEvent, SchoolClass
from schools.operations.pupils import enter_pupil, step
from schools.rules.classes import school_year_of
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.members.lists import confirm, newest, row_of
from tests.schools.lists import (
    CLASS,
    HEADER,
    ID_NUMBER,
    NAME,
    PHONE,
    SEX,
    as_cells,
    child_document,
    children,
    paste,
    pupils_of,
    school_of,
    upload,
    words_of,
)

Clients = Callable[[str], Client]


def mend(client: Client, check: str, number: int, **cells: str) -> None:
    """Type cells of a row anew as a page without JavaScript sends them."""
    answer = client.post(check, {f"{number}-{code}": text for code, text in cells.items()})
    assert answer.status_code == 303


def problem(number: int) -> tuple[RowVerdict, set[str], str]:
    """Return what is said of a row of the newest list: verdict, fields, all the words."""
    row = row_of(number)
    problems = row.opened()[1]
    words = " ".join(message for message, _ in problems.values())
    return row.verdict, set(problems), words


@pytest.mark.covers("S21", "SCH-05", "MEM-14", "PRV-09")
def test_a_class_becomes_drafts_with_guardians_and_nobody_a_member(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    members = db.session.scalar(select(func.count()).select_from(Membership))
    rows = children(40)
    for at in (3, 17, 31):
        rows[at][ID_NUMBER], rows[at][SEX] = rows[at][ID_NUMBER][:16], ""
    check = paste(finn, org, as_cells(rows))
    assert check.endswith("/check")
    page = words_of(finn.get(check))
    assert "可导入 37 · 要改 3" in page
    assert "会新建班级：三年级2班，37 人" in page
    for at in (3, 17, 31):
        mend(finn, check, at + 2, id_number=child_document())
    result = words_of(finn.get(confirm(finn, check)))
    assert "导入了 40 人" in result
    assert "没有人入会" in result
    made = pupils_of()
    assert len(made) == 40
    assert {(one.status, one.consent) for one in made} == {
        (PupilStatus.DRAFT, ConsentState.UNASKED)
    }
    assert {one.organization_id for one in made} == {cast.organization("东小学").id}
    found = db.session.scalars(select(SchoolClass)).one()
    assert (found.grade, found.number, found.year) == (3, 2, school_year_of(clock.today()))
    assert {one.class_id for one in made} == {found.id}
    guardians = db.session.scalars(select(Guardian)).all()
    assert len(guardians) == 40
    assert {one.relation for one in guardians} == {Relation.MOTHER}
    assert db.session.scalar(select(func.count()).select_from(Membership)) == members
    entered = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "pupil.enter")
    assert db.session.scalar(entered) == 40
    assert db.session.scalar(select(func.count()).select_from(PupilEvent)) == 40


@pytest.mark.covers("S21")
def test_bad_rows_are_told_at_the_row(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    rows = children(12)
    rows[0][ID_NUMBER] = "3.30E+17"
    rows[1][ID_NUMBER] = rows[2][ID_NUMBER]
    rows[1][SEX] = rows[2][SEX]
    rows[3][PHONE] = phone_of("finn")
    rows[4][CLASS] = "十二年级1班"
    rows[5][CLASS] = ""
    rows[6][NAME], rows[6][ID_NUMBER] = rows[6][ID_NUMBER], rows[6][NAME]
    rows[7][SEX] = "女" if rows[7][SEX] == "男" else "男"
    rows[8][PHONE] = "1380013800"
    rows[9][ID_NUMBER] = f"G{rows[9][ID_NUMBER]}"
    paste(client_of("finn"), org, as_cells(rows))
    wrong = {
        2: "id_number",
        4: "id_number",  # the second row of a child is the one to look at
        5: "guardian_phone",
        6: "class_name",
        7: "class_name",
        9: "sex",
        10: "guardian_phone",
        11: "id_number",
    }
    for number, field in wrong.items():
        verdict, fields, words = problem(number)
        assert (verdict, fields) == (RowVerdict.WRONG, {field}), (number, words)
    assert problem(8)[1] == {"name", "id_number"}
    for number in (3, 12, 13):
        assert problem(number)[0] is RowVerdict.GOOD


@pytest.mark.covers("PRV-13")
def test_a_birthday_on_29_february_is_one_in_leap_years_only(
    client_of: Clients, cast: Cast
) -> None:
    org = school_of(cast)
    header = ["姓名", "出生日期", "班级"]
    year = clock.today().year
    leap = next(one for one in range(year - 8, year - 20, -1) if one % 4 == 0)
    rows = [["闰甲", f"{leap}-02-29", "三(2)班"], ["闰乙", f"{leap + 1}-02-29", "三(2)班"]]
    finn = client_of("finn")
    check = paste(finn, org, as_cells(rows, header))
    assert problem(2)[0] is RowVerdict.GOOD
    assert problem(3)[:2] == (RowVerdict.WRONG, {"born_on"})
    mend(finn, check, 3, born_on=f"{leap + 1}-02-28")
    confirm(finn, check)
    born = select(Person.born_on).where(Person.name.startswith("闰")).order_by(Person.name)
    assert sorted(filter(None, db.session.scalars(born))) == [
        date(leap, 2, 29),
        date(leap + 1, 2, 28),
    ]


@pytest.mark.covers("PRV-06", "S21")
def test_a_child_of_another_school_is_told_without_that_school(
    client_of: Clients, cast: Cast
) -> None:
    org = school_of(cast)
    make_there = school.make_class(cast.organization("西小学"))
    rows = children(1)
    there = make.make_person(rows[0][NAME], born_on=date(2017, 5, 6), with_id=True)
    rows[0][ID_NUMBER], rows[0][SEX] = there.plain_id_number, ""
    enter_pupil(there, make_there, by=SYSTEM, now=clock.now())
    finn = client_of("finn")
    check = paste(finn, org, as_cells(rows))
    verdict, fields, words = problem(2)
    assert (verdict, fields) == (RowVerdict.WRONG, {"id_number"})
    page = words_of(finn.get(check))
    assert "别的学校" in page
    assert "西" not in page
    assert words


def test_a_known_child_is_linked_and_never_doubled(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    rows = children(3)
    known = make.make_person(rows[0][NAME], born_on=date(2012, 5, 6), with_id=True)
    make.make_volunteer(known, cast.organization("东一村"))
    rows[0][ID_NUMBER], rows[0][SEX] = known.plain_id_number, ""
    rows[1][ID_NUMBER] = cast.person("mia").plain_id_number  # somebody else's number
    rows[1][SEX] = ""
    rows[2][PHONE] = rows[0][PHONE] = known.plain_phone  # the child's own phone
    finn = client_of("finn")
    check = paste(finn, org, as_cells(rows))
    assert problem(2)[:2] == (RowVerdict.WRONG, {"guardian_phone"})
    verdict, fields, words = problem(3)
    assert (verdict, fields) == (RowVerdict.WRONG, {"id_number"})
    assert "人mia" not in words
    people = db.session.scalar(select(func.count()).select_from(Person)) or 0
    mend(finn, check, 2, guardian_phone=make.make_phone())
    confirm(finn, check)
    assert known.id in {one.person_id for one in pupils_of()}
    assert db.session.scalar(select(func.count()).select_from(Person)) == people + 1


def test_who_is_on_the_roster_is_told_and_not_entered_twice(client_of: Clients, cast: Cast) -> None:
    org, finn = school_of(cast), client_of("finn")
    rows = children(2)
    confirm(finn, paste(finn, org, as_cells(rows)))
    paste(finn, org, as_cells(rows))
    assert problem(2)[0] is RowVerdict.PRESENT
    header = ["姓名", "出生日期", "班级"]
    born_on = pupils_of_first(rows[0][NAME]).born_on
    check = paste(finn, org, as_cells([[rows[0][NAME], str(born_on), "三年级2班"]], header))
    assert problem(2)[0] is RowVerdict.DOUBTFUL
    finn.post(check, {"2-choice": "other"})
    confirm(finn, check)
    assert len(pupils_of()) == 1


def pupils_of_first(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


@pytest.mark.covers("SCH-13")
def test_the_pupil_number_is_never_kept(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    rows = children(2)
    header = [*HEADER, "学籍号"]
    numbered = [[*row, f"G{row[ID_NUMBER]}"] for row in rows]
    finn = client_of("finn")
    check = paste(finn, org, as_cells(numbered, header))
    assert "学籍号" in words_of(finn.get(check))  # told: not kept
    for number in (2, 3):
        assert not any(cell.startswith("G") for cell in row_of(number).opened()[0])
    made = school.make_class(cast.organization("东小学"))
    db.session.commit()
    paste(finn, org, f"{rows[0][NAME]} G{rows[0][ID_NUMBER]} {rows[0][PHONE]}", made.code)
    assert rows[0][ID_NUMBER] not in "".join(row_of(1).opened()[0])


def test_lines_of_a_chat_go_into_the_class_they_are_pasted_at(
    client_of: Clients, cast: Cast
) -> None:
    org = school_of(cast)
    made = school.make_class(cast.organization("东小学"), grade=4, number=7)
    db.session.commit()
    rows = children(3)
    lines = "\n".join(f"{row[NAME]} {row[ID_NUMBER]} {row[PHONE]}" for row in rows)
    finn = client_of("finn")
    check = paste(finn, org, lines, made.code)
    assert check.endswith("/check")  # nobody is asked which column is which
    confirm(finn, check)
    assert {one.class_id for one in pupils_of()} == {made.id}
    assert finn.get(f"/o/{org}/imports/new?subject=pupils&into=zzzzzzzz").status_code == 200
    answer = finn.post(
        f"/o/{org}/imports/paste", {"text": lines, "subject": "pupils", "into": "zzzzzzzz"}
    )
    assert answer.status_code == 404


def workbook(rows: list[list[str]], header: list[str], merged: tuple[int, int, int]) -> bytes:
    """Return a workbook with a title over all columns and cells merged down in one of them."""
    out, (column, first, last) = BytesIO(), merged
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(header) - 1, "学生花名册")
        for number, row in enumerate([header, *rows], start=1):
            sheet.write_row(number, 0, row)
        sheet.merge_range(first, column, last, column, rows[first - 2][column])
    return out.getvalue()


@pytest.mark.covers("S21")
def test_merged_cells_and_changed_headings_are_read_as_they_are_meant(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    rows = children(5)
    for row in rows[1:]:
        row[CLASS] = ""
    header = list(HEADER)
    header[NAME], header[ID_NUMBER] = header[ID_NUMBER], header[NAME]
    check = upload(finn, org, workbook(rows, header, (CLASS, 2, 6)))
    assert check.endswith("/check")
    assert "可导入 5 · 要改 0" in words_of(finn.get(check))
    confirm(finn, check)
    assert len(pupils_of()) == 5


def work(found_job: str) -> None:
    db.session.commit()
    run(found_job)


def test_an_import_is_taken_back_but_for_whom_a_guardian_was_asked(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    people = db.session.scalar(select(func.count()).select_from(Person)) or 0
    known = make.make_person("童甲甲", born_on=date(2012, 5, 6), with_id=True)
    rows = children(4)
    rows[0][ID_NUMBER], rows[0][SEX] = known.plain_id_number, ""
    check = paste(finn, org, as_cells(rows))
    confirm(finn, check)
    asked, removed = pupils_of()[2:]
    asked.consent = ConsentState.ASKED
    step(removed, PupilAction.REMOVE, by=SYSTEM, now=clock.now())
    db.session.commit()
    found = newest()
    assert finn.post(check.replace("/check", "/undo")).status_code == 303
    job = db.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
    if newest().status is not ImportStatus.UNDONE:
        work(job.code)
    found = newest()
    assert (found.status, found.taken_back) == (ImportStatus.UNDONE, 2)
    assert len(pupils_of(found)) == 2
    assert db.session.scalar(select(func.count()).select_from(Person)) == people + 1 + 2
    assert db.session.get(Person, known.id) is not None
    kept = [row_of(number).outcome for number in (4, 5)]
    assert kept == [RowOutcome.KEPT, RowOutcome.KEPT]


def test_only_who_keeps_the_roster_of_a_school_hands_it_in(client_of: Clients, cast: Cast) -> None:
    org = school_of(cast)
    place = cast.organization("东小学")
    make.make_post(cast.user("will"), Role.SECRETARY, place)
    db.session.commit()
    assert client_of("finn").get(f"/o/{org}/imports/new?subject=pupils").status_code == 200
    assert client_of("will").get(f"/o/{org}/imports/new").status_code == 200
    assert client_of("will").get(f"/o/{org}/imports/new?subject=pupils").status_code == 404
    assert client_of("cora").get(f"/o/{org}/imports/new?subject=pupils").status_code == 404
    branch = cast.code("东一村")
    assert client_of("ben").get(f"/o/{branch}/imports/new?subject=pupils").status_code == 404
