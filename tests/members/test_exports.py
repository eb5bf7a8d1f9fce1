"""Files of lists: what stands in them, who took them, and those of volunteers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import UserSession
from core import clock
from core.audit.models import AuditEvent, ReadEvent
from core.database import db
from core.exports.cells import unguarded
from members.models import Export
from members.operations import gathering
from members.rules import MembershipKind
from members.rules.exports import ExportStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import (
    FOOT,
    FORM,
    HEAD,
    ask,
    crowd,
    download,
    events,
    newest,
    rows_of,
    set_rule,
    taken,
)

Clients = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("folder")


SEEN = "name.number.joined.organization.status.grade.sex.age.phone.honours"


@pytest.mark.covers("EXP-01", "EXP-03", "PRV-04")
@pytest.mark.parametrize(("name", "place"), [("ben", "东一村"), ("tom", "东镇"), ("cora", "东县")])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_tells_cell_by_cell_what_the_screen_tells(
    client_of: Clients, cast: Cast, tmp_path: Path, name: str, place: str, kind: str
) -> None:
    person = make.make_person("=1+1", phone="19911110042", with_id=True)
    honoured = make.make_membership(person, cast.organization("东一村"))
    make.make_honour(honoured, make.make_user())
    crowd(cast, 3)
    client = client_of(name)
    path = f"/o/{cast.code(place)}/members?cols={SEEN}"
    screen = []
    for row in client.page(path).select("#rows tr"):
        times = [cell.select_one("time") for cell in row.select("td")]
        texts = [cell.text.strip() for cell in row.select("td")]
        shown = [str(t["datetime"]) if t else text for t, text in zip(times, texts, strict=True)]
        link = row.select_one("a")
        assert link is not None
        screen.append([link.text, *shown])
    export = taken(client, cast, place, columns=SEEN.split(".")[3:], format=kind)
    data = download(client, export).data
    everything = rows_of(data, tmp_path / "file.xlsx")
    table = everything[HEAD:-FOOT]
    cells = [[unguarded(cell) if kind == "csv" else cell for cell in row] for row in table]
    for line in cells:
        line[2] = line[2].removesuffix(" ")
    assert cells == screen
    assert len(screen) >= 5
    assert "=1+1" in {row[0] for row in screen}
    assert person.plain_phone not in data.decode("utf-8", errors="ignore")
    assert "199****0042" in {row[8] for row in screen}


@pytest.mark.covers("EXP-01")
def test_no_column_is_offered_without_its_right(client_of: Clients, cast: Cast) -> None:
    tom = client_of("tom")
    page = tom.page(f"/o/{cast.code('东一村')}/members/export")
    boxes = {str(box["value"]) for box in page.select("[name=columns]")}
    assert "phone" in boxes
    assert "id_number" not in boxes  # a township reveals no number of a branch below it
    for name in ("id_number", "search_text", "person_id"):
        assert ask(tom, cast, columns=["phone", name]).status_code == 422
    export = taken(tom, cast, columns=["phone"])
    assert export.columns == ("name", "number", "joined", "phone")
    assert export.status is ExportStatus.READY
    page = tom.page(f"/o/{cast.code('东一村')}/members?cols=id_number.phone.search_text")
    assert [head.text for head in page.select("thead th")] == ["姓名", "手机号"]


@pytest.mark.covers("AZ-01", "PRV-12", "EXP-05")
def test_who_is_no_more_than_a_number_is_in_no_file(
    client_of: Clients, cast: Cast, tmp_path: Path
) -> None:
    cora = client_of("cora")
    assert "名单是空的" in ask(cora, cast, "东小学", "?kind=youth").text
    for query in ("?kind=youth", ""):
        export = taken(cora, cast, "东县", query)
        text = str(rows_of(download(cora, export).data, tmp_path / "file.xlsx"))
        assert "人mia" in text
        assert "人hana" not in text
        assert "人wes" not in text
    for name in ("eve", "gil", "sam", "tess"):
        assert ask(client_of(name), cast, "东县").status_code in {403, 404}


@pytest.mark.covers("EXP-04", "AU-10", "SEC-07")
def test_a_file_needs_a_fresh_factor_and_a_purpose(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    wrong = ask(ben, cast, purpose="", words="", columns=["nothing"])
    assert wrong.status_code == 422
    assert "请选择用途" in wrong.text
    assert "请写明用在哪里" in wrong.text
    assert ask(ben, cast, words="王" * 61).status_code == 422
    assert ask(ben, cast, words="a\u202eb").status_code == 422
    assert db.session.scalars(select(Export)).all() == []
    old = clock.now() - timedelta(minutes=11)
    db.session.execute(update(UserSession).values(factor_at=old))
    db.session.commit()
    for answer in (ask(ben, cast), ben.get(f"/o/{cast.code('东一村')}/members/export")):
        assert answer.status_code == 303
        assert "/login/factor" in answer.location
    assert db.session.scalars(select(Export)).all() == []


@pytest.mark.covers("EXP-04", "SEC-07")
def test_every_file_says_who_took_it_and_the_log_does(
    client_of: Clients, cast: Cast, tmp_path: Path
) -> None:
    ben = client_of("ben")
    page = ben.page(f"/o/{cast.code('东一村')}/members/export?sex=female")
    assert "1 人" in page.text
    assert "女" in page.text
    export = taken(ben, cast, query="?sex=female")
    rows = rows_of(download(ben, export).data, tmp_path / "file.xlsx")
    for line in (rows[1][0], rows[-1][0]):
        assert "东一村 · 秘书 · 人ben" in line
        assert "核对，交县里核对" in line
        assert f"{clock.local(clock.now()):%Y-%m-%d}" in line
    assert events("exports.ask") == events("exports.download") == 1
    details = db.session.scalars(
        select(AuditEvent.details).where(AuditEvent.action == "exports.ask")
    ).one()
    told = json.loads(details)
    assert told["rows"] == 1
    assert json.loads(told["filters"]) == {"sex": "female"}
    assert told["words"] == "交县里核对"
    assert db.session.scalars(select(ReadEvent)).all() == []


def test_an_empty_or_endless_list_is_no_file(client_of: Clients, cast: Cast) -> None:
    bea = client_of("bea")
    assert "名单是空的" in ask(bea, cast, "东二村").text
    crowd(cast, 3)
    set_rule("exports.most_rows", 2)
    assert "请按下级组织分开导出" in ask(client_of("ben"), cast).text


@pytest.mark.covers("EXP-04")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_two_hundred_shuffled_rows_name_who_took_them(
    app: Flask, client_of: Clients, cast: Cast, tmp_path: Path, kind: str
) -> None:
    crowd(cast, 230)
    ben, cora = client_of("ben"), client_of("cora")
    taken(cora, cast, "东县", format=kind)
    export = taken(ben, cast, format=kind)
    taken(cora, cast, "东一村", format=kind)
    rows = rows_of(download(ben, export).data, tmp_path / "file.xlsx")[HEAD:-FOOT]
    some = Random(3).sample(rows, 200)  # noqa: S311 - an order, no secret
    leaked = tmp_path / "leaked.csv"
    with leaked.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(some)
    runner = app.test_cli_runner()
    said = runner.invoke(args=["members", "trace-export", str(leaked)])
    assert said.exit_code == 0, said.output
    assert f"export {export.code}: 200 of 200" in said.output
    assert "东一村" in said.output
    leaked.write_text("姓名,会员号\n王桂香,1\n", encoding="utf-8")
    assert runner.invoke(args=["members", "trace-export", str(leaked)]).exit_code == 1


@pytest.mark.covers("EXP-01", "EXP-05")
def test_volunteers_leave_with_their_hours(client_of: Clients, cast: Cast, tmp_path: Path) -> None:
    ben = client_of("ben")
    path = f"/o/{cast.code('东一村')}/volunteers"
    form = {**FORM, "columns": ["organization", "status", "hours", "star"]}
    assert ben.post(f"{path}/export", form).status_code == 303
    rows = rows_of(download(ben, newest()).data, tmp_path / "file.xlsx")[HEAD:-FOOT]
    screen = [
        [row.select_one("a").text, *(cell.text for cell in row.select("td")[1:])]  # type: ignore[union-attr]
        for row in ben.page(path).select("#rows tr")
    ]
    assert [[row[0], *row[3:8]] for row in rows] == screen
    young = make.make_person("小志愿", born_on=date(clock.today().year - 15, 1, 1))
    make.make_volunteer(young, cast.organization("东一村"))
    db.session.commit()
    assert ben.post(f"{path}/export", form).status_code == 303
    assert (newest().status, newest().minors) == (ExportStatus.REQUESTED, 1)
    cora = client_of("cora")
    assert cora.post(f"{path}/export", form).status_code == 303
    assert newest().status is ExportStatus.READY  # she does not see him, nor does her file
    assert "小志愿" not in str(rows_of(download(cora, newest()).data, tmp_path / "file.xlsx"))


def test_many_rows_are_gathered_in_chunks_and_keep_their_order(
    client_of: Clients, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(cast, 25)
    monkeypatch.setattr(gathering, "CHUNK", 4)
    ben = client_of("ben")
    for order in ("", "?order=name", "?order=joined"):
        export = taken(ben, cast, query=order)
        rows = rows_of(download(ben, export).data, tmp_path / "file.xlsx")[HEAD:-FOOT]
        numbers = [row[1] for row in rows]
        assert len(numbers) == len(set(numbers)) == 26
        page = ben.page(f"/o/{cast.code('东一村')}/members{order}")
        names = [link.text for link in page.select("#rows .row-head a")]
        assert [row[0] for row in rows[: len(names)]] == names


def test_youth_of_another_kind_is_never_asked_by_its_name(client_of: Clients, cast: Cast) -> None:
    export = taken(client_of("ben"), cast, query=f"?kind={MembershipKind.GROUP}")
    assert export.filters == {}
    assert ask(client_of("ben"), cast, query="?kind=nothing").status_code == 404
