"""Words of orders: states, steps, boxes, and the text that a rule writes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from core import clock
from core.filters import day
from core.i18n import gettext, lazy_pgettext, speaking
from core.i18n import lazy_gettext as _
from organizations.rules import Discretion
from organizations.rules.cover import Cover
from supervision.alerts.defaults import RULES
from supervision.alerts.labels import name_of, number_words, rule_words
from supervision.alerts.models import Alert
from supervision.alerts.queries import cover_of_figures
from supervision.indicators.rules import Reading
from supervision.orders.models import Order
from supervision.orders.queries import Box
from supervision.orders.rules import UNDONE, Delay, OrderAction, OrderStatus

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    OrderStatus: {
        OrderStatus.ISSUED: _("待签收"),
        OrderStatus.RECEIVED: _("处理中"),
        OrderStatus.REPLIED: _("待复核"),
        OrderStatus.CLOSED: _("已办结"),
        OrderStatus.RECOVERED: _("已恢复，自动办结"),
        OrderStatus.WITHDRAWN: _("已撤回"),
        OrderStatus.LAPSED: _("已终止"),
    },
    OrderAction: {
        OrderAction.ISSUE: lazy_pgettext("history", "发督办"),
        OrderAction.RECEIVE: lazy_pgettext("history", "签收"),
        OrderAction.REPLY: lazy_pgettext("history", "报办结"),
        OrderAction.CLOSE: _("复核通过"),
        OrderAction.REOPEN: lazy_pgettext("history", "退回再办"),
        OrderAction.WITHDRAW: lazy_pgettext("history", "撤回"),
        OrderAction.RECOVER: _("指标恢复，自动办结"),
        OrderAction.LAPSE: _("终止"),
        OrderAction.ESCALATE: _("超期，报上一级"),
        OrderAction.MOVE: _("转办"),
        OrderAction.WRITE: _("留言"),
    },
    Delay: {Delay.RECEIPT: _("超期未签收"), Delay.DUE: _("超期未办结")},
    Box: {
        Box.RECEIVED: _("收到的"),
        Box.SENT: _("发出的"),
        Box.CHECK: _("待复核"),
        Box.ESCALATED: _("超期上报"),
        Box.BELOW: _("下级之间的"),
    },
}
TONES = {
    OrderStatus.ISSUED: "warn",
    OrderStatus.RECEIVED: "info",
    OrderStatus.REPLIED: "warn",
    OrderStatus.CLOSED: "ok",
    OrderStatus.RECOVERED: "ok",
}


def title_of(rule: str, subject: str) -> str:
    """Return what an order is about, a rule in the language of the screen."""
    known = RULES.get(rule)
    return name_of(known) if known else subject


def mark_of(order: Any, today: date) -> str:
    """Return what of an order is late, in words; nothing where it is in time."""
    if order.status in UNDONE and today > order.due_on:
        return str(LABELS[Delay][Delay.DUE])
    if order.status is OrderStatus.ISSUED and today > order.receipt_due:
        return str(LABELS[Delay][Delay.RECEIPT])
    return ""


def figure_then(order: Order, cover: Cover) -> str:
    """Return the figure of an order when it was issued, as a viewer may read it."""
    rule = RULES.get(order.rule)
    if rule is None or order.top is None:
        return ""
    reading = Reading(order.figure, order.top, order.bottom)
    found, on = (reading, order.near), day_of(order.issued_at)
    return number_words(rule, order.organization.place, found, cover, on)


def day_of(moment: datetime) -> date:
    """Return the day of the figure that a step carries: the one on which it was done."""
    return clock.local(moment).date()


def default_text(alert: Alert, name: str, due_on: date, floor: int) -> str:
    """Return what a rule writes into an order, in Chinese: it is kept as it was written.

    Whoever reads the order reads it, so groups smaller than the floor are never told (AZ-07).
    """
    rule, place = RULES[alert.rule], alert.organization.place
    strict = Discretion.of_everybody(floor)
    cover = cover_of_figures([(place, rule)], strict, clock.today(), [alert.as_of])
    found = Reading(alert.figure, alert.top, alert.bottom), alert.only_near
    with speaking("zh_CN"):
        figure = number_words(rule, place, found, cover, alert.as_of)
        if alert.threshold is not None:
            line = rule_words(rule, alert.colour, alert.threshold)
            figure = str(gettext("%(figure)s（%(line)s）", figure=figure, line=line))
        return str(
            gettext(
                "截至%(as_of)s，%(name)s%(rule)s：%(figure)s。"
                "请核实原因，在%(due)s前办结，并回复办理情况。",
                as_of=day(alert.as_of),
                name=name,
                rule=name_of(rule),
                figure=figure,
                due=day(due_on),
            )
        )
