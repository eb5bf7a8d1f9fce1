"""Which lines hold on a day, and which held before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from core.access.permissions import Level
from core.database import db
from supervision.alerts.defaults import RULES
from supervision.alerts.models import AlertThreshold
from supervision.alerts.rules import Threshold

Thresholds = Mapping[tuple[str, Level], Threshold]


def thresholds_on(day: date) -> Thresholds:
    """Return ``(rule, level) -> line`` as it holds on a day: one statement."""
    found = dict(_brought())
    entered = select(AlertThreshold).where(AlertThreshold.valid_from <= day)
    for row in db.session.scalars(entered.order_by(AlertThreshold.valid_from)):
        if (row.rule, row.level) in found:
            found[row.rule, row.level] = _threshold(row)
    return found


def versions_of() -> Mapping[tuple[str, Level], Sequence[Threshold]]:
    """Return every line ever, by rule and level, the newest first: one statement."""
    found: dict[tuple[str, Level], list[Any]] = {key: [one] for key, one in _brought()}
    for row in db.session.scalars(select(AlertThreshold).order_by(AlertThreshold.valid_from)):
        if (row.rule, row.level) in found:
            found[row.rule, row.level].insert(0, _threshold(row))
    return found


def _brought() -> Iterator[tuple[tuple[str, Level], Threshold]]:
    for rule in RULES.values():
        for level, threshold in rule.thresholds.items():
            yield (rule.code, level), threshold


def _threshold(row: AlertThreshold) -> Threshold:
    return Threshold(row.yellow, row.red, row.source, row.is_on, row.valid_from)
