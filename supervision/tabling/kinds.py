"""Tables of lower organizations: those right below side by side, and all of them in a list."""

from __future__ import annotations

from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import gettext as _
from core.i18n import lazy_gettext
from organizations.figures import STOCK
from organizations.labels import LABELS, covered_text
from organizations.listing import search
from organizations.queries import (
    discretion_of,
    numbers,
    place_texts,
)
from organizations.queries.covering import cover_of
from organizations.rules import Measure, OrganizationKind
from supervision.comparison import compare
from supervision.home_numbers import home_numbers
from supervision.tables import Parameters, Table, TableKind, register
from supervision.tabling.queries import count_below

CHUNK = 500
_COLUMNS = (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS, Measure.VOLUNTEERS)


def comparison_table(scope: Scope, parameters: Parameters, after: str) -> Table:
    """Return the lower organizations side by side, as the home shows them: all pages of it."""
    del parameters
    today = clock.today()
    shown = compare(home_numbers(scope, after, today), is_first=not after)
    return Table(
        title=_("下级组织的数字"),
        heads=[_("组织"), *shown.heads],
        rows=[[line.name, *line.cells] for line in shown.lines],
        as_of=today,
        source=_("本系统业务数据汇总"),
        next_after=shown.next_after,
    )


def organizations_table(scope: Scope, parameters: Parameters, after: str) -> Table:
    """Return the organizations below a place by name, some hundred at a time."""
    del parameters
    today = clock.today()
    page = search(scope.place, "", after, CHUNK)
    discretion = discretion_of(scope, today)
    values = numbers([row.id for row in page.rows], _COLUMNS)
    cover = cover_of((row.path for row in page.rows), _COLUMNS, discretion)
    above = place_texts(page.rows, with_own=False)
    return Table(
        title=_("组织名单"),
        heads=[_("组织"), _("上级"), _("类型"), _("成人会员"), _("青少年会员"), _("志愿者")],
        rows=[
            [
                row.name,
                above[row.id],
                str(LABELS[OrganizationKind][row.kind]),
                *(
                    covered_text(cover, row.path, one, values[row.id].get((one, STOCK), 0))
                    for one in _COLUMNS
                ),
            ]
            for row in page.rows
        ],
        as_of=today,
        source=_("本系统业务数据汇总"),
        next_after=page.next_after,
    )


def _below(scope: Scope, parameters: Parameters) -> int:
    del parameters
    return count_below(scope.place)


def _children(scope: Scope, parameters: Parameters) -> int:
    del parameters
    return count_below(scope.place, children=True)


COMPARISON = register(
    TableKind(
        "comparison",
        lazy_gettext("下级组织的数字"),
        Permission.FIGURES_VIEW,
        comparison_table,
        count=_children,
    )
)
ORGANIZATIONS = register(
    TableKind(
        "organizations",
        lazy_gettext("组织名单"),
        Permission.FIGURES_VIEW,
        organizations_table,
        count=_below,
    )
)
