"""Earlier alerts: those that ended, because the figure recovered or the organization closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, tuple_
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
        is_open = Organization.status.in_(OPEN_STATES)
        asked = asked.where(is_open if ending is Ending.RECOVERED else ~is_open)
    for word in words_of(name):
        asked = asked.where(Organization.search_text.contains(word, autoescape=True))
    if after:
        anchor = [select(one).where(Alert.code == after).scalar_subquery() for one in key]
        asked = asked.where(tuple_(*key) < tuple_(*anchor))
    return page_of([Listed(row) for row in db.session.scalars(asked)], PAGE)


def ending_of(alert: Alert) -> Ending:
    """Return how an alert ended: whose organization works on had its figure recover."""
    return Ending.RECOVERED if alert.organization.status in OPEN_STATES else Ending.CLOSED
