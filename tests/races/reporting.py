"""Races about reports: two of the city check one at once, and one checks while another returns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core import clock, crypto
from core.access.permissions import Role
from core.database import db
from supervision.reports.models import Report, ReportEvent
from supervision.reports.rules import FIRST_YEAR, MONTHS, ReportStatus
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, Race
from tests.races.server import Ground

COUNTY, CITY = "西县", "东市"


def _submitted() -> Report:
    """Return a report of a month of its own that waits for the city."""
    place, month = stage.place(COUNTY), db.session.scalar(select(func.count(Report.id))) or 0
    report = Report(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        period=(FIRST_YEAR + month // MONTHS) * 100 + month % MONTHS + 1,
        name=place.short_name,
        level=place.level,
        status=ReportStatus.SUBMITTED,
        handler_id=stage.place(CITY).id,
        due_on=clock.today(),
        as_of=clock.today(),
        opened_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    return report


def _trials(count: int, *steps: str) -> list[Trial]:
    officers = [stage.keeper(CITY, Role.OFFICER) for _ in steps]
    trials = []
    for _ in range(count):
        report = _submitted()
        path = f"/o/{stage.place(COUNTY).code}/reports/{report.code}"
        posts = [
            Post(one.token, f"{path}/{step}", (("note", "再看看"),))
            for one, step in zip(officers, steps, strict=True)
        ]
        trials.append(Trial(posts, report.id))
    return trials


def prepare_two_checks(_ground: Ground, count: int) -> list[Trial]:
    """Two officers of the city find one report right at once."""
    return _trials(count, "check", "check")


def prepare_check_and_return(_ground: Ground, count: int) -> list[Trial]:
    """One officer finds a report right while another returns it."""
    return _trials(count, "check", "return")


def judge(trial: Trial) -> Iterator[str]:
    """One step was taken, the other was told that it is over."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    steps = select(func.count()).where(ReportEvent.report_id == trial.subject)
    if db.session.scalar(steps) != 1:
        yield "two steps from one state"


RACES = (
    Race(
        "two check one report",
        ("RACE-01", "STA-05"),
        ("lock on reports",),
        prepare_two_checks,
        judge,
    ),
    Race(
        "a report is checked while it is returned",
        ("RACE-01", "STA-05"),
        ("lock on reports",),
        prepare_check_and_return,
        judge,
    ),
)
