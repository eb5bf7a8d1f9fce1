"""What waits for the end of a transaction outlives a savepoint that is undone, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, record, record_many
from core.audit.queries import verify_chain
from core.database import db
from organizations import figures
from organizations.rules import Measure
from tests.cast import Cast
from tests.volunteers.desk import figure

PLACE = "东一村"


def refuse_in_a_savepoint(path: str) -> None:
    """Begin something, and be refused in the middle of it."""
    savepoint = db.session.begin_nested()
    record("refused", "test", 2, by=SYSTEM)
    figures.add(path, Measure.ADULT_MEMBERS, 100)
    db.session.flush()
    savepoint.rollback()


@pytest.mark.covers("LOG-06", "LED-12")
def test_a_refusal_takes_nothing_along_that_stood_before_it(cast: Cast) -> None:
    branch = cast.organization(PLACE)
    before = figure(cast, PLACE, Measure.ADULT_MEMBERS)
    record("first", "test", 1, by=SYSTEM)
    record_many("many", "test", [3, 4], by=SYSTEM)
    figures.add(branch.path, Measure.ADULT_MEMBERS, 1)
    refuse_in_a_savepoint(branch.path)
    with db.session.begin_nested():
        record("last", "test", 5, by=SYSTEM)
        figures.add(branch.path, Measure.ADULT_MEMBERS, 1)
    db.session.commit()
    written = select(AuditEvent).where(AuditEvent.subject_type == "test")
    kept = {one.subject_id: one.sequence for one in db.session.scalars(written)}
    assert set(kept) == {1, 3, 4, 5}
    assert None not in kept.values()
    assert verify_chain(AuditEvent).is_sound
    assert figure(cast, PLACE, Measure.ADULT_MEMBERS) == before + 2
