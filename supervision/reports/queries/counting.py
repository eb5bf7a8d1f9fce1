"""Values of indicators for periods, and what frozen ones would be if they were counted now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, bindparam, select

from core.database import db
from core.statements import Kept
from organizations import figures
from organizations.figures import STOCK
from organizations.models import FigureStock
from supervision.indicators.definitions import Definition, Term, read
from supervision.indicators.queries import definitions
from supervision.indicators.rules import Reading, Shape
from supervision.reports.models import Report, ReportAdjustment, ReportLine
from supervision.reports.rules import FIRST_MONTH, Difference, ReportStatus, is_month, last_day

#: Organization, code of the indicator, period.
Counted = Mapping[tuple[int, str, int], Reading]
Asked = Iterable[tuple[Definition, int]]

_STOCKS = Kept(
    select(
        FigureStock.organization_id,
        FigureStock.month,
        FigureStock.measure,
        FigureStock.part,
        FigureStock.value,
    ).where(
        FigureStock.organization_id.in_(bindparam("organizations", expanding=True)),
        FigureStock.month.in_(bindparam("months", expanding=True)),
    )
)


def definitions_on(day: date) -> Sequence[Definition]:
    """Return every indicator as it is defined on a day, in the order of their codes."""
    known = definitions(day)
    return [known[code] for code in sorted(known)]


def counted(organization_ids: Iterable[int], asked: Asked) -> Counted:
    """Return ``(organization, code, period) -> reading``: at most three statements.

    Flows are those of the period. Stocks are those kept at the end of the month where they were
    kept, else those of now. What is kept by year only has no value for a month.
    """
    ids, wanted = list(organization_ids), list(asked)
    terms = {one for definition, _period in wanted for one in definition.terms}
    split = {one.measure for one in terms if one.part}
    split |= {
        one.measure
        for definition, _period in wanted
        if definition.shape is Shape.MEDIAN
        for one in definition.of
    }
    whole = {one.measure for one in terms if not one.part}
    periods = sorted({STOCK, *(period for _definition, period in wanted)})
    values = figures.values(ids, whole, periods) if whole and ids else {}
    parts = figures.parts(ids, split, periods) if split and ids else {}
    ends = {_month(period) for definition, period in wanted if not definition.is_flow}
    stocks = _stocks(ids, sorted(ends)) if ends and ids else {}
    found: dict[tuple[int, str, int], Reading] = {}
    for definition, period in wanted:
        at = period if definition.is_flow else STOCK
        if definition.is_flow and not definition.by_month and is_month(period):
            found |= {(one, definition.code, period): Reading(None, 0) for one in ids}
            continue
        for one in ids:
            kept = None if definition.is_flow else stocks.get((one, _month(period)))

            def number(
                of: Term,
                one: int = one,
                at: int = at,
                kept: Mapping[tuple[str, str], int] | None = kept,
            ) -> int:
                if kept is not None:
                    return kept.get((of.measure.value, of.part), 0)
                if of.part:
                    return parts.get((one, of.measure.value, of.part, at), 0)
                return values.get((one, of.measure.value, at), 0)

            found[one, definition.code, period] = read(
                definition, number, _days(definition, parts, one, at)
            )
    return found


def differences(organization_id: int, *, monthly: bool, look_back: int) -> list[Difference]:
    """Return where what is counted now of frozen periods is not what was told of them.

    Flows only: a stock of a day is not counted again. Four statements, whatever the periods.
    """
    statement = (
        select(Report.id, Report.period)
        .where(
            Report.organization_id == organization_id,
            Report.status == ReportStatus.FROZEN,
            of_kind(monthly=monthly),
        )
        .order_by(Report.period.desc())
        .limit(look_back)
    )
    periods = {row.id: row.period for row in db.session.execute(statement)}
    if not periods:
        return []
    lines = [
        (line, definition)
        for line in db.session.scalars(select(ReportLine).where(ReportLine.report_id.in_(periods)))
        if (definition := line.definition).is_flow
    ]
    booked = _booked(periods)
    asked = [(definition, periods[line.report_id]) for line, definition in lines]
    now = counted([organization_id], asked)
    found = []
    for line, definition in lines:
        period = periods[line.report_id]
        known = booked.get((line.report_id, line.indicator), line.value)
        value = now[organization_id, line.indicator, period].value
        if known != value:
            found.append(
                Difference(line.report_id, period, definition.code, line.value, known, value)
            )
    return sorted(found, key=lambda one: (one.period, one.indicator))


def of_kind(*, monthly: bool) -> ColumnElement[bool]:
    """Return the condition for months, or for years."""
    return Report.period >= FIRST_MONTH if monthly else Report.period < FIRST_MONTH


def _booked(reports: Iterable[int]) -> dict[tuple[int, str], int | None]:
    """Return what each frozen value comes to with the adjustments booked so far."""
    statement = (
        select(ReportAdjustment.about_id, ReportAdjustment.indicator, ReportAdjustment.counted)
        .join(Report, Report.id == ReportAdjustment.report_id)
        .where(ReportAdjustment.about_id.in_(reports))
        .order_by(Report.period)
    )
    return {(about, code): value for about, code, value in db.session.execute(statement)}


def _stocks(
    ids: Sequence[int], months: Sequence[int]
) -> dict[tuple[int, int], dict[tuple[str, str], int]]:
    found: dict[tuple[int, int], dict[tuple[str, str], int]] = {}
    for place, month, measure, part, value in _STOCKS.rows(
        {"organizations": ids, "months": months}
    ):
        found.setdefault((place, month), {})[measure, part] = value
    return found


def _month(period: int) -> int:
    """Return the month at whose end the stocks of a period stand."""
    end = last_day(period)
    return period if is_month(period) else end.year * 100 + end.month


def _days(
    definition: Definition, parts: Mapping[figures.PartKey, int], one: int, period: int
) -> list[tuple[int, int]]:
    if definition.shape is not Shape.MEDIAN:
        return []
    measure = definition.of[0].measure.value
    return [
        (int(part), count)
        for (place, name, part, at), count in parts.items()
        if (place, name, at) == (one, measure, period)
    ]
