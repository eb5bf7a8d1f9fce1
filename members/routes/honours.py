"""Honours of a member: recorded by the branch or the county, read by the member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import invalid, principal, scope, see_other
from members import operations
from members.forms import HonourForm, NoteForm
from members.queries.honours import honour_at, honours_of_person
from members.queries.roster import member_at, visible
from members.routes.blueprint import MAX_CODE, bp, keeper

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/members/<code>/honours/new", methods=["GET", "POST"])
@requires(Permission.HONOURS_RECORD)
def record_honour(org: str, code: str) -> ResponseReturnValue:
    """Record what a member was honoured with."""
    membership = member_at(scope(), code[:MAX_CODE])
    if membership is None:
        abort(404)
    form = HonourForm()
    form.offer()
    if form.accepts() and form.reads_well(form.facts):
        try:
            operations.record_honour(membership, form.facts(), by=keeper(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.member", org=org, code=code, done="honoured")
    return _form("members/honour.html", org=org, form=form, membership=membership)


@bp.route("/o/<org>/honours/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.HONOURS_RECORD)
def revoke_honour(org: str, code: str) -> ResponseReturnValue:
    """Take back what was recorded by mistake, with the reason."""
    honour = honour_at(scope(), code[:MAX_CODE])
    if honour is None:
        abort(404)
    form, member = NoteForm(), honour.membership.code
    if form.accepts():
        try:
            operations.revoke_honour(
                honour.code,
                form.note.data or "",
                inside=visible(scope()),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.member", org=org, code=member, done="revoked")
    return _form("members/honour_revoke.html", org=org, form=form, honour=honour)


@bp.get("/me/honours")
@signed_in
def own_honours() -> str:
    """Show what one was honoured with."""
    person_id = principal().person_id
    rows = honours_of_person(person_id) if person_id else []
    return render_template("members/own_honours.html", rows=rows)


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
