"""Where keepers and offices find venues, and keepers their own, in the sidebar."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

_KEPT = (
    "show_venue choose_venue new_venue edit_venue venue_hours_page venue_photos_page "
    "venue_people_page venue_fund_page reverse_venue_fund apply_venue open_venue give_up_venue "
    "close_venue inspect_venue return_venue name_venue star_venue decide_stars "
    "set_criteria"
)
VENUES = Entry(
    _("服务场所"),
    "activities.list_venues",
    Permission.VENUES_VIEW,
    frozenset(f"activities.{name}" for name in _KEPT.split()),
)
OWN_VENUES = Entry(
    _("我负责的场所"),
    "activities.own_venues",
    also=frozenset(
        {
            "activities.own_venue",
            "activities.own_venue_hours",
            "activities.own_venue_photos",
            "activities.enter_own_day",
        }
    ),
)
