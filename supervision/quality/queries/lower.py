"""Doubtful data of a whole tree, as the night counted all desks: a place and those below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from core.access.scope import Place
from core.paging import Page
from core.statements import Kept
from organizations import figures, figures_runs, listing
from organizations.figures import STOCK
from organizations.listing import Listed
from organizations.models import FigureStock
from organizations.rules import Measure
from supervision.quality.rules import KINDS, Kind

#: The number of each kind, the same at the desk of an organization and at all above it.
KEPT: Mapping[Kind, Measure] = {kind: Measure(shape.measure) for kind, shape in KINDS.items()}
MEASURES = (Measure.DESK_PEOPLE, *KEPT.values())
_STOCKS = Kept(
    select(FigureStock.measure, FigureStock.value).where(
        FigureStock.organization_id == bindparam("place"),
        FigureStock.month == bindparam("month"),
        FigureStock.part == "",
        FigureStock.measure.in_(bindparam("measures", expanding=True)),
    )
)
Numbers = Mapping[Measure, int]


@dataclass(frozen=True, slots=True)
class Tree:
    """The numbers of a place with all below it, those of last month, and of each right below.

    ``as_of`` is the day of the night that counted them, None before the first.
    """

    here: Numbers
    before: Numbers
    page: Page[Listed]
    below: Mapping[int, Numbers]
    as_of: date | None


def tree_of(place: Place, today: date, after: str = "") -> Tree:
    """Return the numbers of a place and of a page of those right below it: four statements."""
    page = listing.children(place, after)
    ids = [place.id, *(row.id for row in page.rows)]
    found = figures.values(ids, MEASURES)
    numbers: dict[int, dict[Measure, int]] = {one: {} for one in ids}
    for (one, measure, period), value in found.items():
        if period == STOCK:
            numbers[one][Measure(measure)] = value
    here = numbers.pop(place.id)
    return Tree(here, _last_month(place, today), page, numbers, figures_runs.as_of())


def _last_month(place: Place, today: date) -> Numbers:
    """Return the numbers at the end of last month, none where that month was not closed."""
    last = today.replace(day=1) - timedelta(days=1)
    asked: dict[str, Any] = {
        "place": place.id,
        "month": last.year * 100 + last.month,
        "measures": [one.value for one in MEASURES],
    }
    return {Measure(measure): value for measure, value in _STOCKS.rows(asked)}
