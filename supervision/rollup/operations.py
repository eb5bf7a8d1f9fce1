"""Counting the numbers of the night, and all numbers anew from the rows; both go on when killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from time import monotonic
from typing import Any

from sqlalchemy import select

from core.audit.operations import SYSTEM, record
from core.bulk import add_many
from core.database import db
from organizations import figures_runs
from organizations.counting import Difference, look
from organizations.models import FigureCheck
from organizations.operations.tallies import (
    Keep,
    Statements,
    close_month,
    note_run,
    recount,
    statements_of,
)
from organizations.references import reference_counts
from organizations.rules import REFERENCES, Measure
from supervision.recount import KEPT, differences, statement_of
from supervision.rollup import daily
from supervision.rollup.rules import month_before

#: Seconds after which a rebuild notes what it has done.
NOTED_AFTER = 1.0
#: Told after each measure: which it was, and how many of its numbers were wrong.
Told = Callable[[Measure, int], object]


def nightly(day: date, *, keep: Keep, now: datetime, told: Told) -> int:
    """Count what changes with the day, divisions and residents; return how many numbers changed.

    Doing it twice changes nothing. Pages say of which day the numbers are.
    """
    values, changed = daily.values_of(day), 0
    for measure, statement in {**daily.statements(), **references()}.items():
        count = recount(measure, statement, values, keep=keep)
        told(measure, count)
        changed += count
    note_run(figures_runs.NIGHTLY, day, now)
    record("figures.nightly", "figure", None, by=SYSTEM, day=day, count=changed)
    keep()
    return changed


def close_last_month(day: date, *, keep: Keep, now: datetime) -> tuple[int, int | None]:
    """Keep the stocks of the month that ended before a day; the month and how many there are.

    None for a month that was closed before: it stays as it was. The stocks are those of now, and
    the day is kept with them.
    """
    month = month_before(day)
    kept = close_month(month, day, now)
    if kept is not None:
        record("figures.close_month", "figure", None, by=SYSTEM, month=month, count=kept)
    keep()
    return month, kept


def begin_rebuild(*, only_missing: bool, keep: Keep) -> list[Measure]:
    """Return the measures that are to be counted from the rows.

    Those that are left of a rebuild that was stopped; where none was, all of them.
    ``only_missing`` are those that were never counted: an upgrade brought them.
    """
    known = {row.measure: row for row in db.session.scalars(select(FigureCheck))}
    never = [one for one in REBUILT if one not in known or not known[one].done]
    if only_missing:
        return _ask(never, keep)
    left = [one for one in REBUILT if one in known and known[one].done < known[one].asked]
    return left or _ask(REBUILT, keep)


def _ask(measures: Sequence[Measure], keep: Keep) -> list[Measure]:
    rows = [
        {"measure": one.value, "asked": 1, "done": 0, "version": 0, "corrected": 0}
        for one in sorted(measures)
    ]
    add_many(FigureCheck, rows, ("asked", "done", "version", "corrected"))
    keep()
    return list(measures)


def rebuild(measures: Iterable[Measure], *, keep: Keep, now: datetime, told: Told) -> int:
    """Count measures from the rows one after the other; return how many numbers were wrong.

    What is done is noted with each measure that was wrong, and every second: killed, a rebuild
    counts again what took no longer.
    """
    done: dict[str, int] = {}
    wrong, noted = 0, monotonic()
    for measure in measures:
        found = recount(measure, statement_for(measure), {}, keep=keep)
        done[measure.value] = found
        wrong += found
        if found or monotonic() - noted > NOTED_AFTER:
            _note(done, keep, now)
            noted = monotonic()
        told(measure, found)
    _note(done, keep, now)
    return wrong


def _note(done: dict[str, int], keep: Keep, now: datetime) -> None:
    """Note what was done, and how many of its numbers were wrong; nothing is left to note."""
    for row in db.session.scalars(select(FigureCheck).where(FigureCheck.measure.in_(done))):
        row.done, row.checked_at, row.corrected = row.asked, now, done[row.measure]
    done.clear()
    keep()


def finish_rebuild(day: date, wrong: int, *, keep: Keep, now: datetime) -> None:
    """Note that all measures were counted from the rows."""
    note_run(figures_runs.REBUILD, day, now)
    record("figures.rebuild", "figure", None, by=SYSTEM, count=wrong)
    keep()


def verified() -> list[Difference]:
    """Return every number that differs from the rows, divisions and residents among them."""
    found = differences()
    for measure, statement in references().items():
        found += look(measure, statement, {})
    return found


def put_right(measures: Iterable[Measure], *, keep: Keep) -> int:
    """Bring measures to their rows; return how many numbers were wrong."""
    wrong = sum(recount(one, statement_for(one), {}, keep=keep) for one in measures)
    record("figures.repair", "figure", None, by=SYSTEM, count=wrong)
    keep()
    return wrong


@cache
def references() -> Statements:
    """Return the statement that compares each number taken over from elsewhere."""
    return statements_of(reference_counts())


def statement_for(measure: Measure) -> Any:
    """Return the statement that compares a number which is not counted by the day."""
    return references()[measure] if measure in REFERENCES else statement_of(measure)


#: All that rows tell, whatever the day.
REBUILT = (*KEPT, *sorted(REFERENCES))
