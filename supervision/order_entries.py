"""What leads to alerts and supervision orders."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import Entry

_P = Permission

OF_ORDERS = (
    Entry(
        _("预警"),
        "supervision.list_alerts",
        _P.ORDERS_VIEW,
        frozenset(
            {
                "supervision.list_alert_rules",
                "supervision.list_ended_alerts",
                "supervision.set_alert_rule",
            }
        ),
    ),
    Entry(
        _("督办单"),
        "supervision.list_orders",
        _P.ORDERS_VIEW,
        frozenset({"supervision.order", "supervision.new_order"}),
    ),
)
