"""What a home tells of alerts, orders, vacancies and the desks of today: one statement together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Integer,
    String,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from activities.queries.site import site_rows
from core.access.permissions import Level, Permission
from core.access.scope import Place, Scope
from core.clock import day_bounds
from core.database import UTCDateTime
from core.statements import Kept
from organizations.queries import AnyPlace, given_of
from supervision.alerts.definitions import OFFICES
from supervision.alerts.queries import AlertLine
from supervision.alerts.queries.listing import lines_at
from supervision.alerts.rules import Colour
from supervision.orders.models import Order
from supervision.orders.queries import ABOUT, Waiting, box_of, waiting_where
from supervision.orders.rules import OrderStatus
from supervision.queries import vacant_count

ALERTS_SHOWN, ORDERS_SHOWN, SITES_SHOWN = 8, 6, 3
ALERT, ORDER, VACANT, SITE = "alert", "order", "vacant", "site"


SHAPE: dict[str, Any] = {
    **dict.fromkeys(("rule", "word", "subject", "code"), String),
    **dict.fromkeys(("number", "handler", "issuer", "escalated", "about"), Integer),
    **dict.fromkeys(("day", "receipt"), Date),
    **dict.fromkeys(("starts", "ends"), UTCDateTime),
    **dict.fromkeys(("about_code", "about_name", "about_path", "about_level"), String),
}


class _Row(NamedTuple):
    """One row of the statement: its kind, then the columns of ``SHAPE``."""

    kind: str
    rule: str
    word: str
    subject: str
    code: str
    number: int
    handler: int
    issuer: int
    escalated: int | None
    about: int
    day: date
    receipt: date
    starts: datetime
    ends: datetime
    about_code: str
    about_name: str
    about_path: str
    about_level: str


@dataclass(frozen=True, slots=True)
class Site:
    """A shift of today whose check-in desk waits: its code, its activity, where and when."""

    code: str
    activity: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HomeLines:
    """Open alerts, open orders, how many organizations are vacant, and the desks of today.

    ``vacant`` is None where it was not asked for.
    """

    alerts: Sequence[AlertLine] = ()
    orders: Sequence[Waiting] = ()
    vacant: int | None = None
    sites: Sequence[Site] = ()


def home_lines(scope: Scope, day: date) -> HomeLines:
    """Return what the home of a scope tells: one statement, none where nothing is to be told."""
    place, parts = scope.place, []
    if place.level in OFFICES and scope.may(Permission.ORDERS_VIEW):
        parts.append(ALERT)
    if scope.post.place.id == place.id and scope.may(Permission.ORDERS_ANSWER):
        parts.append(ORDER)
    if scope.post.place.id == place.id and scope.may(Permission.ACTIVITIES_KEEP):
        parts.append(SITE)
    if place.level is Level.COUNTY:
        parts.append(VACANT)
    if not parts:
        return HomeLines()
    begins, ends = day_bounds(day)
    given = {**given_of(place), "day": day, "begins": begins, "ends": ends}
    found = _statement(place.level, tuple(parts)).rows(given)
    rows = [_Row(*one) for one in found]
    alerts = [
        AlertLine(row.rule, Colour(row.word), row.number, row.day)
        for row in rows
        if row.kind == ALERT
    ]
    orders = [_waiting(row, place) for row in rows if row.kind == ORDER]
    return HomeLines(
        sorted(alerts, key=lambda one: (one.colour, one.since, one.rule)),
        sorted(orders, key=lambda one: (one.due_on, one.code)),
        next(row.number for row in rows if row.kind == VACANT) if VACANT in parts else None,
        sorted((_site(row) for row in rows if row.kind == SITE), key=_by_start),
    )


@cache
def _statement(level: Level, parts: tuple[str, ...]) -> Kept:
    """Return the statement of the homes of a level, put together once per process."""
    place = AnyPlace(level)
    asked = {ALERT: _alerts, ORDER: _orders, VACANT: _vacant, SITE: _sites}
    return Kept(union_all(*(asked[part](place) for part in parts)))


def _columns(kind: str, **given: Any) -> list[Any]:
    """Return the columns of one part, in one order and of one type everywhere."""
    columns = [
        (type_coerce(given[name], of) if name in given else cast(null(), of)).label(name)
        for name, of in SHAPE.items()
    ]
    return [literal(kind).label("kind"), *columns]


def _alerts(place: AnyPlace) -> Any:
    found = lines_at(place, ALERTS_SHOWN).subquery()
    return select(
        *_columns(
            ALERT, rule=found.c.rule, word=found.c.colour, number=found.c.number, day=found.c.since
        )
    )


def _orders(place: AnyPlace) -> Any:
    found = (
        select(
            *_columns(
                ORDER,
                rule=Order.rule,
                word=Order.status,
                subject=Order.subject,
                code=Order.code,
                handler=Order.handler_id,
                issuer=Order.issuer_id,
                escalated=Order.escalated_to_id,
                about=ABOUT.id,
                day=Order.due_on,
                receipt=Order.receipt_due,
                about_code=ABOUT.code,
                about_name=ABOUT.name,
                about_path=ABOUT.path,
                about_level=ABOUT.level,
            )
        )
        .join(ABOUT, ABOUT.id == Order.organization_id)
        .where(waiting_where(place))
        .order_by(Order.due_on, Order.id)
        .limit(ORDERS_SHOWN)
        .subquery()
    )
    return select(*found.c)


def _sites(place: AnyPlace) -> Any:
    found = site_rows(place.id, SITES_SHOWN).subquery()
    return select(
        *_columns(
            SITE,
            subject=found.c.title,
            code=found.c.code,
            starts=found.c.starts_at,
            ends=found.c.ends_at,
            about_code=found.c.activity,
            about_name=found.c.place,
        )
    )


def _vacant(_place: AnyPlace) -> Any:
    return select(*_columns(VACANT, number=vacant_count()))


def _waiting(row: _Row, place: Place) -> Waiting:
    about = Place(row.about, row.about_code, row.about_name, row.about_path, Level(row.about_level))
    status = OrderStatus(row.word)
    box = box_of(place, status, row.handler, row.issuer, row.escalated)
    return Waiting(row.code, row.rule, row.subject, about, box, status, row.day, row.receipt)


def _site(row: _Row) -> Site:
    return Site(row.code, row.about_code, row.subject, row.about_name, row.starts, row.ends)


def _by_start(site: Site) -> tuple[datetime, str]:
    return site.starts_at, site.code
