"""Maintained numbers: changed in the transaction of the fact, at the organization and all above it.

Changes are collected while the request runs and written once before the commit, in the order
of their keys, so that two transactions never wait for each other in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    bindparam,
    event,
    select,
)
from sqlalchemy.orm import Session

from core import pending
from core.bulk import add_many
from core.database import db
from core.statements import Kept
from organizations.models import Figure, FigurePart, FigureStock
from organizations.rules import QUEUES, Measure, ids_of_path

PENDING = pending.register("figure_changes")
PARTS_PENDING = pending.register("figure_part_changes")
STOCK = 0
#: The stock of a queue at the organization itself, without those below it.
OWN = -1
Key = tuple[int, str, int]
#: Organization id, measure, part, period.
PartKey = tuple[int, str, str, int]


def add(path: str, measure: Measure, change: int, period: int = STOCK) -> None:
    """Note a change of a number at the organization with the path and at all above it."""
    ids = ids_of_path(path)
    shift(ids, measure, change, period)
    if measure in QUEUES and period == STOCK:
        shift(ids[-1:], measure, change, OWN)


def add_split(path: str, measure: Measure, part: str, change: int) -> None:
    """Note a change of a stock and of the one part of it that it belongs to."""
    add(path, measure, change)
    add_part(path, measure, part, change)


def shift(
    organization_ids: Iterable[int], measure: Measure, change: int, period: int = STOCK
) -> None:
    """Note a change of a number at the organizations named, and nowhere else."""
    changes: Counter[Key] = db.session.info.setdefault(PENDING, Counter())
    for organization_id in organization_ids:
        changes[organization_id, measure.value, period] += change


def add_dated(
    path: str, measure: Measure, change: int, day: date, *, part: str | None = None
) -> None:
    """Note a change in the year and in the month of a day, and of one part of it if named."""
    for period in (day.year, day.year * 100 + day.month):
        add(path, measure, change, period)
        if part is not None:
            add_part(path, measure, part, change, period)


def add_part(path: str, measure: Measure, part: str, change: int, period: int = STOCK) -> None:
    """Note a change of one part of a number, at the organization and all above it.

    The number itself is changed by ``add``: parts need not add up to it.
    """
    shift_part(ids_of_path(path), measure, part, change, period)


def shift_part(
    organization_ids: Iterable[int], measure: Measure, part: str, change: int, period: int = STOCK
) -> None:
    """Note a change of one part of a number at the organizations named, and nowhere else."""
    changes: Counter[PartKey] = db.session.info.setdefault(PARTS_PENDING, Counter())
    for organization_id in organization_ids:
        changes[organization_id, measure.value, part, period] += change


def noted(organization_ids: Iterable[int], measures: Iterable[Measure]) -> dict[Key, int]:
    """Return the changes that are collected and not written yet of some numbers."""
    wanted, names = set(organization_ids), {one.value for one in measures}
    changes: Counter[Key] = db.session.info.get(PENDING, Counter())
    return {key: change for key, change in changes.items() if key[0] in wanted and key[1] in names}


def write(session: Session) -> None:
    """Write the collected changes."""
    changes: Counter[Key] = session.info.pop(PENDING, Counter())
    rows = [
        {"organization_id": key[0], "measure": key[1], "period": key[2], "value": change}
        for key, change in sorted(changes.items())
        if change
    ]
    if rows:
        add_many(Figure, rows, ("value",), session)
    parts: Counter[PartKey] = session.info.pop(PARTS_PENDING, Counter())
    names = ("organization_id", "measure", "part", "period", "value")
    more = [
        dict(zip(names, (*key, change), strict=True))
        for key, change in sorted(parts.items())
        if change
    ]
    if more:
        add_many(FigurePart, more, ("value",), session)


@event.listens_for(Session, "before_commit")
def _write_before_commit(session: Session) -> None:
    has_changes = session.info.get(PENDING) or session.info.get(PARTS_PENDING)
    if has_changes and pending.is_over(session):
        session.flush()
        write(session)


_VALUES = Kept(
    select(Figure.organization_id, Figure.measure, Figure.period, Figure.value).where(
        Figure.measure.in_(bindparam("measures", expanding=True)),
        Figure.organization_id.in_(bindparam("organizations", expanding=True)),
        Figure.period.in_(bindparam("periods", expanding=True)),
    )
)


def values(
    organization_ids: Iterable[int],
    measures: Iterable[Measure],
    periods: Iterable[int] = (STOCK,),
) -> Mapping[Key, int]:
    """Return ``(organization id, measure, period) -> value`` of what is stored: one statement."""
    asked: dict[str, Any] = {
        "organizations": list(organization_ids),
        "measures": list(measures),
        "periods": list(periods),
    }
    return {(row[0], row[1], row[2]): row[3] for row in _VALUES.rows(asked)}


_PARTS = Kept(
    select(
        FigurePart.organization_id,
        FigurePart.measure,
        FigurePart.part,
        FigurePart.period,
        FigurePart.value,
    ).where(
        FigurePart.measure.in_(bindparam("measures", expanding=True)),
        FigurePart.organization_id.in_(bindparam("organizations", expanding=True)),
        FigurePart.period.in_(bindparam("periods", expanding=True)),
    )
)


def parts(
    organization_ids: Iterable[int], measures: Iterable[Measure], periods: Iterable[int] = (STOCK,)
) -> Mapping[PartKey, int]:
    """Return ``(organization id, measure, part, period) -> value``: one statement."""
    asked = {
        "organizations": list(organization_ids),
        "measures": list(measures),
        "periods": list(periods),
    }
    return {(row[0], row[1], row[2], row[3]): row[4] for row in _PARTS.rows(asked)}


_STOCKS = Kept(
    select(
        FigureStock.organization_id,
        FigureStock.measure,
        FigureStock.part,
        FigureStock.month,
        FigureStock.value,
    ).where(
        FigureStock.measure.in_(bindparam("measures", expanding=True)),
        FigureStock.organization_id.in_(bindparam("organizations", expanding=True)),
        FigureStock.month.in_(bindparam("months", expanding=True)),
    )
)


def stocks(
    organization_ids: Iterable[int], measures: Iterable[Measure], months: Iterable[int]
) -> Mapping[PartKey, int]:
    """Return ``(organization id, measure, part, month) -> value`` at the ends of months.

    The part is empty for the whole. What was nothing is not there, nor is a month that was never
    closed: ``figures_runs.closed_on`` tells which were, and from which day. One statement.
    """
    asked = {
        "organizations": list(organization_ids),
        "measures": list(measures),
        "months": list(months),
    }
    return {(row[0], row[1], row[2], row[3]): row[4] for row in _STOCKS.rows(asked)}
