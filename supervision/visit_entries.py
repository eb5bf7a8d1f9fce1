"""Where venues at work, plans and appointments are found in the sidebar."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

_APPOINTMENTS = "list_appointments offer_slots enter_caller show_appointment"
AT_VENUES = (
    Entry(
        _("场所运行"),
        "activities.list_signs",
        Permission.VENUES_VIEW,
        frozenset(f"activities.{name}" for name in f"show_signs enter_day {_APPOINTMENTS}".split()),
    ),
    Entry(_("活动计划"), "activities.plan", Permission.ACTIVITIES_VIEW),
    Entry(
        _("借用场所"),
        "activities.list_askings",
        Permission.VENUES_KEEP,
        frozenset({"activities.refuse_use", "activities.find_to_borrow"}),
    ),
)
OWN_AT_VENUES = (
    Entry(
        _("附近的场所"),
        "activities.find_venues",
        also=frozenset({"activities.show_slots", "activities.book_slot"}),
    ),
    Entry(_("我的预约"), "activities.own_appointments"),
)
