"""Lists of mergers without a worker: the command does them row by row (``flask organizations``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from core import clock
from core.audit.operations import Actor
from core.database import db
from organizations.models import Organization
from organizations.models.merging import Merger, MergerRow
from organizations.operations.merging import advance, begin, count_rows, locked_merger
from organizations.rules import MergerRowStatus, MergerStatus

#: Called after each row: what is done stays, whatever comes after.
Keep = Callable[[], object]


def go_on_alone(place: Organization, *, by: Actor, keep: Keep) -> int:
    """Finish lists that a command began and that have no job; return how many.

    A run that was killed left one of them: its rows that are done are not done again.
    """
    begun = select(Merger.code).where(
        Merger.organization_id == place.id,
        Merger.status == MergerStatus.RUNNING,
        Merger.job_code == "",
    )
    codes, place_id = db.session.scalars(begun.order_by(Merger.id)).all(), place.id
    for code in codes:
        _finish(code, place_id, by=by, keep=keep)
    return len(codes)


def merge_alone(merger: Merger, *, by: Actor, now: datetime, keep: Keep) -> str:
    """Do a list from its beginning to its end; return its code."""
    code, place_id = merger.code, merger.organization_id
    begin(merger, by=by, now=now)
    keep()
    _finish(code, place_id, by=by, keep=keep)
    return code


def left_of(merger: Merger) -> Sequence[MergerRow]:
    """Return the rows of a list that are not done, with their reasons."""
    statement = select(MergerRow).where(
        MergerRow.merger_id == merger.id, MergerRow.status == MergerRowStatus.REFUSED
    )
    return db.session.scalars(statement.order_by(MergerRow.position)).all()


def is_ready(merger: Merger) -> bool:
    """Return whether a list has rows that can be done."""
    return count_rows(merger, MergerRow.status == MergerRowStatus.READY) > 0


def summary_of(merger: Merger) -> list[str]:
    """Return how many rows of a list are in each state, in words of the command line."""
    statement = (
        select(MergerRow.status, func.count())
        .where(MergerRow.merger_id == merger.id)
        .group_by(MergerRow.status)
        .order_by(MergerRow.status)
    )
    return [f"{row[1]} {row[0].value}" for row in db.session.execute(statement)]


def _finish(code: str, place_id: int, *, by: Actor, keep: Keep) -> None:
    goes_on = True
    while goes_on:
        goes_on = advance(locked_merger(code, place_id), by=by, now=clock.now()) is not None
        keep()
