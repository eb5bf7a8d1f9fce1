"""Tariff and split: read at every level, entered by the province with a day and a source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import N_, RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.dues_forms import EndForm, LineForm, SplitForm, TariffForm
from members.labels import band_text, line_text, percent_text
from members.queries import dues_books as queries
from members.routes.blueprint import MAX_CODE, bp, keeper

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/dues/rules")
@requires(Permission.DUES_VIEW)
def dues_rules(org: str) -> str:
    """Show every line of tariff and split with its source."""
    return render_template(
        "members/dues/rules.html",
        org=org,
        tariffs=queries.tariffs(),
        splits=queries.splits(),
        band=band_text,
        percent=percent_text,
        may_set=scope().may(Permission.DUES_SET),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/dues/rules/tariff", methods=["GET", "POST"])
@requires(Permission.DUES_SET)
def set_tariff(org: str) -> ResponseReturnValue:
    """Enter a line of the tariff."""
    form = TariffForm()
    form.offer()
    readers = (form.chosen_kind, form.fen, form.low, form.high)
    if form.accepts() and _reads_well(form, *readers):
        try:
            operations.set_tariff(form.facts(_region_of(form)), by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_rules", org=org, done="entered")
    return _form("members/dues/tariff.html", org=org, form=form)


@bp.route("/o/<org>/dues/rules/split", methods=["GET", "POST"])
@requires(Permission.DUES_SET)
def set_split(org: str) -> ResponseReturnValue:
    """Enter a line of the split."""
    form = SplitForm()
    form.offer()
    readers = (form.chosen_level, form.chosen_kind, form.permille)
    if form.accepts() and _reads_well(form, *readers):
        try:
            operations.set_split(form.facts(_region_of(form)), by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_rules", org=org, done="entered")
    return _form("members/dues/split.html", org=org, form=form)


@bp.route("/o/<org>/dues/rules/end", methods=["GET", "POST"])
@requires(Permission.DUES_SET)
def end_dues_line(org: str) -> ResponseReturnValue:
    """Let a line of tariff or split end on a day."""
    form = EndForm()
    lines = queries.open_lines()
    form.line.choices = [(code, line_text(line)) for code, line in lines.items()]
    if request.method == "GET":
        form.line.data = asked("line", MAX_CODE)
    if form.accepts() and form.reads_well(partial(form.chosen, lines), form.last_day):
        try:
            operations.end_line(form.chosen(lines), form.last_day(), by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_rules", org=org, done="ended")
    return _form("members/dues/end.html", org=org, form=form)


def _reads_well(form: LineForm, *readers: Any) -> bool:
    return form.reads_well(*readers, form.first_day, form.last_day, partial(_region_of, form))


def _region_of(form: LineForm) -> int | None:
    """Return the city or county that a form names, none for the whole province."""
    name = " ".join((form.region.data or "").split())
    if not name:
        return None
    found = queries.regions_named(name)
    if len(found) != 1:
        raise RuleViolation("region", N_("没有找到唯一的这个市或县（市、区），请写全名"))
    return found[0].id


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
