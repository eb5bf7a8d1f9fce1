"""Where posts find the data quality desk in the sidebar: data only."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

OF_QUALITY = (
    Entry(
        _("数据质量"),
        "quality.desk",
        Permission.FIGURES_VIEW,
        frozenset({"quality.list_rows", "quality.mend", "quality.fill", "quality.assign"}),
    ),
)
