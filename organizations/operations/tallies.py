"""Bringing numbers to the rows behind them while others write, and keeping those of a month.

What differs is seen by one statement, then added in short transactions: facts that came in between
changed the rows and the number alike. Two who correct one measure at once would add it twice, so
each looks at a version before, and holds the row of it while it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, literal, select, text

from core.bulk import add_many
from core.database import db, is_postgresql, write_intent
from organizations import figures_runs
from organizations.counting import Count, Difference, Values, by_measure, comparison, look
from organizations.figures import STOCK
from organizations.models import Figure, FigureCheck, FigurePart, FigureRun, FigureStock
from organizations.references import reference_counts
from organizations.rules import FLOWS, QUEUES, Measure

Keep = Callable[[], object]
Statements = dict[Measure, Any]
#: So many numbers are written in one transaction, whole periods together: readers see no half one.
AT_ONCE = 20_000
ATTEMPTS = 5


def statements_of(counts: Iterable[Count]) -> Statements:
    """Return the statement that compares each measure."""
    return {measure: comparison(measure, each) for measure, each in by_measure(counts).items()}


def recount(
    measure: Measure,
    statement: Any,
    values: Values,
    *,
    keep: Keep,
) -> int:
    """Bring a measure to its rows and return how many numbers were wrong. Keeps as it goes.

    Killed on the way it leaves whole periods behind, right or as they were; again it goes on.
    Where nothing is wrong nothing is written. Raises RuntimeError where others correct the same
    measure all the time.
    """
    for _ in range(ATTEMPTS):
        with looking(keep):
            version = db.session.scalar(_version_of(measure))
            wrong = look(measure, statement, values)
        if wrong and version is None:
            version = _open(measure)
        if not wrong or _correct(measure, wrong, version, keep=keep):
            return len(wrong)
    message = f"{measure} is being corrected by another program"
    raise RuntimeError(message)


@contextmanager
def looking(keep: Keep) -> Iterator[None]:
    """Read for as long as it takes: SQLite holds no lock meanwhile, PostgreSQL sets no limit.

    It groups millions of rows there: in memory, and without compiling fifty statements first.
    """
    keep()
    token = write_intent.set(is_postgresql())
    try:
        if is_postgresql():
            for setting in ("statement_timeout = 0", "work_mem = '64MB'", "jit = off"):
                db.session.execute(text(f"SET LOCAL {setting}"))
        yield
        db.session.rollback()
    finally:
        write_intent.reset(token)


def note_run(name: str, day: date, now: datetime) -> None:
    """Note that a run is over that counted the rows of a day."""
    db.session.merge(FigureRun(name=name, as_of=day, finished_at=now))
    db.session.flush()


def refresh_references(*, keep: Keep) -> int:
    """Count divisions and residents anew; return how many numbers changed."""
    statements = statements_of(reference_counts())
    return sum(recount(one, each, {}, keep=keep) for one, each in statements.items())


def close_month(month: int, day: date, now: datetime) -> int | None:
    """Keep the stocks of a day as those of a month that is over; return how many.

    A month that was closed stays as it was, and None is returned.
    """
    name = figures_runs.month_run(month)
    if db.session.get(FigureRun, name, with_for_update=True) is not None:
        return None
    note_run(name, day, now)
    kept = 0
    for model, part in ((Figure, literal("")), (FigurePart, FigurePart.part)):
        stocks = select(
            model.organization_id, model.measure, part, literal(month), model.value
        ).where(model.period == STOCK, model.measure.in_(STOCKS), model.value != 0)
        columns = ("organization_id", "measure", "part", "month", "value")
        result: Any = db.session.execute(insert(FigureStock).from_select(columns, stocks))
        kept += result.rowcount
    return kept


#: What there is at a moment, as indicators tell it; queues are no stock of an indicator.
STOCKS = sorted(
    one for one in Measure if one not in {*FLOWS, *QUEUES, Measure.APPLICATIONS_DOUBTFUL}
)


def _version_of(measure: Measure) -> Any:
    return select(FigureCheck.version).where(FigureCheck.measure == measure.value)


def _open(measure: Measure) -> int:
    """Return the version of a measure that had no row when it was counted: the first."""
    empty = {"measure": measure.value, "asked": 0, "done": 0, "version": 0, "corrected": 0}
    add_many(FigureCheck, [empty], ("asked", "done", "version", "corrected"))
    return 0


def _correct(measure: Measure, wrong: Sequence[Difference], version: int, *, keep: Keep) -> bool:
    """Return whether all that is wrong was added; nothing more is, where another one was first."""
    for chunk in _chunks(wrong):
        row = db.session.get(
            FigureCheck, measure.value, populate_existing=True, with_for_update=True
        )
        if row is None or row.version != version:
            db.session.rollback()
            return False
        _add(measure, chunk)
        version = row.version = version + 1
        keep()
    return True


def _chunks(wrong: Sequence[Difference]) -> Iterator[Sequence[Difference]]:
    """Yield what is wrong by period, periods together while they are few."""
    periods: dict[int, list[Difference]] = {}
    for one in wrong:
        periods.setdefault(one.period, []).append(one)
    chunk: list[Difference] = []
    for period in sorted(periods):
        if chunk and len(chunk) + len(periods[period]) > AT_ONCE:
            yield chunk
            chunk = []
        chunk += periods[period]
    if chunk:
        yield chunk


def _add(measure: Measure, chunk: Sequence[Difference]) -> None:
    """Add what is wrong, in the order in which all who write take the rows."""
    whole = [
        {"organization_id": one.organization_id, "measure": measure, "period": one.period}
        | {"value": one.change}
        for one in sorted(chunk, key=lambda one: (one.organization_id, one.period))
        if not one.part
    ]
    parts = [
        {"organization_id": one.organization_id, "measure": measure, "part": one.part}
        | {"period": one.period, "value": one.change}
        for one in sorted(chunk, key=lambda one: (one.organization_id, one.part, one.period))
        if one.part
    ]
    add_many(Figure, whole, ("value",))
    add_many(FigurePart, parts, ("value",))
