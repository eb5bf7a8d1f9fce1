"""Numbers that are hidden because, with those shown beside them, they would tell others (AZ-07).

Where a number of few people is hidden below a place, others are hidden to cover it. They stay
hidden on their own pages, in lists that go deeper, and so does what is below them. The months of a
year are hidden together: a month counts as many people as the smallest month of its year.

``covering_rows`` tells what is read for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import union_all

from core.statements import Kept
from organizations.figures import STOCK
from organizations.queries.covering_rows import PLACES, ROOMS, branches
from organizations.rules import SERVED_MEASURES, SUMS, Discretion, Measure
from organizations.rules.cover import MONTHS_FROM, Cover, Key, line_of, together
from organizations.rules.tree import ids_of_path

#: The upper levels of the tree, below which stand few places.
UPPER_LEVELS = 2


@cache
def _statement(asked: frozenset[str]) -> Kept:
    return Kept(union_all(*branches(asked)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be read to know what is hidden; no values where nothing can be."""

    discretion: Discretion
    values: Mapping[str, Any]


def asked_of(
    paths: Iterable[str],
    measures: Iterable[Measure],
    discretion: Discretion,
    periods: Iterable[int] = (STOCK,),
    months: Iterable[int] = (),
) -> Asked:
    """Return what to read for organizations, to be asked alone or within another statement.

    ``periods`` are years, months or the stock of now; ``months`` ask for the stocks at their ends.
    """
    above = _above(paths, discretion)
    return _with(Asked(discretion, {}), "cover", above, measures, periods, months)


def with_line(
    asked: Asked,
    path: str,
    measures: Iterable[Measure],
    periods: Iterable[int],
    months: Iterable[int] = (),
) -> Asked:
    """Return the same with what decides over the periods of a line at one of the organizations.

    At the viewer's own that is nothing: all of it is told there.
    """
    return _with(asked, "line", _above([path], asked.discretion), measures, periods, months)


def with_lower(
    asked: Asked, path: str, measures: Iterable[Measure], periods: Iterable[int] = (STOCK,)
) -> Asked:
    """Return the same with what decides over numbers right below one of the organizations.

    What decides over its own is asked already, of these measures and of others.
    """
    ids = ids_of_path(path)
    return _with(asked, "lower", {ids[-1]: len(ids) - 1}, measures, periods, ())


def _above(paths: Iterable[str], discretion: Discretion) -> dict[int, int]:
    """Return the organizations from the viewer's own to those above others, with their level."""
    found: dict[int, int] = {}
    for path in paths:
        above = line_of(path, discretion)[:-1]
        found |= {one: level for level, one in enumerate(ids_of_path(path)) if one in above}
    return found


def _with(
    known: Asked,
    room: str,
    parents: Mapping[int, int],
    measures: Iterable[Measure],
    periods: Iterable[int],
    months: Iterable[int],
) -> Asked:
    discretion = known.discretion
    wanted = {part for one in measures for part in (one, *SUMS.get(one, ()))}
    shown = {one.value for one in wanted if discretion.may_hide(one)}
    if not shown or not parents:
        return known
    few = {one for one, level in parents.items() if level < UPPER_LEVELS}
    asked, ends = {one for period in periods for one in _whole_year(period)}, sorted({*months})
    values: dict[str, Any] = {
        "cover_floor": discretion.floor,
        f"{room}_measures": sorted(shown),
        f"{room}_measures_alone": sorted({*shown, Measure.VOLUNTEERS.value}),
        **_places(room, parents.keys() - few, few),
        f"{room}_periods": sorted(asked),
        f"{room}_periods_alone": sorted({*asked, STOCK}),
        **({f"{room}_months": ends} if ends else {}),
    }
    return Asked(discretion, {**known.values, **values})


def _places(room: str, parents: Collection[int], few: Collection[int]) -> dict[str, list[int]]:
    """Return the places below which something may be hidden, and those of few places below."""
    both = {f"{room}_parents": sorted(parents), f"{room}_few": sorted(few)}
    return {name: places for name, places in both.items() if places}


def room_below(place: int, values: Mapping[str, Any]) -> str:
    """Return where is asked for the numbers right below a place, nothing where it is not."""
    for room in ("lower", "cover"):
        if any(place in values.get(f"{room}_{one}", ()) for one in PLACES):
            return room
    return ""


def without(place: int, room: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is left to be asked when the numbers right below a place are known."""
    names = [f"{room}_{one}" for one in PLACES]
    kept = _places(room, *({*values.get(name, ())} - {place} for name in names))
    if kept:
        return {**{name: one for name, one in values.items() if name not in names}, **kept}
    own = [name for name in values if name.startswith(f"{room}_") and name != "cover_floor"]
    left = {name: value for name, value in values.items() if name not in own}
    return left if len(left) > 1 else {}


def cover_from(asked: Asked, rows: Iterable[Sequence[Any]], known: Collection[int] = ()) -> Cover:
    """Return what is hidden by the rows that were read for it.

    ``known`` are places of which and right below which rows tell every number, beside those of few.
    """
    values = asked.values
    measures = {one for room in ROOMS for one in values.get(f"{room}_measures", ())}
    few = {*known, *(one for room in ROOMS for one in values.get(f"{room}_few", ()))}
    return Cover(asked.discretion, _read(rows, measures, few))


def cover_of(paths: Iterable[str], measures: Iterable[Measure], discretion: Discretion) -> Cover:
    """Return what is hidden of the stocks of now: one statement, none where nothing can be."""
    return cover_by(asked_of(paths, measures, discretion))


def cover_by(asked: Asked) -> Cover:
    """Return what is hidden of what was asked for: one statement, none where nothing can be."""
    if not asked.values:
        return Cover(asked.discretion, {})
    return cover_from(asked, _statement(frozenset(asked.values)).rows(asked.values))


def _read(
    rows: Iterable[Sequence[Any]], asked: Collection[str], few: Collection[int]
) -> Mapping[Key, Mapping[int, int]]:
    found: dict[Key, dict[int, int]] = {}
    alone: dict[Key, int] = {}
    every: dict[Key, dict[int, int]] = {}
    for parent, one, name, at, weight in rows:
        measure = str(name)
        if parent in few:
            every.setdefault((parent, measure, at), {})[one] = int(weight)
        elif one:
            found.setdefault((parent, measure, at), {})[one] = int(weight)
        else:
            alone[parent, measure, at] = int(weight)
    _find(every, asked, found, alone)
    for (parent, measure, at), value in alone.items():
        if measure in asked:
            is_served = Measure(measure) in SERVED_MEASURES
            serving = max(1, alone.get((parent, Measure.VOLUNTEERS.value, STOCK), 0))
            weight = serving if is_served else value
            rows_of = found.setdefault((parent, measure, together(at)), {})
            rows_of[-parent] = min(rows_of.get(-parent, weight), weight)
    return found


def _find(
    every: Mapping[Key, Mapping[int, int]],
    asked: Collection[str],
    found: dict[Key, dict[int, int]],
    alone: dict[Key, int],
) -> None:
    """Note what the statement would find: the people of each place, and what is left of the sum."""
    for (parent, measure, at), values in every.items():
        left = 2 * values.get(parent, 0) - sum(values.values())
        if left > 0:
            alone[parent, measure, at] = left
        if measure not in asked:
            continue
        serving = every.get((parent, Measure.VOLUNTEERS.value, STOCK), {})
        is_served = measure in SERVED_MEASURES
        for one, value in values.items():
            if value > 0 and one != parent:
                people = found.setdefault((parent, measure, together(at)), {})
                weight = max(1, serving.get(one, 0)) if is_served else value
                people[one] = min(people.get(one, weight), weight)


def _whole_year(period: int) -> Iterable[int]:
    """Return the periods that decide over one: of a month its year, and all months of it."""
    if period < MONTHS_FROM:
        return (period,)
    year = period // 100
    return (year, *range(year * 100 + 1, year * 100 + 13))
