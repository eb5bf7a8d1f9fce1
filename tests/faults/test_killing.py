"""kill -9 in the middle of work: nothing lost, nothing doubled, continued to the end (FLT-01).

A few kills on every commit; ``make faults`` kills a hundred times on each database.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Permission
from core.config import Config
from core.database import db
from core.jobs.rules import JobStatus
from members import operations
from members.models import Application, Decision, Membership
from members.rules import ApplicationKind, ApplicationStatus
from tests import factories as make
from tests.cast import organization_named
from tests.faults.killing import IS_FULL, KILLS, kill_until_done, secretary, state_of
from tests.races import books

ROWS = 220 if IS_FULL else 80
EARLIEST = date(1930, 1, 1)

days = count()


def begin_drive() -> str:
    """Let people apply and start the job that approves them all; return its code."""
    branch, scope = organization_named("东一村"), secretary(Permission.APPLICATIONS_DECIDE)
    for _ in range(ROWS):
        person = make.make_person(with_id=True, born_on=EARLIEST + timedelta(next(days)))
        user = make.make_user(person)
        make.make_application(person, branch, user, kind=ApplicationKind.MEMBER)
    books.settle()
    newest = select(Application.code).order_by(Application.id.desc()).limit(1)
    until = db.session.scalars(newest).one()
    job = operations.start_drive(scope, until, sampled=False, now=clock.now())
    db.session.commit()
    return job.code


@pytest.mark.covers("FLT-01")
def test_a_drive_survives_every_kill(served: tuple[Flask, Config]) -> None:
    app, _ = served
    kills, random = 0, Random(20)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            code = begin_drive()
        kills += kill_until_done(app, code, random)
        job = state_of(app, code)
        assert (job.status, job.done) == (JobStatus.DONE, ROWS)
        with app.app_context():
            decision = db.session.scalars(
                select(Decision).where(Decision.code == job.result["decision"])
            ).one()
            decided = select(func.count()).where(Application.decision_id == decision.id)
            assert (decision.count, db.session.scalar(decided)) == (ROWS, ROWS)
            waiting = Application.status == ApplicationStatus.SUBMITTED
            assert db.session.scalar(select(func.count()).where(waiting)) == 0
            doubled = (
                select(Membership.application_id)
                .group_by(Membership.application_id)
                .having(func.count() > 1)
                .where(Membership.application_id.is_not(None))
            )
            assert db.session.scalars(doubled).all() == []
            assert books.problems() == []
            db.session.remove()
