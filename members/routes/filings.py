"""Filings at the county: accept the ticked ones, or return them with a reason (ux.md C5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, scope, see_other
from members import operations
from members.forms import FilingReturnForm, SelectionForm
from members.queries.filings import waiting_filings
from members.queries.queue import decision_at
from members.routes.blueprint import MAX_CODE, MAX_SELECTED, after, bp, keeper
from organizations.figures import STOCK, values
from organizations.rules import Measure

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/filings")
@requires(Permission.FILINGS_VIEW)
def filings(org: str) -> str:
    """Show the members that wait to be filed, longest first."""
    return _page(org, SelectionForm(formdata=None))


@bp.post("/o/<org>/filings/accept")
@requires(Permission.FILINGS_DECIDE)
def accept_filings(org: str) -> ResponseReturnValue:
    """File the ticked ones in one decision."""
    form = SelectionForm()
    codes = form.ids.data or []
    if not form.accepts() or len(codes) > MAX_SELECTED:
        return _page(org, form), 422
    decision = operations.file(codes, county_id=scope().place.id, by=keeper(), now=clock.now())
    return see_other("members.filings", org=org, done=decision.code)


@bp.post("/o/<org>/filings/return")
@requires(Permission.FILINGS_DECIDE)
def return_filings(org: str) -> ResponseReturnValue:
    """Return the ticked ones; the page that asks for the reason comes first."""
    form = FilingReturnForm()
    codes = form.ids.data or []
    if not codes or len(codes) > MAX_SELECTED:
        return _page(org, SelectionForm()), 422
    place_id = scope().place.id
    if "note" not in request.form:
        form = FilingReturnForm(formdata=None)
        return _ask(org, form, codes), 422
    if form.accepts():
        try:
            decision = operations.return_filing(
                codes, form.note.data, county_id=place_id, by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.filings", org=org, done=decision.code)
    return _ask(org, form, codes), 422


def _ask(org: str, form: FilingReturnForm, codes: list[str]) -> str:
    rows = [
        row
        for row in waiting_filings(scope().place.id, limit=MAX_SELECTED).rows
        if row.code in codes
    ]
    return render_template("members/filing_return.html", org=org, form=form, rows=rows)


def _page(org: str, form: SelectionForm) -> str:
    place_id = scope().place.id
    code = asked("done", MAX_CODE)
    waiting = values([place_id], [Measure.FILINGS_WAITING])
    return render_template(
        "members/filings.html",
        org=org,
        form=form,
        page=waiting_filings(place_id, after()),
        total=waiting.get((place_id, Measure.FILINGS_WAITING, STOCK), 0),
        all_chosen=asked("select") == "all",
        chosen=set(form.ids.data or []),
        decision=decision_at(place_id, code) if code else None,
        may_decide=scope().may(Permission.FILINGS_DECIDE),
    )
