"""All numbers counted from the rows, against the bare GROUP BY statements of the same rows.

The bare thing is each statement that groups rows by organization, month and kind, answered and
thrown away: nothing of it is added up the tree, summed to years, compared or written. It runs once
before ours and once after, and the quicker run counts.
"""

from __future__ import annotations

import time

from flask import Flask
from sqlalchemy import delete, text

from bench.importing import Ratio
from core import clock, garbage
from core.database import db, is_postgresql
from organizations.models import Figure, FigurePart
from organizations.operations.tallies import looking
from supervision.recount import KEPT, counts_of
from supervision.rollup import operations

GOAL = 1.5


def measure_rebuild(app: Flask) -> list[Ratio]:
    """Return the ratios of a rebuild on the database of an app: all is right, all is gone."""
    garbage.let_rest()
    with app.app_context():
        _ours()
        _settle()
        before = _bare()
        right = _ours()
        if is_postgresql():
            db.session.execute(text("SET LOCAL statement_timeout = 0"))
        for model in (Figure, FigurePart):
            db.session.execute(delete(model).where(model.measure.in_(KEPT)))
        db.session.commit()
        _settle()
        empty = _ours()
        bare = min(before, _bare())
        db.session.remove()
    return [
        Ratio("rebuild of right numbers : bare GROUP BY", right, bare, GOAL, is_most=True),
        Ratio("rebuild of lost numbers : bare GROUP BY", empty, bare, GOAL, is_most=True),
    ]


def _ours() -> float:
    keep, now = db.session.commit, clock.now()
    began = time.perf_counter()
    measures = operations.begin_rebuild(only_missing=False, keep=keep)
    operations.rebuild(measures, keep=keep, now=now, told=lambda *_: None)
    return time.perf_counter() - began


def _bare() -> float:
    began = time.perf_counter()
    with looking(db.session.commit):
        for measure in KEPT:
            for one in counts_of(measure):
                db.session.execute(one.cells).all()
    return time.perf_counter() - began


def _settle() -> None:
    """Let the planner know the tables as they are: both sides are planned by the same."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE figures" if is_postgresql() else "ANALYZE"))
