"""The steps of an order, one row lock each; a figure that has recovered ends it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core import clock, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from supervision.alerts import queries as alerts
from supervision.alerts.defaults import RULES
from supervision.indicators.rules import Reading
from supervision.orders.models import Order, OrderEvent
from supervision.orders.rules import (
    LOOKS_AT_FIGURE,
    OPEN,
    TRANSITIONS,
    Delay,
    OrderAction,
    Side,
    check_due,
    check_side,
    check_text,
)
from supervision.orders.telling import tell

_A = OrderAction
#: What has to be said with a step.
MISSING = {
    _A.REPLY: N_("请写明办理情况"),
    _A.REOPEN: N_("请写明哪里没办好"),
    _A.WITHDRAW: N_("请写明撤回的原因"),
    _A.WRITE: N_("请写留言"),
}
OWN_REPLY = N_("自己报的办结，请另一位复核")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says with a step, and until when it is to be done again."""

    words: str = ""
    due_on: date | None = None


def order_for(code: str, place_id: int, side: Side) -> Order:
    """Return an order by its code, locked. Raises UnknownRowError where the place has no such part.

    Whoever comes second sees what the first made of it.
    """
    mine = Order.issuer_id if side is Side.ISSUER else Order.handler_id
    found = db.session.scalars(
        select(Order)
        .where(Order.code == code, mine == place_id)
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def act(
    order: Order, action: OrderAction, side: Side, told: Told, *, by: Actor, now: datetime
) -> OrderAction:
    """Do a step and return what came of it: the step itself, or RECOVER after it.

    Raises RuleViolation for missing words, IllegalTransition where the order is elsewhere by now.
    """
    check_side(action, side)
    TRANSITIONS.next(order.status, action)
    words = told.words.strip()
    if action in MISSING or words:
        words = check_text(told.words, MISSING.get(action, ""), "words")
    today = clock.local(now).date()
    if action is _A.CLOSE:
        _check_other(order, by)
    if action is _A.REOPEN:
        _again(order, told.due_on, today)
    elif action is _A.RECEIVE and order.delay is Delay.RECEIPT:
        order.delay = order.escalated_to_id = None
    reading, near, has_recovered = figure_now(order, today)
    step(order, action, words, reading, near=near, side=side, by=by, now=now)
    if has_recovered and action in LOOKS_AT_FIGURE:
        step(order, _A.RECOVER, "", reading, by=SYSTEM, now=now)
        return _A.RECOVER
    return action


def step(
    order: Order,
    action: OrderAction,
    words: str,
    reading: Reading | None,
    *,
    near: int = 0,
    side: Side | None = None,
    by: Actor,
    now: datetime,
) -> OrderEvent:
    """Write one line of the thread and tell of it; the state follows the table."""
    order.status = TRANSITIONS.next(order.status, action)
    if order.status not in OPEN:
        order.ended_on = clock.local(now).date()
    event = note(order, action, words, reading, near=near, by=by, now=now)
    tell(order, action, event.id, side, now=now)
    return event


def note(
    order: Order,
    action: OrderAction,
    words: str,
    reading: Reading | None,
    *,
    near: int = 0,
    by: Actor,
    now: datetime,
) -> OrderEvent:
    """Add a line to the thread of an order, and to the log.

    ``near`` is how many come near their deadline where the figure crossed no line.
    """
    event = OrderEvent(
        order_id=order.id,
        action=action,
        to_status=order.status,
        at=now,
        by_user_id=by.user_id,
        by_post_id=by.post_id,
        by_organization_id=by.organization_id,
        words=words,
        figure=reading.value if reading else None,
        top=reading.top if reading else None,
        bottom=reading.bottom if reading else None,
        near=near,
    )
    db.session.add(event)
    db.session.flush()
    record(f"orders.{action}", "supervision_order", order.id, by=by)
    return event


def figure_now(order: Order, day: date) -> tuple[Reading | None, int, bool]:
    """Return the figure that an order is about, what only comes near, and whether all is well.

    Well is what its rule is content with.
    """
    rule = RULES.get(order.rule)
    if rule is None:
        return None, 0, False
    thresholds = alerts.thresholds_on(day)
    threshold = thresholds.get((rule.code, order.organization.level))
    reading, finding = alerts.reading_of(rule, order.organization, thresholds, day)
    is_watched = threshold is not None and threshold.is_on
    near = finding.only_near if finding else 0
    return reading, near, is_watched and reading is not None and finding is None


def _check_other(order: Order, by: Actor) -> None:
    """Raise RuleViolation for whoever replied himself, in another post or at the same place."""
    last = (
        select(OrderEvent.by_user_id)
        .where(OrderEvent.order_id == order.id, OrderEvent.action == _A.REPLY)
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )
    if by.user_id is not None and db.session.scalar(last) == by.user_id:
        raise RuleViolation("", OWN_REPLY)


def _again(order: Order, due_on: date | None, today: date) -> None:
    """Give an order another round: by the day that is named, else some working days from now."""
    days = settings.value("orders.reopen_working_days", on=today)
    if due_on is not None:
        order.due_on = check_due(due_on, today, settings.value("orders.most_days", on=today))
    else:
        order.due_on = max(order.due_on, clock.add_working_days(today, days))
    order.rounds += 1
    order.delay = order.escalated_to_id = None
