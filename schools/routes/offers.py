"""Pupils who go on to another school: offered here, taken in there (MEM-40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other
from organizations.queries import organization_of_id
from schools.forms.offers import OfferForm, PickForm
from schools.operations import offers as operations
from schools.queries import offers as queries
from schools.routes.blueprint import bp, school_here
from schools.titles import title_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/year/offers", methods=["GET", "POST"])
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def offer_pupils(org: str) -> ResponseReturnValue:
    """Offer graduates, or the pupil that the address names, to their next school."""
    school = school_here()
    form, code = OfferForm(), asked("pupil", MAX_CODE)
    if form.accepts():
        try:
            operations.offer(
                form.ids.data or [],
                form.school.data or "",
                place=organization_of_id(school.organization_id),
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.offer_pupils", org=org)
    page = {
        "org": org,
        "form": form,
        "page": queries.to_offer(school.organization_id, code, asked("after", MAX_CODE)),
        "code": code,
        "title_of": title_of,
    }
    if request.method == "POST":
        return invalid("schools/offers.html", **page)
    return render_template("schools/offers.html", **page)


@bp.get("/o/<org>/year/arrivals")
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def list_arrivals(org: str) -> str:
    """Show the pupils whom other schools offer."""
    page = queries.arriving(school_here().organization_id, asked("after", MAX_CODE))
    return render_template("schools/arrivals.html", org=org, page=page)


@bp.post("/o/<org>/year/arrivals/accept")
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def accept_arrivals(org: str) -> ResponseReturnValue:
    """Take the ticked pupils in: same number, no new admission."""
    return _answer(org, operations.take_in)


@bp.post("/o/<org>/year/arrivals/decline")
@module(Module.SCHOOL_YEARS)
@requires(Permission.PUPILS_KEEP)
def decline_arrivals(org: str) -> ResponseReturnValue:
    """Leave the ticked pupils where they are."""
    return _answer(org, operations.decline)


def _answer(org: str, act: operations.Answer) -> ResponseReturnValue:
    place = organization_of_id(school_here().organization_id)
    form = PickForm()
    if form.accepts() and form.ids.data:
        by = Actor.of_scope(scope())
        act(form.ids.data, place=place, by=by, now=clock.now())
    return see_other("schools.list_arrivals", org=org)
