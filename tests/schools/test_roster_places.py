"""Where a roster goes that names no class: told for all of it, from the list of classes too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.database import db
from core.imports.models import Import
from core.imports.rules import ImportStatus
from schools.models import Pupil, SchoolClass
from tests.cast import Cast
from tests.client import Client
from tests.members.lists import as_workbook, newest
from tests.school_factories import make_class
from tests.schools.lists import CLASS, HEADER, children, pupils_of, school_of, upload, words_of

Clients = Callable[[str], Client]
HEADS = [one for one in HEADER if one != HEADER[CLASS]]


def classless(count: int) -> list[list[object]]:
    """Return rows as a teacher keeps them for the own class: no column says which it is."""
    return [[cell for at, cell in enumerate(row) if at != CLASS] for row in children(count)]


@pytest.mark.covers("S36", "S37", "T1")
def test_a_file_without_classes_is_told_one_where_its_columns_are_asked(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    wanted = make_class(cast.organization("东小学"), grade=4, number=2)
    other = make_class(cast.organization("西小学"), grade=4, number=2)
    db.session.commit()
    mapping = upload(finn, org, as_workbook(classless(3), HEADS))
    assert mapping.endswith("/map")
    page = finn.page(mapping)
    offered = [str(one["value"]) for one in page.select("#into option")]
    assert wanted.code in offered
    assert other.code not in offered
    assert finn.post(mapping, {}).status_code == 422
    assert finn.post(mapping, {"into": other.code}).status_code == 404
    assert newest().status is ImportStatus.DRAFT
    answer = finn.post(mapping, {"into": wanted.code})
    assert answer.status_code == 303
    check = answer.location
    assert "可导入 3 · 要改 0" in words_of(finn.get(check))
    finn.post(check.replace("/check", "/confirm"))
    assert [one.class_id for one in pupils_of()] == [wanted.id] * 3


@pytest.mark.covers("S37", "S38", "T1")
def test_a_school_without_any_class_makes_one_where_its_columns_are_asked(
    client_of: Clients, cast: Cast
) -> None:
    org, finn = school_of(cast), client_of("finn")
    mapping = upload(finn, org, as_workbook(classless(2), HEADS))
    assert finn.page(mapping).select("#into") == []
    answer = finn.post(mapping, {"into_new": "十九年级1班"})
    assert answer.status_code == 422
    assert "没有这个年级" in words_of(answer)
    check = finn.post(mapping, {"into_new": "四年级2班"}).location
    assert "会新建班级：四年级2班，2 人" in words_of(finn.get(check))
    assert db.session.scalars(select(SchoolClass)).all() == []
    finn.post(check.replace("/check", "/confirm"))
    (made,) = db.session.scalars(select(SchoolClass)).all()
    assert ((made.grade, made.number), len(pupils_of())) == ((4, 2), 2)


def test_lines_pasted_beside_no_class_are_told_one_too(client_of: Clients, cast: Cast) -> None:
    org, finn = school_of(cast), client_of("finn")
    wanted = make_class(cast.organization("东小学"), grade=4, number=2)
    db.session.commit()
    row = children(1)[0]
    fields = {"text": f"{row[0]} {row[2]} {row[6]}", "subject": "pupils", "into": ""}
    answer = finn.post(f"/o/{org}/imports/paste", fields)
    assert answer.location.endswith("/map")
    check = finn.post(answer.location, {"into": wanted.code}).location
    finn.post(check.replace("/check", "/confirm"))
    assert db.session.scalars(select(Pupil.class_id)).all() == [wanted.id]
    assert db.session.scalars(select(Import)).one().reference == wanted.code


@pytest.mark.covers("S30", "T1")
def test_the_page_to_paste_says_what_it_takes(client_of: Clients, cast: Cast) -> None:
    org, finn = school_of(cast), client_of("finn")
    made = make_class(cast.organization("东小学"))
    db.session.commit()
    path = f"/o/{org}/imports/paste?subject=pupils"
    needed = words_of(finn.get(path)).split("必填：")[1].split("。")[0]
    assert needed == "姓名、班级"
    at_class = words_of(finn.get(f"{path}&into={made.code}"))
    assert at_class.split("必填：")[1].split("。")[0] == "姓名"
    assert "监护人手机号" in at_class
    assert "从表格里整块复制" in at_class
    schools = words_of(
        client_of("cora").get(f"/o/{cast.code('东县')}/imports/paste?subject=schools")
    )
    assert "每行一个人" not in schools
