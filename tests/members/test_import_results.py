"""What an import came to: taken back, taken home, taken up again, removed in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from core.imports import operations as imports
from core.imports.models import Import, ImportRow
from core.imports.reading import read_file
from core.imports.rules import ImportStatus
from core.jobs.models import Job
from core.messages import Message
from members.models import Entry, Membership
from organizations.rules import Measure
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.lists import (
    HEADER,
    as_csv,
    as_lines,
    base_of,
    confirm,
    document,
    members_named,
    newest,
    paste,
    people,
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


@pytest.mark.covers("S21", "RACE-09")
def test_an_import_is_taken_back_as_a_whole(client_of: Clients, cast: Cast) -> None:
    ben, before = client_of("ben"), numbers(cast)
    persons = db.session.scalars(select(Person.id)).all()
    result = confirm(ben, paste(ben, cast, as_lines(people(60))))
    assert newest().made == 60
    assert "撤销这次导入" in ben.page(result).text
    ben.post(f"{result}/undo")
    page = ben.page(result)
    assert "已撤销 60 人" in page.text
    assert numbers(cast) == before
    assert db.session.scalars(select(Person.id)).all() == persons
    assert db.session.scalars(select(Entry)).all() == []
    assert (
        db.session.scalars(select(Message).where(Message.purpose.startswith("entry:"))).all() == []
    )
    assert ben.post(f"{result}/undo").status_code == 409
    assert books.problems() == []


def test_what_hangs_on_somebody_stays_and_is_named(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(3)
    result = confirm(ben, paste(ben, cast, as_lines(rows)))
    members = db.session.scalars(
        select(Membership).join(Person).where(Person.name.startswith("录")).order_by(Membership.id)
    ).all()
    cora = client_of("cora")
    cora.post(f"/o/{cast.code('东县')}/filings/accept", {"ids": [members[0].code]})
    make.make_user(members[1].person)
    db.session.commit()
    ben.post(f"{result}/undo")
    page = ben.page(result)
    assert f"{rows[0][0]}：县里已经办理备案" in page.text
    assert f"{rows[1][0]}：这个人后来又有别的记录" in page.text
    assert members_named("录") == 2
    assert newest().taken_back == 1
    assert books.problems() == []


def test_what_an_import_added_to_somebody_known_goes_again(client_of: Clients, cast: Cast) -> None:
    ben, number = client_of("ben"), document(date(1950, 5, 6))
    known = make.make_person("林小溪", born_on=date(1950, 5, 6))
    make.make_volunteer(known, cast.organization("东一村"))
    check = paste(ben, cast, f"林小溪 {number}")
    result = confirm(ben, check, **{"1-choice": "same"})
    db.session.expire_all()
    assert known.id_index is not None
    ben.post(f"{result}/undo")
    db.session.expire_all()
    assert known.id_index is None
    assert known.plain_phone


def test_an_import_is_not_taken_back_after_its_days(
    client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = client_of("ben")
    result = confirm(ben, paste(ben, cast, as_lines(people(1))))
    newest().confirmed_at = clock.now() - timedelta(days=7, minutes=1)
    assert "撤销这次导入" not in ben.page(result).text
    assert ben.post(f"{result}/undo").status_code in {409, 422}
    assert members_named("录") == 1


@pytest.mark.covers("T3", "EXP-02")
def test_rows_that_were_left_come_back_as_they_were(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(4)
    rows[1][1], rows[2][0] = "123", "=1+1"
    rows[2][1] = "@SUM(A1)"
    check = upload(ben, cast, as_csv(rows, ["姓名", "身份证号", "手机号"]))
    result = confirm(ben, check)
    content = ben.get(f"{result}/left").data
    back = list(read_file(BytesIO(content)).rows)
    assert [cells[:3] for _, cells in back[1:]] == rows[1:3]
    assert back[0][1] == [*HEADER, "原因"]
    assert "身份证号：身份证号应为 18 位" in back[1][1][3]
    again = upload(ben, cast, content, "left.xlsx")
    page = ben.page(again)
    assert "可导入 0 · 要改 2" in one(page, "#counts").text
    assert "这些列不导入" not in page.text


def test_the_template_reads_as_an_empty_list(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    answer = ben.get(f"{base_of(cast)}/template")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="members-template.xlsx"'
    table = list(read_file(BytesIO(answer.data)).rows)
    assert table[0][1][:2] == ["姓名*", "身份证号*"]
    refused = ben.post(f"{base_of(cast)}/new", {"file": (BytesIO(answer.data), "t.xlsx")})
    assert "没有找到名单" in refused.text


def test_unsure_columns_are_asked_for_and_no_others(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(3)
    odd = [[row[0], row[1], "第1组"] for row in rows]
    address = upload(ben, cast, as_csv(odd, ["谁", "身份证号", "哪一组"]))
    assert address.endswith("/check")
    mixed = [[f"{row[0]}与某某先生", row[1], "第1组组长"] for row in people(3)]
    address = upload(ben, cast, as_csv(mixed, ["谁", "身份证号", "哪一组"]))
    assert address.endswith("/map")
    page = ben.page(address)
    assert [box["name"] for box in page.select("main select")] == ["column-0", "column-2"]
    assert ben.post(address, {"column-0": ""}).status_code == 422
    assert ben.post(address, {"column-0": "name", "column-2": "name"}).status_code == 422
    assert ben.post(address, {"column-0": "name"}).location.endswith("/check")


def test_what_was_left_is_taken_up_again(client_of: Clients, cast: Cast) -> None:
    ben, rows = client_of("ben"), people(3)
    good, rows[1][1] = rows[1][1], "1"
    check = upload(ben, cast, as_csv(rows))
    result = confirm(ben, check)
    answer = ben.post(f"{result}/go-on")
    assert answer.location == check
    confirm(ben, check, **{"3-id_number": good})
    found = newest()
    assert (found.made, found.status) == (3, ImportStatus.DONE)
    assert ben.post(check.replace("/check", "/confirm")).status_code == 409


def test_many_rows_are_checked_and_written_by_jobs(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    check = upload(ben, cast, as_csv(people(260))) + "/check"
    assert newest().status is ImportStatus.READY
    confirm(ben, check)
    kinds = db.session.scalars(select(Job.kind).order_by(Job.id)).all()
    assert kinds == ["imports.check", "imports.write"]
    assert (newest().made, members_named("录")) == (260, 260)
    assert books.problems() == []


def test_a_list_that_nobody_finished_goes_after_some_weeks(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    check = paste(ben, cast, as_lines(people(2)))
    assert imports.purge(clock.now() + timedelta(days=29)) == 0
    assert imports.purge(clock.now() + timedelta(days=31)) == 1
    assert imports.purge(clock.now() + timedelta(days=31)) == 0
    assert db.session.scalars(select(ImportRow)).all() == []
    assert ben.get(check).status_code == 404


def test_the_list_itself_lies_encrypted(client_of: Clients, cast: Cast) -> None:
    rows = people(2)
    paste(client_of("ben"), cast, as_lines(rows))
    kept = " ".join(db.session.scalars(select(ImportRow.content)))
    layouts = " ".join(db.session.scalars(select(Import.layout_text)))
    assert kept
    for row in rows:
        assert not any(cell in kept + layouts for cell in row)


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize("text", ["", "   ", "大家好\n今天开会", "\x00", "x" * 600_000])
def test_text_without_people_is_refused(client_of: Clients, cast: Cast, text: str) -> None:
    answer = client_of("ben").post(f"{base_of(cast)}/paste", {"text": text})
    assert answer.status_code == 422
    assert db.session.scalars(select(Import)).all() == []


def test_own_entry_and_too_many_lists_are_refused(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    for _ in range(20):
        paste(ben, cast, as_lines(people(1)))
    answer = ben.post(f"{base_of(cast)}/paste", {"text": as_lines(people(1))})
    assert answer.status_code == 422
    assert "没办完的名单有 20 份" in answer.text
