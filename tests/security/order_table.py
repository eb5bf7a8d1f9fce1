"""What the pages of alerts and supervision orders need, by hand, and a row for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from supervision.orders.models import Order
from supervision.orders.rules import OrderStatus

_EAST = ["东县", "东镇", "东一村", "东二村", "东小学"]
_WEST = ["西县", "西一村", "西小学"]
_NORTH = ["北县", "北一村"]
_BRANCHES = {
    "ben": ["东一村"],
    "tom": ["东镇"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "finn": ["东小学"],
}
_DESKS = {
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "eve": ["东市"],
    "gil": ["测试省"],
}

#: City and province never edit below: they give orders and check them (decisions.md D11).
ORDER_RIGHTS: dict[str, dict[str, list[str]]] = {
    "orders-view": {
        **_BRANCHES,
        "tom": ["东镇", "东一村"],
        "cora": _EAST,
        "sam": _EAST,
        "dan": _WEST,
        "noa": _NORTH,
        "eve": ["东市", *_EAST, *_WEST],
        "gil": ["测试省", "东市", *_EAST, *_WEST, "北市", *_NORTH],
    },
    "orders-issue": _DESKS,
    "orders-answer": {**_BRANCHES, **_DESKS},
    "alerts-set": {"gil": ["测试省"]},
}

ORDERS: dict[str, str] = {
    "supervision.list_alerts": "orders-view",
    "supervision.list_ended_alerts": "orders-view",
    "supervision.list_alert_rules": "orders-view",
    "supervision.set_alert_rule": "alerts-set",
    "supervision.list_orders": "orders-view",
    "supervision.new_order": "orders-issue",
    "supervision.order": "orders-view",
    "supervision.answer_order": "orders-answer",
    "supervision.check_order": "orders-issue",
}

ORDER_ROWS: dict[str, str] = {
    "supervision.order": "order",
    "supervision.answer_order": "order",
    "supervision.check_order": "order",
}


def _order(place: Organization) -> str:
    """Return an order in which a place has every part, so that each right is asked alone."""
    today = clock.today()
    order = Order(
        code=crypto.opaque_code(8),
        organization=place,
        handler=place,
        issuer=place,
        status=OrderStatus.ISSUED,
        subject="换届材料",
        text="请报",
        issued_at=clock.now(),
        receipt_due=today,
        due_on=today + timedelta(days=9),
    )
    db.session.add(order)
    db.session.flush()
    return order.code


ORDER_BUILDERS: dict[str, Callable[[Organization], str]] = {"order": _order}
