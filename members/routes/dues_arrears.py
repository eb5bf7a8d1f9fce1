"""Members unpaid for two years: noticed, then kept with a reason or removed by their branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from members import operations
from members.forms import ActForm, NoteForm
from members.queries.dues import proposal_at, proposals_at
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from members.rules import PROPOSAL_TRANSITIONS, ProposalAction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import DuesProposal


@bp.get("/o/<org>/dues/proposals")
@requires(Permission.DUES_RECORD)
def dues_proposals(org: str) -> str:
    """Show those that the organization has to decide about."""
    return _page(org, ActForm(formdata=None))


@bp.post("/o/<org>/dues/proposals/<code>/notify")
@requires(Permission.DUES_RECORD)
def notify_unpaid(org: str, code: str) -> ResponseReturnValue:
    """Tell a member, and note that he was told."""
    try:
        operations.notify_unpaid(
            code[:MAX_CODE], organization_id=scope().place.id, by=keeper(), now=clock.now()
        )
    except RuleViolation as violation:
        form = ActForm(formdata=None)
        form.add_violation(violation)
        return _page(org, form), 422
    return see_other("members.dues_proposals", org=org, done="noticed")


@bp.route("/o/<org>/dues/proposals/<code>/keep", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def keep_unpaid(org: str, code: str) -> ResponseReturnValue:
    """Keep a member who does not pay, with the reason."""
    proposal, form = _proposal(code), NoteForm()
    if form.accepts():
        try:
            operations.keep_unpaid(
                proposal.code,
                form.note.data or "",
                organization_id=scope().place.id,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_proposals", org=org, done="kept")
    return _form("members/dues/keep.html", org=org, form=form, proposal=proposal)


@bp.route("/o/<org>/dues/proposals/<code>/remove", methods=["GET", "POST"])
@requires(Permission.DUES_RECORD)
def remove_unpaid(org: str, code: str) -> ResponseReturnValue:
    """End a membership after the time of the notice; it cannot be undone, so a page asks first."""
    proposal, form = _proposal(code), ActForm()
    if form.accepts():
        try:
            operations.remove_unpaid(
                proposal.code, organization_id=scope().place.id, by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_proposals", org=org, done="removed")
    can_remove = (proposal.status, ProposalAction.REMOVE) in PROPOSAL_TRANSITIONS
    return _form(
        "members/dues/remove.html",
        org=org,
        form=form,
        proposal=proposal,
        may_remove=can_remove and operations.is_over(proposal.keep_until, clock.today()),
    )


def _proposal(code: str) -> DuesProposal:
    found = proposal_at(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _page(org: str, form: ActForm) -> str:
    today = clock.today()
    page = proposals_at(scope().place.id, after())
    return render_template(
        "members/dues/proposals.html",
        org=org,
        form=form,
        page=page,
        years=settings.value("dues.removal_years", on=today),
        days=settings.value("dues.notice_days", on=today),
        over={row.code for row in page.rows if operations.is_over(row.keep_until, today)},
        own_person_id=principal().person_id,
        done=asked("done", MAX_CODE),
    )


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
