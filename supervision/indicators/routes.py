"""Indicators: the drill-down, the catalogue with versions and targets, the comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import RuleViolation
from core.web import asked, asked_all, has_asked, invalid, scope, see_other
from supervision.blueprint import bp
from supervision.indicators import comparing, labels, operations, queries
from supervision.indicators.catalogue import catalogue_of, sheet_of
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.drafting import may_be_versioned, may_have_target
from supervision.indicators.forms import TargetForm, VersionForm
from supervision.indicators.maps import arranged
from supervision.indicators.references import beside, others
from supervision.indicators.tables import table_of
from supervision.indicators.ways import rows_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 32
MAPPED = frozenset({Level.PROVINCE, Level.CITY})


@bp.get("/o/<org>/supervise")
@requires(Permission.FIGURES_VIEW)
def drill(org: str) -> ResponseReturnValue:
    """Show one indicator at a place and below it; without one this is the home (S42, S43)."""
    if not has_asked("metric"):
        return see_other("supervision.home", org=org)
    if len(asked_all("metric")) > 1 or len(asked_all("period")) > 1:
        return _unknown(org, "")
    code, place = asked("metric", MAX_CODE), scope().place
    try:
        table = table_of(scope(), code, asked("period", MAX_CODE), asked("after", 12))
    except RuleViolation as violation:
        return _unknown(org, say(violation))
    lower = [line for line in table.lines if line.code]
    has_map = place.level in MAPPED and not table.next_after and len(lower) > 1
    return render_template(
        "supervision/drill.html",
        org=org,
        place=place,
        table=table,
        code=code,
        period=asked("period", MAX_CODE),
        title=labels.title(table.definition),
        unit=labels.unit_text(table.definition),
        few=labels.few(),
        unit_name=labels.unit_name,
        period_words=labels.period_text(table.at),
        term=_term,
        part=_part,
        lower=lower,
        tiles=arranged([line.name for line in lower]) if has_map else [],
        published=beside(code),
        way=rows_of(scope(), code),
    )


@bp.get("/o/<org>/indicators")
@requires(Permission.FIGURES_VIEW)
def indicators(org: str) -> str:
    """Show every indicator: what it counts, in which version, with its value here."""
    return render_template(
        "supervision/indicators.html",
        org=org,
        place=scope().place,
        rows=catalogue_of(scope(), clock.today()),
        unit_name=labels.unit_name,
        published=others(),
    )


@bp.get("/o/<org>/indicator")
@requires(Permission.FIGURES_VIEW)
def indicator(org: str) -> ResponseReturnValue:
    """Show how one indicator is counted, its versions, its targets, and what was published."""
    code = _code()
    if code is None:
        return see_other("supervision.indicators", org=org)
    if code not in INDICATORS:
        return _unknown(org, "")
    may_set = scope().may(Permission.INDICATORS_SET)
    return render_template(
        "supervision/indicator.html",
        org=org,
        sheet=sheet_of(scope().place, code, clock.today()),
        title=labels.title,
        term=_term,
        with_unit=labels.with_unit,
        unit_name=labels.unit_name,
        published=beside(code),
        may_version=may_set and may_be_versioned(INDICATORS[code]),
        may_target=may_set and may_have_target(INDICATORS[code]),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/indicator/version", methods=["GET", "POST"])
@requires(Permission.INDICATORS_SET)
def new_version(org: str) -> ResponseReturnValue:
    """Enter what an indicator means from a coming day on."""
    code = _code()
    if code is None:
        return see_other("supervision.indicators", org=org)
    known = queries.newest(code)
    if known is None or not may_be_versioned(known):
        return _unknown(org, "")
    form = VersionForm()
    form.offer(known, fill=request.method == "GET")
    if form.accepts() and form.reads_well(form.first_day):
        try:
            operations.enter_version(
                code, form.draft(), form.first_day(), by=Actor.of_scope(scope()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.indicator", org=org, metric=code, done="version")
    return _form("supervision/version.html", org, form, known)


@bp.route("/o/<org>/indicator/target", methods=["GET", "POST"])
@requires(Permission.INDICATORS_SET)
def new_target(org: str) -> ResponseReturnValue:
    """Enter what a level or an organization is to reach in a year."""
    code = _code()
    if code is None:
        return see_other("supervision.indicators", org=org)
    known = queries.newest(code)
    if known is None or not may_have_target(known):
        return _unknown(org, "")
    form = TargetForm()
    form.offer(clock.today().year)
    if form.accepts() and form.reads_well(partial(form.facts, code)):
        try:
            operations.set_target(form.facts(code), by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.indicator", org=org, metric=code, done="target")
    return _form("supervision/target.html", org, form, known)


@bp.get("/o/<org>/compare")
@requires(Permission.COMPARISON_VIEW)
def compare(org: str) -> ResponseReturnValue:
    """Show the organizations of one level side by side, unless the province switched it off."""
    place, today = scope().place, clock.today()
    is_shown = comparing.is_shown(place, today)
    is_level = place.level in comparing.LEVELS or place.level is Level.PROVINCE
    code = asked("metric", MAX_CODE) or comparing.COMPARED[0]
    table = None
    if is_shown and is_level:
        if len(asked_all("metric")) > 1:
            return _unknown(org, "")
        try:
            table = comparing.side_by_side(scope(), code, today)
        except RuleViolation as violation:
            return _unknown(org, say(violation))
    return render_template(
        "supervision/compare.html",
        org=org,
        place=place,
        table=table,
        code=code,
        is_shown=is_shown,
        choices=[(one, labels.title(INDICATORS[one])) for one in comparing.COMPARED],
        title=labels.title,
    )


def _code() -> str | None:
    """Return the one indicator that the address names, None without any, "" for two."""
    if not has_asked("metric"):
        return None
    return asked("metric", MAX_CODE) if len(asked_all("metric")) == 1 else ""


def _unknown(org: str, reason: str) -> ResponseReturnValue:
    """Say in plain words that there is no such indicator or period: never a wider view."""
    return render_template("supervision/no_indicator.html", org=org, reason=reason), 404


def _form(template: str, org: str, form: Any, known: Any) -> ResponseReturnValue:
    if known is None:
        abort(404)
    page = {"org": org, "form": form, "known": known, "title": labels.title, "Level": Level}
    page["unit_name"] = labels.unit_name
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)


def _term(one: Any) -> str:
    return labels.term_text(one, current_app.jinja_env.filters["label"])


def _part(one: Any) -> str:
    words = current_app.jinja_env.filters["label"]
    return labels.part_text(one["measure"], one["part"], words)
