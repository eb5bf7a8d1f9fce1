"""Figures counted while rows are made, then added up along the tree."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import date

from datasets.scale.spots import Spot
from organizations.figures import OWN, STOCK
from organizations.rules import QUEUES, Measure


class Rollup:
    """One row of numbers per measure and period, one place in it per organization."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.spots = spots
        self.kept: dict[tuple[Measure, int], array[int]] = {}

    def of(self, measure: Measure, period: int = STOCK) -> array[int]:
        """Return the numbers of a measure and period by position, to be changed in place."""
        found = self.kept.get((measure, period))
        if found is None:
            found = self.kept[measure, period] = array("q", bytes(8 * len(self.spots)))
        return found

    def of_day(self, measure: Measure, day: date) -> array[int]:
        """Return the numbers of the month of a day; `rows` adds the years up."""
        return self.of(measure, day.year * 100 + day.month)

    def add_years(self, measure: Measure, *, stock: bool = False) -> None:
        """Add the months of a measure up to its years and, if wanted, to its stock."""
        months = [(period, row) for (kind, period), row in self.kept.items() if kind is measure]
        for period, row in months:
            _add(self.of(measure, period // 100), row)
            if stock:
                _add(self.of(measure), row)

    def rows(self) -> Iterator[tuple[int, str, int, int]]:
        """Yield organization id, measure, period and value of every number that is not zero."""
        for (measure, period), own in sorted(self.kept.items()):
            whole = array("q", bytes(8 * len(self.spots)))
            for spot in self.spots:
                value = own[spot.index]
                if value:
                    for above in spot.above:
                        whole[above] += value
            yield from self._lines(measure, period, whole)
            if measure in QUEUES and period == STOCK:
                yield from self._lines(measure, OWN, own)

    def _lines(
        self, measure: Measure, period: int, values: array[int]
    ) -> Iterator[tuple[int, str, int, int]]:
        for spot in self.spots:
            if values[spot.index]:
                yield spot.id, measure.value, period, values[spot.index]


def _add(target: array[int], more: array[int]) -> None:
    for place, value in enumerate(more):
        target[place] += value
