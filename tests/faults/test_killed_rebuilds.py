"""kill -9 while all numbers are counted anew: the next one goes on, and every number is right.

A few kills on every commit; ``make faults`` thirty.
"""

from __future__ import annotations

from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from core import clock
from core.config import Config
from core.database import db
from organizations.models import Figure, FigureCheck, FigurePart
from supervision.recount import differences
from supervision.rollup import operations
from tests.faults.killing import IS_FULL, killed

KILLS = 30 if IS_FULL else 3
LONGEST = 0.4


def rebuild() -> None:
    """Do what the command does, from where it was stopped."""
    keep, now = db.session.commit, clock.now()
    measures = operations.begin_rebuild(only_missing=False, keep=keep)
    operations.rebuild(measures, keep=keep, now=now, told=lambda *_: None)


def spoil() -> None:
    for model in (Figure, FigurePart):
        db.session.execute(update(model).values(value=model.value + 1))
    db.session.commit()


@pytest.mark.covers("LOAD-02")
def test_a_rebuild_survives_every_kill(served: tuple[Flask, Config]) -> None:
    app, _ = served
    chance, kills, rounds = Random(7), 0, 0  # noqa: S311 - a test that can be repeated
    while kills < KILLS:
        with app.app_context():
            spoil()
            assert differences()
            db.session.remove()
        while killed(app, rebuild, chance.uniform(0.02, LONGEST) + 0.1 * rounds):
            kills, rounds = kills + 1, rounds + 1
        rounds = 0
        with app.app_context():
            assert differences() == []
            left = select(func.count()).where(FigureCheck.done < FigureCheck.asked)
            assert db.session.scalar(left) == 0
            db.session.remove()
