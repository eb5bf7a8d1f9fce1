"""Files that somebody else has to approve, and those out of the usual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import UserSession
from core import clock
from core.access.permissions import Role
from core.database import db
from members.models import ExportDay
from members.rules.exports import ExportStatus
from tests import factories as make
from tests.cast import Cast, token_of
from tests.client import Client
from tests.members.taking import (
    FOOT,
    HEAD,
    crowd,
    download,
    events,
    rows_of,
    set_rule,
    taken,
)

Clients = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.covers("EXP-05", "S37")
def test_over_the_quota_the_next_level_approves(client_of: Clients, cast: Cast) -> None:
    crowd(cast, 4)
    set_rule("exports.rows_per_day", 7)
    ben, cora = client_of("ben"), client_of("cora")
    assert taken(ben, cast).status is ExportStatus.READY
    export = taken(ben, cast)
    assert (export.status, export.grounds_text) == (ExportStatus.REQUESTED, "quota")
    assert download(ben, export).status_code == 404
    assert ben.post(f"/me/exports/{export.code}/start").status_code == 409
    desk = f"/o/{cast.code('东县')}/exports/requests"
    assert (
        client_of("dan").get(f"/o/{cast.code('西县')}/exports/requests/{export.code}").status_code
        == 404
    )
    eve = client_of("eve")
    assert eve.get(f"/o/{cast.code('东市')}/exports/requests/{export.code}").status_code == 404
    page = cora.page(f"{desk}/{export.code}")
    assert "东一村 · 秘书" in page.text
    assert "人mia" not in page.text
    assert "导出审批" in cora.page(f"/o/{cast.code('东县')}/home").text
    assert cora.post(f"{desk}/{export.code}/approve").status_code == 303
    assert cora.post(f"{desk}/{export.code}/approve").status_code == 409
    assert ben.post(f"/me/exports/{export.code}/start").status_code == 303
    db.session.refresh(export)
    assert export.status is ExportStatus.READY
    assert download(ben, export).status_code == 200
    assert taken(ben, cast).status is ExportStatus.REQUESTED  # an approval is for one file


@pytest.mark.covers("EXP-05")
def test_the_quota_is_of_a_post_and_of_a_day(client_of: Clients, cast: Cast) -> None:
    set_rule("exports.rows_per_day", 1)
    ben = client_of("ben")
    assert taken(ben, cast).status is ExportStatus.READY
    assert taken(client_of("cora"), cast).status is ExportStatus.READY
    assert taken(ben, cast).status is ExportStatus.REQUESTED
    db.session.execute(update(ExportDay).values(day=clock.today() - timedelta(days=1)))
    db.session.commit()
    assert taken(ben, cast).status is ExportStatus.READY


@pytest.mark.covers("EXP-05", "PRV-09")
def test_minors_leave_only_with_approval(client_of: Clients, cast: Cast) -> None:
    finn = client_of("finn")
    export = taken(finn, cast, "东小学", "?kind=youth")
    assert (export.status, export.minors) == (ExportStatus.REQUESTED, 2)
    assert export.handler_id == cast.organization("东县").id
    refusal = f"/o/{cast.code('东县')}/exports/requests/{export.code}/refuse"
    assert client_of("cora").post(refusal, {"note": ""}).status_code == 422
    assert client_of("cora").post(refusal, {"note": "用名册就可以"}).status_code == 303
    page = finn.page(f"/o/{cast.code('东小学')}/exports")
    assert "没有批准" in page.text
    assert "用名册就可以" in page.text
    assert finn.post(f"/me/exports/{export.code}/start").status_code == 409


def second_officer(cast: Cast, app: Flask, place: str = "东县") -> Client:
    """Return the browser of another officer of the county."""
    user = make.make_user(make.make_person("另一位"))
    make.make_post(user, Role.OFFICER, cast.organization(place))
    kept = db.session.scalars(select(UserSession).where(UserSession.user_id == cast.user("sue").id))
    session = kept.one()
    session.user_id, session.factor_at, session.seen_at = user.id, clock.now(), clock.now()
    db.session.commit()
    return Client(app, token_of("sue"))


@pytest.mark.covers("EXP-04", "SEC-07", "S32")
def test_identity_numbers_need_a_second_officer(
    app: Flask, client_of: Clients, cast: Cast, tmp_path: Path
) -> None:
    cora, eve = client_of("cora"), client_of("eve")
    export = taken(cora, cast, "东县", columns=["id_number"])
    assert (export.status, export.grounds_text) == (ExportStatus.REQUESTED, "id_numbers")
    desk = f"/o/{cast.code('东县')}/exports/requests/{export.code}"
    own = cora.post(f"{desk}/approve")
    assert own.status_code == 422
    assert "不能批准自己的导出" in own.text
    assert "批准</button>" not in cora.get(desk).text
    assert eve.get(f"/o/{cast.code('东市')}/exports/requests/{export.code}").status_code == 200
    other = second_officer(cast, app)
    assert other.post(f"{desk}/approve").status_code == 303
    assert cora.post(f"/me/exports/{export.code}/start").status_code == 303
    rows = rows_of(download(cora, export).data, tmp_path / "file.xlsx")
    numbers = {row[3] for row in rows[HEAD:-FOOT]}
    assert cast.person("mia").plain_id_number in numbers
    assert "证件号" in rows[HEAD - 1]
    for path in (
        f"/o/{cast.code('东县')}/members?cols=id_number",
        f"/o/{cast.code('东县')}/members/print?cols=id_number",
    ):
        assert cast.person("mia").plain_id_number not in cora.get(path).text


@pytest.mark.covers("EXP-05")
def test_more_than_one_ground_goes_to_the_next_level_alone(client_of: Clients, cast: Cast) -> None:
    crowd(cast, 3)
    set_rule("exports.rows_per_day", 2)
    export = taken(client_of("cora"), cast, "东县", columns=["id_number"])
    assert export.grounds_text == "quota id_numbers"
    assert (export.handler_id, export.other_handler_id) == (cast.organization("东市").id, None)


@pytest.mark.covers("EXP-05")
def test_what_is_out_of_the_usual_is_told_above(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    for _ in range(3):
        assert not taken(ben, cast).is_unusual
    crowd(cast, 3)
    export = taken(ben, cast)
    assert export.is_unusual
    assert export.status is ExportStatus.READY
    assert events("exports.unusual") == 1
    for name, place in (("cora", "东县"), ("eve", "东市"), ("gil", "测试省")):
        page = client_of(name).page(f"/o/{cast.code(place)}/exports/requests")
        assert "东一村" in page.select_one("#unusual").text  # type: ignore[union-attr]
    assert (
        client_of("dan").page(f"/o/{cast.code('西县')}/exports/requests").select("#unusual") == []
    )
