"""Leaving the society on the phone, thinking better of it, and the branch that takes note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.rules import RuleViolation, UnknownRowError
from core.web import asked, invalid, principal, scope, see_other
from members import operations
from members.forms import ActForm, LeavingForm
from members.queries.own import membership_of
from members.queries.withdrawals import withdrawal_of
from members.routes.blueprint import MAX_CODE, bp, keeper, myself
from members.rules import MembershipKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Membership


@bp.route("/me/membership/leave", methods=["GET", "POST"])
@signed_in
def leave() -> ResponseReturnValue:
    """Say what leaving means; leave; afterwards say until when it can be undone."""
    membership = _own_membership()
    if membership is None:
        return _no_member()
    if membership.kind is not MembershipKind.ADULT:
        return render_template("members/leave_school.html", membership=membership)
    form = LeavingForm()
    form.offer()
    if form.accepts() and form.reads_well(form.chosen_reason):
        try:
            operations.leave(
                membership.person_id,
                form.chosen_reason(),
                form.note.data or "",
                by=myself(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        except UnknownRowError:  # another tap was first
            return see_other("members.leave")
        else:
            return see_other("members.leave", done="left")
    page = {
        "form": form,
        "membership": membership,
        "undo_days": settings.value("withdrawals.undo_working_days", on=clock.today()),
    }
    if request.method == "POST":
        return invalid("members/leave.html", **page)
    return render_template("members/leave.html", **page)


@bp.post("/me/membership/leave/undo")
@signed_in
def undo_leaving() -> ResponseReturnValue:
    """Take the withdrawal back: the membership is what it was."""
    person_id = principal().person_id
    if person_id is None:
        abort(404)
    form = ActForm()
    try:
        operations.undo_leaving(person_id, by=myself(), now=clock.now())
    except RuleViolation as violation:
        if _own_membership() is not None:  # a stale page: he is back already
            return see_other("members.card")
        form.add_violation(violation)
        return _left(form), 422
    return see_other("members.card", done="back")


@bp.post("/o/<org>/withdrawals/<code>/confirm")
@requires(Permission.APPLICATIONS_DECIDE)
def confirm_leaving(org: str, code: str) -> ResponseReturnValue:
    """Take note of somebody who left."""
    operations.confirm_leaving(
        code[:MAX_CODE], handler_id=scope().place.id, by=keeper(), now=clock.now()
    )
    return see_other("members.queue", org=org, noted=1)


def _own_membership() -> Membership | None:
    person_id = principal().person_id
    return membership_of(person_id) if person_id else None


def _no_member() -> ResponseReturnValue:
    """Say where somebody stands who left, or was expelled, maybe while his form was open."""
    if request.method == "POST":
        return see_other("members.leave")
    return _left(ActForm(formdata=None))


def _left(form: ActForm) -> str:
    person_id = principal().person_id
    withdrawal = withdrawal_of(person_id) if person_id else None
    if withdrawal is None:
        return render_template("members/no_card.html", withdrawal=None, form=form, expulsion=None)
    return render_template(
        "members/left.html",
        form=form,
        withdrawal=withdrawal,
        membership=withdrawal.membership,
        may_undo=clock.today() <= withdrawal.undo_until,
        just_left=asked("done", MAX_CODE) == "left",
    )
