"""What another system is not told: values of few people, and what would tell them (AZ-07)."""

from __future__ import annotations

import pytest
from flask import Flask

from core import clock
from core.database import db
from organizations.rules import Measure, OrganizationKind
from tests.cast import Cast
from tests.factories import make_organization
from tests.supervision.parts import add
from tests.supervision.systems import Reader, put, reader_of


def told(reader: Reader, path: str) -> dict[str, tuple[int | None, str]]:
    """Return code -> value and how it is told, of a place and those below it."""
    content = reader.read(f"/values?{path}")
    rows = [content["organization"], *content["data"]]
    return {one["organization"]: (one["value"], one["shown"]) for one in rows}


@pytest.mark.covers("AZ-07")
def test_few_people_are_left_out_and_so_is_what_would_tell_them(app: Flask, cast: Cast) -> None:
    east, west = cast.organization("东县"), cast.organization("西县")
    third = make_organization(OrganizationKind.VILLAGE, "东三村", east)
    numbers = {"测试省": 1000, "东市": 1000, "东县": 78, "西县": 922, "东镇": 3, "东二村": 30}
    put(cast, {**numbers, "东三村": 45}, Measure.ADULT_MEMBERS)
    found = told(reader_of(app, cast, "东县"), "indicator=I05")
    assert found[east.code] == (78, "shown")
    assert found[cast.code("东镇")] == (None, "few")
    assert found[cast.code("东二村")] == (None, "few")
    assert found[third.code] == (45, "shown")
    assert found[cast.code("东小学")] == (0, "shown")
    same = told(reader_of(app, cast, "测试省"), f"indicator=I05&organization={east.code}")
    assert same == found
    assert told(reader_of(app, cast, "西县"), "indicator=I05")[west.code] == (922, "shown")


@pytest.mark.covers("AZ-07")
def test_below_a_value_that_is_left_out_not_everything_is_told(app: Flask, cast: Cast) -> None:
    put(cast, {"测试省": 52, "东市": 52, "东县": 48, "西县": 4}, Measure.ADULT_MEMBERS)
    put(cast, {"东镇": 20, "东二村": 28}, Measure.ADULT_MEMBERS)
    found = told(reader_of(app, cast, "东县"), "indicator=I05")
    assert found[cast.code("东县")] == (None, "few")
    assert [found[cast.code(name)][0] for name in ("东镇", "东二村")] == [None, None]


@pytest.mark.covers("AZ-07")
def test_what_a_place_has_itself_is_not_told_by_the_rest(app: Flask, cast: Cast) -> None:
    put(cast, {"测试省": 63, "东市": 63, "东县": 63, "东镇": 60}, Measure.ADULT_MEMBERS)
    found = told(reader_of(app, cast, "东县"), "indicator=I05")
    assert found[cast.code("东县")] == (63, "shown")
    assert found[cast.code("东镇")] == (None, "few")


@pytest.mark.covers("AZ-07", "STA-04")
def test_hours_of_few_who_serve_are_left_out(app: Flask, cast: Cast) -> None:
    year = clock.today().year
    for name, minutes, serving in (("东市", 900, 40), ("西县", 300, 3), ("东县", 600, 37)):
        put(cast, {name: minutes}, Measure.CONFIRMED_MINUTES, year)
        put(cast, {name: serving}, Measure.VOLUNTEERS)
    found = told(reader_of(app, cast, "东市"), f"indicator=I12&period={year}")
    assert found[cast.code("东市")] == (900, "shown")
    assert [found[cast.code(name)][1] for name in ("西县", "东县")] == ["few", "few"]


@pytest.mark.covers("STA-06")
def test_a_share_of_nothing_is_no_value(app: Flask, cast: Cast) -> None:
    put(cast, {"东市": 40}, Measure.SCHOOLS)
    put(cast, {"东市": 30}, Measure.SCHOOL_BRANCHES)
    found = told(reader_of(app, cast, "东市"), "indicator=I15")
    assert found[cast.code("东市")] == (7_500, "shown")
    assert found[cast.code("东县")] == (None, "none")


@pytest.mark.covers("AZ-07")
def test_a_month_is_left_out_where_the_year_would_tell_it(app: Flask, cast: Cast) -> None:
    year = clock.today().year
    for name, months in (("东镇", (3, 40)), ("东二村", (20, 30)), ("东小学", (50, 60))):
        for month, count in zip((year * 100 + 1, year * 100 + 2), months, strict=True):
            add(cast, name, Measure.NEW_YOUTH, count, month)
        add(cast, name, Measure.NEW_YOUTH, sum(months), year)
    db.session.commit()
    reader = reader_of(app, cast, "东县")
    for month in (1, 2):
        found = told(reader, f"indicator=I06-new&period={year}{month:02}")
        names = ("东镇", "东二村", "东小学")
        assert [found[cast.code(name)][1] for name in names] == ["few", "few", "shown"]
    found = told(reader, f"indicator=I06-new&period={year}")
    assert found[cast.code("东镇")] == (43, "shown")
