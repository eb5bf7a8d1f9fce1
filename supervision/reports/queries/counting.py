"""Values of indicators for periods, and what frozen ones would be if they were counted now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from core import clock
from core.database import db
from organizations.figures import STOCK
from supervision.indicators.book import Wanted, read_book
from supervision.indicators.counting import At, measures_of, reading
from supervision.indicators.definitions import Definition
from supervision.indicators.queries import definitions
from supervision.indicators.rules import Reading
from supervision.reports.models import Report, ReportAdjustment, ReportLine
from supervision.reports.rules import FIRST_MONTH, Difference, ReportStatus, is_month, last_day

#: Organization, code of the indicator, period.
Counted = Mapping[tuple[int, str, int], Reading]
Asked = Iterable[tuple[Definition, int]]


def definitions_on(day: date) -> Sequence[Definition]:
    """Return every indicator in the version that holds on a day, by code: one statement."""
    known = definitions(day)
    return [known[code] for code in sorted(known)]


def counted(organization_ids: Iterable[int], asked: Asked) -> Counted:
    """Return ``(organization, code, period) -> reading``: one statement.

    Flows are those of the period; of a month there is no value where only years are kept. Stocks
    of a period that is over are those kept at its end, and no value where nobody kept them; those
    of a period that goes on are of now.
    """
    ids, wanted = list(organization_ids), list(asked)
    if not ids or not wanted:
        return {}
    whole, parts = measures_of(definition for definition, _period in wanted)
    book = read_book(
        Wanted(
            ids[0],
            ids,
            whole,
            parts=parts,
            periods=sorted({STOCK, *(period for _definition, period in wanted)}),
            months=sorted({_month(period) for one, period in wanted if not one.is_flow}),
        )
    )
    closed = {(key[0], key[3]) for key in book.stocks}
    found, today = {}, clock.today()
    for definition, period in wanted:
        month, is_over = _month(period), last_day(period) < today
        for one in ids:
            at = At(period) if definition.is_flow else At(STOCK)
            is_kept = definition.by_month or not is_month(period)
            if not definition.is_flow:
                has_end = (one, month) in closed
                at, is_kept = At(period, month) if has_end else at, has_end or not is_over
            found[one, definition.code, period] = (
                reading(definition, book, one, at) if is_kept else Reading(None, 0)
            )
    return found


def differences(organization_id: int, *, monthly: bool, look_back: int) -> list[Difference]:
    """Return where what is counted now of frozen periods is not what was told of them.

    Flows only: a stock of a day is not counted again. Four statements at most.
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


def _month(period: int) -> int:
    """Return the month at whose end the stocks of a period stand."""
    end = last_day(period)
    return period if is_month(period) else end.year * 100 + end.month
