"""Filters kept under a name: saved from the list, renamed, deleted (ux.md 3.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import invalid, scope, see_other
from members.forms.lists import SavedFilterForm
from members.operations.saved import delete_filter as delete
from members.operations.saved import rename_filter as rename
from members.operations.saved import save_filter as save
from members.queries.saved import saved_filter, saved_filters
from members.rostering import roster_of
from members.routes.blueprint import MAX_CODE, bp
from members.routes.narrowing import address, asked_filters
from members.rules.roster import parameters_of
from members.sources import MEMBERS, chosen_words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.rostering import Roster


@bp.get("/o/<org>/members/filters")
@requires(Permission.FILTERS_KEEP)
def kept_filters(org: str) -> str:
    """Show the saved filters that one may rename and delete."""
    rows = saved_filters(scope())
    return render_template("members/kept_filters.html", org=org, rows=rows, roster_of=roster_of)


@bp.route("/o/<org>/members/filters/new", methods=["GET", "POST"])
@requires(Permission.FILTERS_KEEP)
def save_filter(org: str) -> ResponseReturnValue:
    """Keep the filters of the address under a name, for oneself or for the organization."""
    return save_page(MEMBERS, org)


def save_page(roster: Roster, org: str) -> ResponseReturnValue:
    """Answer the page on which filters of a list get a name."""
    filters = asked_filters(roster)
    parameters = parameters_of(filters)
    form = SavedFilterForm()
    if form.accepts():
        name, shared = form.name.data or "", bool(form.is_shared.data)
        try:
            save(scope(), roster.subject, name, parameters, is_shared=shared, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other(roster.pages.show, org=org, **parameters)
    page = {
        "org": org,
        "form": form,
        "roster": roster,
        "kept": parameters,
        "words": list(chosen_words(roster, scope(), filters).values()),
        "back": address(roster, org, parameters),
    }
    if form.is_submitted():
        return invalid("members/save_filter.html", **page)
    return render_template("members/save_filter.html", **page)


@bp.route("/o/<org>/members/filters/<code>", methods=["GET", "POST"])
@requires(Permission.FILTERS_KEEP)
def rename_filter(org: str, code: str) -> ResponseReturnValue:
    """Give a saved filter another name."""
    found = saved_filter(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    form = SavedFilterForm(data={"name": found.name})
    if form.accepts():
        try:
            rename(scope(), found.code, form.name.data or "")
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.kept_filters", org=org)
    if form.is_submitted():
        return invalid("members/rename_filter.html", org=org, form=form, code=code)
    return render_template("members/rename_filter.html", org=org, form=form, code=code)


@bp.post("/o/<org>/members/filters/<code>/delete")
@requires(Permission.FILTERS_KEEP)
def delete_filter(org: str, code: str) -> ResponseReturnValue:
    """Delete a saved filter."""
    delete(scope(), code[:MAX_CODE])
    return see_other("members.kept_filters", org=org)
