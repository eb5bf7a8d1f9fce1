"""Reports in each state, one of them frozen and corrected since, and an evaluation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.directory import scope_of_account
from core.access.permissions import Level, Permission
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from datasets.demo.people import Stage
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure, ids_of_path
from supervision.evaluations import operations as evaluating
from supervision.evaluations.rules import EvaluationAction, Method, Weight
from supervision.reports.models import Report
from supervision.reports.operations import corrections
from supervision.reports.operations import reports as reporting
from supervision.reports.rules import ended_periods

WEIGHTS = (
    Weight("I12", 40, 60_000, Method.PROPORTION),
    Weight("I15", 60, 9_500, Method.PROPORTION),
)
#: Minutes that were told twice.
TWICE = 720
SOURCE = "演示：年度重点工作"


def build_reports(stage: Stage, now: datetime) -> None:
    """Freeze last year's reports; leave those of last month on their way; begin an evaluation."""
    db.session.flush()
    figures.write(db.session())
    reporting.open_reports(stage.today, now)
    month, year = ended_periods(stage.today)
    counties = [one for one in _reports(year) if one.level is Level.COUNTY and _keeper(stage, one)]
    for report in counties[:1]:
        _shift(report, TWICE)  # twelve hours too many, until they are taken back below
    for report in counties:
        _carry(stage, report, now)
    province = next((one for one in _reports(year) if one.level is Level.PROVINCE), None)
    if province is None or not counties or _keeper(stage, province) is None:
        return
    freezing = _scope(stage, province, Permission.REPORTS_FREEZE)
    reporting.freeze(year, freezing, now=now)
    _shift(counties[0], -TWICE)
    keep = _scope(stage, counties[0], Permission.REPORTS_KEEP)
    words = {"I12": "演示：重复登记的时长已经撤销"}
    corrections.explain(counties[0].code, words, keep, now=now)
    _on_their_way(stage, month, now)
    _evaluate(stage, freezing, counties[0], now)
    corrections.note_gaps(stage.today, keep=db.session.flush)


def _shift(report: Report, minutes: int) -> None:
    figures.add(report.organization.path, Measure.CONFIRMED_MINUTES, minutes, report.period)
    figures.write(db.session())


def _on_their_way(stage: Stage, month: int, now: datetime) -> None:
    """Let the counties stand at submitted, returned, checked and accepted, one after the other."""
    last = [one for one in _reports(month) if one.level is Level.COUNTY and _keeper(stage, one)]
    for steps, report in zip((1, 2, 3, 0), last, strict=False):
        if steps:
            _carry(stage, report, now, steps)
        else:
            reporting.submit(report.code, _scope(stage, report, Permission.REPORTS_KEEP), now=now)
            above = _scope(stage, report, Permission.REPORTS_DECIDE, report.handler_id)
            reporting.give_back(report.code, "演示：请核对学校数", above, now=now)


def _carry(stage: Stage, report: Report, now: datetime, steps: int = 3) -> None:
    """Hand a report over, let the city check it, let the province accept it: the first steps."""
    code = report.code
    reporting.submit(code, _scope(stage, report, Permission.REPORTS_KEEP), now=now)
    for act in (reporting.check, reporting.accept)[: steps - 1]:
        act(code, _scope(stage, report, Permission.REPORTS_DECIDE, report.handler_id), now=now)


def _evaluate(stage: Stage, province: Scope, county: Report, now: datetime) -> None:
    """Hand an evaluation of the counties over for replies, one of which is there."""
    new_year = stage.today.replace(month=1, day=1)
    evaluating.set_weights(Level.COUNTY, WEIGHTS, new_year, SOURCE, province)
    made = evaluating.start(stage.today.year, Level.COUNTY, province, now=now)
    evaluating.step(made.code, EvaluationAction.HAND_OVER, province, now=now)
    keep = _scope(stage, county, Permission.REPORTS_KEEP)
    evaluating.reply(made.code, "演示：有一所学校正在筹建", keep, now=now)


def _reports(period: int) -> list[Report]:
    statement = select(Report).where(Report.period == period).order_by(Report.name, Report.id)
    return list(db.session.scalars(statement))


def _keeper(stage: Stage, report: Report) -> Actor | None:
    """Return who keeps a place, where the demonstration has keepers for all above it, too."""
    ids = [one for one in ids_of_path(report.organization.path) if one in stage.keepers]
    complete = len(ids) == len(ids_of_path(report.organization.path))
    return stage.keepers[report.organization_id] if complete else None


def _scope(
    stage: Stage, report: Report, permission: Permission, acting_id: int | None = None
) -> Scope:
    keeper = stage.keepers[acting_id or report.organization_id]
    place = db.session.get_one(Organization, report.organization_id)
    found = scope_of_account(keeper.user_id or 0, place.code, permission, keeper.post_id)
    if found is None:
        message = f"the keeper of {place.code} may not keep its reports"
        raise ValueError(message)
    return found
