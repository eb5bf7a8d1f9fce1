"""What covers a hidden number stays hidden on its own page, in lists, and with what is below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from core import clock
from core.database import db
from organizations import figures
from organizations.figures import STOCK
from organizations.figures_runs import NIGHTLY
from organizations.operations.tallies import note_run
from organizations.rules import Discretion, Measure
from organizations.rules.cover import Cover
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, home, look, tile
from tests.supervision.systems import reader_of
from tests.supervision.test_drill import FEW, drill, rows, value

Clients = Callable[[str], Client]
FLOOR = 5


@pytest.fixture
def three(cast: Cast) -> None:
    """Of 60 below 东县 3 are few, 20 cover them, 37 are told."""
    for place, count in (("东一村", 3), ("东二村", 20), ("东小学", 37)):
        for measure in (Measure.YOUTH_MEMBERS, Measure.DESK_PEOPLE, Measure.DESK_NO_ID):
            add(cast, place, measure, count)
    note_run(NIGHTLY, clock.today(), clock.now())
    db.session.commit()


def cells(page: Any, name: str) -> str:
    """Return all that a table tells of an organization."""
    found = [row for row in page.select("tr") if name in (row.th.text if row.th else row.text)]
    assert found, name
    return " ".join(found[0].text.split())


@pytest.mark.covers("AZ-07")
@pytest.mark.usefixtures("three")
def test_the_page_of_what_covers_does_not_tell_it(cast: Cast, client_of: Clients) -> None:
    browser = client_of("eve")
    assert value(look(browser, drill(cast, "东县", "I06"))) == "60人"
    assert value(look(browser, drill(cast, "东二村", "I06"))).startswith(FEW)
    assert value(look(browser, drill(cast, "东小学", "I06"))) == "37人"
    assert tile(look(browser, home(cast, "东二村")), "青少年会员").startswith(FEW)
    assert "20" not in cells(look(browser, f"/o/{cast.code('东二村')}/indicators"), "I06")
    assert value(look(client_of("bea"), drill(cast, "东二村", "I06"))) == "20人"


@pytest.mark.covers("AZ-07")
def test_below_a_number_that_covers_not_everything_is_told(cast: Cast, client_of: Clients) -> None:
    """东镇 with 20 covers the 3 of 东二村: its villages would tell it again."""
    for place, count in (("东一村", 20), ("东二村", 3), ("东小学", 37)):
        add(cast, place, Measure.YOUTH_MEMBERS, count)
    page = look(client_of("eve"), drill(cast, "东镇", "I06"))
    assert value(page).startswith(FEW)
    assert rows(page)["东一村"][0] == FEW
    assert value(look(client_of("eve"), drill(cast, "东一村", "I06"))).startswith(FEW)


@pytest.mark.covers("AZ-07")
@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("path", ["organizations", "tables/organizations", "quality"])
def test_lists_hide_what_covers_too(cast: Cast, client_of: Clients, path: str) -> None:
    page = look(client_of("eve"), f"/o/{cast.code('东县')}/{path}")
    for name in ("东镇", "东二村"):
        told = cells(page, name)
        assert FEW in told
        assert "20" not in told
    assert "37" in cells(page, "东小学")


@pytest.mark.covers("AZ-07")
def test_how_long_the_cases_of_few_took_is_not_told(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    year = clock.today().year
    for place, cases in (("东二村", 1), ("西一村", 9)):
        path = cast.organization(place).path
        for _case in range(cases):
            figures.add_part(path, Measure.ADMISSIONS_HANDLED, "17", 1, year)
    db.session.commit()
    found = rows(look(client_of("eve"), drill(cast, "东市", "I20")))
    assert (found["东县"][0], found["西县"][0]) == (FEW, "17")
    assert value(look(client_of("eve"), drill(cast, "东县", "I20"))).startswith(FEW)
    assert rows(look(client_of("cora"), drill(cast, "东县", "I20")))["东二村"][0] == "17"
    report = look(client_of("eve"), f"/o/{cast.code('东县')}/reports?period={year}")
    assert FEW in cells(report, "入会审核用时")
    told = reader_of(app, cast, "东县").read(f"/values?indicator=I20&period={year}")
    assert told["organization"]["shown"] == "few"


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
@given(some.lists(some.lists(some.integers(0, 40), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_number_is_told_by_what_stands_around_it(counties: list[list[int]]) -> None:
    """Whatever the numbers: of what is hidden under a shown sum more than one is missing."""
    top, measure = 1, Measure.YOUTH_MEMBERS
    numbers = {f"/1/{at}/": sum(villages) for at, villages in enumerate(counties, start=2)}
    sums = {at: sum(villages) for at, villages in enumerate(counties, 2)}
    smallest = {(top, measure.value, STOCK): {at: whole for at, whole in sums.items() if whole}}
    below = {"/1/": list(numbers)}
    for at, villages in enumerate(counties, start=2):
        found = {100 * at + place: count for place, count in enumerate(villages)}
        smallest[at, measure.value, STOCK] = {one: count for one, count in found.items() if count}
        below[f"/1/{at}/"] = [f"/1/{at}/{one}/" for one in found]
        numbers |= {f"/1/{at}/{one}/": count for one, count in found.items()}
    cover = Cover(Discretion(FLOOR, own_id=top, sees_names=False), smallest)
    hidden = {path for path, count in numbers.items() if cover.hides(path, measure, count)}
    assert all(path in hidden for path, count in numbers.items() if 0 < count < FLOOR)
    for path, children in below.items():
        missing = [numbers[one] for one in children if one in hidden]
        total = sum(numbers[one] for one in children)
        if path in hidden:
            assert missing or not total
        elif missing:
            assert len(missing) == len(children) or len([1 for one in missing if one]) > 1
            assert sum(missing) >= FLOOR or len(missing) == len(children)
