"""Pages of alerts and supervision orders, in every state, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock, settings
from core.database import db
from organizations import figures
from organizations.rules import Measure
from supervision.alerts.operations import begin_night, evaluate
from supervision.orders.labels import default_text
from supervision.orders.rules import OrderStatus
from tests.cast import organization_named
from tests.e2e.sheets import Sheet, press
from tests.supervision.order_parts import alert_at, make_order

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

ORDER_SHEETS = (
    Sheet("supervision.list_alerts", "cora", "/o/{county}/alerts"),
    Sheet("supervision.list_alerts", "noa", "/o/{north}/alerts", state="empty"),
    Sheet("supervision.list_alerts", "cora", "/o/{county}/alerts?rule=A02", state="filtered"),
    Sheet("supervision.list_alerts", "ben", "/o/{branch}/alerts", state="branch"),
    Sheet("supervision.list_ended_alerts", "cora", "/o/{county}/alerts/ended"),
    Sheet("supervision.list_ended_alerts", "noa", "/o/{north}/alerts/ended", state="empty"),
    Sheet("supervision.list_alert_rules", "gil", "/o/{province}/alerts/rules"),
    Sheet("supervision.set_alert_rule", "gil", "/o/{province}/alerts/rules/set?rule=A06"),
    Sheet(
        "supervision.set_alert_rule",
        "gil",
        "/o/{province}/alerts/rules/set?rule=A06",
        press("保存规则"),
        "wrong",
    ),
    Sheet("supervision.list_orders", "cora", "/o/{county}/orders?box=sent"),
    Sheet("supervision.list_orders", "cora", "/o/{county}/orders?box=check", state="check"),
    Sheet("supervision.list_orders", "noa", "/o/{north}/orders", state="empty"),
    Sheet("supervision.list_orders", "ben", "/o/{branch}/orders", state="branch"),
    Sheet("supervision.new_order", "cora", "/o/{county}/orders/new", state="choose"),
    Sheet("supervision.new_order", "cora", "/o/{county}/orders/new?to={branch}", state="free"),
    Sheet("supervision.new_order", "cora", "/o/{county}/orders/new?alert={red}"),
    Sheet(
        "supervision.new_order",
        "cora",
        "/o/{county}/orders/new?to={branch}",
        press("发出"),
        "wrong",
    ),
    Sheet("supervision.order", "ben", "/o/{branch}/orders/{order_issued}"),
    Sheet("supervision.order", "ben", "/o/{branch}/orders/{order_received}", state="received"),
    Sheet(
        "supervision.order", "ben", "/o/{branch}/orders/{order_received}", press("报办结"), "wrong"
    ),
    Sheet("supervision.order", "cora", "/o/{county}/orders/{order_replied}", state="replied"),
    Sheet("supervision.order", "cora", "/o/{county}/orders/{order_closed}", state="closed"),
)


def furnish_orders(scenery: Scenery) -> None:
    """Leave alerts at the branch, and an order in every state."""
    branch = organization_named("东一村")
    figures.add(branch.path, Measure.OVERDUE_ELECTIONS, 1)
    figures.add(branch.path, Measure.SILENT_VENUES, 1)
    figures.add(organization_named("东二村").path, Measure.OVERDUE_ELECTIONS, 1)
    figures.write(db.session())
    _evaluate()
    figures.add(organization_named("东二村").path, Measure.OVERDUE_ELECTIONS, -1)
    figures.write(db.session())
    _evaluate()
    states = (
        OrderStatus.ISSUED,
        OrderStatus.RECEIVED,
        OrderStatus.REPLIED,
        OrderStatus.CLOSED,
    )
    for status in states:
        rule = "A04" if status is OrderStatus.RECEIVED else ""
        order = make_order("东县", "东一村", status, rule)
        scenery.codes[f"order_{status.value}"] = order.code
    _typed()
    scenery.codes["red"] = alert_at("东一村").code
    db.session.commit()


def _evaluate() -> None:
    night, after = begin_night(clock.today()), 0
    while (found := evaluate(night, after)) is not None:
        after = found.last_id


def _typed() -> None:
    """Leave an order with the words that the rule writes: kept in Chinese, as typed ones."""
    alert, today = alert_at("东一村"), clock.today()
    days = settings.value("orders.red_working_days", on=today)
    floor = settings.value("figures.small_group", on=today)
    order = make_order("东县", "东一村", OrderStatus.WITHDRAWN, "A03")
    order.text = default_text(alert, "东一村", clock.add_working_days(today, days), floor)
