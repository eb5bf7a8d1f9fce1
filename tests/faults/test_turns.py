"""Two workers at once: jobs of one account in their order, nobody kept waiting by another's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from queue import SimpleQueue

import pytest
from flask import Flask

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.config import Config
from core.database import db
from core.jobs import operations
from core.jobs.cli import WORKERS
from core.jobs.kinds import Kind
from core.jobs.models import Job
from core.jobs.running import run
from tests.cast import Cast, organization_named

NAME = "tests.turn"
TOTALS = (60, 2, 2)
Step = tuple[float, float, int, str]


@pytest.fixture
def steps(served: tuple[Flask, Config]) -> Iterator[list[Step]]:
    """Return what was done from when to when, for whom and in which job."""
    app, _ = served
    seen: list[Step] = []

    def step(job: Job, scope: Scope) -> bool:
        del scope
        began = time.monotonic()
        time.sleep(0.01)
        job.done += 1
        seen.append((began, time.monotonic(), job.user_id, job.code))
        return job.done < job.total

    kinds = app.extensions["job_kinds"]
    kinds[NAME] = Kind(NAME, "turns", Permission.HOME_VIEW, step, lambda _job: "/")
    yield seen
    del kinds[NAME]


def begin(name: str, place: str, total: int) -> str:
    """Return a new job of somebody."""
    code = organization_named(place).code
    scope = scope_of_account(Cast().user(name).id, code, Permission.HOME_VIEW)
    assert scope is not None
    job = operations.start(NAME, scope, total=total, now=clock.now())
    db.session.commit()
    return job.code


def work(app: Flask, waiting: SimpleQueue[str]) -> None:
    """Do what waits, as one thread of the worker does."""
    with app.app_context():
        while not waiting.empty():
            run(waiting.get())


@pytest.mark.covers("RACE-16", "FLT-01")
def test_a_long_job_keeps_only_its_owner_waiting(
    served: tuple[Flask, Config], steps: list[Step]
) -> None:
    app, _ = served
    waiting: SimpleQueue[str] = SimpleQueue()
    with app.app_context():
        own = [begin("ben", "东一村", total) for total in TOTALS]
        other = begin("cora", "东县", 3)
        db.session.remove()
    for code in (*own, other):
        waiting.put(code)
    workers = [threading.Thread(target=work, args=(app, waiting)) for _ in range(WORKERS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    order = [code for _, _, _, code in sorted(steps)]
    mine = [code for code in order if code != other]
    assert mine == [code for code, total in zip(own, TOTALS, strict=True) for _ in range(total)]
    assert order.index(other) < TOTALS[0]
    ends = [(began, ended) for began, ended, _, code in sorted(steps) if code != other]
    assert all(one[1] <= following[0] for one, following in pairwise(ends))
