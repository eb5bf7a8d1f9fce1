"""Expelling a member: proposed and decided, reviewed, heard on appeal (domain.md MEM-44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from members import operations
from members.forms import AppealForm, ExpulsionForm, NoteForm, ResolutionForm
from members.queries.charge import member_in_charge
from members.queries.expulsions import events_of_expulsion, expulsion_at, expulsions_at
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from members.rules import (
    EXPULSION_TRANSITIONS,
    ExpulsionAction,
    ExpulsionStatus,
    check_expellable,
)
from people.routes.words import named

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ACTS = {
    ExpulsionAction.DECIDE: Permission.EXPULSIONS_PROPOSE,
    ExpulsionAction.DROP: Permission.EXPULSIONS_PROPOSE,
    ExpulsionAction.CONFIRM: Permission.EXPULSIONS_REVIEW,
    ExpulsionAction.RETURN: Permission.EXPULSIONS_REVIEW,
    ExpulsionAction.UPHOLD: Permission.EXPULSIONS_APPEAL,
    ExpulsionAction.OVERTURN: Permission.EXPULSIONS_APPEAL,
}


@bp.get("/o/<org>/expulsions")
@requires(Permission.EXPULSIONS_VIEW)
def expulsions(org: str) -> str:
    """Show the expulsions that an organization has to act on, and those of its members."""
    return render_template(
        "members/expulsions.html",
        org=org,
        page=expulsions_at(scope().place.id, after()),
        own_person_id=principal().person_id,
        shown=named,
    )


@bp.get("/o/<org>/expulsions/<code>")
@requires(Permission.EXPULSIONS_VIEW)
def expulsion(org: str, code: str) -> str:
    """Show an expulsion with facts, the member's own words, and what may be done."""
    return _page(org, _found(code), NoteForm(formdata=None))


@bp.route("/o/<org>/members/<code>/expulsion", methods=["GET", "POST"])
@requires(Permission.EXPULSIONS_PROPOSE)
def propose_expulsion(org: str, code: str) -> ResponseReturnValue:
    """Propose that a member is expelled, with the facts."""
    place_id = scope().place.id
    membership = member_in_charge(place_id, code[:MAX_CODE], clock.today())
    if membership is None or membership.person_id == principal().person_id:
        abort(404)
    form = ExpulsionForm()
    if form.accepts() and form.reads_well(form.told):
        try:
            made = operations.propose_expulsion(
                membership.code, *form.told(), place_id=place_id, by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.expulsion", org=org, code=made.code, done="propose")
    page = {
        "org": org,
        "form": form,
        "membership": membership,
        "days": settings.value("expulsions.hearing_working_days", on=clock.today()),
    }
    return _form("members/expulsion_propose.html", **page)


@bp.route("/o/<org>/expulsions/<code>/decision", methods=["GET", "POST"])
@requires(Permission.EXPULSIONS_PROPOSE)
def decide_expulsion(org: str, code: str) -> ResponseReturnValue:
    """Record what the council decided."""
    found, form = _found(code), ResolutionForm()
    form.offer()
    if form.accepts() and form.reads_well(form.decided, form.day, form.votes):
        try:
            if form.drops:
                operations.drop_expulsion(found.code, form.text.data or "", **_acting())
            else:
                operations.decide_expulsion(found.code, form.resolution(), **_acting())
        except RuleViolation as violation:
            form.add_violation(_beside_text(violation))
        else:
            return see_other("members.expulsion", org=org, code=found.code, done="decide")
    page = {"org": org, "form": form, "expulsion": found, "name": named(_name(found))}
    return _form("members/expulsion_decide.html", **page)


@bp.post("/o/<org>/expulsions/<code>/confirm")
@requires(Permission.EXPULSIONS_REVIEW)
def confirm_expulsion(org: str, code: str) -> ResponseReturnValue:
    """Let an expulsion take effect."""
    found, form = _found(code), NoteForm(formdata=None)
    try:
        operations.confirm_expulsion(found.code, **_acting())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, found, form), 422
    return see_other("members.expulsion", org=org, code=found.code, done="confirm")


@bp.route("/o/<org>/expulsions/<code>/return", methods=["GET", "POST"])
@requires(Permission.EXPULSIONS_REVIEW)
def return_expulsion(org: str, code: str) -> ResponseReturnValue:
    """Give an expulsion back to the branch, with the reason."""
    found, form = _found(code), NoteForm()
    if form.accepts():
        try:
            operations.return_expulsion(found.code, form.note.data or "", **_acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.expulsion", org=org, code=found.code, done="return")
    page = {"org": org, "form": form, "expulsion": found, "name": named(_name(found))}
    return _form("members/expulsion_return.html", **page)


@bp.route("/o/<org>/expulsions/<code>/appeal", methods=["GET", "POST"])
@requires(Permission.EXPULSIONS_APPEAL)
def settle_appeal(org: str, code: str) -> ResponseReturnValue:
    """Decide what an expelled member appealed."""
    found, form = _found(code), AppealForm()
    form.offer()
    if form.accepts() and form.reads_well(form.decided):
        act = operations.uphold_expulsion
        if form.decided() == form.OVERTURN:
            act = operations.overturn_expulsion
        try:
            act(found.code, form.note.data or "", **_acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.expulsion", org=org, code=found.code, done="settle")
    page = {"org": org, "form": form, "expulsion": found, "name": named(_name(found))}
    return _form("members/expulsion_appeal.html", **page)


def can_propose(membership: Any) -> bool:
    """Return whether a member who is in charge here may be proposed for an expulsion."""
    if not scope().may(Permission.EXPULSIONS_PROPOSE):
        return False
    try:
        check_expellable(membership.kind, membership.status)
    except RuleViolation:
        return False
    return True


def _acting() -> dict[str, Any]:
    return {"handler_id": scope().place.id, "by": keeper(), "now": clock.now()}


def _found(code: str) -> Any:
    """Return an expulsion that exists here, never one's own; or answer 404."""
    found = expulsion_at(scope().place.id, code[:MAX_CODE])
    if found is None or found.membership.person_id == principal().person_id:
        abort(404)
    return found


def _name(found: Any) -> str:
    return str(found.membership.person.name)


def _beside_text(violation: RuleViolation) -> RuleViolation:
    """Put what a note lacks beside the field in which the council's words stand."""
    if violation.field == "note":
        violation.field = "text"
    return violation


def _page(org: str, found: Any, form: NoteForm) -> str:
    today = clock.today()
    is_here = found.handler_id == scope().place.id
    is_over = found.status is ExpulsionStatus.PROPOSED and today > found.hearing_until
    state = ExpulsionStatus.HEARD if is_over else found.status
    acts = {
        action
        for action, permission in ACTS.items()
        if is_here and (state, action) in EXPULSION_TRANSITIONS and scope().may(permission)
    }
    return render_template(
        "members/expulsion.html",
        org=org,
        form=form,
        expulsion=found,
        name=named(_name(found)),
        names_member=scope().may(Permission.MEMBERS_VIEW),
        acts=acts,
        actions=ExpulsionAction,
        is_here=is_here,
        has_acted=principal().user_id in {found.proposed_by_id, found.decided_by_id},
        events=events_of_expulsion(found.id),
        done=asked("done", MAX_CODE),
    )


def _form(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
