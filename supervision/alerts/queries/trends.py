"""How a figure went over the last months: what alerts and orders show beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.database import db
from organizations import figures
from organizations.models import FigureStock
from organizations.rules import Measure
from supervision.alerts.definitions import AlertRule
from supervision.indicators.definitions import Term, read
from supervision.indicators.rules import Reading
from supervision.rules import months_before

MONTHS = 12
Trends = Mapping[tuple[int, str], Sequence["Point"]]
_Key = tuple[int, str, str, int]


@dataclass(frozen=True, slots=True)
class Point:
    """The figure at the end of a month, of a flow in that month; the month as 202611."""

    month: int
    reading: Reading


def trends(pairs: Iterable[tuple[int, AlertRule]], day: date) -> Trends:
    """Return the months that are known of organizations and rules, oldest first: two statements.

    A stock is known for the months that were closed, a flow for every month.
    """
    asked = list(pairs)
    months = months_before(day.year, day.month)
    stocks = _stocks([pair for pair in asked if not pair[1].definition.is_flow], months)
    flows = _flows([pair for pair in asked if pair[1].definition.is_flow], months)
    known = {(key[0], key[3]) for key in stocks}
    found: dict[tuple[int, str], Sequence[Point]] = {}
    for place_id, rule in asked:
        is_flow = rule.definition.is_flow
        values = flows if is_flow else stocks
        points = []
        for month in months:
            if not is_flow and (place_id, month) not in known:
                continue

            def number(term: Term, place_id: int = place_id, month: int = month) -> int:
                return values.get((place_id, term.measure.value, term.part, month), 0)  # noqa: B023 - read at once

            points.append(Point(month, read(rule.definition, number)))
        found[place_id, rule.code] = points
    return found


def _stocks(pairs: Sequence[tuple[int, AlertRule]], months: Sequence[int]) -> Mapping[_Key, int]:
    if not pairs:
        return {}
    rows = db.session.execute(
        select(
            FigureStock.organization_id,
            FigureStock.measure,
            FigureStock.part,
            FigureStock.month,
            FigureStock.value,
        ).where(
            FigureStock.organization_id.in_({place_id for place_id, _rule in pairs}),
            FigureStock.measure.in_(_measures(pairs)),
            FigureStock.month.in_(months),
        )
    )
    return {(row[0], row[1].value, row[2], row[3]): row[4] for row in rows}


def _flows(pairs: Sequence[tuple[int, AlertRule]], months: Sequence[int]) -> Mapping[_Key, int]:
    if not pairs:
        return {}
    ids = {place_id for place_id, _rule in pairs}
    values = figures.values(ids, _measures(pairs), months)
    return {(place, measure, "", month): value for (place, measure, month), value in values.items()}


def _measures(pairs: Sequence[tuple[int, AlertRule]]) -> set[Measure]:
    return {term.measure for _place, rule in pairs for term in rule.definition.terms}
