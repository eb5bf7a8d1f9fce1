"""Every rule over every organization, window by window; done twice it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from core import crypto
from core.access.permissions import Level
from core.database import db, insert_or
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from supervision.alerts.definitions import Finding
from supervision.alerts.models import Alert
from supervision.alerts.queries.measuring import Measured, Nearby, measured, near_counts
from supervision.alerts.queries.thresholds import Thresholds, thresholds_on
from supervision.alerts.rules import Colour

WINDOW = 1_000
CODE_LENGTH = 8
#: What changes of an alert from one night to the next.
COLUMNS = ("colour", "figure", "top", "bottom", "near", "threshold", "red_since")


@dataclass(frozen=True, slots=True)
class Night:
    """What all windows of one evaluation share: its day, the lines, what comes near."""

    day: date
    thresholds: Thresholds
    near: Nearby


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One window that was evaluated: its organizations, and how many alerts began and ended."""

    last_id: int
    organization_ids: Sequence[int]
    night: Night
    measured: Measured
    begun: int
    ended: int


#: Called in the transaction of a window, after its alerts were written.
EVALUATED: list[Callable[[Evaluation], None]] = []


def begin_night(day: date) -> Night:
    """Return what the windows of an evaluation share: five statements."""
    return Night(day, thresholds_on(day), near_counts(day))


def evaluate(night: Night, after: int = 0, limit: int = WINDOW) -> Evaluation | None:
    """Evaluate the next organizations by id; None where there is none.

    The figure that an alert shows is that of the last night. An organization that does not work
    any more has no alert.
    """
    places = db.session.execute(
        select(Organization.id, Organization.level, Organization.status)
        .where(Organization.id > after)
        .order_by(Organization.id)
        .limit(limit)
    ).all()
    if not places:
        return None
    watched = {level for _rule, level in night.thresholds}
    at_work = [
        (place_id, level)
        for place_id, level, status in places
        if status in OPEN_STATES and level in watched
    ]
    told = measured(at_work, night.thresholds, night.near, night.day)
    ids = [row.id for row in places]
    known = _open(ids)
    ended = _end([alert.id for key, alert in known.items() if key not in told.findings], night.day)
    _follow(known, told.findings, night.day)
    levels = dict(at_work)
    fresh = {key: one for key, one in told.findings.items() if key not in known}
    begun = _begin(fresh, levels, night.day)
    found = Evaluation(ids[-1], ids, night, told, begun, ended)
    for follow in EVALUATED:
        follow(found)
    return found


def end_alerts_of(organization_ids: Sequence[int], day: date) -> None:
    """End the alerts of organizations that do not work any more."""
    db.session.execute(
        update(Alert)
        .where(Alert.organization_id.in_(organization_ids), Alert.ended_on.is_(None))
        .values(ended_on=day)
        .execution_options(synchronize_session=False)
    )


def _open(ids: Sequence[int]) -> Mapping[tuple[int, str], Any]:
    rows = db.session.execute(
        select(Alert.__table__).where(Alert.organization_id.in_(ids), Alert.ended_on.is_(None))
    )
    return {(row.organization_id, row.rule): row for row in rows}


def _end(alert_ids: Sequence[int], day: date) -> int:
    if alert_ids:
        db.session.execute(
            update(Alert)
            .where(Alert.id.in_(alert_ids))
            .values(ended_on=day)
            .execution_options(synchronize_session=False)
        )
    return len(alert_ids)


def _follow(
    known: Mapping[tuple[int, str], Any], findings: Mapping[tuple[int, str], Finding], day: date
) -> None:
    """Write the figures of this night into the alerts that go on."""
    going = [alert.id for key, alert in known.items() if key in findings and alert.as_of != day]
    if going:
        db.session.execute(
            update(Alert)
            .where(Alert.id.in_(going))
            .values(as_of=day)
            .execution_options(synchronize_session=False)
        )
    for key, alert in known.items():
        finding = findings.get(key)
        if finding is None:
            continue
        values = _values(finding, alert.red_since, day)
        changed = {name: values[name] for name in COLUMNS if values[name] != getattr(alert, name)}
        if changed:
            db.session.execute(
                update(Alert)
                .where(Alert.id == alert.id)
                .values(changed)
                .execution_options(synchronize_session=False)
            )


def _begin(
    findings: Mapping[tuple[int, str], Finding], levels: Mapping[int, Level], day: date
) -> int:
    """Insert new alerts; one that another evaluation began meanwhile stays as it is."""
    rows = [
        {
            "code": crypto.opaque_code(CODE_LENGTH),
            "organization_id": place_id,
            "level": levels[place_id],
            "rule": rule,
            "since": day,
            "as_of": day,
            **_values(finding, None, day),
        }
        for (place_id, rule), finding in sorted(findings.items())
    ]
    for start in range(0, len(rows), WINDOW):
        insert = insert_or(Alert).values(rows[start : start + WINDOW])
        db.session.execute(insert.on_conflict_do_nothing())
    return len(rows)


def _values(finding: Finding, red_since: date | None, day: date) -> dict[str, Any]:
    is_red = finding.colour is Colour.RED
    return {
        "colour": finding.colour,
        "figure": finding.figure,
        "top": finding.top,
        "bottom": finding.bottom,
        "near": finding.near,
        "threshold": finding.threshold,
        "red_since": (red_since or day) if is_red else None,
    }
