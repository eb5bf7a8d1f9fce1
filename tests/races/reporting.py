"""Races about reports: two check one at once, one checks while another returns it.

And the province freezes one that it gives back at the same moment, to be corrected late.
"""

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

COUNTY, CITY, PROVINCE = "西县", "东市", "测试省"
#: Whose reports are frozen: of another city, so that each month is free.
NORTH = "北县"
#: So many months are over since reports began: each freezes what waits of it.
PAST_MONTHS = (clock.today().year - FIRST_YEAR) * MONTHS


def waiting(county: str, status: ReportStatus, handler: str) -> Report:
    """Return a report of a month of its own that waits for the city or the province."""
    place = stage.place(county)
    known = select(func.count(Report.id)).where(Report.organization_id == place.id)
    month = db.session.scalar(known) or 0
    report = Report(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        period=(FIRST_YEAR + month // MONTHS) * 100 + month % MONTHS + 1,
        name=place.short_name,
        level=place.level,
        status=status,
        handler_id=stage.place(handler).id,
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
        report = waiting(COUNTY, ReportStatus.SUBMITTED, CITY)
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


def prepare_freeze_and_return(_ground: Ground, count: int) -> list[Trial]:
    """One of the province freezes a period while another gives its report back."""
    freezes, returns = (stage.keeper(PROVINCE, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        report = waiting(NORTH, ReportStatus.ACCEPTED, PROVINCE)
        there = f"/o/{stage.place(NORTH).code}/reports/{report.code}/return"
        freeze = f"/o/{stage.place(PROVINCE).code}/reports/freeze"
        posts = [
            Post(freezes.token, freeze, (("period", str(report.period)),)),
            Post(returns.token, there, (("note", "有一笔要更正"),)),
        ]
        trials.append(Trial(posts, report.id))
    return trials


def judge_frozen(trial: Trial) -> Iterator[str]:
    """It is frozen and sealed, or it goes back and is not."""
    yield from judge(trial)
    report = db.session.get_one(Report, trial.subject)
    if (report.status is ReportStatus.FROZEN) != bool(report.digest):
        yield f"{report.status} with the seal {report.digest!r}"


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
    Race(
        "a report is frozen while it is given back",
        ("RACE-01", "STA-05", "S30"),
        ("lock on freezing",),
        prepare_freeze_and_return,
        judge_frozen,
        most=PAST_MONTHS,
    ),
)
