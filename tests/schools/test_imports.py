"""The county's list comes in as a workbook: wrong rows are fixed in place, the whole taken back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import func, select

from core.audit.operations import SYSTEM
from core.database import db
from schools.models import School, SchoolEvent
from schools.operations import register as operations
from schools.queries.register import enrolled_of
from schools.rules.register import Coverage, SchoolStage
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.lists import as_workbook, confirm, newest
from tests.schools.test_schools import coverage, listed
from tests.supervision.parts import look

Clients = Callable[[str], Client]
HEADER = ["学校标识码", "学校名称", "类别", "应建会", "不在范围的原因", "在校学生人数"]


def lines(number: int) -> list[list[object]]:
    return [
        [f"2133{at:06d}", f"导入第{at}小学", "小学", "是", "", str(300 + at)]
        for at in range(1, number + 1)
    ]


def upload(client: Client, cast: Cast, rows: list[list[object]]) -> str:
    """Upload a workbook, and return the address of the check."""
    content = as_workbook(rows, HEADER)
    path = f"/o/{cast.code('东县')}/imports/new?subject=schools"
    sent = {"subject": "schools", "file": (BytesIO(content), "list.xlsx")}
    answer = client.post(path, sent)
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return str(answer.location)


def schools() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(School)) or 0


@pytest.mark.covers("SCH-10", "SCH-12", "IN-01")
def test_wrong_rows_are_told_beside_their_cell_and_fixed_in_place(
    cast: Cast, client_of: Clients
) -> None:
    cora, rows = client_of("cora"), lines(8)
    rows[1][0] = "2.13E+09"
    rows[2][0] = "2033000003"
    rows[3][2] = "幼儿园"
    rows[4][3] = "否"
    rows[5][0] = rows[0][0]
    rows[6][5] = "八百"
    listed(cast, 77, "西县")
    rows[7][0] = f"2133{77:06d}"
    check = upload(cora, cast, rows)
    page = look(cora, check)
    assert "可导入 1 · 要改 7" in page.select_one("#counts").text
    words = {
        3: "科学计数法",
        4: "不是学校类别",
        5: "没有这个类别",
        6: "请写明原因",
        7: "和第 2 行是同一所学校",
        8: "整数",
        9: "别的县",
    }
    for number, told in words.items():
        assert told in page.select_one(f"#row-{number}").text, number
    before = schools()
    mended = {
        "3-code": "2133000002",
        "4-code": "2133000003",
        "5-stage": "小学",
        "6-reason": "只有一个年级",
        "7-code": "2133000006",
        "8-enrolled": "800",
        "9-code": "2133000008",
    }
    result = confirm(cora, check, **mended)
    assert "导入了 8 行" in look(cora, result).main.text
    assert schools() == before + 8
    assert coverage(cast, "东县") == Coverage(0, 7)


@pytest.mark.covers("SCH-10")
def test_an_import_is_taken_back_but_for_what_followed(cast: Cast, client_of: Clients) -> None:
    cora, county = client_of("cora"), cast.organization("东县")
    old = operations.NewSchool("2133000001", "原名小学", SchoolStage.NINE_YEAR, enrolled=50)
    known = operations.register_school(old, county, by=SYSTEM)
    operations.record_branch(known, cast.organization("东小学"), by=SYSTEM)
    db.session.commit()
    result = confirm(cora, upload(cora, cast, lines(3)))
    assert coverage(cast, "测试省") == Coverage(1, 3)
    db.session.expire_all()
    assert (known.name, enrolled_of(known.id)) == ("导入第1小学", 301)
    second = db.session.scalars(select(School).where(School.code == "2133000002")).one()
    later = operations.NewSchool(second.code, "后来改的名", second.stage)
    operations.register_school(later, county, by=SYSTEM)
    db.session.commit()
    answer = cora.post(f"{result}/undo")
    assert answer.status_code == 303
    db.session.expire_all()
    assert (known.name, known.stage, enrolled_of(known.id)) == (
        "原名小学",
        SchoolStage.NINE_YEAR,
        50,
    )
    assert coverage(cast, "测试省") == Coverage(1, 2)
    codes = set(db.session.scalars(select(School.code)))
    assert codes == {"2133000001", "2133000002"}
    assert newest().taken_back == 2
    gone = select(SchoolEvent).outerjoin(School).where(School.id.is_(None))
    assert db.session.scalars(gone).all() == []


def test_only_a_county_imports_a_list_of_schools(cast: Cast, client_of: Clients) -> None:
    path = f"/o/{cast.code('东一村')}/imports/new?subject=schools"
    assert client_of("ben").get(path).status_code == 404
    assert client_of("cora").get(f"/o/{cast.code('东县')}/imports/new").status_code == 200
