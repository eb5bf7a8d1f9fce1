"""When numbers were counted that no transaction keeps: pages say of which day they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, select

from core.statements import Kept
from organizations.models import FigureRun

NIGHTLY, REBUILD = "nightly", "rebuild"
_RUNS = Kept(
    select(FigureRun.name, FigureRun.as_of).where(
        FigureRun.name.in_(bindparam("names", expanding=True))
    )
)


def as_of(name: str = NIGHTLY) -> date | None:
    """Return the day of the rows that a run counted, None where it never ran: one statement."""
    row = _RUNS.row({"names": [name]})
    return row[1] if row else None


def closed_on(months: Iterable[int]) -> dict[int, date]:
    """Return ``month -> day`` on which its stocks were kept: one statement.

    A month that is not there was never closed. A day later than the first of the next month says
    that the run was late, and that the stocks are those of that day.
    """
    names = {month_run(month): month for month in months}
    found = _RUNS.rows({"names": list(names)}) if names else ()
    return {names[row[0]]: row[1] for row in found}


def month_run(month: int) -> str:
    """Return the name of the run that closes a month (202611)."""
    return f"month:{month}"
