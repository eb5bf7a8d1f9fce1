"""Reports as tables: the lines of one place and period, with their definitions."""

from __future__ import annotations

from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import gettext as _
from core.i18n import lazy_gettext
from core.rules import RuleViolation, UnknownRowError
from supervision.reports import rules, showing
from supervision.reports.labels import period_text
from supervision.reports.queries import reports as queries
from supervision.tables import Parameters, Table, TableKind, register


def report_table(scope: Scope, parameters: Parameters, after: str) -> Table:
    """Return what a place reports of a period, or comes to now. Raises UnknownRowError."""
    del after
    place, period = scope.place, _period(parameters.get("period", ""))
    report = queries.report_of(place.id, period)
    numbers = showing.numbers_of(place, period, report, scope)
    notes = [] if numbers.is_live else [_("报送时的数字，定稿后不变")]
    if report is not None:
        corrections, _waits = showing.corrections_of(report, scope)
        notes += [
            _(
                "%(period)s %(name)s：定稿 %(frozen)s，现在 %(counted)s，原因：%(reason)s",
                period=one.period,
                name=one.name,
                frozen=one.frozen,
                counted=one.counted,
                reason=one.reason or "—",
            )
            for one in corrections
        ]
    return Table(
        title=_("%(place)s %(period)s 报表", place=place.name, period=period_text(period)),
        heads=[_("代码"), _("指标"), _("数值"), _("单位"), _("口径"), _("版本")],
        rows=[
            [one.code, one.name, one.text, one.unit, one.formula, str(one.version)]
            for one in numbers.lines
        ],
        as_of=numbers.as_of,
        source=_("本系统业务数据汇总"),
        notes=notes,
    )


def _period(written: str) -> int:
    today = clock.today()
    if not written:
        return today.year * 100 + today.month
    try:
        return rules.read_period(written, today)
    except RuleViolation as violation:
        raise UnknownRowError(written) from violation


REPORT = register(
    TableKind(
        "report",
        lazy_gettext("月报和年报"),
        Permission.FIGURES_VIEW,
        report_table,
        takes=("period",),
    )
)
