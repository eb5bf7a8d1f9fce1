"""Asking to look at a minor, and the responsible person's list of such requests (PRV-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from people.forms import AnswerForm, ApprovalForm
from people.operations.minors import (
    approve_request,
    ask_approval,
    refuse_request,
    revoke_approval,
)
from people.presence import is_present
from people.queries import person_of_code
from people.queries.minors import approval_at, approval_page, approvals_at
from people.routes.blueprint import MAX_CODE, bp
from people.rules.minors import ApprovalStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

DONE = frozenset({"approved", "refused", "revoked"})


@bp.route("/o/<org>/people/<code>/approval", methods=["GET", "POST"])
@requires(Permission.PEOPLE_REVEAL)
def ask_minor(org: str, code: str) -> ResponseReturnValue:
    """Ask to look at what is kept of a minor, for a purpose."""
    person = person_of_code(code[:MAX_CODE])
    if person is None or not is_present(scope(), person.id):
        abort(404)
    form = ApprovalForm()
    if form.accepts():
        try:
            ask_approval(scope(), form.wish(person), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.ask_reveal", org=org, code=code)
    page = {
        "org": org,
        "form": form,
        "person": person,
        "approval": approval_page(scope(), person, clock.now()),
    }
    if form.is_submitted():
        return invalid("people/ask_minor.html", **page)
    return render_template("people/ask_minor.html", **page)


@bp.get("/o/<org>/approvals")
@requires(Permission.PUPILS_APPROVE)
def minor_approvals(org: str) -> str:
    """Show who asked to look at minors, what for and until when; at the county without names."""
    done = asked("done")
    return render_template(
        "people/minor_approvals.html",
        org=org,
        place=scope().place,
        page=approvals_at(scope().place.id, asked("after", MAX_CODE)),
        states=ApprovalStatus,
        now=clock.now(),
        done=done if done in DONE else "",
    )


@bp.get("/o/<org>/approvals/<code>")
@requires(Permission.PUPILS_APPROVE)
def minor_approval(org: str, code: str) -> str:
    """Show one request, to decide it or to take an approval back."""
    return _page(org, _found(code), AnswerForm(formdata=None))


@bp.post("/o/<org>/approvals/<code>/approve")
@requires(Permission.PUPILS_APPROVE)
def approve_minor(org: str, code: str) -> ResponseReturnValue:
    """Let somebody look, for the time that the settings give."""
    found = _found(code)
    try:
        approve_request(found.code, scope(), now=clock.now())
    except RuleViolation as violation:
        return _again(org, found, violation)
    return see_other("people.minor_approvals", org=org, done="approved")


@bp.post("/o/<org>/approvals/<code>/refuse")
@requires(Permission.PUPILS_APPROVE)
def refuse_minor(org: str, code: str) -> ResponseReturnValue:
    """Refuse a request, with the reason in writing."""
    found, form = _found(code), AnswerForm()
    try:
        refuse_request(found.code, form.why.data or "", scope(), now=clock.now())
    except RuleViolation as violation:
        return _again(org, found, violation)
    return see_other("people.minor_approvals", org=org, done="refused")


@bp.post("/o/<org>/approvals/<code>/revoke")
@requires(Permission.PUPILS_APPROVE)
def revoke_minor(org: str, code: str) -> ResponseReturnValue:
    """Take an approval back; it ends at once."""
    found = _found(code)
    revoke_approval(found.code, scope(), now=clock.now())
    return see_other("people.minor_approvals", org=org, done="revoked")


def _found(code: str) -> Any:
    found = approval_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _again(org: str, found: Any, violation: RuleViolation) -> tuple[str, int]:
    form = AnswerForm()
    form.add_violation(violation)
    return _page(org, found, form), 422


def _page(org: str, found: Any, form: AnswerForm) -> str:
    is_handler = found.handler_id == scope().place.id
    return render_template(
        "people/minor_approval.html",
        org=org,
        form=form,
        wish=found,
        place=scope().place,
        now=clock.now(),
        states=ApprovalStatus,
        is_own=found.asker_id == principal().user_id,
        is_open=found.status is ApprovalStatus.ASKED and found.expires_at > clock.now(),
        is_handler=is_handler,
    )
