"""What is kept how long, and what removes it: the rules that packages register.

One rule stands for one class of data (decisions.md D6, domain.md PRI-12, security.md PRV-17);
``flask retention run`` removes what is due, ``--dry-run`` counts it. The privacy notice reads the
same periods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, tuple_

from core import clock, settings
from core.database import changed_rows, db
from core.privacy_defaults import LEAST

#: So many rows go in one transaction.
ROWS = 1_000

#: Returns the conditions of rows that are due at an instant.
Due = Callable[[datetime], tuple[ColumnElement[bool], ...]]
#: Treats a part of what is due at an instant; returns how much it was, none at the end.
Step = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of data: the setting that says how long, how many are due, and what removes them.

    ``remove`` yields after each part how many it removed; the caller commits between two parts.
    """

    name: str
    setting: str
    due: Callable[[datetime], int]
    remove: Callable[[datetime], Iterator[int]]


_RULES: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule; called when its package is imported. Raises ValueError for a name twice."""
    if rule.name in _RULES:
        raise ValueError(rule.name)
    _RULES[rule.name] = rule


def rules() -> list[Rule]:
    """Return every rule, in the order in which they are applied."""
    return list(_RULES.values())


def until_none(step: Step) -> Callable[[datetime], Iterator[int]]:
    """Return the parts of a step that is called until it finds nothing."""

    def parts(now: datetime) -> Iterator[int]:
        while count := step(now):
            yield count

    return parts


def of_rows(name: str, setting: str, model: Any, due: Due) -> Rule:
    """Return the rule for rows of a table that go as they are, ``ROWS`` at once."""
    key = model.__table__.primary_key.columns

    def step(now: datetime) -> int:
        some = select(*key).where(*due(now)).limit(ROWS)
        return changed_rows(delete(model).where(tuple_(*key).in_(some)))

    return Rule(name, setting, counting(model, due), until_none(step))


def counting(model: Any, due: Due) -> Callable[[datetime], int]:
    """Return what counts the rows of a table that are due at an instant."""

    def count(now: datetime) -> int:
        statement = select(func.count()).select_from(model).where(*due(now))
        return db.session.scalar(statement) or 0

    return count


def period(setting: str, on: date) -> int:
    """Return how long is kept what a setting is about, in its unit: never less than the law."""
    return max(settings.value(setting, on=on), LEAST.get(setting, 1))


def first_day(setting: str, now: datetime) -> date:
    """Return the first day of which something is still kept; what is older is due."""
    today = clock.local(now).date()
    kept = period(setting, today)
    if setting.endswith("_years"):
        return years_before(today, kept)
    if setting.endswith(".hours"):
        return clock.local(now - timedelta(hours=kept)).date()
    return today - timedelta(days=kept)


def since(setting: str, now: datetime) -> datetime:
    """Return the instant before which nothing is kept: the begin of its first day in Shanghai."""
    return clock.day_bounds(first_day(setting, now))[0]


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; of a leap day the one before it."""
    leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - the leap day
    return (day.replace(day=28) if leap else day).replace(year=day.year - years)
