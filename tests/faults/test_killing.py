"""kill -9 in the middle of work: nothing lost, nothing doubled, continued to the end (FLT-01).

A few kills on every commit; ``make faults`` kills a hundred times on each database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Post
from core import clock
from core.access.permissions import Permission, Reach
from core.access.scope import HeldPost, Principal, Scope
from core.config import Config
from core.database import db
from core.jobs.rules import JobStatus
from members import operations
from members.models import Application, Decision, Membership
from members.rules import ApplicationKind, ApplicationStatus
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.faults.killing import kill_until_done, state_of, world
from tests.races import books

KILLS = 100 if os.environ.get("FAULTS") == "full" else 3
ROWS = 220
EARLIEST = date(1930, 1, 1)

days = count()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application and its configuration, on a database of its own."""
    with world(tmp_path_factory.mktemp("faults")) as found:
        yield found


def secretary() -> Scope:
    """Return the scope in which the secretary of the branch approves."""
    post = db.session.scalars(select(Post).where(Post.user_id == Cast().user("ben").id)).one()
    held = HeldPost(post.id, post.role, post.organization.place)
    return Scope(
        place=held.place,
        post=held,
        principal=Principal(post.user_id, None, (held,)),
        permission=Permission.APPLICATIONS_DECIDE,
        reach=Reach.HERE,
    )


def begin_drive() -> str:
    """Let people apply and start the job that approves them all; return its code."""
    branch, scope = organization_named("东一村"), secretary()
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
    app, config = served
    kills, random = 0, Random(20)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            code = begin_drive()
        kills += kill_until_done(app, config, code, random)
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
