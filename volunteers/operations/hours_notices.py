"""An objection during public notice: the hours are looked at before they count (VOL-43)."""

from __future__ import annotations

from datetime import datetime

from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from volunteers.models import ServiceRecord
from volunteers.operations.holds import hold
from volunteers.queries.hours_notices import open_record
from volunteers.rules import check_reason
from volunteers.rules.patterns import Hit, Pattern


def object_to_hours(code: str, note: str, *, by: Actor, now: datetime) -> None:
    """Let the desk look into hours that lie open, for what somebody of the organization says.

    Raises UnknownRowError for what does not lie open to him, RuleViolation where he said so before.
    """
    words = check_reason(note, "note")
    if by.person_id is None or open_record(by.person_id, code, now) is None:
        raise UnknownRowError(code)
    record_id = db.session.query(ServiceRecord.id).filter_by(code=code).scalar()
    hit = Hit(Pattern.OBJECTION, f"{record_id}:{by.person_id}", (record_id,))
    if not hold([hit], by=by, now=now, words=words):
        raise RuleViolation("note", N_("您已经提过异议，已经核查过了"))
