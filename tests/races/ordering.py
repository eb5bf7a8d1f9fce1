"""Races about supervision orders: two officers close one, two give one for the same alert."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from core import clock, crypto
from core.access.permissions import Level, Role
from core.database import db
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from supervision.orders.models import Order, OrderEvent
from supervision.orders.rules import OrderAction, OrderStatus
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground
from tests.supervision.order_parts import make_order

COUNTY = "东县"


def prepare_two_close(_ground: Ground, count: int) -> list[Trial]:
    """Two officers say that what was replied is done, both at once."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        order = make_order(COUNTY, "东一村", OrderStatus.REPLIED)
        path = f"/o/{stage.place(COUNTY).code}/orders/{order.code}/check"
        posts = [Post(one.token, path, [("act", "close")]) for one in (first, second)]
        trials.append(Trial(posts, order.id))
    return trials


def judge_two_close(trial: Trial) -> Iterator[str]:
    """One closes it, the other is told that it is closed."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    closed = select(func.count()).where(
        OrderEvent.order_id == trial.subject, OrderEvent.action == OrderAction.CLOSE
    )
    if db.session.scalar(closed) != 1:
        yield "closed more than once"


def prepare_two_issue(_ground: Ground, count: int) -> list[Trial]:
    """Two officers give an order for one alert, both at once."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    today, trials = clock.today(), []
    due = (today + timedelta(days=9)).isoformat()
    for _ in range(count):
        place = stage.place(stage.village())
        alert = Alert(
            code=crypto.opaque_code(8),
            organization_id=place.id,
            level=Level.UNIT,
            rule="A03",
            colour=Colour.RED,
            figure=1,
            top=1,
            near=0,
            threshold=1,
            since=today,
            red_since=today,
            as_of=today,
        )
        db.session.add(alert)
        db.session.flush()
        path = f"/o/{stage.place(COUNTY).code}/orders/new?alert={alert.code}"
        form = [("text", "请办"), ("due_on", due)]
        trials.append(Trial([Post(one.token, path, form) for one in (first, second)], place.id))
    return trials


def judge_two_issue(trial: Trial) -> Iterator[str]:
    """One order is open; the other officer is told of it."""
    if sorted(trial.statuses()) != [DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    given = select(func.count()).where(Order.organization_id == trial.subject)
    if db.session.scalar(given) != 1:
        yield "more than one order"


RACES = (
    Race(
        "two officers close one order",
        ("S28", "RACE-16"),
        ("lock on orders",),
        prepare_two_close,
        judge_two_close,
    ),
    Race(
        "two officers give an order for one alert",
        ("S28", "RACE-16"),
        (),
        prepare_two_issue,
        judge_two_issue,
    ),
)
