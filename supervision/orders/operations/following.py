"""What happens to orders by itself: figures recover, days pass, organizations close and move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from accounts.queries.posts import handler_of
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import N_
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.operations.moving import MovedSubtree
from organizations.rules import ids_of_path
from supervision.alerts.operations import Evaluation, end_alerts_of
from supervision.orders.models import Order
from supervision.orders.operations.issuing import may_order
from supervision.orders.operations.steps import note, step
from supervision.orders.rules import OPEN, UNDONE, Delay, OrderAction, OrderStatus, delay_of
from supervision.orders.telling import tell_late

_A = OrderAction
BATCH = 200
CLOSED = N_("组织已经撤销或者合并")
MOVED = N_("组织已经划归别的上级")


def follow_evaluation(found: Evaluation) -> None:
    """End the orders whose figure the rule is content with again, and say so."""
    told, now = found.measured, clock.now()
    for order in _open_where(
        Order.organization_id.in_(found.organization_ids), Order.rule != "", lock=True
    ):
        key = order.organization_id, order.rule
        threshold = found.night.thresholds.get((order.rule, order.organization.level))
        is_watched = threshold is not None and threshold.is_on and key in told.readings
        if is_watched and key not in told.findings:
            step(order, _A.RECOVER, "", told.readings[key], by=SYSTEM, now=now)


def escalate(now: datetime, after: int = 0) -> tuple[int, int] | None:
    """Tell the level above of the next orders that are late; None where there is none left.

    Each delay is told once. Returns after which id the next batch begins, and how many were told.
    """
    today = clock.local(now).date()
    unreceived = and_(
        Order.status == OrderStatus.ISSUED, Order.receipt_due < today, Order.delay.is_(None)
    )
    undone = and_(Order.due_on < today, or_(Order.delay.is_(None), Order.delay != Delay.DUE))
    late = _open_where(
        Order.id > after,
        Order.status.in_(UNDONE),
        or_(unreceived, undone),
        lock=True,
        limit=BATCH,
    )
    if not late:
        return None
    for order in late:
        order.delay = delay_of(order.status, order.receipt_due, order.due_on, today)
        above = ids_of_path(order.issuer.path)
        upper = db.session.get_one(Organization, above[-2] if above[1:] else above[0])
        order.escalated_to_id = upper.id
        event = note(order, _A.ESCALATE, "", None, by=SYSTEM, now=now)
        tell_late(order, upper, event.id, now=now)
    db.session.flush()
    return late[-1].id, len(late)


def hand_over(now: datetime, after: int = 0) -> tuple[int, int] | None:
    """Give the next open orders to who handles them now: a keeper came, or the last one went.

    Returns after which id the next batch begins, and how many changed hands; None at the end.
    """
    found = _open_where(Order.id > after, lock=True, limit=BATCH)
    if not found:
        return None
    moved = [order for order in found if _handle(order, now)]
    return found[-1].id, len(moved)


def follow_closing(closed: ClosedOrganization) -> None:
    """Take the orders of an organization that closed along to where it went, or end them."""
    now, gone = closed.now, closed.organization
    end_alerts_of([gone.id], clock.local(now).date())
    for order in _open_where(Order.organization_id == gone.id, lock=True):
        if (
            closed.has_target
            and _is_free_at(order, closed.home)
            and may_order(order.issuer, closed.home)
        ):
            order.organization = closed.home
            _move(order, CLOSED, by=closed.by, now=now)
        else:
            step(order, _A.LAPSE, CLOSED, None, by=closed.by, now=now)
    for order in _open_where(Order.issuer_id == gone.id, lock=True):
        order.issuer = closed.home
        note(order, _A.MOVE, CLOSED, None, by=closed.by, now=now)


def follow_move(moved: MovedSubtree) -> None:
    """Give the orders of organizations that moved to the Red Cross that supervises them now."""
    for order in _open_where(Order.organization_id.in_(moved.organization_ids), lock=True):
        if may_order(order.issuer, order.organization):
            continue
        branch = db.session.get_one(Organization, order.organization.branch_id)
        if order.issuer.level is branch.level and may_order(branch, order.organization):
            order.issuer = branch
            _move(order, MOVED, by=moved.by, now=moved.now)
        else:
            step(order, _A.LAPSE, MOVED, None, by=moved.by, now=moved.now)


def _move(order: Order, words: str, *, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    handler = handler_of(order.organization, today)
    order.handler = db.session.get_one(Organization, handler)
    step(order, _A.MOVE, words, None, by=by, now=now)


def _handle(order: Order, now: datetime) -> bool:
    handler_id = handler_of(order.organization, clock.local(now).date())
    if handler_id == order.handler_id:
        return False
    order.handler = db.session.get_one(Organization, handler_id)
    step(order, _A.MOVE, "", None, by=SYSTEM, now=now)
    return True


def _is_free_at(order: Order, target: Organization) -> bool:
    """Return whether no open order of the same rule stands at an organization."""
    if not order.rule:
        return True
    return not _open_where(Order.organization_id == target.id, Order.rule == order.rule)


def _open_where(*conditions: Any, lock: bool = False, limit: int | None = None) -> Sequence[Order]:
    asked = (
        select(Order)
        .options(
            joinedload(Order.organization, innerjoin=True),
            joinedload(Order.handler, innerjoin=True),
            joinedload(Order.issuer, innerjoin=True),
        )
        .where(Order.status.in_(OPEN), *conditions)
        .order_by(Order.id)
        .limit(limit)
    )
    if lock:
        asked = asked.with_for_update(of=Order).execution_options(populate_existing=True)
    return db.session.scalars(asked).all()
