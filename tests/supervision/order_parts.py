"""Alerts and orders as tests need them: figures put in, evaluated, an order in any state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.audit.operations import Actor
from core.database import db
from organizations.rules import Measure
from supervision.alerts.models import Alert
from supervision.alerts.operations import begin_night, evaluate
from supervision.orders import operations
from supervision.orders.models import Order
from supervision.orders.operations import NewOrder, Told
from supervision.orders.rules import OrderAction, OrderStatus, Side
from tests.cast import organization_named
from tests.supervision.parts import add

A = OrderAction
#: The steps that lead to a state, from being issued on.
WAYS: dict[OrderStatus, tuple[tuple[OrderAction, Side], ...]] = {
    OrderStatus.ISSUED: (),
    OrderStatus.RECEIVED: ((A.RECEIVE, Side.HANDLER),),
    OrderStatus.REPLIED: ((A.RECEIVE, Side.HANDLER), (A.REPLY, Side.HANDLER)),
    OrderStatus.CLOSED: (
        (A.RECEIVE, Side.HANDLER),
        (A.REPLY, Side.HANDLER),
        (A.CLOSE, Side.ISSUER),
    ),
    OrderStatus.WITHDRAWN: ((A.WITHDRAW, Side.ISSUER),),
}


def night() -> tuple[int, int]:
    """Evaluate every organization; return how many alerts began and ended."""
    told, after, begun, ended = begin_night(clock.today()), 0, 0, 0
    while (found := evaluate(told, after)) is not None:
        after, begun, ended = found.last_id, begun + found.begun, ended + found.ended
    return begun, ended


def late_elections(cast: Any, place: str, count: int = 1) -> None:
    """Let terms of organizations at a place be over, as the nightly count would tell."""
    add(cast, place, Measure.OVERDUE_ELECTIONS, count)


def alert_at(place: str, rule: str = "A03") -> Alert:
    """Return the open alert of a place."""
    found = db.session.query(Alert).filter_by(rule=rule, ended_on=None)
    return found.filter_by(organization_id=organization_named(place).id).one()


def make_order(
    issuer: str,
    about: str,
    status: OrderStatus = OrderStatus.ISSUED,
    rule: str = "",
    days: int = 14,
) -> Order:
    """Return an order in a state; of a rule its alert must be open."""
    now, by = clock.now(), Actor()
    new = NewOrder(
        organization_named(issuer),
        organization_named(about),
        rule,
        "" if rule else "换届材料没有报",
        "请在期限前办结。",
        clock.today() + timedelta(days=days),
    )
    order = operations.issue(new, by=by, now=now)
    for action, side in WAYS[status]:
        operations.act(order, action, side, Told("已经办了"), by=by, now=now)
    db.session.flush()
    return order


def of(cast: Any, place: str, order: Order, act: str = "") -> str:
    """Return the address of an order at a place."""
    return f"/o/{cast.code(place)}/orders/{order.code}" + (f"/{act}" if act else "")


def letters_of(cast: Any, who: str) -> list[LetterKind]:
    """Return what somebody was told of, oldest first."""
    asked = select(Letter.kind).where(Letter.user_id == cast.user(who).id).order_by(Letter.id)
    return list(db.session.scalars(asked))


def again(order: Order) -> Order:
    """Return an order as it is now."""
    db.session.expire_all()
    return db.session.get_one(Order, order.id)
