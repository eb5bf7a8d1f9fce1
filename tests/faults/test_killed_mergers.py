"""kill -9 while organizations become one, and while they are taken apart: nothing lost or doubled.

A few kills on every commit; ``make faults`` merges five hundred villages under thirty kills.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.config import Config
from core.database import db
from core.jobs.rules import JobStatus
from members.models import Membership, Resettlement
from organizations import operations
from organizations.models import Figure, Organization
from organizations.rules import MergerRowStatus, OrganizationStatus
from tests.cast import Cast
from tests.faults.killing import IS_FULL, kill_until_done, state_of
from tests.organizations import mergers
from tests.races import books

COUNTY = "东县"
PAIRS, KILLS = (250, 30) if IS_FULL else (6, 3)


def everything() -> dict[tuple[int, str, int], int]:
    """Return every maintained number of every organization."""
    db.session.expire_all()
    return {
        (one.organization_id, one.measure, one.period): one.value
        for one in db.session.scalars(select(Figure))
        if one.value
    }


def homes() -> Counter[tuple[int, str]]:
    """Return how many members each organization has, by state."""
    statement = select(Membership.organization_id, Membership.status)
    return Counter((row[0], row[1].value) for row in db.session.execute(statement))


def gone() -> int:
    """Return how many organizations merged."""
    merged = Organization.status == OrganizationStatus.MERGED
    return db.session.scalar(select(func.count()).where(merged)) or 0


def begin(app: Flask, code: str = "", pairs: Sequence[tuple[str, str]] = ()) -> tuple[str, str]:
    """Start a new list, or taking one back; return the codes of list and job."""
    with app.app_context():
        Cast.load()
        scope = mergers.scope_of("cora", COUNTY)
        if code:
            job = operations.start_undo(code, scope, now=clock.now())
        else:
            code = mergers.prepare(scope, pairs)
            job = operations.start_merger(code, scope, now=clock.now())
        found = code, job.code
        db.session.commit()
        db.session.remove()
    return found


@pytest.mark.covers("FLT-01", "ORG-17", "S31")
def test_mergers_survive_every_kill(served: tuple[Flask, Config]) -> None:
    app, _ = served
    kills, passes, random = 0, 0, Random(31)  # noqa: S311 - moments to kill at, no secret
    with app.app_context():
        codes = mergers.villages(COUNTY, 2 * PAIRS)
        pairs = list(zip(codes[:PAIRS], codes[PAIRS:], strict=True))
        before, lived = everything(), homes()
        db.session.remove()
    while kills < KILLS:
        passes += 1
        listed, job = begin(app, pairs=pairs)
        kills += kill_until_done(app, job, random)
        assert (state_of(app, job).status, state_of(app, job).done) == (JobStatus.DONE, PAIRS)
        with app.app_context():
            assert {status for status, _ in mergers.rows_of(listed)} == {MergerRowStatus.DONE}
            moved = db.session.scalar(select(func.count(Resettlement.id)))
            assert (gone(), moved) == (PAIRS, passes * PAIRS)
            assert books.problems() == []
        _, undoing = begin(app, listed)
        kills += kill_until_done(app, undoing, random)
        assert state_of(app, undoing).done == PAIRS
        with app.app_context():
            assert (gone(), everything(), homes()) == (0, before, lived)
            assert books.problems() == []
            db.session.remove()
    assert kills >= KILLS
