"""Ways to reports, tables and evaluations in the sidebar: data only."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import OFFICES, Entry

OF_REPORTS = (
    Entry(
        _("报表与导出"),
        "supervision.list_reports",
        Permission.FIGURES_VIEW,
        frozenset(
            {
                "supervision.report",
                "supervision.list_reports_below",
                "supervision.table",
                "supervision.list_files",
            }
        ),
        levels=OFFICES,
    ),
    Entry(
        _("年度评估"),
        "supervision.list_evaluations",
        Permission.FIGURES_VIEW,
        frozenset({"supervision.evaluation", "supervision.set_weights"}),
        levels=OFFICES,
    ),
)
