"""Which figures of alerts a viewer does not get: those of few people, and what would tell them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.access.scope import Place
from organizations.figures import STOCK
from organizations.queries.covering import asked_of, cover_by
from organizations.rules import Discretion
from organizations.rules.cover import Cover
from supervision.alerts.definitions import AlertRule
from supervision.rules import months_before


def cover_of_figures(
    about: Iterable[tuple[Place, AlertRule]],
    discretion: Discretion,
    day: date,
    earlier: Iterable[date] = (),
) -> Cover:
    """Return what is hidden of the figures of a day and their months: one statement at most.

    Of ``earlier`` days only the figures themselves are told.
    """
    found = list(about)
    months = months_before(day.year, day.month)
    return cover_by(
        asked_of(
            # one step further down: what a township has itself is a row below it
            [f"{place.path}0/" for place, _rule in found],
            {term.measure for _place, rule in found for term in rule.definition.terms},
            discretion,
            {STOCK, day.year, *months, *(one.year for one in earlier)},
            months,
        )
    )
