"""Values of indicators for periods, and what frozen ones would be if they were counted now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal, select, union_all

from core.database import db
from core.statements import Kept
from organizations import figures
from organizations.figures import STOCK
from organizations.models import Figure, FigurePart, FigureStock
from supervision.indicators.definitions import Definition, Term, read
from supervision.indicators.queries import definitions
from supervision.indicators.rules import Reading, Shape
from supervision.reports.models import Report, ReportAdjustment, ReportLine
from supervision.reports.rules import FIRST_MONTH, Difference, ReportStatus, is_month, last_day

#: Organization, code of the indicator, period.
Counted = Mapping[tuple[int, str, int], Reading]
Asked = Iterable[tuple[Definition, int]]
_Numbers = dict[figures.PartKey, int]
_Ends = dict[tuple[int, int], dict[tuple[str, str], int]]

NOW, END = 0, 1


def _cells(model: Any, kind: int, part: Any, period: Any, periods: str) -> Any:
    return select(
        literal(kind), model.organization_id, model.measure, part, period, model.value
    ).where(
        model.organization_id.in_(bindparam("organizations", expanding=True)),
        period.in_(bindparam(periods, expanding=True)),
    )


#: Numbers as they are, their parts, and stocks at ends of months.
_NUMBERS = Kept(
    union_all(
        _cells(Figure, NOW, literal(""), Figure.period, "periods").where(
            Figure.measure.in_(bindparam("whole", expanding=True))
        ),
        _cells(FigurePart, NOW, FigurePart.part, FigurePart.period, "periods").where(
            FigurePart.measure.in_(bindparam("split", expanding=True))
        ),
        _cells(FigureStock, END, FigureStock.part, FigureStock.month, "months"),
    )
)


def definitions_on(day: date) -> Sequence[Definition]:
    """Return every indicator as it is defined on a day, in the order of their codes."""
    return sorted(definitions(day).values(), key=lambda one: one.code)


def counted(organization_ids: Iterable[int], asked: Asked) -> Counted:
    """Return ``(organization, code, period) -> reading``: one statement.

    Flows are those of the period. Stocks are those kept at the end of the month where they were
    kept, else those of now.
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
    ends = {_month(period) for definition, period in wanted if not definition.is_flow}
    numbers, stocks = _numbers(
        {
            "organizations": ids,
            "whole": sorted(whole),
            "split": sorted(split),
            "periods": periods,
            "months": sorted(ends),
        }
    )
    found = {}
    for definition, period in wanted:
        at = period if definition.is_flow else STOCK
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
                return numbers.get((one, of.measure.value, of.part, at), 0)

            found[one, definition.code, period] = read(
                definition, number, _days(definition, numbers, one, at)
            )
    return found


def differences(organization_id: int, *, monthly: bool, look_back: int) -> list[Difference]:
    """Return where what is counted now of frozen periods is not what was told of them.

    Flows only: a stock of a day is not counted again. Three statements, whatever the periods.
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


def _numbers(asked: Mapping[str, Any]) -> tuple[_Numbers, _Ends]:
    """Return numbers and parts by period, and what stood at ends of months where it was kept."""
    numbers: _Numbers = {}
    ends: _Ends = {}
    for kind, place, measure, part, period, value in _NUMBERS.rows(asked):
        if kind == END:
            ends.setdefault((place, period), {})[measure.value, part] = value
        else:
            numbers[place, measure.value, part, period] = value
    return numbers, ends


def _month(period: int) -> int:
    """Return the month at whose end the stocks of a period stand."""
    end = last_day(period)
    return period if is_month(period) else end.year * 100 + end.month


def _days(
    definition: Definition, numbers: _Numbers, one: int, period: int
) -> list[tuple[int, int]]:
    if definition.shape is not Shape.MEDIAN:
        return []
    measure = definition.of[0].measure.value
    return [
        (int(part), count)
        for (place, name, part, at), count in numbers.items()
        if part and (place, name, at) == (one, measure, period)
    ]
