"""Pages of supervision orders: lists, one order for both sides, giving one (ux.md S44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from organizations.listing import search
from organizations.queries import discretion_of, organization_of_code, organization_of_id
from supervision.alerts import queries as alerts
from supervision.alerts.defaults import RULES
from supervision.alerts.definitions import OFFICES
from supervision.alerts.labels import TONES as COLOUR_TONES
from supervision.alerts.labels import name_of, number_words, rule_words, trend_points
from supervision.alerts.rows import drill_url, rows_url
from supervision.alerts.rules import Colour
from supervision.blueprint import bp
from supervision.indicators.rules import Reading
from supervision.orders import operations, queries
from supervision.orders.forms import OrderForm, StepForm
from supervision.orders.labels import (
    LABELS,
    TONES,
    day_of,
    default_text,
    figure_then,
    mark_of,
    title_of,
)
from supervision.orders.queries import Box
from supervision.orders.rules import (
    BY_SIDE,
    OPEN,
    TRANSITIONS,
    OrderAction,
    OrderStatus,
    Side,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue

    from organizations.rules.cover import Cover


MAX_CODE = 12
#: Told with the last reply.
REPLIED = frozenset({OrderStatus.REPLIED})
#: Whose words the product wrote.
OF_ITSELF = frozenset({OrderAction.LAPSE, OrderAction.MOVE})
RIGHT_OF = {Side.ISSUER: Permission.ORDERS_ISSUE, Side.HANDLER: Permission.ORDERS_ANSWER}


@bp.get("/o/<org>/orders")
@requires(Permission.ORDERS_VIEW)
def list_orders(org: str) -> str:
    """Show the orders of a place: received, sent, to be checked, late below, all below."""
    place, today = scope().place, clock.today()
    counts = queries.counts_at(place)
    box, ended = _box(counts), asked("show", MAX_CODE) == "ended"
    page = queries.orders_at(place, box, ended=ended, after=asked("after", MAX_CODE))
    replies = queries.replies_to([one.id for one in page.rows if one.status in REPLIED])
    cover = _cover(page.rows, replies.values(), today)
    return render_template(
        "supervision/orders.html",
        org=org,
        place=place,
        page=page,
        rows=[_line(order, replies.get(order.id), today, cover) for order in page.rows],
        box=box,
        ended=ended,
        boxes=_boxes(org, box, counts),
        may_order=scope().may(Permission.ORDERS_ISSUE),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/orders/new", methods=["GET", "POST"])
@requires(Permission.ORDERS_ISSUE)
def new_order(org: str) -> ResponseReturnValue:
    """Give an order: by an alert with the text of its rule, or freely to somebody below."""
    alert, target = _asked_alert(), _asked_target()
    about = alert.organization if alert is not None else target
    if about is None:
        return _choose(org)
    form = _offered(alert, about)
    if form.accepts() and form.reads_well(form.told_due):
        new = operations.NewOrder(
            issuer=organization_of_id(scope().place.id),
            organization=about,
            rule=alert.rule if alert is not None else "",
            subject=form.subject.data or "",
            text=form.text.data or "",
            due_on=form.told_due(),
        )
        try:
            order = operations.issue(new, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.order", org=org, code=order.code, done="issue")
    page = {"org": org, "form": form, "about": about, **_alert_words(alert)}
    if request.method == "POST":
        return invalid("supervision/order_new.html", **page)
    return render_template("supervision/order_new.html", **page)


@bp.get("/o/<org>/orders/<code>")
@requires(Permission.ORDERS_VIEW)
def order(org: str, code: str) -> str:
    """Show an order: rule, figure then and now, rows, deadline, thread, what may be done."""
    return render_template("supervision/order.html", **_page(org, code, StepForm(formdata=None)))


@bp.post("/o/<org>/orders/<code>/answer")
@requires(Permission.ORDERS_ANSWER)
def answer_order(org: str, code: str) -> ResponseReturnValue:
    """Receive an order, reply to it, or write to whoever gave it."""
    return _act(org, code, Side.HANDLER)


@bp.post("/o/<org>/orders/<code>/check")
@requires(Permission.ORDERS_ISSUE)
def check_order(org: str, code: str) -> ResponseReturnValue:
    """Close an order, give it back, withdraw it, or write to whoever does it."""
    return _act(org, code, Side.ISSUER)


def _act(org: str, code: str, side: Side) -> ResponseReturnValue:
    held = operations.order_for(code[:MAX_CODE], scope().place.id, side)
    form, wanted = StepForm(), sent("act", MAX_CODE)
    if wanted not in set(OrderAction):
        abort(400)
    action = OrderAction(wanted)
    if form.accepts() and form.reads_well(form.told_due):
        told = operations.Told(form.words.data or "", form.told_due())
        try:
            done = operations.act(
                held, action, side, told, by=Actor.of_scope(scope()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.order", org=org, code=code, done=done.value)
    return invalid("supervision/order.html", **_page(org, code, form))


def _page(org: str, code: str, form: StepForm) -> dict[str, Any]:
    place, today = scope().place, clock.today()
    found = queries.order_at(place, code[:MAX_CODE])
    if found is None:
        abort(404)
    rule, thread = RULES.get(found.rule), queries.thread_of(found.id)
    cover = _cover([found], thread, today)
    page: dict[str, Any] = {
        "org": org,
        "code": code,
        "order": found,
        "title": title_of(found.rule, found.subject),
        "mark": mark_of(found, today),
        "tone": TONES.get(found.status, "neutral"),
        "then": figure_then(found, cover),
        "is_open": found.status in OPEN,
        "form": form,
        "done": _done(),
        "steps": [_step(one, found, cover) for one in thread],
        "acts": {side.value: _acts(found, side) for side in Side},
        "rule": rule,
    }
    if rule is None:
        return {**page, "rows": "", "now": "", "line": "", "trend": [], "drill": ""}
    thresholds = alerts.thresholds_on(today)
    reading, finding = alerts.reading_of(rule, found.organization, thresholds, today)
    near = finding.only_near if finding else 0
    lines = alerts.trends([(found.organization_id, rule)], today)
    about = found.organization.place
    return {
        **page,
        "rows": rows_url(scope(), rule, about),
        "drill": drill_url(rule, about),
        "now": number_words(rule, about, (reading, near), cover) if reading else "",
        "line": rule_words(rule, found.colour or Colour.RED, found.threshold),
        "trend": trend_points(rule, about, lines[about.id, rule.code], cover),
    }


def _cover(orders: Sequence[Any], events: Iterable[Any], today: date) -> Cover:
    """Return which figures of orders, and of lines of their threads, are hidden from the viewer.

    One statement at most.
    """
    known = [(one.organization.place, RULES.get(one.rule)) for one in orders]
    about = [(place, rule) for place, rule in known if rule is not None]
    days = [day_of(one.issued_at) for one in orders] + [day_of(one.at) for one in events]
    return alerts.cover_of_figures(about, discretion_of(scope(), today), today, days)


def _acts(found: Any, side: Side) -> list[OrderAction]:
    """Return what this post may do with an order on one side, in the order of the table."""
    mine = found.issuer_id if side is Side.ISSUER else found.handler_id
    if mine != scope().place.id or not scope().may(RIGHT_OF[side]):
        return []
    able = TRANSITIONS.actions_from(found.status)
    return [one for one in able if side in BY_SIDE.get(one, frozenset())]


def _step(event: Any, found: Any, cover: Cover) -> dict[str, Any]:
    """Return one line of the thread; the figure as this viewer may read it."""
    who = event.by_organization.short_name if event.by_organization else ""
    return {
        "at": event.at,
        "what": LABELS[OrderAction][event.action],
        "who": who,
        "words": gettext(event.words) if event.words and event.action in OF_ITSELF else event.words,
        "figure": _figure(found, event, cover),
    }


def _figure(found: Any, event: Any, cover: Cover) -> str:
    """Return the figure of a line of the thread, nothing where it carries none."""
    rule = RULES.get(found.rule)
    if rule is None or event.top is None:
        return ""
    then = Reading(event.figure, event.top, event.bottom), event.near
    return number_words(rule, found.organization.place, then, cover, day_of(event.at))


def _line(found: Any, reply: Any, today: Any, cover: Cover) -> dict[str, Any]:
    """Return one order of a list; what waits to be checked is told with its last reply."""
    place = scope().place
    acts = _acts(found, Side.ISSUER)
    return {
        "order": found,
        "code": found.code,
        "title": title_of(found.rule, found.subject),
        "mark": mark_of(found, today),
        "tone": TONES.get(found.status, "neutral"),
        "then": figure_then(found, cover),
        "may_close": OrderAction.CLOSE in acts,
        "reply": reply.words if reply else "",
        "now": _figure(found, reply, cover) if reply else "",
        "org": place.code if queries.is_party(found, place) else found.organization.code,
    }


def _box(counts: Any) -> Box:
    """Return the box that is asked for, else the first in which something waits."""
    wanted = asked("box", MAX_CODE)
    if wanted in set(Box):
        return Box(wanted)
    first = [Box.CHECK, Box.RECEIVED, Box.ESCALATED, Box.SENT]
    return next((box for box in first if counts[box]), Box.SENT if _is_office() else Box.RECEIVED)


def _boxes(org: str, chosen: Box, counts: Any) -> list[dict[str, Any]]:
    mine: Iterable[Box] = Box if _is_office() else (Box.RECEIVED,)
    return [
        {
            "label": LABELS[Box][box],
            "url": url_for("supervision.list_orders", org=org, box=box.value),
            "current": box is chosen,
            "count": counts[box],
        }
        for box in mine
    ]


def _is_office() -> bool:
    return scope().place.level in OFFICES


def _done() -> str:
    wanted = asked("done", MAX_CODE)
    return wanted if wanted in set(OrderAction) else ""


def _asked_alert() -> Any:
    code = asked("alert", MAX_CODE)
    if not code:
        return None
    found = alerts.alert_of_code(scope().place, code)
    if found is None or not _may_order(found.organization):
        abort(404)
    return found


def _asked_target() -> Any:
    code = asked("to", MAX_CODE)
    if not code:
        return None
    found = organization_of_code(code)
    if found is None or not _may_order(found):
        abort(404)
    return found


def _may_order(target: Any) -> bool:
    return operations.may_order(organization_of_id(scope().place.id), target)


def _choose(org: str) -> str:
    """Show where to look for the organization that an order is about."""
    text = asked("q")
    page = search(scope().place, text) if text else None
    rows = page.rows if page is not None else ()
    return render_template(
        "supervision/order_choose.html", org=org, text=text, rows=rows, place=scope().place
    )


def _offered(alert: Any, about: Any) -> OrderForm:
    """Return the form with the deadline of its colour and, of an alert, the text of its rule."""
    today = clock.today()
    colour = alert.colour.value if alert is not None else "free"
    days = settings.value(f"orders.{colour}_working_days", on=today)
    due_on = clock.add_working_days(today, days)
    floor = settings.value("figures.small_group", on=today)
    text = default_text(alert, about.name, due_on, floor) if alert is not None else ""
    return OrderForm(data={"subject": "", "text": text, "due_on": due_on.isoformat()})


def _alert_words(alert: Any) -> dict[str, Any]:
    if alert is None:
        return {"alert": None}
    rule = RULES[alert.rule]
    found = Reading(alert.figure, alert.top, alert.bottom), alert.only_near
    known = [(alert.organization.place, rule)]
    today = clock.today()
    day = alert.as_of
    cover = alerts.cover_of_figures(known, discretion_of(scope(), today), today, [day])
    return {
        "alert": alert,
        "name": name_of(rule),
        "figure": number_words(rule, alert.organization.place, found, cover, day),
        "line": rule_words(rule, alert.colour, alert.threshold),
        "tone": COLOUR_TONES[alert.colour],
    }
