"""Moving to another organization: the member asks, the old one lets go, the new one takes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.i18n import say
from core.rules import RuleViolation
from core.web import asked, has_asked, invalid, principal, scope, see_other
from members import operations
from members.forms import ActForm, NoteForm
from members.queries.own import membership_of
from members.queries.places import place_to_join
from members.queries.transfers import latest_transfer_of, open_transfer_of, transfer_at
from members.routes.blueprint import MAX_CODE, bp, keeper, myself
from members.rules import OPEN_TRANSFERS, TransferStatus, check_movable, check_target
from organizations.queries import place_texts
from organizations.rules import OPEN_STATES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Membership, Organization, Transfer


@bp.route("/j/<org>/transfer", methods=["GET", "POST"])
@signed_in
def transfer(org: str) -> ResponseReturnValue:
    """Say what moving to the organization means; ask for it."""
    target, person_id = place_to_join(org), principal().person_id
    membership = membership_of(person_id) if person_id else None
    if target is None or person_id is None or membership is None:
        abort(404)
    if open_transfer_of(person_id) is not None:
        return see_other("members.own_transfer")
    form = ActForm()
    if form.accepts():
        try:
            operations.request_transfer(
                person_id, target, user_id=principal().user_id, by=myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_transfer", new=1)
    page = {
        "form": form,
        "org": org,
        "refusal": _refusal(membership, target),
        "target": target,
        "place": place_texts([target])[target.id],
        "membership": membership,
        "days": settings.value("transfers.working_days", on=clock.today()),
    }
    if request.method == "POST":
        return invalid("members/transfer.html", **page)
    return render_template("members/transfer.html", **page)


@bp.get("/me/transfer")
@signed_in
def own_transfer() -> str:
    """Show where one's own transfer is, who has it and until when."""
    person_id = principal().person_id
    found = latest_transfer_of(person_id) if person_id else None
    if found is None:
        abort(404)
    return render_template(
        "members/own_transfer.html",
        transfer=found,
        is_open=found.status in OPEN_TRANSFERS,
        states=TransferStatus,
        is_new=has_asked("new"),
        done=asked("done", MAX_CODE),
    )


@bp.post("/me/transfer/cancel")
@signed_in
def cancel_transfer() -> ResponseReturnValue:
    """Stay where one is."""
    person_id = principal().person_id
    if person_id is None:
        abort(404)
    operations.cancel_transfer(person_id, by=myself(), now=clock.now())
    if latest_transfer_of(person_id) is None:
        return see_other("members.card")
    return see_other("members.own_transfer", done="cancelled")


@bp.post("/o/<org>/transfers/<code>/release")
@requires(Permission.APPLICATIONS_DECIDE)
def release_transfer(org: str, code: str) -> ResponseReturnValue:
    """Let a member go."""
    place_id = scope().place.id
    operations.release(code[:MAX_CODE], handler_id=place_id, by=keeper(), now=clock.now())
    return see_other("members.queue", org=org, noted=1)


@bp.post("/o/<org>/transfers/<code>/accept")
@requires(Permission.APPLICATIONS_DECIDE)
def accept_transfer(org: str, code: str) -> ResponseReturnValue:
    """Take a member in."""
    place_id = scope().place.id
    operations.accept(code[:MAX_CODE], handler_id=place_id, by=keeper(), now=clock.now())
    return see_other("members.queue", org=org, noted=1)


@bp.route("/o/<org>/transfers/<code>/decline", methods=["GET", "POST"])
@requires(Permission.APPLICATIONS_DECIDE)
def decline_transfer(org: str, code: str) -> ResponseReturnValue:
    """Ask why a member is not taken in, and tell him."""
    found = _to_answer(code)
    form = NoteForm()
    if form.accepts():
        try:
            operations.decline(
                found.code,
                form.note.data or "",
                handler_id=scope().place.id,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.queue", org=org, noted=1)
    if request.method == "POST":
        return invalid("members/decline_transfer.html", org=org, form=form, transfer=found)
    return render_template("members/decline_transfer.html", org=org, form=form, transfer=found)


def _refusal(membership: Membership, target: Organization) -> str:
    """Return why the membership cannot move there, for the page instead of its button."""
    try:
        check_movable(membership.kind, membership.status)
        is_open = target.status in OPEN_STATES
        check_target(membership.organization_id, target.id, is_open=is_open)
    except RuleViolation as violation:
        return say(violation)
    return ""


def _to_answer(code: str) -> Transfer:
    found = transfer_at(scope().place.id, code[:MAX_CODE])
    if found is None or found.status is not TransferStatus.RELEASED:
        abort(404)
    return found
