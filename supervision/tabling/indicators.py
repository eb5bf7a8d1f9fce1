"""The table of an indicator below a place, as the drill-down shows it, for paper and for files."""

from __future__ import annotations

from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import gettext as _
from core.i18n import lazy_gettext
from core.rules import RuleViolation, UnknownRowError
from supervision.indicators import labels
from supervision.indicators.tables import table_of
from supervision.tables import Parameters, Table, TableKind, register
from supervision.tabling.queries import count_below


def indicator_table(scope: Scope, parameters: Parameters, after: str) -> Table:
    """Return the rows below a place. Raises UnknownRowError for what is no indicator or period."""
    metric, period = parameters.get("metric", ""), parameters.get("period", "")
    try:
        found = table_of(scope, metric, period, after)
    except RuleViolation as violation:
        raise UnknownRowError(metric) from violation
    name = labels.title(found.definition)
    total = [_("合计"), found.value, found.gap, "", ""]
    return Table(
        title=_(
            "%(name)s，%(place)s，%(period)s",
            name=name,
            place=scope.place.name,
            period=labels.period_text(found.at),
        ),
        heads=[_("组织"), *found.head],
        rows=[*([] if after else [total]), *found.rows],
        as_of=found.day or clock.today(),
        source=_("本系统业务数据汇总"),
        notes=[one for one in (_(found.definition.formula), found.problem) if one],
        next_after=found.next_after,
    )


def _count(scope: Scope, parameters: Parameters) -> int:
    del parameters
    return count_below(scope.place, children=True)


INDICATOR = register(
    TableKind(
        "indicator",
        lazy_gettext("指标，按下级"),
        Permission.FIGURES_VIEW,
        indicator_table,
        takes=("metric", "period"),
        count=_count,
    )
)
