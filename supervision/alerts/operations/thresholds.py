"""The province draws the lines of a rule anew, from a day on; earlier lines stay to be read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core import clock
from core.access.permissions import Level
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from supervision.alerts.definitions import AlertRule
from supervision.alerts.models import AlertThreshold
from supervision.alerts.rules import Threshold, check_threshold
from supervision.indicators.rules import Better


def set_threshold(
    rule: AlertRule, level: Level, told: Threshold, *, by: Actor, now: datetime
) -> AlertThreshold:
    """Return the lines of a rule at a level from a day on. Raises RuleViolation.

    Set again for the same day they are put right.
    """
    if level not in rule.levels:
        raise RuleViolation("level", N_("这条规则不在这一级预警"))
    known = check_threshold(
        told, clock.local(now).date(), more_is_better=rule.definition.better is Better.MORE
    )
    row = db.session.scalars(
        select(AlertThreshold)
        .where(
            AlertThreshold.rule == rule.code,
            AlertThreshold.level == level,
            AlertThreshold.valid_from == known.valid_from,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = AlertThreshold(rule=rule.code, level=level, valid_from=known.valid_from)
        db.session.add(row)
    row.yellow, row.red, row.is_on = known.yellow, known.red, known.is_on
    row.source, row.entered_at, row.entered_by_id = known.source, now, by.user_id
    db.session.flush()
    record(
        "alerts.set_threshold",
        "alert_threshold",
        row.id,
        by=by,
        rule=rule.code,
        level=level,
        valid_from=known.valid_from,
        yellow=known.yellow,
        red=known.red,
        is_on=known.is_on,
    )
    return row
