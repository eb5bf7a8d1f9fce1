"""Reading reports: one's own, one, those below, what waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import UnknownRowError
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import ids_of_path, subtree_range
from supervision.reports.models import (
    Report,
    ReportAdjustment,
    ReportEvent,
    ReportGap,
    ReportLine,
    ReportReason,
)
from supervision.reports.rules import OWN_TURN, TURN_ABOVE, ReportAction, ReportStatus

__all__ = [
    "OWN",
    "Brief",
    "Report",
    "adjustments_of",
    "below",
    "count_accepted",
    "hands_of",
    "lines_of",
    "locked",
    "own_reports",
    "periods_below",
    "reasons_of",
    "report_counts",
    "report_in",
    "report_of",
    "steps_of",
]

PAGE = 20
OWN = 24
#: How many numbers ``report_counts`` asks for.
COUNTS = 5


class Brief(NamedTuple):
    """What lists tell of a report."""

    id: int
    organization_id: int
    handler_id: int | None
    note: str
    code: str
    period: int
    name: str
    level: Level
    status: ReportStatus
    due_on: date
    as_of: date | None
    #: How many corrected values have no reason.
    gaps: int


class Booked(NamedTuple):
    """An adjustment: of which period, booked in which, the value that stays and the new one."""

    about_id: int
    period: int
    booked_in: int
    indicator: str
    frozen: int | None
    known: int | None
    counted: int | None
    reason: str


class Step(NamedTuple):
    """A step of a report's history; by which organization, never by whom."""

    action: ReportAction
    to_status: ReportStatus
    at: datetime
    note: str


_GAPS = select(func.count()).where(ReportGap.about_id == Report.id).scalar_subquery()
_BRIEF = select(*(getattr(Report, name) for name in Brief._fields[:-1]), _GAPS)
_OWN = Kept(
    _BRIEF.where(Report.organization_id == bindparam("place"))
    .order_by(Report.period.desc())
    .limit(OWN)
)


def own_reports(place_id: int) -> Sequence[Brief]:
    """Return the reports of a place, months before years, the newest first: one statement."""
    return [Brief(*row) for row in _OWN.rows({"place": place_id})]


def report_of(place_id: int, period: int) -> Report | None:
    """Return the report of a place and period."""
    statement = select(Report).where(Report.organization_id == place_id, Report.period == period)
    return db.session.scalars(statement).one_or_none()


def report_in(scope: Scope, code: str) -> Report | None:
    """Return a report of the scope's place."""
    statement = (
        select(Report)
        .options(joinedload(Report.organization))
        .where(Report.code == code, Report.organization_id == scope.place.id)
    )
    return db.session.scalars(statement).one_or_none()


def lines_of(report_id: int) -> Sequence[ReportLine]:
    """Return the lines of a report in their order."""
    statement = select(ReportLine).where(ReportLine.report_id == report_id)
    return db.session.scalars(statement.order_by(ReportLine.position)).all()


def adjustments_of(report_id: int) -> Sequence[Booked]:
    """Return the adjustments that are booked in a report, and those about it: one statement."""
    about, booked = aliased(Report), aliased(Report)
    statement = (
        select(
            ReportAdjustment.about_id,
            about.period,
            booked.period,
            ReportAdjustment.indicator,
            ReportAdjustment.frozen,
            ReportAdjustment.known,
            ReportAdjustment.counted,
            ReportAdjustment.reason,
        )
        .join(about, about.id == ReportAdjustment.about_id)
        .join(booked, booked.id == ReportAdjustment.report_id)
        .where(or_(ReportAdjustment.report_id == report_id, ReportAdjustment.about_id == report_id))
        .order_by(booked.period, about.period, ReportAdjustment.indicator)
    )
    return [Booked(*row) for row in db.session.execute(statement)]


def reasons_of(report_ids: Collection[int]) -> Mapping[tuple[int, str | None], str]:
    """Return the reasons that wait to be taken up, by report and indicator: one statement.

    None stands for every indicator; of two the later one holds.
    """
    if not report_ids:
        return {}
    found = db.session.execute(
        select(ReportReason.about_id, ReportReason.indicator, ReportReason.words)
        .where(ReportReason.about_id.in_(report_ids), ReportReason.booked_id.is_(None))
        .order_by(ReportReason.id)
    )
    return {(about, indicator): words for about, indicator, words in found}


def steps_of(report_id: int) -> Sequence[Step]:
    """Return the history of a report, oldest first."""
    statement = select(*(getattr(ReportEvent, name) for name in Step._fields))
    rows = db.session.execute(
        statement.where(ReportEvent.report_id == report_id).order_by(ReportEvent.id)
    )
    return [Step(*row) for row in rows]


def periods_below(place: Place) -> Sequence[int]:
    """Return the newest periods that reports were opened for, newest first."""
    statement = (
        select(Report.period)
        .where(Report.organization_id == place.id)
        .order_by(Report.due_on.desc(), Report.period.desc())
        .limit(OWN)
    )
    return db.session.scalars(statement).all()


class Lower(NamedTuple):
    """A report of a lower place, and the code of the place."""

    code: str
    org: str
    name: str
    status: ReportStatus
    due_on: date


def below(place: Place, period: int, after: str = "") -> Page[Lower]:
    """Return a page of the reports below a place of a period, as names sound: one statement."""
    (low, high), sound = subtree_range(place.path), Organization.search_text
    statement = (
        select(Report.code, Organization.code, Report.name, Report.status, Report.due_on)
        .join(Organization, Organization.id == Report.organization_id)
        .where(Report.period == period, Organization.path > low, Organization.path < high)
        .order_by(sound, Report.code)
    )
    if after:
        anchor = (
            select(sound)
            .join(Report, Report.organization_id == Organization.id)
            .where(Report.code == after)
            .scalar_subquery()
        )
        statement = statement.where(or_(sound > anchor, (sound == anchor) & (Report.code > after)))
    rows = [Lower(*row) for row in db.session.execute(statement.limit(PAGE + 1))]
    return page_of(rows, PAGE)


def hands_of(report: Report) -> frozenset[int | None]:
    """Return the organizations that may act on a report now.

    On a city's own that nobody of the city has checked, the province as well: it may have no
    second officer any more.
    """
    if report.level is Level.CITY and report.status is ReportStatus.SUBMITTED:
        return frozenset({report.handler_id, ids_of_path(report.organization.path)[0]})
    return frozenset({report.handler_id})


def count_accepted(place_id: int, period: int) -> int:
    """Return how many accepted reports of a period wait to be frozen by the province."""
    statement = select(func.count()).where(
        Report.period == period,
        Report.status == ReportStatus.ACCEPTED,
        Report.handler_id == place_id,
    )
    return db.session.scalar(statement) or 0


def report_counts(place_id: Any) -> list[ScalarSelect[int]]:
    """Return what counts reports and corrections that wait.

    Own ones to submit, the late ones of them, those of others to handle, own ones that somebody
    else has to look at, and corrected values without a reason.
    """
    own = (
        select(func.count())
        .select_from(Report)
        .where(Report.handler_id == place_id, Report.status.in_(OWN_TURN))
    )
    at_home = (Report.organization_id == place_id) & (Report.status == ReportStatus.SUBMITTED)
    above = (
        select(func.count())
        .select_from(Report)
        .where(Report.handler_id == place_id, Report.status.in_(TURN_ABOVE), ~at_home)
    )
    second = select(func.count()).select_from(Report).where(Report.handler_id == place_id, at_home)
    gaps = (
        select(func.count())
        .select_from(ReportGap)
        .join(Report, Report.id == ReportGap.about_id)
        .where(Report.organization_id == place_id)
    )
    late = own.where(Report.due_on < bindparam("today"))
    return [one.scalar_subquery() for one in (own, late, above, second, gaps)]


def locked(code: str, scope: Scope) -> Report:
    """Return a report of the scope's place, locked. Raises UnknownRowError."""
    statement = (
        select(Report)
        .where(Report.code == code, Report.organization_id == scope.place.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    report = db.session.scalars(statement).one_or_none()
    if report is None:
        raise UnknownRowError(code)
    return report
