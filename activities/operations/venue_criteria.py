"""What venues are asked for: the province enters lists, each from a day on (domain.md 5)."""

from __future__ import annotations

from datetime import date, datetime

from activities.models import VenueCriteria
from activities.rules.venue_reviews import SOURCE_MAX, check_criteria
from activities.rules.venues import VenueKind
from core import clock
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, check_line


def set_criteria(
    kind: VenueKind, text: str, valid_from: date, source: str, *, by: Actor, now: datetime
) -> VenueCriteria:
    """Return what is asked of venues of a kind from a day on; what was found before stays.

    Raises RuleViolation.
    """
    if valid_from < clock.local(now).date():
        raise RuleViolation("valid_from", N_("只能从今天或以后开始"))
    items = check_criteria(text)
    row = db.session.get(VenueCriteria, (kind, valid_from))
    row = row or VenueCriteria(kind=kind, valid_from=valid_from)
    row.items = "\n".join(items)
    row.source = check_line(source, "source", SOURCE_MAX)
    row.entered_at, row.entered_by_id = now, by.user_id
    db.session.add(row)
    db.session.flush()
    record("venues.criteria", "venue_criteria", None, by=by, kind=kind, day=valid_from.isoformat())
    return row
