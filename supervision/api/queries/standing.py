"""How organizations stand: open alerts and orders by place, targets, and what numbers consist of.

Counts of organizations and of orders only; nothing here is of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, select

from core.access.permissions import Level
from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from core.statements import Kept
from organizations import figures
from organizations.figures import STOCK
from organizations.models import Organization
from organizations.queries import under
from organizations.rules import SERVED_MEASURES, ids_of_path
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from supervision.indicators.book import read_catalogue
from supervision.indicators.counting import target_of
from supervision.indicators.definitions import Definition
from supervision.indicators.queries import default_target
from supervision.orders.models import Order
from supervision.orders.rules import UNDONE, OrderStatus

LATE = "late"
#: What is counted of alerts and of orders.
ALERTS = tuple(one.value for one in Colour)
ORDERS = (
    OrderStatus.ISSUED.value,
    OrderStatus.RECEIVED.value,
    OrderStatus.REPLIED.value,
    LATE,
)


class Node(NamedTuple):
    """An organization whose standing is told."""

    id: int
    code: str
    level: Level


def node_of(place: Place) -> Node:
    """Return a place as one of the organizations whose standing is told."""
    return Node(place.id, place.code, place.level)


_BELOW = Kept(
    select(Organization.id, Organization.code, Organization.level)
    .where(Organization.parent_id == bindparam("parent"), Organization.path > bindparam("after"))
    .order_by(Organization.path)
    .limit(bindparam("limit"))
)


def below(place: Place, after: Place | None, limit: int) -> Page[Node]:
    """Return a page of the organizations right under a place: one statement."""
    asked = {"parent": place.id, "after": after.path if after else "", "limit": limit + 1}
    return page_of([Node(*row) for row in _BELOW.rows(asked)], limit)


def open_alerts(place: Place) -> Mapping[int, Counter[str]]:
    """Return how many alerts are open at each organization and below it: one statement."""
    return _counted(place, Alert, Alert.colour, Alert.ended_on.is_(None))


def open_orders(place: Place, today: date) -> Mapping[int, Counter[str]]:
    """Return how many orders are open about each organization and below it: two statements.

    One that is not done by its deadline is counted as late besides.
    """
    is_open = Order.status.in_(ORDERS[:-1])
    found = dict(_counted(place, Order, Order.status, is_open))
    is_late = and_(Order.status.in_(UNDONE), Order.due_on < today)
    for one, count in _counted(place, Order, literal(LATE), is_late).items():
        found.setdefault(one, Counter()).update(count)
    return found


def _counted(
    place: Place, model: Any, by: ColumnElement[Any] | Any, *conditions: ColumnElement[bool]
) -> Mapping[int, Counter[str]]:
    rows = db.session.execute(
        select(Organization.path, by, func.count())
        .join(model, model.organization_id == Organization.id)
        .where(under(place.path), *conditions)
        .group_by(Organization.path, by)
    )
    found: dict[int, Counter[str]] = {}
    for path, what, count in rows:
        for one in ids_of_path(path):
            found.setdefault(one, Counter())[str(what)] += count
    return found


def targets_of(
    places: Sequence[Node], indicator: str, year: int, today: date
) -> Mapping[int, int | None]:
    """Return what a year asks of organizations in the unit of the values: one statement."""
    book = read_catalogue([year], [one.id for one in places])
    default = default_target(indicator, min(today, date(year, 12, 31)))
    found = {one.id: target_of(book, indicator, year, one.id, one.level, default) for one in places}
    return {one: told.value if told else None for one, told in found.items()}


def has_parts(definition: Definition) -> bool:
    """Return whether the parts of a number are told: never those of people (AZ-07)."""
    serves = any(one.measure in SERVED_MEASURES for one in definition.of)
    return definition.split is not None and not definition.is_of_people and not serves


def parts_of(places: Sequence[Node], definition: Definition) -> Mapping[int, Mapping[str, int]]:
    """Return what the number of each organization consists of as of now: one statement."""
    found: dict[int, dict[str, int]] = {one.id: {} for one in places}
    if definition.split is not None:
        rows = figures.parts(list(found), [definition.split])
        for (one, _measure, part, period), count in sorted(rows.items()):
            if period == STOCK and count:
                found[one][part] = count
    return found
