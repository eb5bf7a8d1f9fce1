"""Reading orders: lists of both sides, one order with its thread, what waits on a home."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload

from accounts.handing_over import Leaving, Part
from accounts.rules.handover import OpenWork
from core.access.permissions import Permission
from core.access.scope import Place
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import AnyPlace, range_of
from supervision.alerts.definitions import OFFICES
from supervision.orders.models import Order, OrderEvent
from supervision.orders.rules import OPEN, UNDONE, OrderAction, OrderStatus

PAGE = 25
ABOUT = aliased(Organization)


class Box(StrEnum):
    """Which orders of a place are listed."""

    RECEIVED = "received"
    SENT = "sent"
    CHECK = "check"
    ESCALATED = "escalated"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order on a home: what the place has to do with it, and by when."""

    code: str
    rule: str
    subject: str
    about: Place
    box: Box
    status: OrderStatus
    due_on: date
    receipt_due: date


def orders_at(place: Place, box: Box, *, ended: bool = False, after: str = "") -> Page[Order]:
    """Return a page of the orders of a place, open ones by deadline, ended ones newest first."""
    key: Any = (Order.due_on, Order.id)
    states = Order.status.not_in(OPEN) if ended else Order.status.in_(OPEN)
    asked = _with_places().where(_in_box(place, box), states)
    if after:
        anchor = [select(one).where(Order.code == after).scalar_subquery() for one in key]
        past = tuple_(*key) < tuple_(*anchor) if ended else tuple_(*key) > tuple_(*anchor)
        asked = asked.where(past)
    order = [one.desc() for one in key] if ended else list(key)
    return page_of(db.session.scalars(asked.order_by(*order).limit(PAGE + 1)).all(), PAGE)


def counts_at(place: Place) -> Mapping[Box, int]:
    """Return how many open orders lie in each box of a place: one statement."""
    boxes = list(Box)
    sums = [
        select(func.count())
        .select_from(Order)
        .join(ABOUT, ABOUT.id == Order.organization_id)
        .where(_in_box(place, box), Order.status.in_(OPEN))
        .scalar_subquery()
        for box in boxes
    ]
    return dict(zip(boxes, db.session.execute(select(*sums)).one(), strict=True))


def order_at(place: Place, code: str) -> Order | None:
    """Return an order that a place has a part in."""
    mine = or_(
        Order.handler_id == place.id,
        Order.organization_id == place.id,
        Order.issuer_id == place.id,
        Order.escalated_to_id == place.id,
    )
    asked = _with_places().where(Order.code == code, mine)
    return db.session.scalars(asked).one_or_none()


def is_party(order: Order, place: Place) -> bool:
    """Return whether a place has a part in an order: there it is opened, else at whom it is about.

    Whoever looks after both from above opens it there.
    """
    parts = order.handler_id, order.organization_id, order.issuer_id, order.escalated_to_id
    return place.id in parts


def thread_of(order_id: int) -> Sequence[OrderEvent]:
    """Return what happened to an order, oldest first, each line with who wrote it."""
    return db.session.scalars(
        select(OrderEvent)
        .options(joinedload(OrderEvent.by_organization))
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.id)
    ).all()


def replies_to(order_ids: Collection[int]) -> Mapping[int, OrderEvent]:
    """Return the last reply to each order: one statement."""
    if not order_ids:
        return {}
    found = db.session.scalars(
        select(OrderEvent)
        .where(OrderEvent.order_id.in_(order_ids), OrderEvent.action == OrderAction.REPLY)
        .order_by(OrderEvent.id)
    )
    return {event.order_id: event for event in found}


def waiting_where(place: Place | AnyPlace) -> ColumnElement[bool]:
    """Return the condition of the open orders that a place has to act on; the rest is ``ABOUT``.

    To be done, to be checked, or told from below because they are late.
    """
    boxes = {Box.RECEIVED: UNDONE, Box.CHECK: OPEN, Box.ESCALATED: UNDONE}
    return or_(
        *(
            and_(_in_box(place, box), Order.status.in_(states))
            for box, states in boxes.items()
            if box is Box.RECEIVED or place.level in OFFICES
        )
    )


def box_of(
    place: Place, status: OrderStatus, handler_id: int, issuer_id: int, escalated_to_id: int | None
) -> Box:
    """Return why an open order stands on the home of a place."""
    if handler_id == place.id and status in UNDONE:
        return Box.RECEIVED
    if issuer_id == place.id and status is OrderStatus.REPLIED:
        return Box.CHECK
    return Box.ESCALATED if escalated_to_id == place.id else Box.RECEIVED


def open_of(pairs: Collection[tuple[int, str]]) -> Mapping[tuple[int, str], Order]:
    """Return the open orders of organizations and rules: one statement."""
    if not pairs:
        return {}
    found = db.session.scalars(
        select(Order).where(
            Order.organization_id.in_({place_id for place_id, _rule in pairs}),
            Order.rule.in_({rule for _place, rule in pairs}),
            Order.status.in_(OPEN),
        )
    )
    return {(order.organization_id, order.rule): order for order in found}


def orders_by_alert(alert_ids: Collection[int]) -> Mapping[int, Order]:
    """Return the last order that each alert had: one statement."""
    if not alert_ids:
        return {}
    asked = select(Order).where(Order.alert_id.in_(alert_ids)).order_by(Order.id)
    return {order.alert_id or 0: order for order in db.session.scalars(asked)}


def count_undone(place_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many orders wait to be received or done, by place: one statement."""
    rows = db.session.execute(
        select(Order.handler_id, func.count())
        .where(Order.handler_id.in_(place_ids), Order.status.in_(UNDONE))
        .group_by(Order.handler_id)
    )
    return {row[0]: row[1] for row in rows}


def _undone(leaving: Leaving) -> int:
    here = leaving.organization.id
    return count_undone([here]).get(here, 0)


PARTS = (Part(OpenWork.ORDERS, Permission.ORDERS_ANSWER, _undone, "supervision.list_orders"),)


def _with_places() -> Any:
    return (
        select(Order)
        .join(Order.organization.of_type(ABOUT))
        .options(
            contains_eager(Order.organization.of_type(ABOUT)),
            joinedload(Order.handler, innerjoin=True),
            joinedload(Order.issuer, innerjoin=True),
        )
    )


def _below(place: Place | AnyPlace) -> ColumnElement[bool]:
    low, high = range_of(place)
    return and_(ABOUT.path >= low, ABOUT.path < high)


def _in_box(place: Place | AnyPlace, box: Box) -> ColumnElement[bool]:
    if box is Box.RECEIVED:
        return or_(Order.handler_id == place.id, Order.organization_id == place.id)
    if box is Box.SENT:
        return Order.issuer_id == place.id
    if box is Box.CHECK:
        return and_(Order.issuer_id == place.id, Order.status == OrderStatus.REPLIED)
    if box is Box.ESCALATED:
        return and_(Order.escalated_to_id == place.id, Order.issuer_id != place.id)
    return and_(_below(place), Order.issuer_id != place.id, Order.organization_id != place.id)
