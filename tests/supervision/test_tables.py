"""Tables as pages, on paper and as workbooks: what the page shows, and who took them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from accounts.models import Post
from core import clock, settings
from core.audit.models import AuditEvent
from core.database import db
from core.exports import vault
from core.settings import DatedSetting
from organizations import figures
from organizations.rules import Measure, OrganizationKind
from supervision.tables import all_tables
from supervision.tabling.models import TableFile
from supervision.tabling.operations import purge
from supervision.tabling.rules import TableStatus
from tests.cast import Cast
from tests.client import Client
from tests.factories import make_organization
from tests.supervision.parts import look

Clients = Callable[[str], Client]
FILING = {"purpose": "filing"}


def cells(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def at_once(rows: int) -> None:
    """Let tables of more rows be written in the background."""
    db.session.add(
        DatedSetting(
            name="tables.at_once_rows",
            valid_from=clock.today() - timedelta(days=1),
            value=rows,
            source="test",
            entered_at=clock.now(),
        )
    )
    db.session.commit()
    assert settings.value("tables.at_once_rows", on=clock.today()) == rows


@pytest.mark.covers("EXP-01", "EXP-04", "AZ-07")
def test_a_workbook_holds_what_the_page_shows_with_source_day_and_maker(
    cast: Cast, client_of: Clients
) -> None:
    have = figures.values([cast.organization("西县").id], [Measure.ADULT_MEMBERS])
    here_and_above = [cast.organization(name).id for name in ("西县", "东市", "测试省")]
    figures.shift(here_and_above, Measure.ADULT_MEMBERS, 3 - sum(have.values()))
    eve, path = client_of("eve"), f"/o/{cast.code('东市')}/tables/comparison"
    shown = look(eve, path)
    rows = [[cell.text for cell in row.select("th, td")] for row in shown.select("#rows tr")]
    assert "人数过少" in next(row for row in rows if row[0] == "西县")
    answer = eve.post(f"{path}.xlsx", FILING)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    found = cells(answer.data)
    told = "".join(str(row[0]) for row in found[:3])
    assert all(words in told for words in ("来源", "数据截至", "导出：东市", "报送或存档"))
    assert [row[: len(rows[0])] for row in found if row[0] in {"东县", "西县"}] == rows
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "tables.export")).one()
    assert line.detail_values | {"filters": ""} == {
        "table": "comparison",
        "filters": "",
        "purpose": "filing",
        "rows": 2,
    }
    assert look(eve, f"{path}?print=1").select_one("table.roster") is not None
    assert eve.get(f"{path}.xlsx").status_code == 303


@pytest.mark.covers("EXP-02")
def test_a_name_that_looks_like_a_formula_stays_text(cast: Cast, client_of: Clients) -> None:
    make_organization(OrganizationKind.VILLAGE, "=1+1", cast.organization("东县"))
    answer = client_of("cora").post(f"/o/{cast.code('东县')}/tables/organizations.xlsx", FILING)
    assert "=1+1" in {row[0] for row in cells(answer.data)}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.covers("AZ-11", "EXP-06", "C9")
def test_a_long_table_is_written_in_the_background_for_who_asked_while_he_may(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    at_once(2)
    cora, here = client_of("cora"), cast.code("东县")
    answer = cora.post(f"/o/{here}/tables/organizations.xlsx", FILING)
    assert answer.status_code == 303
    assert "done=begun" in answer.location
    file = db.session.scalars(select(TableFile)).one()
    assert file.status is TableStatus.READY
    assert file.counted == 4
    way = f"/me/tables/{file.code}/file"
    rows = cells(cora.post(way).data)
    assert {"东镇", "东一村", "东二村", "东小学"} <= {row[0] for row in rows}
    assert "下载" in look(cora, f"/o/{here}/files").main.text
    assert client_of("dan").post(way).status_code == 404
    assert "东县" not in look(client_of("eve"), f"/o/{cast.code('东市')}/files").main.text
    post = db.session.get_one(Post, file.post_id)
    post.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    assert cora.post(way).status_code in {403, 404}
    post.ends_on = None
    file.expires_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    assert cora.post(way).status_code == 404
    assert purge(clock.now()) == 1
    assert not vault.is_kept(file.code)


def test_a_table_too_long_or_unknown_is_refused(cast: Cast, client_of: Clients) -> None:
    cora, here = client_of("cora"), cast.code("东县")
    assert cora.get(f"/o/{here}/tables/nothing").status_code == 404
    assert cora.post(f"/o/{here}/tables/nothing.xlsx", FILING).status_code == 404
    assert cora.post(f"/o/{here}/tables/comparison.xlsx", {"purpose": "x"}).status_code == 422
    twice = {"purpose": ["filing", "check"]}
    assert cora.post(f"/o/{here}/tables/comparison.xlsx", twice).status_code == 422
    db.session.add(
        DatedSetting(
            name="tables.most_rows",
            valid_from=clock.today() - timedelta(days=1),
            value=3,
            source="test",
            entered_at=clock.now(),
        )
    )
    at_once(2)
    refused = cora.post(f"/o/{here}/tables/organizations.xlsx", FILING)
    assert refused.status_code == 422
    assert "分开导出" in refused.text


def test_every_table_is_named_once() -> None:
    assert {one.name for one in all_tables()} >= {
        "comparison",
        "evaluation",
        "organizations",
        "report",
    }


def test_a_list_of_organizations_costs_the_same_for_few_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Callable[[], Any]
) -> None:
    gil, province = client_of("gil"), cast.organization("测试省")
    path = f"/o/{province.code}/tables/organizations"

    def statements() -> int:
        db.session.commit()
        with count_statements() as seen:
            assert gil.get(path).status_code == 200
        return len(seen)

    statements()
    before = statements()
    for index in range(30):
        make_organization(OrganizationKind.VILLAGE, f"新{index}村", cast.organization("北县"))
    assert statements() == before <= 8


@pytest.mark.covers("EXP-01")
def test_the_table_of_an_indicator_names_its_source_in_words(
    cast: Cast, client_of: Clients
) -> None:
    """Whoever gets the paper does not know the papers of who built the product."""
    eve, path = client_of("eve"), f"/o/{cast.code('东市')}/tables/indicator?metric=I01"
    told = look(eve, path).main.text
    assert "来源：本系统业务数据汇总" in told
    assert "domain.md" not in told
    eve.post("/display", {"language": "en", "next": path})
    assert "期内" not in look(eve, path.replace("I01", "I12")).main.text
