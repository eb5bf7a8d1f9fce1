"""What follows from the numbers of a whole table is what its own statement would have read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from core import clock
from core.database import db
from organizations import figures
from organizations.queries import covering
from organizations.queries.covering import asked_of
from organizations.rules import Discretion, Measure, OrganizationStatus
from supervision.indicators.book import Book, Wanted, read_book
from supervision.rules import month_of, months_before
from tests.cast import Cast
from tests.supervision.parts import add, close

Counting = Callable[[], AbstractContextManager[list[str]]]
FLOOR = 5
STOCKS = (Measure.YOUTH_MEMBERS, Measure.PEOPLE, Measure.MISSING_ID, Measure.VOLUNTEERS)
FLOWS = (Measure.CONFIRMED_MINUTES, Measure.NEW_YOUTH, Measure.NEW_MEMBERS)
#: Few, hidden to cover them, told; one organization is closed, and 东县 itself has something too.
COUNTS = {"东一村": 3, "东二村": 20, "东小学": 37, "东县": 2, "西一村": 1, "西县": 9, "北一村": 4}
#: Below which place, seen from where, with which organizations on the page.
LOOKS = (
    ("东县", "东县", ("东镇", "东小学")),
    ("东县", "测试省", ("东镇", "东小学")),
    ("东市", "测试省", ("东县", "西县")),
    ("测试省", "测试省", ("东市", "北市")),
)


@pytest.fixture
def numbers(cast: Cast) -> None:
    """Numbers of now, of month ends, of this year and its months; 东二村 is closed."""
    today = clock.today()
    for name, count in COUNTS.items():
        for place, measure in enumerate(STOCKS, start=1):
            add(cast, name, measure, count * place)
        for place, measure in enumerate(FLOWS, start=1):
            add(cast, name, measure, count * place, today.year)
            add(cast, name, measure, count * place, month_of(today))
        figures.add_part(cast.organization(name).path, Measure.ORGANIZATIONS, "village", count, 0)
    close(months_before(today.year, today.month, 2)[0])
    cast.organization("东二村").status = OrganizationStatus.DISSOLVED
    db.session.commit()


def wanted(cast: Cast, place: str, own: str, rows: Sequence[str]) -> Wanted:
    """Return what a page of a place asks whose viewer is at another, its rows all that are open."""
    here, today = cast.organization(place), clock.today()
    listed = [cast.organization(name) for name in rows]
    periods, month = [0, today.year], months_before(today.year, today.month, 2)[0]
    measures = [one.value for one in (*STOCKS, *FLOWS)]
    discretion = Discretion(FLOOR, cast.organization(own).id, sees_names=False)
    paths = [here.path, *(one.path for one in listed)]
    return Wanted(
        here.id,
        [here.id, *(one.id for one in listed)],
        measures,
        parts=[Measure.ORGANIZATIONS.value],
        periods=periods,
        months=[month],
        own=[*measures, Measure.ORGANIZATIONS.value],
        below=periods,
        below_months=[month],
        cover=asked_of(paths, [*STOCKS, *FLOWS], discretion, periods, [month]),
    )


def told(book: Book, asked: Wanted) -> dict[tuple[object, ...], int]:
    """Return the numbers that the page may show, nothing among them being none."""
    ids = {*asked.ids, -asked.place}
    both: list[tuple[tuple[object, ...], int]] = [
        *book.numbers.items(),
        *(((*key, "end"), value) for key, value in book.stocks.items()),
    ]
    return {key: value for key, value in both if key[0] in ids and value}


@pytest.mark.covers("AZ-07", "LOAD-02")
@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize(("place", "own", "rows"), LOOKS)
def test_a_whole_table_tells_what_its_statement_would(
    cast: Cast, count_statements: Counting, place: str, own: str, rows: Sequence[str]
) -> None:
    asked = wanted(cast, place, own, rows)
    by_statement = read_book(asked)
    with count_statements() as seen:
        folded = read_book(replace(asked, is_whole=True))
    assert told(folded, asked) == told(by_statement, asked)
    assert folded.cover.smallest == by_statement.cover.smallest
    assert {key for key in by_statement.ends if key[0] > 0} <= folded.ends
    assert len(seen) == 1
    parents = {parent for parent, _measure, _at in by_statement.cover.smallest}
    assert asked.place in parents
    assert cast.organization("东二村").id not in asked.ids


@pytest.mark.covers("AZ-07")
@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize(("place", "own", "rows"), LOOKS[1:])
def test_numbers_of_few_places_hide_what_the_statement_finds(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, place: str, own: str, rows: Sequence[str]
) -> None:
    """Below a province and a city they are read as they are, with and without the table."""
    asked = wanted(cast, place, own, rows)
    assert asked.cover is not None
    assert asked.cover.values["cover_few"]
    as_they_are = [read_book(replace(asked, is_whole=whole)).cover for whole in (False, True)]
    monkeypatch.setattr(covering, "UPPER_LEVELS", 0)
    found = read_book(wanted(cast, place, own, rows)).cover
    assert [one.smallest for one in as_they_are] == [found.smallest, found.smallest]


@pytest.mark.covers("AZ-07")
@pytest.mark.usefixtures("numbers")
def test_months_are_left_to_the_statement(cast: Cast) -> None:
    """Of a month its whole year decides, and that is not on the page."""
    asked = wanted(cast, "东市", "测试省", ("东县", "西县"))
    assert asked.cover is not None
    month = month_of(clock.today())
    paths = [cast.organization(name).path for name in ("东县", "西县")]
    cover = asked_of(paths, FLOWS, asked.cover.discretion, [month])
    by_month = replace(asked, periods=[month], below=[month], months=[], cover=cover)
    by_month = replace(by_month, below_months=[], is_whole=True)
    statement = read_book(replace(by_month, is_whole=False)).cover
    assert read_book(by_month).cover.smallest == statement.smallest
    assert statement.smallest
