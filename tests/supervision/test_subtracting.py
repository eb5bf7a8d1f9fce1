"""Whoever adds and subtracts all that is shown, over places and times, finds nobody (AZ-07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from core import clock
from core.database import db
from organizations.queries.covering import Asked, cover_from
from organizations.rules import Discretion, Measure
from organizations.rules.cover import Cover, together
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, home, look, tile
from tests.supervision.test_drill import FEW, drill, rows, value

FLOOR, YEAR = 5, 2026
MONTHS = (202601, 202602, 202603)
TOP, COUNT = 1, Measure.NEW_YOUTH
Cell = tuple[int, int]
Row = dict[Cell, Fraction]
#: Counties, in each its own line and its villages, of each the numbers of the months.
Numbers = Mapping[int, Mapping[int, list[int]]]
_MONTHS = some.lists(some.integers(0, 30), min_size=3, max_size=3)
_COUNTY = some.lists(_MONTHS, min_size=1, max_size=4)
Clients = Callable[[str], Client]


def tree_of(counties: list[list[list[int]]]) -> Numbers:
    """Return county -> own line (negative) and villages -> numbers of the months."""
    return {
        at: {-at if not place else 100 * at + place: each for place, each in enumerate(county)}
        for at, county in enumerate(counties, start=2)
    }


def cover_of_tree(numbers: Numbers) -> Cover:
    """Return what is hidden, from rows as the statement gives them."""
    measure, found = COUNT.value, []
    for at, lower in numbers.items():
        whole = [sum(each) for each in zip(*lower.values(), strict=True)]
        for parent, one, months in ((TOP, at, whole), *((at, *each) for each in lower.items())):
            cells = [(month, count) for month, count in zip(MONTHS, months, strict=True) if count]
            if one < 0:
                found += [(parent, 0, measure, month, count) for month, count in cells]
                found += [(parent, 0, measure, YEAR, sum(months))] if cells else []
            elif cells:
                smallest = min(count for _month, count in cells)
                found += [(parent, one, measure, together(MONTHS[0]), smallest)]
                found += [(parent, one, measure, YEAR, sum(months))]
    discretion = Discretion(FLOOR, own_id=TOP, sees_names=False)
    return cover_from(Asked(discretion, {"cover_measures": [measure]}), found)


def told(numbers: Numbers, cover: Cover) -> Iterator[tuple[bool, int, Row]]:
    """Yield of each number on any page: whether it is hidden, what it is, what it adds up."""
    for period in (*MONTHS, YEAR):
        months = range(len(MONTHS)) if period == YEAR else [MONTHS.index(period)]

        def number(leaves: list[tuple[int, list[int]]], asked: Any = months) -> tuple[int, Row]:
            cells = {(one, month): Fraction(1) for one, _each in leaves for month in asked}
            return sum(each[month] for _one, each in leaves for month in asked), cells

        everything = [leaf for lower in numbers.values() for leaf in lower.items()]
        yield (False, *number(everything))
        for at, lower in numbers.items():
            count, row = number(list(lower.items()))
            yield cover.hides(f"/{TOP}/{at}/", COUNT, count, period), count, row
            for leaf in lower.items():
                count, row = number([leaf])
                is_own = leaf[0] < 0
                path = f"/{TOP}/{at}/" if is_own else f"/{TOP}/{at}/{leaf[0]}/"
                yield cover.hides(path, COUNT, count, period, is_own=is_own), count, row


def reduced(row: Row, known: list[tuple[Cell, Row]]) -> Row:
    """Return what is left of a row when all that is known is subtracted from it."""
    left = dict(row)
    for pivot, other in known:
        times = left.get(pivot, Fraction(0))
        if times:
            for cell, one in other.items():
                left[cell] = left.get(cell, Fraction(0)) - times * one
    return {cell: one for cell, one in left.items() if one}


def found_out(numbers: Numbers, cover: Cover) -> list[int]:
    """Return the numbers of few people that follow from the numbers that are shown."""
    known: list[tuple[Cell, Row]] = []
    hidden = []
    for is_hidden, count, row in told(numbers, cover):
        if is_hidden:
            hidden.append((count, row))
            continue
        left = reduced(row, known)
        if left:
            pivot = min(left)
            known.append((pivot, {cell: one / left[pivot] for cell, one in left.items()}))
    return [count for count, row in hidden if 0 < count < FLOOR and not reduced(row, known)]


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
@settings(max_examples=60, deadline=None)
@given(some.lists(_COUNTY, min_size=1, max_size=3))
def test_no_number_of_few_follows_from_all_that_are_shown(counties: list[list[list[int]]]) -> None:
    """Except where the viewer's own organization has few altogether: that is its own number."""
    numbers = tree_of(counties)
    leaves = [each for lower in numbers.values() for each in lower.values()]
    assume(not any(0 < sum(month) < FLOOR for month in zip(*leaves, strict=True)))
    cover = cover_of_tree(numbers)
    assert not found_out(numbers, cover)
    shown = [count for is_hidden, count, _row in told(numbers, cover) if not is_hidden]
    assert all(count == 0 or count >= FLOOR for count in shown)


@pytest.mark.covers("AZ-07")
def test_a_year_does_not_tell_the_month_that_is_hidden(cast: Cast, client_of: Clients) -> None:
    year = clock.today().year
    last, other = year * 100 + clock.today().month, year * 100 + 1
    for place, months in (("东一村", (3, 40)), ("东二村", (20, 30)), ("东小学", (50, 60))):
        for month, count in zip((last, other), months, strict=True):
            add(cast, place, Measure.NEW_YOUTH, count, month)
        add(cast, place, Measure.NEW_YOUTH, sum(months), year)
    db.session.commit()
    browser = client_of("eve")
    for month in (last, other):
        page = look(browser, drill(cast, "东县", "I06-new", f"&period={month}"))
        assert [rows(page)[name][0] == FEW for name in ("东镇", "东二村", "东小学")] == [
            *(True, True, False)
        ]
        report = look(browser, f"/o/{cast.code('东一村')}/supervise?metric=I06-new&period={month}")
        assert value(report) == FEW
    page = look(browser, drill(cast, "东县", "I06-new", f"&period={year}"))
    assert [rows(page)[name][0] for name in ("东镇", "东二村", "东小学")] == ["43", "50", "110"]


@pytest.mark.covers("AZ-07")
def test_what_a_place_has_itself_does_not_tell_by_being_no_line(
    cast: Cast, client_of: Clients
) -> None:
    """Of the first month nobody else is hidden but 东县 itself, with nobody in that month."""
    year = clock.today().year
    for place, months in (("东一村", (3, 40)), ("东县", (0, 30)), ("东小学", (60, 70))):
        for month, count in zip((year * 100 + 1, year * 100 + 2), months, strict=True):
            add(cast, place, Measure.NEW_YOUTH, count, month)
        add(cast, place, Measure.NEW_YOUTH, sum(months), year)
    db.session.commit()
    page = look(client_of("eve"), drill(cast, "东县", "I06-new", f"&period={year}01"))
    found = {name: cells[0] for name, cells in rows(page).items()}
    assert (found["本级直属"], found["东镇"], found["东小学"]) == (FEW, FEW, "60")


@pytest.mark.covers("AZ-07")
def test_hours_of_one_or_two_are_told_on_no_page(cast: Cast, client_of: Clients) -> None:
    year = clock.today().year
    for place, serving in (("东县", 1), ("西县", 30), ("东市", 9)):
        add(cast, place, Measure.VOLUNTEERS, serving)
        add(cast, place, Measure.CONFIRMED_MINUTES, 6_030 * serving, year)
    db.session.commit()
    browser = client_of("eve")
    found = rows(look(browser, drill(cast, "东市", "I12")))
    assert (found["东县"][0], found["本级直属"][0], found["西县"][0]) == (FEW, FEW, "3,015")
    page = look(browser, home(cast, "东县"))
    assert tile(page, "本月已确认时长") == FEW
    assert "100.5" not in page.main.text
    report = look(browser, f"/o/{cast.code('东县')}/reports?period={year}")
    assert "100.5" not in report.main.text
    assert "100.5" in look(client_of("cora"), home(cast, "东县")).main.text
