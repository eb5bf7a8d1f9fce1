"""Earlier alerts: those that ended, because the figure recovered or the organization closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, or_, select, tuple_
from sqlalchemy.orm import contains_eager

from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from organizations.listing import words_of
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from supervision.alerts.models import Alert
from supervision.alerts.queries.listing import PAGE, Listed, concern
from supervision.alerts.rules import Ending


def ended_alerts(
    place: Place, rule: str = "", ending: Ending | None = None, name: str = "", after: str = ""
) -> Page[Listed]:
    """Return a page of the earlier alerts of a place, the last ended first: one statement."""
    key: Any = (Alert.ended_on, Alert.id)
    asked = (
        select(Alert)
        .join(Alert.organization)
        .options(contains_eager(Alert.organization))
        .where(Alert.ended_on.is_not(None), concern(place))
        .order_by(*(one.desc() for one in key))
        .limit(PAGE + 1)
    )
    if rule:
        asked = asked.where(Alert.rule == rule)
    if ending is not None:
        is_recovered = or_(
            Organization.status.in_(OPEN_STATES), Organization.closed_on > Alert.ended_on
        )
        # of an organization without a last day the second is unknown, which is no
        told = case((is_recovered, Ending.RECOVERED.value), else_=Ending.CLOSED.value)
        asked = asked.where(told == ending.value)
    for word in words_of(name):
        asked = asked.where(Organization.search_text.contains(word, autoescape=True))
    if after:
        anchor = [select(one).where(Alert.code == after).scalar_subquery() for one in key]
        asked = asked.where(tuple_(*key) < tuple_(*anchor))
    return page_of([Listed(row) for row in db.session.scalars(asked)], PAGE)


def ending_of(alert: Alert) -> Ending:
    """Return how an alert ended: whose organization worked on that day had its figure recover."""
    about, ended_on = alert.organization, alert.ended_on
    closed_later = about.closed_on and ended_on and about.closed_on > ended_on
    is_recovered = about.status in OPEN_STATES or closed_later
    return Ending.RECOVERED if is_recovered else Ending.CLOSED


def last_day_of(alert: Alert) -> date:
    """Return the last day that the figure of an ended alert can be of: the night after ended it."""
    return (alert.ended_on or alert.since) - timedelta(days=1)
