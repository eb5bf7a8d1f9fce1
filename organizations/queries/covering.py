"""Numbers that are hidden because, with those shown beside them, they would tell others (AZ-07).

Where a number of few people is hidden below a place, others are hidden to cover it. They stay
hidden on their own pages, in lists that go deeper, and so does what is below them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, literal, select, union_all

from core.access.scope import Place
from core.statements import Kept
from organizations.figures import STOCK
from organizations.models import Figure, FigureStock, Organization
from organizations.rules import Discretion, Measure, ids_of_path
from organizations.rules.veil import NOTHING, Veil, veil

#: So many of the smallest numbers are read: more can never be needed to hide a group of five.
SMALLEST = 12


def _statement(table: Any, period: Any, *more: Any) -> Kept:
    """Return what reads the smallest numbers right below places, and the numbers of the places."""
    asked = (
        table.measure.in_(bindparam("measures", expanding=True)),
        period == bindparam("period"),
        table.value > 0,
        *more,
    )
    parents: Any = bindparam("parents", expanding=True)
    beside: dict[str, Any] = {"partition_by": (Organization.parent_id, table.measure)}
    ranked = (
        select(
            Organization.parent_id.label("parent"),
            table.organization_id.label("one"),
            table.measure.label("measure"),
            table.value.label("value"),
            func.sum(table.value).over(**beside).label("together"),
            func.row_number()
            .over(**beside, order_by=(table.value, table.organization_id))
            .label("rank"),
        )
        .join(Organization, Organization.id == table.organization_id)
        .where(Organization.parent_id.in_(parents), *asked)
        .subquery()
    )
    lower: Select[Any] = select(
        ranked.c.parent, ranked.c.one, ranked.c.measure, ranked.c.value, ranked.c.together
    ).where(ranked.c.rank <= SMALLEST)
    itself: Select[Any] = select(
        table.organization_id, literal(0, Integer), table.measure, table.value, literal(0, Integer)
    ).where(table.organization_id.in_(parents), *asked)
    return Kept(union_all(lower, itself))


_NOW = _statement(Figure, Figure.period)
_ENDS = _statement(FigureStock, FigureStock.month, FigureStock.part == "")


@dataclass(slots=True)
class Cover:
    """Which numbers a viewer does not get anywhere below his own place."""

    discretion: Discretion
    smallest: Mapping[tuple[int, str], Mapping[int, int]]
    known: dict[tuple[int, str, bool], Veil] = field(default_factory=dict)

    def hides(self, path: str, measure: Measure, value: int) -> bool:
        """Return whether the number of an organization must not be shown."""
        is_hidden = False
        for parent, one in pairwise(_line(path, self.discretion)):
            is_hidden = self._veil(parent, measure, is_hidden).hides(one, value)
        return is_hidden

    def _veil(self, parent: int, measure: Measure, is_sum_hidden: bool) -> Veil:  # noqa: FBT001 - of the place above
        key = parent, measure.value, is_sum_hidden
        if key not in self.known:
            rows = self.smallest.get((parent, measure.value), {})
            floor = self.discretion.floor
            few = [
                one
                for one, value in rows.items()
                if self.discretion.hides(abs(one), measure, value)
            ]
            self.known[key] = (
                veil(rows, few, floor, is_sum_hidden=is_sum_hidden)
                if few or is_sum_hidden
                else NOTHING
            )
        return self.known[key]


def cover_of(
    paths: Iterable[str],
    measures: Iterable[Measure],
    discretion: Discretion,
    period: int = STOCK,
    *,
    month: int = 0,
) -> Cover:
    """Return what is hidden of organizations: one statement, none where nothing can be.

    ``period`` is a year, a month or the stock of now; with ``month`` the stocks at its end.
    """
    asked = sorted({one.value for one in measures if _may_hide(discretion, one)})
    parents = sorted({one for path in paths for one in _line(path, discretion)[:-1]})
    if not asked or not parents:
        return Cover(discretion, {})
    kept = _ENDS if month else _NOW
    rows = kept.rows({"measures": asked, "parents": parents, "period": month or period})
    found: dict[tuple[int, str], dict[int, int]] = {}
    itself: dict[tuple[int, str], int] = {}
    together: dict[tuple[int, str], int] = {}
    for parent, one, measure, value, whole in rows:
        key = parent, str(measure)
        if one:
            found.setdefault(key, {})[one] = value
            together[key] = int(whole)
        else:
            itself[key] = value
    for key, value in itself.items():
        if value > together.get(key, 0):
            found.setdefault(key, {})[-key[0]] = value - together.get(key, 0)
    return Cover(discretion, found)


def covered(
    place: Place,
    measures: Collection[Measure],
    discretion: Discretion,
    period: int = STOCK,
    *,
    month: int = 0,
) -> frozenset[Measure]:
    """Return which numbers of a place itself are hidden: one statement, none at one's own."""
    found = cover_of([place.path], measures, discretion, period, month=month)
    if not found.smallest:
        return frozenset()
    # a number above zero: what is nothing is no secret of its own page
    return frozenset(one for one in measures if found.hides(place.path, one, 1))


def _line(path: str, discretion: Discretion) -> list[int]:
    """Return the organizations from the viewer's own down to one, all where it is elsewhere."""
    ids = ids_of_path(path)
    own = discretion.own_id
    return list(ids[ids.index(own) :] if own in ids else ids)


def _may_hide(discretion: Discretion, measure: Measure) -> bool:
    return discretion.floor > 1 and discretion.hides(0, measure, 1)
