"""Which alerts an office looks after: those of the organizations that it supervises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager

from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import AnyPlace, range_of
from supervision.alerts.defaults import RULES
from supervision.alerts.definitions import OFFICES
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour

PAGE = 25
GRASSROOTS = (Level.TOWNSHIP, Level.UNIT)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One rule on a home: the worst colour, at how many organizations, since when."""

    rule: str
    colour: Colour
    organizations: int
    since: date


@dataclass(frozen=True, slots=True)
class Listed:
    """One alert in a list."""

    alert: Alert

    @property
    def code(self) -> str:
        return self.alert.code


def watched_by(place: Place | AnyPlace) -> ColumnElement[bool]:
    """Return the condition of the organizations that an office supervises.

    A county its organizations; a city its counties and the units right under it; the province
    cities, counties and its own units (domain.md 6.2, ORG-06).
    """
    low, high = range_of(place)
    below = and_(Organization.path > low, Organization.path < high)
    if place.level is Level.COUNTY:
        return below
    if place.level not in OFFICES:
        return false()
    lower = [Level.COUNTY] if place.level is Level.CITY else [Level.CITY, Level.COUNTY]
    own_units = and_(Organization.level.in_(GRASSROOTS), Organization.county_id.is_(None))
    if place.level is Level.PROVINCE:
        own_units = and_(own_units, Organization.city_id.is_(None))
    return and_(below, or_(Organization.level.in_(lower), own_units))


def concern(place: Place | AnyPlace) -> ColumnElement[bool]:
    """Return the condition of the alerts of an office, open or ended: below it, and at its desk.

    What its own figure only adds up from below stands there already.
    """
    own = [rule.code for rule in RULES.values() if _is_lowest(place.level, rule.levels)]
    desk = and_(Organization.id == place.id, Alert.rule.in_(own))
    watched = watched_by(place) if place.level in OFFICES else Organization.id == place.id
    return or_(watched, desk)


def _seen(place: Place | AnyPlace) -> ColumnElement[bool]:
    return and_(Alert.ended_on.is_(None), concern(place))


def _is_lowest(level: Level, levels: frozenset[Level]) -> bool:
    """Return whether a rule is watched at a level and at none below it."""
    order = list(Level)
    return level in levels and not any(one in levels for one in order[order.index(level) + 1 :])


def open_alerts(scope: Scope, limit: int) -> list[AlertLine]:
    """Return the open alerts of a place rule by rule, the latest first: one statement.

    Red before yellow, then whatever is open longest.
    """
    rows = db.session.execute(lines_at(scope.place, limit))
    return [AlertLine(row.rule, Colour(row.colour), row.number, row.since) for row in rows]


def lines_at(place: Place | AnyPlace, limit: int) -> Any:
    """Return what asks for ``open_alerts``: rule, colour, number, since."""
    colour = func.min(Alert.colour).label("colour")
    since = func.min(_late_since(), type_=Date).label("since")
    return (
        select(Alert.rule, colour, func.count().label("number"), since)
        .join(Organization, Organization.id == Alert.organization_id)
        .where(_seen(place))
        .group_by(Alert.rule)
        .order_by(colour, since, Alert.rule)
        .limit(limit)
    )


def _late_since() -> Any:
    return func.coalesce(Alert.red_since, Alert.since)


def counts_of(place: Place) -> dict[tuple[str, Colour], int]:
    """Return how many open alerts a place has by rule and colour: one statement."""
    rows = db.session.execute(
        select(Alert.rule, Alert.colour, func.count())
        .join(Organization, Organization.id == Alert.organization_id)
        .where(_seen(place))
        .group_by(Alert.rule, Alert.colour)
    )
    return {(rule, colour): count for rule, colour, count in rows}


def alerts_at(
    place: Place, rule: str = "", colour: Colour | None = None, after: str = ""
) -> Page[Listed]:
    """Return a page of the open alerts of a place, the latest first: one statement."""
    key = (Alert.colour, _late_since(), Alert.id)
    asked = (
        select(Alert)
        .join(Alert.organization)
        .options(contains_eager(Alert.organization))
        .where(_seen(place))
        .order_by(*key)
        .limit(PAGE + 1)
    )
    if rule:
        asked = asked.where(Alert.rule == rule)
    if colour is not None:
        asked = asked.where(Alert.colour == colour)
    if after:
        anchor = [select(one).where(Alert.code == after).scalar_subquery() for one in key]
        asked = asked.where(tuple_(*key) > tuple_(*anchor))
    rows = [Listed(row) for row in db.session.scalars(asked)]
    return page_of(rows, PAGE)


def alert_of_code(place: Place, code: str) -> Alert | None:
    """Return an open alert that a place sees, with its organization."""
    return db.session.scalars(
        select(Alert)
        .join(Alert.organization)
        .options(contains_eager(Alert.organization))
        .where(Alert.code == code, _seen(place))
    ).one_or_none()


def open_alert(organization_id: int, rule: str, *, lock: bool = False) -> Alert | None:
    """Return the open alert of an organization and a rule, locked where it is to be acted on."""
    asked = select(Alert).where(
        Alert.organization_id == organization_id, Alert.rule == rule, Alert.ended_on.is_(None)
    )
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(asked).one_or_none()
