"""All pupils into the next school year, against the bare update of the same rows.

The bare thing is one statement per table that writes nothing but where each pupil goes: classes
that are there, no history, no undo, no chunks. It runs on the rows as they were before.
"""

from __future__ import annotations

import time

from flask import Flask
from sqlalchemy import func, select, text

from bench.importing import Ratio
from core import clock, crypto, garbage
from core.audit.operations import SYSTEM
from core.database import db, is_postgresql
from schools.models import Pupil, SchoolClass
from schools.operations import year_steps, years

GOAL = 0.5
ALONG = (
    "UPDATE pupils SET class_id = m.class_id FROM school_year_classes m"
    " WHERE m.from_class_id = pupils.class_id AND pupils.status IN ('draft', 'member')"
)
GRADUATE = (
    "UPDATE pupils SET status = 'graduated' FROM school_classes c"
    " WHERE c.id = pupils.class_id AND c.year = :year AND pupils.status = 'member'"
)
BACK = (
    "UPDATE pupils SET class_id = y.class_id, status = y.status FROM pupil_years y"
    " WHERE y.pupil_id = pupils.id"
)


def measure_moving(app: Flask) -> list[Ratio]:
    """Return the ratio of the school year on the database of an app: every pupil moves once."""
    garbage.let_rest()
    with app.app_context():
        pupils = db.session.scalar(select(func.count()).select_from(Pupil)) or 0
        year = (db.session.scalar(select(func.max(SchoolClass.year))) or 0) + 1
        db.session.rollback()
        _settle()
        ours = _ours(year, pupils)
        _statement(BACK)
        _settle()
        began = time.perf_counter()
        _statement(ALONG)
        _statement(GRADUATE, year=year - 1)
        bare = time.perf_counter() - began
        db.session.remove()
    name = f"school year of {pupils:,} pupils, rate : bare update"
    return [Ratio(name, ours, bare, GOAL, is_most=False)]


def _ours(year: int, pupils: int) -> float:
    batch, now = crypto.opaque_code(8), clock.now()
    began = time.perf_counter()
    years.open_runs(year, batch, by=SYSTEM, now=now)
    db.session.commit()
    after, moved = year_steps.START, 0
    while (done := year_steps.advance(batch, after, by=SYSTEM, now=now)) is not None:
        db.session.commit()
        after, moved = done[0], moved + done[1]
    db.session.commit()
    took = time.perf_counter() - began
    assert moved == pupils, (moved, pupils)
    return took


def _statement(statement: str, **values: object) -> None:
    if is_postgresql():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
    db.session.execute(text(statement), values)
    db.session.commit()


def _settle() -> None:
    """Let the database begin in order: both are measured on a table without dead rows."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_postgresql():
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM (FULL, ANALYZE) pupils"))
            connection.execute(text("VACUUM (ANALYZE) school_classes"))
            connection.execute(text("CHECKPOINT"))
