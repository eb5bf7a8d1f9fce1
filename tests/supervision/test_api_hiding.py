"""Whoever subtracts what the interface gives finds nothing that it leaves out (AZ-07).

Random numbers in the tree of the cast; one subtraction along places, periods or parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

import pytest
from flask import Flask

from core import clock
from core.access.scope import Place
from core.database import db
from organizations.figures import STOCK
from organizations.models import FigureStock
from organizations.queries.covering import asked_of, cover_by
from organizations.rules import Discretion, Measure, ids_of_path
from supervision.api.queries.standing import below
from supervision.api.queries.values import values_of
from supervision.api.rules import Shown
from supervision.indicators.counting import At
from supervision.indicators.defaults import INDICATORS
from tests.cast import TREE, Cast
from tests.supervision.parts import add
from tests.supervision.systems import reader_of

FLOOR, TOP = 5, "测试省"
#: Of the worlds: mostly nobody, few people often, many sometimes.
SIZES = (0, 0, 0, 1, 2, 3, 4, 6, 9, 20, 60, 200)
FLOWS = {"I05-new": Measure.NEW_ADULTS, "I06-new": Measure.NEW_YOUTH}
SERVED = {"I12": Measure.CONFIRMED_MINUTES, "I12-times": Measure.CONFIRMED_RECORDS}
STOCKS = {"I05": Measure.ADULT_MEMBERS, "I06": Measure.YOUTH_MEMBERS, "I09": Measure.VOLUNTEERS}
#: Shares, and the numbers that would follow from them.
MADE_OF = {
    "I16": ("I05", "I06"),
    "I21": ("I05", "I09"),
    "I21-duplicates": ("I05", "I06", "I09"),
    "I21-phone": ("I05", "I09"),
}
#: Code, key of the period, organization.
Cell = tuple[str, int, int]


@dataclass
class World:
    """Numbers in the tree of the cast, and what the interface tells of them."""

    cast: Cast
    dice: Random
    own: dict[Cell, int] = field(default_factory=dict)
    told: dict[Cell, int | None] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)

    @property
    def months(self) -> list[int]:
        year = clock.today().year
        return [year * 100 + one for one in range(1, min(clock.today().month, 3) + 1)]

    @property
    def end(self) -> int:
        """The month whose end is kept."""
        return (clock.today().year - 1) * 100 + 12

    def place(self, name: str) -> Place:
        return self.cast.organization(name).place

    def fill(self) -> None:
        """Give every place numbers of its own, which count at all above it too."""
        for name in TREE:
            people = {code: self.dice.choice(SIZES) for code in STOCKS}
            for code, count in people.items():
                self._put(code, STOCKS[code], name, count)
            listed = sum(people.values())
            add(self.cast, name, Measure.PEOPLE, listed)
            add(self.cast, name, Measure.DUPLICATES, self.dice.randint(0, listed))
            for measure in (Measure.MISSING_ID, Measure.MISSING_PHONE):
                add(self.cast, name, measure, self.dice.randint(0, listed - people["I06"]))
            for code, measure in {**FLOWS, **(SERVED if people["I09"] else {})}.items():
                counts = [self.dice.choice(SIZES) for _month in self.months]
                for period, count in zip(self.months, counts, strict=True):
                    self._put(code, measure, name, count, period)
                self._put(code, measure, name, sum(counts), clock.today().year)
        self._keep_ends()
        db.session.flush()

    def _put(self, code: str, measure: Measure, name: str, count: int, period: int = STOCK) -> None:
        self.own[code, period, self.place(name).id] = count
        add(self.cast, name, measure, count, period)

    def _keep_ends(self) -> None:
        for code in ("I05", "I06"):
            sums: dict[int, int] = {}
            for name in TREE:
                place, count = self.place(name), self.dice.choice(SIZES)
                self.own[code, self.end, place.id] = count
                for one in ids_of_path(place.path):
                    sums[one] = sums.get(one, 0) + count
            db.session.add_all(
                FigureStock(
                    organization_id=one, measure=STOCKS[code], part="", month=self.end, value=value
                )
                for one, value in sums.items()
                if value
            )

    def asked(self) -> Iterator[tuple[str, At]]:
        for code in (*STOCKS, *MADE_OF):
            yield code, At(STOCK)
        for code in ("I05", "I06", "I16"):
            yield code, At(self.end, self.end)
        for code in (*FLOWS, *SERVED):
            for period in (*self.months, clock.today().year):
                yield code, At(period)

    def listen(self) -> None:
        """Ask for everything at every place."""
        for name in TREE:
            place = self.place(name)
            rows = below(place, None, 100).rows
            ids = {place.code: place.id, **{one.code: one.id for one in rows}}
            for code, at in self.asked():
                found = values_of(place, rows, code, at, FLOOR)
                for one in (found.here, *found.below):
                    cell = code, at.key, ids[one.code]
                    self.told[cell] = one.value
                    if one.shown is Shown.FEW:
                        self.hidden.add(cell)

    def has_own(self, code: str, period: int, place: int) -> bool:
        """Return whether a place has something itself, in any of what is hidden together."""
        year = clock.today().year
        periods = (*self.months, year) if period in {*self.months, year} else (period,)
        return any(self.own.get((code, one, place)) for one in periods)

    def somebody(self, cells: list[Cell]) -> Iterator[Cell]:
        """Yield what is of somebody: that nobody is there may be found out."""
        for code, period, place in cells:
            ids = [
                self.place(name).id for name in TREE if place in ids_of_path(self.place(name).path)
            ]
            if any(self.own.get((code, period, one)) for one in ids):
                yield code, period, place

    def found_along_places(self) -> Iterator[Cell]:
        """Yield what is left out and follows from a place and all others right below it."""
        for code, at in self.asked():
            if INDICATORS[code].out_of:
                continue
            for name in TREE:
                parent = self.place(name).id
                lower = [self.place(one).id for one, row in TREE.items() if row[1] == name]
                cells = [(code, at.key, one) for one in (parent, *lower)]
                missing = [one for one in cells if one in self.hidden]
                # what a place has itself is not told either
                if len(missing) == 1 and lower and not self.has_own(code, at.key, parent):
                    yield from self.somebody(missing)

    def found_along_periods(self) -> Iterator[Cell]:
        """Yield what is left out and follows from a year and its other months."""
        for code in (*FLOWS, *SERVED):
            for name in TREE:
                cells = [
                    (code, period, self.place(name).id)
                    for period in (*self.months, clock.today().year)
                ]
                missing = [one for one in cells if one in self.hidden]
                if len(missing) == 1:
                    yield from self.somebody(missing)

    def found_along_parts(self) -> Iterator[Cell]:
        """Yield what is left out and is part of a share that is told."""
        for code, at in self.asked():
            for name in TREE:
                place = self.place(name).id
                for part in MADE_OF.get(code, ()):
                    is_told = (code, at.key, place) not in self.hidden
                    if is_told and (part, at.key, place) in self.hidden:
                        yield code, at.key, place


@pytest.fixture
def world(request: pytest.FixtureRequest, cast: Cast) -> World:
    """Return a world of its number, with all that the interface tells of it."""
    made = World(cast, Random(request.param))  # noqa: S311 - a test that can be repeated
    made.fill()
    made.listen()
    return made


def pages_hide(world: World) -> Mapping[Cell, str]:
    """Return what is hidden on the pages from an officer of the province who sees no names."""
    discretion = Discretion(FLOOR, own_id=world.place(TOP).id, sees_names=False)
    paths = {world.place(name).path: name for name in TREE}
    found = {}
    for code, at in world.asked():
        measures = [one.measure for one in INDICATORS[code].terms]
        months = [at.month] if at.month else []
        cover = cover_by(asked_of(paths, measures, discretion, {STOCK, at.period}, months))
        where = STOCK if at.month else at.period
        for path, name in paths.items():
            one = world.place(name).id
            value = world.told.get((code, at.key, one)) or 0
            if any(cover.hides(path, each, value, where, month=at.month) for each in measures):
                found[code, at.key, one] = name
    return found


@pytest.mark.covers("AZ-07")
@pytest.mark.parametrize("world", range(12), indirect=True)
def test_nothing_that_is_left_out_follows_from_one_subtraction(world: World) -> None:
    assert sorted(world.found_along_places()) == []
    assert sorted(world.found_along_periods()) == []
    assert sorted(world.found_along_parts()) == []
    assert not {cell: name for cell, name in pages_hide(world).items() if cell not in world.hidden}
    assert world.hidden
    assert any(value is not None for value in world.told.values())


@pytest.mark.covers("AZ-07")
def test_a_share_of_a_sum_is_left_out_where_a_part_of_the_sum_is(app: Flask, cast: Cast) -> None:
    """Of 53 on the lists of 东县 3 are young: how many pairs there are would tell how many."""
    for name, adults, young in (("东一村", 30, 1), ("东二村", 20, 2), ("西一村", 90, 40)):
        add(cast, name, Measure.ADULT_MEMBERS, adults)
        add(cast, name, Measure.YOUTH_MEMBERS, young)
        add(cast, name, Measure.PEOPLE, adults + young)
        add(cast, name, Measure.DUPLICATES, adults // 2)
    db.session.commit()
    reader = reader_of(app, cast, "东市")
    for code in ("I06", "I21-duplicates"):
        content = reader.read(f"/values?indicator={code}")
        shown = {one["organization"]: one["shown"] for one in content["data"]}
        assert shown == {cast.code(name): "few" for name in ("东县", "西县")}, code
