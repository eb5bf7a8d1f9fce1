"""What waits about reports, for a home: to hand over, and to look at (ux.md C6)."""

from __future__ import annotations

from collections.abc import Sequence

from core.access.permissions import Permission
from core.access.scope import Scope
from core.i18n import lazy_gettext as _
from supervision.task import Task


def report_tasks(scope: Scope, counts: Sequence[int]) -> list[Task]:
    """Return what waits, as far as the post may act on it; counts as ``report_counts`` has them."""
    own, late, above, second, gaps = counts
    org, tasks = scope.place.code, []
    reports = "supervision.list_reports", org
    if scope.may(Permission.REPORTS_KEEP):
        tasks.append(Task(_("报表待报送"), own, *reports, mark=_("已超期") if late else ""))
        tasks.append(Task(_("更正待说明"), gaps, *reports))
    if scope.may(Permission.REPORTS_DECIDE):
        tasks.append(Task(_("本级报表待核对"), second, *reports))
        tasks.append(Task(_("下级报表待办"), above, "supervision.list_reports_below", org))
    return tasks
