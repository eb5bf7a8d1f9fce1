"""Values of an indicator as a system gets them: those of few people are left out (AZ-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from core.access.scope import Place
from core.statements import Kept
from organizations.figures import STOCK
from organizations.models import FigureRun
from organizations.queries.covering import asked_of, cover_by
from organizations.rules import SERVED_MEASURES, Discretion, Measure
from supervision.api.queries.organizations import Node, family_of
from supervision.api.rules import Counts, Shown, left_out, own_counts
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.pace import is_month
from supervision.indicators.queries import Readings, readings
from supervision.indicators.queries import definitions as in_force_on
from supervision.indicators.rules import HUNDREDTHS, Shape, Unit
from supervision.reports.queries.counting import counted
from supervision.reports.rules import last_day

NIGHTLY_RUN = "nightly"
_SERVING = Definition(
    "serving", "", Unit.PERSONS, Shape.STOCK, (Term(Measure.VOLUNTEERS),), "AZ-07", ""
)
_RUN = Kept(select(FigureRun.as_of).where(FigureRun.name == bindparam("name")))


@dataclass(frozen=True, slots=True)
class Told:
    """The value of one organization; ``value`` is None where it is not shown."""

    code: str
    value: int | None
    shown: Shown


@dataclass(frozen=True, slots=True)
class Values:
    """The value of a place and of those right under it, by the day of their numbers."""

    here: Told
    below: Sequence[Told]
    as_of: date | None


def definitions(today: date) -> Sequence[Definition]:
    """Return the indicators in the version that is in force, by code: one statement."""
    return sorted(in_force_on(today).values(), key=lambda one: one.code)


def scale_of(definition: Definition) -> int | None:
    """Return how many parts of one a value is told in, None for a plain number."""
    if definition.shape is Shape.SHARE:
        return definition.scale
    return HUNDREDTHS if definition.shape is Shape.AVERAGE else None


def values_of(
    place: Place, definition: Definition, period: int | None, floor: int, today: date
) -> Values:
    """Return the values of an indicator at a place: the same statements whatever their number.

    What is left out does not depend on who asks: it is decided from the top down to the place.
    What was never counted at night is no value, and not zero; nor is a month end nobody kept.
    """
    family = family_of(place)
    ids = [one.id for one in family]
    is_end = period is not None and not definition.is_flow
    found = (
        _at_end(ids, definition, period)
        if period is not None and is_end
        else readings(ids, (definition, _SERVING), period or STOCK)
    )
    children: dict[int, list[int]] = {}
    for one in family:
        if one.parent_id is not None:
            children.setdefault(one.parent_id, []).append(one.id)
    hidden = _hidden(family, children, found, definition, floor)
    if period and is_month(period):
        shown = (place.id, *children.get(place.id, ()))
        hidden |= _hidden_months(place, shown, found, definition, period, floor)
    codes = {one.id: one.code for one in family}
    if period is not None and is_end:
        as_of: date | None = last_day(period)
    else:
        as_of = _counted_on() if definition.is_nightly else today
    told = {
        one: _told(
            codes[one],
            found[one, definition.code].value if as_of else None,
            is_hidden=one in hidden,
        )
        for one in (place.id, *children.get(place.id, ()))
    }
    return Values(told.pop(place.id), list(told.values()), as_of)


def _at_end(ids: Sequence[int], definition: Definition, month: int) -> Readings:
    """Return the readings that were kept at the end of a month: one statement."""
    asked = (definition, _SERVING)
    found = counted(ids, [(each, month) for each in asked])
    return {(one, each.code): found[one, each.code, month] for each in asked for one in ids}


def _hidden(
    family: Sequence[Node],
    children: Mapping[int, Sequence[int]],
    found: Readings,
    definition: Definition,
    floor: int,
) -> set[int]:
    """Return whose value is left out; what a place has itself counts as one more below it."""
    counts = {one.id: _counts(found, definition, one.id) for one in family}
    below: dict[int, list[int]] = {}
    for one in family:
        lower = children.get(one.id)
        if lower is None:
            continue
        own = own_counts(counts[one.id], [counts[each] for each in lower])
        below[one.id] = [*lower, -one.id] if any(own) else list(lower)
        counts[-one.id] = own
    return left_out(counts, below, floor)


def _hidden_months(
    place: Place,
    shown: Sequence[int],
    found: Readings,
    definition: Definition,
    period: int,
    floor: int,
) -> set[int]:
    """Return whose month is left out because the year would tell it, as on the pages (AZ-07)."""
    paths = {one: place.path if one == place.id else f"{place.path}{one}/" for one in shown}
    everybody = Discretion(floor, own_id=0, sees_names=False)
    measures = {one.measure for one in definition.terms}
    cover = cover_by(asked_of(paths.values(), measures, everybody, [period]))
    return {
        one
        for one, path in paths.items()
        if any(
            cover.hides(path, each, found[one, definition.code].top, period) for each in measures
        )
    }


def _counts(found: Readings, definition: Definition, organization_id: int) -> Counts:
    """Return the people behind a value: those it counts, and those who serve behind hours."""
    reading = found[organization_id, definition.code]
    people = (reading.top, reading.bottom or 0) if definition.is_of_people else (0, 0)
    serves = any(one.measure in SERVED_MEASURES for one in definition.of) and reading.top > 0
    serving = max(1, found[organization_id, _SERVING.code].top) if serves else 0
    return (*people, serving)


def _told(code: str, value: int | None, *, is_hidden: bool) -> Told:
    if is_hidden:
        return Told(code, None, Shown.FEW)
    return Told(code, value, Shown.NONE if value is None else Shown.SHOWN)


def _counted_on() -> date | None:
    """Return the day of the numbers that are counted at night, None before the first count."""
    row = _RUN.row({"name": NIGHTLY_RUN})
    return None if row is None else row[0]
