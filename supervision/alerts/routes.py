"""Pages of alerts: what is behind in a place's reach, and the lines of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.i18n import gettext
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from organizations.labels import LABELS as PLACE_LABELS
from organizations.queries import discretion_of
from supervision.alerts import operations, queries
from supervision.alerts.defaults import RULES
from supervision.alerts.definitions import AlertRule
from supervision.alerts.forms import ThresholdForm, scale_of
from supervision.alerts.labels import (
    LABELS,
    TONES,
    figure_words,
    line_text,
    name_of,
    near_words,
    number_words,
    rule_words,
    trend_points,
)
from supervision.alerts.rows import drill_url, rows_url
from supervision.alerts.rules import Colour, Ending
from supervision.blueprint import bp
from supervision.indicators.rules import Reading
from supervision.orders.queries import is_party, open_of, orders_by_alert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from core.access.scope import Place
    from organizations.rules.cover import Cover

MAX_CODE = 12


@bp.get("/o/<org>/alerts")
@requires(Permission.ORDERS_VIEW)
def list_alerts(org: str) -> str:
    """Show the open alerts of a place, the latest first: figure, rule, trend, and the order."""
    place, today = scope().place, clock.today()
    rule = RULES.get(asked("rule", MAX_CODE))
    colour = _colour(asked("colour", MAX_CODE))
    page = queries.alerts_at(place, rule.code if rule else "", colour, asked("after", MAX_CODE))
    alerts = [row.alert for row in page.rows]
    lines = queries.trends([(one.organization_id, RULES[one.rule]) for one in alerts], today)
    known = open_of([(one.organization_id, one.rule) for one in alerts])
    about = [(one.organization.place, RULES[one.rule]) for one in alerts]
    days = [one.as_of for one in alerts]
    cover = queries.cover_of_figures(about, discretion_of(scope(), today), today, days)
    return render_template(
        "supervision/alerts.html",
        org=org,
        place=place,
        page=page,
        rows=[_row(one, lines, known, cover) for one in alerts],
        rules=_rules(org, rule),
        colours=_colours(org, rule, colour),
        rule=rule,
        colour=colour,
        may_order=scope().may(Permission.ORDERS_ISSUE),
        today=today,
    )


@bp.get("/o/<org>/alerts/ended")
@requires(Permission.ORDERS_VIEW)
def list_ended_alerts(org: str) -> str:
    """Show earlier alerts of a place, the last ended first: how long, how they ended, the order."""
    place, text = scope().place, asked("q")
    rule, ending = RULES.get(asked("rule", MAX_CODE)), _ending(asked("state", MAX_CODE))
    page = queries.ended_alerts(
        place, rule.code if rule else "", ending, text, asked("after", MAX_CODE)
    )
    known, today = orders_by_alert([row.alert.id for row in page.rows]), clock.today()
    about = [(row.alert.organization.place, RULES[row.alert.rule]) for row in page.rows]
    days = [queries.last_day_of(row.alert) for row in page.rows]
    cover = queries.cover_of_figures(about, discretion_of(scope(), today), today, days)
    kept = {
        "org": org,
        "rule": rule.code if rule else None,
        "state": ending,
        "q": text or None,
    }
    return render_template(
        "supervision/alerts_ended.html",
        org=org,
        place=place,
        page=page,
        rows=[_ended_row(row.alert, known.get(row.alert.id), cover) for row in page.rows],
        rules=_ways(kept, "rule", {code: name_of(one) for code, one in RULES.items()}),
        states=_ways(kept, "state", LABELS[Ending]),
        kept=kept,
        is_narrowed=bool(rule or ending or text),
    )


@bp.get("/o/<org>/alerts/rules")
@requires(Permission.ORDERS_VIEW)
def list_alert_rules(org: str) -> str:
    """Show every rule with its lines by level, those of earlier days too."""
    versions = queries.versions_of()
    today = clock.today()
    shown = [
        {
            "rule": rule,
            "name": name_of(rule),
            "formula": gettext(rule.definition.formula),
            "levels": [
                {
                    "level": level,
                    "versions": [
                        {
                            "one": one,
                            "yellow": line_text(rule, one.yellow),
                            "red": line_text(rule, one.red),
                        }
                        for one in versions[rule.code, level]
                    ],
                }
                for level in rule.thresholds
            ],
        }
        for rule in RULES.values()
    ]
    return render_template(
        "supervision/alert_rules.html",
        org=org,
        rules=shown,
        may_set=scope().may(Permission.ALERTS_SET),
        done=asked("done", MAX_CODE),
        today=today,
    )


@bp.route("/o/<org>/alerts/rules/set", methods=["GET", "POST"])
@requires(Permission.ALERTS_SET)
def set_alert_rule(org: str) -> ResponseReturnValue:
    """Draw the lines of a rule anew at a level, from a day on."""
    rule = RULES.get(asked("rule", MAX_CODE) or next(iter(RULES)))
    if rule is None:
        abort(404)
    form = _form(rule)
    if form.accepts() and form.reads_well(
        form.told_level, form.told_day, form.told_yellow, form.told_red
    ):
        try:
            operations.set_threshold(
                rule,
                form.told_level(),
                form.told(rule),
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.list_alert_rules", org=org, done=rule.code)
    page: dict[str, Any] = {"org": org, "form": form, "rule": rule, "name": name_of(rule)}
    if request.method == "POST":
        return invalid("supervision/alert_rule.html", **page)
    return render_template("supervision/alert_rule.html", **page)


def _form(rule: AlertRule) -> ThresholdForm:
    """Return the form of a rule, with the lines that hold today at the lowest level."""
    today = clock.today()
    level = next(iter(rule.thresholds))
    holds, scale = queries.thresholds_on(today)[rule.code, level], scale_of(rule)
    form = ThresholdForm(
        data={
            "level": level.value,
            "valid_from": today.isoformat(),
            "yellow": "" if holds.yellow is None else str(holds.yellow // scale),
            "red": "" if holds.red is None else str(holds.red // scale),
            "is_off": not holds.is_on,
        }
    )
    form.level.choices = [(one.value, PLACE_LABELS[Level][one]) for one in rule.thresholds]
    return form


def _row(
    alert: Any, lines: queries.Trends, known: Mapping[tuple[int, str], Any], cover: Cover
) -> dict[str, Any]:
    """Return one alert in words: figure, line, months, where its rows are, and its order."""
    rule = RULES[alert.rule]
    points = lines.get((alert.organization_id, rule.code), ())
    place, order = alert.organization.place, known.get((alert.organization_id, alert.rule))
    reading = Reading(alert.figure, alert.top, alert.bottom)
    return {
        "code": alert.code,
        "name": alert.organization.short_name,
        "rule": name_of(rule),
        "figure": figure_words(rule, place, reading, cover, alert.as_of),
        "near": near_words(rule, alert.near, place, cover) if alert.threshold is not None else "",
        "line": _line(rule, alert, cover),
        "colour": alert.colour,
        "tone": TONES[alert.colour],
        "since": alert.red_since or alert.since,
        "rows": rows_url(scope(), rule, place),
        "drill": drill_url(rule, place),
        "is_own": place.id == scope().place.id,
        "trend": trend_points(rule, place, points, cover),
        "order": order,
        "order_org": _opened_at(order, place),
    }


def _ended_row(alert: Any, order: Any, cover: Cover) -> dict[str, Any]:
    """Return one earlier alert in words, its last figure as the viewer may read it."""
    rule, place = RULES[alert.rule], alert.organization.place
    last = Reading(alert.figure, alert.top, alert.bottom), alert.only_near
    ending = queries.ending_of(alert)
    return {
        "name": alert.organization.short_name,
        "rule": name_of(rule),
        "colour": alert.colour,
        "tone": TONES[alert.colour],
        "figure": number_words(rule, place, last, cover, queries.last_day_of(alert)),
        "since": alert.since,
        "ended_on": alert.ended_on,
        "days": (alert.ended_on - alert.since).days + 1,
        "ending": ending,
        "tone_of_end": "ok" if ending is Ending.RECOVERED else "neutral",
        "order": order,
        "order_org": _opened_at(order, place),
    }


def _ways(kept: Mapping[str, Any], name: str, labels: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return the ways to narrow earlier alerts by one value, the other ones kept."""
    return [
        {
            "label": label,
            "url": url_for("supervision.list_ended_alerts", **{**kept, name: value}),
            "current": kept[name] == value,
        }
        for value, label in {None: _("全部"), **labels}.items()
    ]


def _line(rule: AlertRule, alert: Any, cover: Cover) -> str:
    """Return the line that was crossed; where none was, how many come near it."""
    place = alert.organization.place
    near = near_words(rule, alert.near, place, cover) if alert.threshold is None else ""
    return near or rule_words(rule, alert.colour, alert.threshold)


def _opened_at(order: Any, about: Place) -> str:
    """Return where an order is opened: here, or at whom it is about."""
    here = scope().place
    return here.code if order is not None and is_party(order, here) else about.code


def _rules(org: str, chosen: AlertRule | None) -> list[dict[str, Any]]:
    """Return the ways to narrow the list to a rule, with how many alerts each has."""
    counts = queries.counts_of(scope().place)
    base = url_for("supervision.list_alerts", org=org)
    total: dict[str, int] = {}
    for (code, _colour_of), count in counts.items():
        total[code] = total.get(code, 0) + count
    ways = [
        {
            "label": _("全部"),
            "url": base,
            "current": chosen is None,
            "count": sum(total.values()),
        }
    ]
    ways += [
        {
            "label": name_of(rule),
            "url": f"{base}?rule={code}",
            "current": rule is chosen,
            "count": total.get(code, 0),
        }
        for code, rule in RULES.items()
        if total.get(code) or rule is chosen
    ]
    return ways


def _colours(org: str, rule: AlertRule | None, chosen: Colour | None) -> list[dict[str, Any]]:
    values: dict[str, Any] = {"org": org, "rule": rule.code if rule else None}
    ways: list[dict[str, Any]] = [
        {
            "label": _("红黄都看"),
            "url": url_for("supervision.list_alerts", **values),
            "current": chosen is None,
        }
    ]
    return ways + [
        {
            "label": LABELS[Colour][one],
            "url": url_for("supervision.list_alerts", colour=one.value, **values),
            "current": one is chosen,
        }
        for one in Colour
    ]


def _ending(text: str) -> Ending | None:
    return Ending(text) if text in set(Ending) else None


def _colour(text: str) -> Colour | None:
    return Colour(text) if text in set(Colour) else None
