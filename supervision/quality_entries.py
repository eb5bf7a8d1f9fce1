"""Where posts find the data quality desk in the sidebar: data only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from core.access.permissions import Permission
from supervision.entries import Entry

OF_QUALITY = (
    Entry(
        _("数据质量"),
        "quality.desk",
        Permission.FIGURES_VIEW,
        frozenset({"quality.list_rows", "quality.mend", "quality.fill", "quality.assign"}),
    ),
)
