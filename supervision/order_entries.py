"""What leads to alerts and supervision orders."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from core.access.permissions import Permission
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
