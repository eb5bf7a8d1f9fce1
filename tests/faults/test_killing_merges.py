"""kill -9 while two records become one: everything moves or nothing, and it can be done again."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from core.config import Config
from core.database import db
from people.models import Person, PersonMerge
from tests.cast import Cast
from tests.faults.killing import KILLS, killed
from tests.people.pairs import BOTH, merge, twin
from tests.races import books

#: About so many seconds a merge takes.
SPAN = 0.12
EARLIEST = date(1950, 1, 1)

days = count()


def make_twins() -> list[int]:
    """Return two records of one person, in two branches, each with a membership and hours."""
    cast = Cast.load()
    born_on = EARLIEST + timedelta(next(days))  # alike are two of them, not all of all turns
    pair = [
        twin(cast, place, roles=BOTH, account=True, born_on=born_on).id
        for place in ("东一村", "东二村")
    ]
    books.settle()
    db.session.commit()
    return pair


def merge_them(pair: list[int]) -> None:
    first, second = (db.session.get_one(Person, one) for one in pair)
    merge(Cast.load(), first, second)


def is_merged(pair: list[int]) -> bool:
    """Return whether two records are one, after a look that they are one wholly or not at all."""
    merged = db.session.scalars(
        select(Person.merged_into_id).where(Person.id.in_(pair)).order_by(Person.id)
    ).all()
    done = db.session.scalars(
        select(PersonMerge).where(PersonMerge.merged_id.in_(pair), PersonMerge.undone_at.is_(None))
    ).all()
    assert len(done) == sum(one is not None for one in merged)
    assert books.problems() == []
    return bool(done)


@pytest.mark.covers("FLT-01", "MEM-19")
def test_a_merge_is_whole_or_absent(served: tuple[Flask, Config]) -> None:
    app, _ = served
    kills, random = 0, Random(22)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            pair = make_twins()
        was_killed = killed(app, lambda pair=pair: merge_them(pair), random.random() * SPAN)  # type: ignore[misc]
        kills += was_killed
        with app.app_context():
            assert was_killed or is_merged(pair)
            if not is_merged(pair):  # nothing is in the way of the next try
                merge_them(pair)
            assert is_merged(pair)
            db.session.remove()
