"""Giving an order: by a rule that an organization is behind, or freely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.queries.posts import handler_of
from core import clock, crypto, settings
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from organizations.models import Organization
from organizations.operations.closing import hold
from organizations.rules import OPEN_STATES
from supervision.alerts import queries as alerts
from supervision.alerts.defaults import RULES
from supervision.alerts.models import Alert
from supervision.indicators.rules import Reading
from supervision.orders.models import Order
from supervision.orders.operations.steps import note
from supervision.orders.rules import (
    OPEN,
    OrderAction,
    OrderStatus,
    check_due,
    check_subject,
    check_text,
    supervises,
)
from supervision.orders.telling import tell

CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What an order says: about whom, by which rule ("" for none), what, until when."""

    issuer: Organization
    organization: Organization
    rule: str
    subject: str
    text: str
    due_on: date


def issue(new: NewOrder, *, by: Actor, now: datetime) -> Order:
    """Return a new order. Raises RuleViolation; UnknownRowError for whom one does not supervise.

    Of a rule there is one open order for an organization, and only while its alert is open.
    """
    today, target = clock.local(now).date(), new.organization
    if not may_order(new.issuer, target):
        raise UnknownRowError(target.code)
    hold([target.id])
    if target.status not in OPEN_STATES:
        raise RuleViolation("", N_("这个组织已经停止，不能督办"))
    rule = RULES.get(new.rule)
    subject = rule.name if rule else check_subject(new.subject)
    words = check_text(new.text, N_("请写明要求"))
    due_on = check_due(new.due_on, today, settings.value("orders.most_days", on=today))
    alert = _alert(target.id, new.rule) if rule else None
    days = settings.value("orders.receipt_working_days", on=today)
    order = Order(
        code=crypto.opaque_code(CODE_LENGTH),
        rule=rule.code if rule else "",
        alert_id=alert.id if alert else None,
        organization=target,
        handler=db.session.get_one(Organization, handler_of(target, today)),
        issuer=new.issuer,
        status=OrderStatus.ISSUED,
        colour=alert.colour if alert else None,
        subject=subject,
        text=words,
        figure=alert.figure if alert else None,
        top=alert.top if alert else None,
        bottom=alert.bottom if alert else None,
        threshold=alert.threshold if alert else None,
        near=alert.only_near if alert else 0,
        issued_at=now,
        receipt_due=min(due_on, clock.add_working_days(today, days)),
        due_on=due_on,
    )
    db.session.add(order)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    reading = Reading(alert.figure, alert.top, alert.bottom) if alert else None
    event = note(order, OrderAction.ISSUE, "", reading, near=order.near, by=by, now=now)
    tell(order, OrderAction.ISSUE, event.id, None, now=now)
    return order


def may_order(issuer: Organization, target: Organization) -> bool:
    """Return whether an office supervises an organization."""
    branch = target.path
    if target.branch_id != target.id:
        branch = db.session.get_one(Organization, target.branch_id).path
    return supervises(issuer.level, issuer.path, target.level, target.path, branch)


def _alert(organization_id: int, rule: str) -> Alert:
    """Return the open alert, locked until the order stands: it cannot end meanwhile unseen."""
    alert = alerts.open_alert(organization_id, rule, lock=True)
    if alert is None:
        raise RuleViolation("", N_("这条预警已经解除，不用再发督办单"))
    known = select(Order.id).where(
        Order.organization_id == organization_id, Order.rule == rule, Order.status.in_(OPEN)
    )
    if db.session.scalar(known) is not None:
        raise RuleViolation("", N_("这条预警已有督办单在办"))
    return alert
