"""The plan of an organization: a list by month, on paper, and as a calendar file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Response, render_template

from activities.calendars import calendar_of
from activities.queries.plan import MOST, planned
from activities.routes.blueprint import bp
from activities.routes.finding import as_file
from activities.routes.words import TONES, phase, span
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.web import asked, scope

if TYPE_CHECKING:
    from activities.queries import Shift

FIRST_YEAR, LAST_YEAR, MONTHS = 2000, 2099, range(1, 13)


@bp.get("/o/<org>/plan")
@requires(Permission.ACTIVITIES_VIEW)
def plan(org: str) -> str:
    """Show what an organization plans in a year or a month, and what others hold at its venues."""
    return render_template("activities/plan.html", **_page(org))


@bp.get("/o/<org>/plan/print")
@requires(Permission.ACTIVITIES_VIEW)
def print_plan(org: str) -> str:
    """Show the plan for printing."""
    return render_template("activities/plan_print.html", **_page(org))


@bp.get("/o/<org>/plan/calendar")
@requires(Permission.ACTIVITIES_VIEW)
def plan_calendar(org: str) -> Response:
    """Return what is sure of the plan as a calendar file."""
    del org
    year, month = _chosen()
    return as_file(calendar_of(planned(scope().place.id, year, month, sure=True)), "plan.ics")


def _page(org: str) -> dict[str, Any]:
    year, month = _chosen()
    shifts = planned(scope().place.id, year, month)
    now = clock.now()
    return {
        "org": org,
        "place": scope().place,
        "year": year,
        "month": month,
        "months": MONTHS,
        "by_month": [(one, list(rows)) for one, rows in groupby(shifts, _month)],
        "is_cut": len(shifts) == MOST,
        "span": span,
        "phase_of": lambda shift: phase(shift.activity, now, shift.free),
        "tones": TONES,
    }


def _month(shift: Shift) -> int:
    return clock.local(shift.starts_at).month


def _chosen() -> tuple[int, int | None]:
    """Return the year and the month of the address; this year whole where it names none."""
    today = clock.today()
    year, month = _number(asked("year", 4)), _number(asked("month", 2))
    chosen = year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else today.year
    return chosen, month if month in MONTHS else None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() else None
