"""Alerts of the demonstration as its own figures make them, and an order in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from datasets.demo.people import Stage
from datasets.demo.places import CITIES, COUNTIES, PROVINCE
from organizations import figures
from organizations.models import Organization
from organizations.queries import branch_of_division
from supervision.alerts.defaults import RULES
from supervision.alerts.labels import name_of
from supervision.alerts.models import Alert
from supervision.alerts.operations import begin_night, evaluate
from supervision.alerts.queries import open_alert
from supervision.orders import operations
from supervision.orders.labels import default_text
from supervision.orders.operations import NewOrder, Told
from supervision.orders.rules import OrderAction, Side

A = OrderAction
CODE_LENGTH = 8
#: Alerts began so many days ago: the first of these, then others in steps, never before the last.
FIRST_DAY, STEP, DAYS = 9, 7, 40
#: One in so many had an alert before that ended.
EARLIER = 4
RECEIVED = ((A.RECEIVE, Side.HANDLER, ""),)
REPLIED = (*RECEIVED, (A.REPLY, Side.HANDLER, "演示：材料已经补报"))
AGAIN = (*REPLIED, (A.REOPEN, Side.ISSUER, "演示：还缺会议记录"))
CLOSED = (*AGAIN, (A.REPLY, Side.HANDLER, "演示：会议记录已补"), (A.CLOSE, Side.ISSUER, ""))
WITHDRAWN = ((A.WITHDRAW, Side.ISSUER, "演示：发错了组织"),)


@dataclass(frozen=True, slots=True)
class Plan:
    """An order to show: who gives it to whom, by which rule, how far it has come, how long ago."""

    issuer: Organization
    about: Organization
    rule: str
    subject: str
    far: tuple[tuple[OrderAction, Side, str], ...]
    days_ago: int = 5
    days: int = 20


def build_orders(stage: Stage, now: datetime) -> None:
    """Evaluate the rules over what the demonstration holds, and give orders about it."""
    db.session.flush()
    figures.write(db.session())
    night, after = begin_night(stage.today), 0
    while (found := evaluate(night, after)) is not None:
        after = found.last_id
    _spread(stage)
    for plan in _plans(stage):
        _build(stage, plan)
    operations.escalate(now)


def _spread(stage: Stage) -> None:
    """Let alerts have begun on different days, as nights make them, and some have ended since."""
    for number, alert in enumerate(db.session.scalars(select(Alert).order_by(Alert.id))):
        days = FIRST_DAY + number * STEP % DAYS
        alert.since = stage.today - timedelta(days=days)
        if alert.red_since is not None:
            alert.red_since = stage.today - timedelta(days=days * 2 // 3)
        if number % EARLIER == 0:
            db.session.add(_earlier(alert, alert.since - timedelta(days=days)))
    db.session.flush()


def _earlier(alert: Alert, ended_on: date) -> Alert:
    """Return an alert of the same rule and place that ended before this one began."""
    since = ended_on - timedelta(days=FIRST_DAY)
    kept = {
        name: getattr(alert, name)
        for name in ("level", "rule", "figure", "top", "bottom", "near", "threshold")
    }
    return Alert(
        code=crypto.opaque_code(CODE_LENGTH),
        organization_id=alert.organization_id,
        colour=alert.colour,
        since=since,
        red_since=since if alert.red_since else None,
        as_of=ended_on,
        ended_on=ended_on,
        **kept,
    )


def _plans(stage: Stage) -> list[Plan]:
    county = next(iter(COUNTIES.values()))
    first, second = list(COUNTIES.values())[:2]
    city, province = branch_of_division(next(iter(CITIES))), branch_of_division(PROVINCE)
    here = stage.places[county]
    papers, books = "演示：换届材料没有报", "演示：会费台账没有对账"
    village, town = stage.places[f"{county}/村1"], stage.places[f"{county}/镇1"]
    plans = [
        Plan(here, village, "", papers, ()),
        Plan(here, village, "", books, CLOSED, days_ago=30),
        Plan(here, town, "A03", "", RECEIVED),
        Plan(here, town, "", books, REPLIED),
        Plan(here, stage.places[f"{county}/村2"], "", papers, AGAIN),
        Plan(here, stage.places[f"{county}/校1"], "", books, WITHDRAWN),
        Plan(here, stage.places[f"{county}/村2"], "", books, (), days_ago=20, days=12),
    ]
    if city is not None:
        plans += [
            Plan(city, stage.places[first], "A06", "", RECEIVED),
            Plan(city, stage.places[second], "A06", "", REPLIED),
        ]
    if city is not None and province is not None:
        plans.append(Plan(province, city, "A06", "", ()))
    return plans


def _build(stage: Stage, plan: Plan) -> None:
    """Give one order and take it as far as it is to be; a rule that is content gives none."""
    now = stage.at(plan.days_ago)
    due_on = clock.local(now).date() + timedelta(days=plan.days)
    text = "演示：请核实并在期限前办结。"
    if plan.rule:
        alert = open_alert(plan.about.id, plan.rule)
        if alert is None:
            return
        text = default_text(alert, plan.about.name, due_on, 5)
    subject = plan.subject or name_of(RULES[plan.rule])
    new = NewOrder(plan.issuer, plan.about, plan.rule, subject, text, due_on)
    by = {Side.ISSUER: stage.keepers.get(plan.issuer.id, SYSTEM)}
    order = operations.issue(new, by=by[Side.ISSUER], now=now)
    by[Side.HANDLER] = stage.keepers.get(order.handler_id, SYSTEM)
    for hour, (action, side, words) in enumerate(plan.far, start=1):
        at = now + timedelta(hours=hour)
        operations.act(order, action, side, Told(words), by=by[side], now=at)
