"""An evaluation as a table: one row a place, sorted by name."""

from __future__ import annotations

from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import gettext as _
from core.i18n import lazy_gettext
from core.labels import Labels
from core.rules import UnknownRowError
from supervision.evaluations.labels import LABELS
from supervision.evaluations.queries import evaluation_of
from supervision.evaluations.rules import EvaluationStatus
from supervision.evaluations.showing import shown_results
from supervision.tables import Parameters, Table, TableKind, register

_WORDS: Labels = LABELS


def evaluation_table(scope: Scope, parameters: Parameters, after: str) -> Table:
    """Return the results that a viewer may see. Raises UnknownRowError for none."""
    del after
    code = parameters.get("code", "")
    found = evaluation_of(scope.place, code) if code else None
    if found is None:
        raise UnknownRowError(code)
    rows = shown_results(found, scope)
    cells = rows[0].cells if rows else ()
    return Table(
        title=_("%(year)d 年度重点工作评估", year=found.year),
        heads=[
            _("组织"),
            _("得分"),
            *(f"{one.name}（{one.weight}）" for one in cells),
        ],
        rows=[
            [
                one.name,
                one.total,
                *(
                    _("%(value)s，得 %(points)s 分", value=cell.value, points=cell.points)
                    for cell in one.cells
                ),
            ]
            for one in rows
        ],
        as_of=found.as_of or clock.today(),
        source=_("本系统业务数据汇总"),
        notes=[
            _(
                "第 %(version)d 版权重，依据：%(source)s",
                version=found.scheme.version,
                source=found.scheme.source,
            ),
            str(_WORDS[EvaluationStatus][found.status]),
        ],
    )


EVALUATION = register(
    TableKind(
        "evaluation",
        lazy_gettext("年度重点工作评估"),
        Permission.FIGURES_VIEW,
        evaluation_table,
        takes=("code",),
    )
)
