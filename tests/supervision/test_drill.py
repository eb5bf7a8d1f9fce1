"""The drill-down of an indicator: each level one tap, own scope, plain words for wrong addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import clock
from core.database import db
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client, parsed
from tests.supervision.parts import add, look

ClientOf = Callable[[str], Client]


def drill(cast: Cast, place: str, metric: str, more: str = "") -> str:
    return f"/o/{cast.code(place)}/supervise?metric={metric}{more}"


def rows(page: Any) -> dict[str, list[str]]:
    """Return name -> cells of the table of lower organizations."""
    found = {}
    for row in page.select("#rows tr"):
        head = row.th.a or row.th
        found[head.text.strip()] = [cell.text.strip() for cell in row.select("td")]
    return found


@pytest.mark.covers("C2", "S43")
def test_every_level_is_one_tap_down_to_the_names(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东一村", Measure.ADULT_MEMBERS, 30)
    browser, path = client_of("cora"), drill(cast, "东县", "I05")
    for name in ("东镇", "东一村"):
        page = look(browser, path)
        assert rows(page)[name][0] == "30"
        path = next(row.th.a["href"] for row in page.select("#rows tr") if row.th.a.text == name)
    page = look(browser, path)
    assert page.select_one(".tile-value").text == "30人"
    names = page.select_one("#main a[href$='/members']")["href"]
    assert browser.get(names).status_code == 200
    assert not look(client_of("eve"), path).select("#main a[href$='/members']")


@pytest.mark.covers("AZ-07")
def test_the_rows_and_the_own_line_are_the_number_above(cast: Cast, client_of: ClientOf) -> None:
    add(cast, "东县", Measure.GROUP_MEMBERS, 7)
    add(cast, "东镇", Measure.GROUP_MEMBERS, 11)
    add(cast, "东二村", Measure.GROUP_MEMBERS, 5)
    page = look(client_of("eve"), drill(cast, "东县", "I07"))
    found = rows(page)
    assert found["本级直属"][0] == "7"
    assert sum(int(cells[0]) for cells in found.values()) == 23
    assert page.select_one(".tile-value").text == "23个"


def test_it_works(cast: Cast, client_of: ClientOf) -> None:
    db.session.commit()
    for code in ("I01", "I04", "I08", "I11", "I12", "I14", "I15", "I20", "I22", "I23"):
        look(client_of("gil"), drill(cast, "测试省", code))
    org = cast.code("测试省")
    look(client_of("gil"), f"/o/{org}/indicators")
    look(client_of("gil"), f"/o/{org}/indicator?metric=I15")
    look(client_of("gil"), f"/o/{org}/indicator/version?metric=I15")
    look(client_of("gil"), f"/o/{org}/indicator/target?metric=I15")
    look(client_of("gil"), f"/o/{org}/compare")
    assert clock.today()
    assert parsed
