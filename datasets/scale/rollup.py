"""Figures counted while rows are made, then added up along the tree."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import date

from datasets.scale.spots import Spot
from organizations.figures import OWN, STOCK
from organizations.rules import QUEUES, Measure

Key = tuple[Measure, str, int]
#: Not a part: the whole number.
WHOLE = ""


class Rollup:
    """One row of numbers per measure, part and period, one place in it per organization."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.spots = spots
        self.kept: dict[Key, array[int]] = {}

    def of(self, measure: Measure, period: int = STOCK, part: str = WHOLE) -> array[int]:
        """Return the numbers of a measure and period by position, to be changed in place."""
        found = self.kept.get((measure, part, period))
        if found is None:
            found = self.kept[measure, part, period] = self._empty()
        return found

    def of_day(self, measure: Measure, day: date, part: str = WHOLE) -> array[int]:
        """Return the numbers of the month of a day; `add_years` adds the years up."""
        return self.of(measure, day.year * 100 + day.month, part)

    def add(self, measure: Measure, place: int, day: date, part: str, value: int = 1) -> None:
        """Add to a flow at one organization, and to the part of it."""
        self.of_day(measure, day)[place] += value
        self.of_day(measure, day, part)[place] += value

    def add_years(self, measure: Measure, *, stock: bool = False) -> None:
        """Add the months of a measure and of its parts up to years and, if wanted, to stocks."""
        months = [(key, row) for key, row in self.kept.items() if key[0] is measure]
        for (_, part, period), row in months:
            _add(self.of(measure, period // 100, part), row)
            if stock:
                _add(self.of(measure, STOCK, part), row)

    def rows(self) -> Iterator[tuple[int, str, int, int]]:
        """Yield organization id, measure, period and value of every number that is not zero."""
        for (measure, part, period), own in sorted(self.kept.items()):
            if part == WHOLE:
                yield from self._lines(measure, period, self.summed(own))
                if measure in QUEUES and period == STOCK:
                    yield from self._lines(measure, OWN, own)

    def part_rows(self) -> Iterator[tuple[int, str, str, int, int]]:
        """Yield organization id, measure, part, period and value of every part."""
        for (measure, part, period), own in sorted(self.kept.items()):
            if part != WHOLE:
                for place, name, when, value in self._lines(measure, period, self.summed(own)):
                    yield place, name, part, when, value

    def summed(self, own: array[int]) -> array[int]:
        """Return the numbers of organizations with those of everybody below them."""
        whole = self._empty()
        for spot in self.spots:
            value = own[spot.index]
            if value:
                for above in spot.above:
                    whole[above] += value
        return whole

    def _empty(self) -> array[int]:
        return array("q", bytes(8 * len(self.spots)))

    def _lines(
        self, measure: Measure, period: int, values: array[int]
    ) -> Iterator[tuple[int, str, int, int]]:
        for spot in self.spots:
            if values[spot.index]:
                yield spot.id, measure.value, period, values[spot.index]


def _add(target: array[int], more: array[int]) -> None:
    for place, value in enumerate(more):
        target[place] += value
