"""Which numbers a viewer does not get, of a place, of all above it and right below it. Pure.

See ``organizations.queries.covering`` for what is read to know it (AZ-07).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from organizations.rules.measures import SUMS, Discretion, Measure
from organizations.rules.tree import ids_of_path
from organizations.rules.veil import NOTHING, Veil, veil

#: What stands for the stock of now among periods.
NOW = 0
#: Periods from here on are months: 202611; below it years.
MONTHS_FROM = 10_000
#: Parent, measure, and which numbers are hidden together: of now, a year, its months, a month end.
Key = tuple[int, str, int]
#: The organizations from the viewer's own down to the one above.
Above = tuple[int, ...]


def together(period: int, month: int = 0) -> int:
    """Return under which number what is hidden together is kept: all months of a year are one."""
    if month:
        return -month
    return period - period % 100 if period >= MONTHS_FROM else period


@dataclass(slots=True)
class Cover:
    """Which numbers a viewer does not get anywhere below his own place."""

    discretion: Discretion
    smallest: Mapping[Key, Mapping[int, int]]
    veils: dict[tuple[Key, bool], Veil] = field(default_factory=dict)
    #: Of all right below a place, by what is asked of them: all rows of a table ask the same.
    known: dict[tuple[Above, Measure, int, int, bool], Veil] = field(default_factory=dict)
    places: dict[tuple[str, bool], tuple[Above, int]] = field(default_factory=dict)

    def hides(
        self,
        path: str,
        measure: Measure,
        value: int,
        period: int = NOW,
        *,
        month: int = 0,
        is_own: bool = False,
    ) -> bool:
        """Return whether the number of an organization must not be shown.

        ``month`` asks for the stock at the end of one; ``is_own`` for what it has itself.
        """
        place = self.places.get((path, is_own))
        if place is None:
            line = line_of(path, self.discretion)
            above = line if is_own else line[:-1]
            place = self.places[path, is_own] = tuple(above), -line[-1] if is_own else line[-1]
        if not place[0]:  # the viewer's own
            return False
        asked = place[0], measure, period, month, not value
        found = self.known.get(asked)
        if found is None:
            found = self.known[asked] = self._below(*asked)
        return found.hides(place[1], value)

    def _below(
        self,
        above: Above,
        measure: Measure,
        period: int,
        month: int,
        is_nothing: bool,  # noqa: FBT001 - of all these rows
    ) -> Veil:
        """Return what is hidden right below a place, of those that have something or nothing."""
        at = together(period, month)
        # the months of a hidden year would tell it
        groups = (at,) if at < MONTHS_FROM else (at, at // 100)
        # of what is added up it is enough to know that nobody else has anything
        asked = ((measure, is_nothing), *((part, True) for part in SUMS.get(measure, ())))
        found = [
            (self._veil_of(above, one, group, is_empty), is_empty)
            for one, is_empty in asked
            for group in groups
        ]
        rows = frozenset[int]().union(*(each.rows for each, _empty in found))
        return Veil(rows, all_rows=any(each.zeros and is_empty for each, is_empty in found))

    def _veil_of(self, above: Above, measure: Measure, at: int, is_empty: bool) -> Veil:  # noqa: FBT001 - as above
        is_hidden, value = False, 0 if is_empty else 1
        for parent, one in pairwise(above):
            is_hidden = self._veil((parent, measure, at), measure, is_hidden).hides(one, value)
        return self._veil((above[-1], measure, at), measure, is_hidden)

    def _veil(self, key: Key, measure: Measure, is_sum_hidden: bool) -> Veil:  # noqa: FBT001 - of the place above
        asked = key, is_sum_hidden
        if asked not in self.veils:
            rows = self.smallest.get(key, {})
            floor = self.discretion.floor
            few = [
                one
                for one, value in rows.items()
                if self.discretion.hides(abs(one), measure, value)
            ]
            self.veils[asked] = (
                veil(rows, few, floor, is_sum_hidden=is_sum_hidden)
                if few or is_sum_hidden
                else NOTHING
            )
        return self.veils[asked]


def line_of(path: str, discretion: Discretion) -> list[int]:
    """Return the organizations from the viewer's own down to one, all where it is elsewhere."""
    ids = ids_of_path(path)
    own = discretion.own_id
    return list(ids[ids.index(own) :] if own in ids else ids)
