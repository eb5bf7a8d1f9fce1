"""One report as its viewer sees it: lines, adjustments, what may be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import clock, settings
from core.access.permissions import Permission
from core.access.scope import Place, Scope
from core.i18n import gettext as _
from organizations.queries import discretion_of
from organizations.queries.covering import cover_by
from organizations.rules.cover import Cover
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Reading
from supervision.reports import labels, rules
from supervision.reports.models import Report
from supervision.reports.queries import reports as queries
from supervision.reports.queries.counting import counted, definitions_on, differences
from supervision.reports.rules import ReportAction, ReportStatus


@dataclass(frozen=True, slots=True)
class Line:
    """One value: its name, as it is shown, its unit, and the definition that stands behind it."""

    code: str
    name: str
    text: str
    unit: str
    version: int
    formula: str
    source: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected of a frozen value: both values, in which period it is booked, why.

    Not booked yet where ``booked_in`` is empty.
    """

    indicator: str
    period: str
    name: str
    frozen: str
    counted: str
    change: str
    booked_in: str
    reason: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The lines of a period, until when they are counted, and whether they move any more."""

    period: int
    as_of: date
    lines: Sequence[Line]
    is_live: bool


def numbers_of(
    place: Place, period: int, report: Report | queries.Brief | None, scope: Scope
) -> Numbers:
    """Return the numbers of a place: as submitted, else as they are counted now."""
    today = clock.today()
    if report is not None and report.status not in rules.OWN_TURN and report.as_of is not None:
        found = [
            (line.definition, Reading(line.value, line.top, line.bottom))
            for line in queries.lines_of(report.id)
        ]
        cover = _cover(place, [one for one, _reading in found], [period], scope)
        lines = [_line(one, reading, cover, place, period) for one, reading in found]
        return Numbers(period, report.as_of, lines, is_live=False)
    wanted = definitions_on(today)
    values = counted([place.id], [(one, period) for one in wanted])
    cover = _cover(place, wanted, [period], scope)
    lines = [_line(one, values[place.id, one.code, period], cover, place, period) for one in wanted]
    return Numbers(period, today, lines, is_live=True)


def corrections_of(report: Report, scope: Scope) -> tuple[list[Correction], list[Correction]]:
    """Return what was booked in a report and of it later, and what still waits for a reason.

    Numbers of few people are hidden as on the report itself.
    """
    if report.status in rules.OWN_TURN:
        return [], []
    known = {line.indicator: line.definition for line in queries.lines_of(report.id)}
    booked = [one for one in queries.adjustments_of(report.id) if one.indicator in known]
    waiting = _waiting(report)
    given, place = queries.reasons_of([report.id]), scope.place
    periods = {*(one.period for one in booked), *(one.period for one in waiting)}
    cover = _cover(place, known.values(), periods, scope)
    shown = [_correction(one, known, cover, place, one.booked_in, one.reason) for one in booked]
    open_ones = [
        _correction(one, known, cover, place, None, rules.reason_for(given, one) or "")
        for one in waiting
    ]
    return [*shown, *open_ones], [one for one in open_ones if not one.reason]


def _cover(
    place: Place, known: Iterable[Definition], periods: Iterable[int], scope: Scope
) -> Cover:
    """Return what is hidden of a place in periods: one statement, none at one's own."""
    discretion = discretion_of(scope, clock.today())
    return cover_by(labels.asked_for([place.path], known, periods, discretion))


def may_do(report: Report | queries.Brief, scope: Scope) -> frozenset[str]:
    """Return the actions that the acting post may take on a report now, ``explain`` among them."""
    here = scope.post.place.id
    found = set()
    turn = here in (queries.hands_of(report) if isinstance(report, Report) else {report.handler_id})
    for status, action in rules.REPORT_TRANSITIONS:
        if status is not report.status or not turn or action is ReportAction.FREEZE:
            continue
        permission = (
            Permission.REPORTS_KEEP if action is ReportAction.SUBMIT else Permission.REPORTS_DECIDE
        )
        if scope.may(permission):
            found.add(action.value)
    if rules.last_day(report.period) >= clock.today():
        found.discard(ReportAction.SUBMIT.value)
    if report.status is ReportStatus.FROZEN and scope.may(Permission.REPORTS_KEEP):
        found.add("explain")
    return frozenset(found)


def _waiting(report: Report) -> list[rules.Difference]:
    if report.status is not ReportStatus.FROZEN:
        return []
    look_back = settings.value("reports.look_back", on=clock.today())
    monthly = rules.is_month(report.period)
    found = differences(report.organization_id, monthly=monthly, look_back=look_back)
    return [one for one in found if one.about_id == report.id]


def _line(one: Definition, reading: Reading, cover: Cover, place: Place, period: int) -> Line:
    text = labels.reading_text(one, reading, cover, place, period)
    return Line(
        code=one.code,
        name=_(one.name),
        text=text,
        unit=labels.unit_text(one, text),
        version=one.version,
        formula=_(one.formula),
        source=one.source,
    )


def _correction(
    one: rules.Difference | queries.Booked,
    known: Mapping[str, Definition],
    cover: Cover,
    place: Place,
    booked_in: int | None,
    reason: str,
) -> Correction:
    definition = known[one.indicator]
    values = (one.frozen, one.known, one.counted)
    hidden = any(
        labels.is_hidden(definition, Reading(value, value or 0), cover, place, one.period)
        for value in values
    )
    change = (one.counted or 0) - (one.known or 0)
    texts = [
        _("人数过少") if hidden else labels.value_text(definition, value)
        for value in (one.frozen, one.counted)
    ]
    sign = "+" if change > 0 else "-" if change < 0 else ""
    return Correction(
        indicator=one.indicator,
        period=labels.period_text(one.period),
        name=_(definition.name),
        frozen=texts[0],
        counted=texts[1],
        change=_("人数过少") if hidden else sign + labels.value_text(definition, abs(change)),
        booked_in=labels.period_text(booked_in) if booked_in else "",
        reason=reason,
    )
