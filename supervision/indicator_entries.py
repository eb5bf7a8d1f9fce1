"""What staff find in the sidebar for indicators and comparison (ux.md 2.3): data only."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import OFFICES, Entry

_P = Permission

OF_INDICATORS = (
    Entry(
        _("指标"),
        "supervision.indicators",
        _P.FIGURES_VIEW,
        frozenset(
            {
                "supervision.drill",
                "supervision.indicator",
                "supervision.new_version",
                "supervision.new_target",
            }
        ),
    ),
    Entry(_("同级对比"), "supervision.compare", _P.COMPARISON_VIEW, levels=OFFICES),
)
