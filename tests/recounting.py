"""Numbers brought to their rows in tests, by the one way that the product has."""

from __future__ import annotations

from core.database import db
from organizations import figures
from organizations.operations.tallies import recount
from organizations.rules import Measure
from supervision.recount import differences, statement_of


def count_anew() -> None:
    """Bring every kept number to its rows, as `figures rebuild` does; commits."""
    db.session.flush()
    figures.write(db.session())
    for measure in sorted({Measure(one.measure) for one in differences()}):
        recount(measure, statement_of(measure), {}, keep=db.session.commit)
