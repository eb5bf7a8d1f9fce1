"""One application: data, flags, possible duplicates; approve, return, next (ux.md S24, S25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, scope, see_other
from members import operations
from members.forms import ActForm, NoteForm, ReturnForm
from members.queries.own import events_of
from members.queries.queue import application_at, duplicates_of, neighbours, next_in_queue
from members.queries.roster import entry_of
from members.routes.blueprint import MAX_CODE, bp, keeper
from members.rules import ApplicationStatus, Flag, ReturnReason, reasons_for
from organizations.queries import place_texts
from people.queries import latest_request
from people.rules import age_on

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response


@bp.get("/o/<org>/applications/<code>")
@requires(Permission.APPLICATIONS_VIEW)
def application(org: str, code: str) -> str:
    """Show an application with everything that decides it."""
    return _page(org, _found(code), ActForm(formdata=None))


@bp.post("/o/<org>/applications/<code>/approve")
@requires(Permission.APPLICATIONS_DECIDE)
def approve_one(org: str, code: str) -> ResponseReturnValue:
    """Approve one application, a doubtful one too, and go on to the next."""
    found = _found(code)
    doubtful = found.is_doubtful
    form = ActForm()
    try:
        decision = operations.approve(
            [code], handler_id=scope().place.id, by=keeper(), now=clock.now(), doubtful=True
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, found, form), 422
    return _go_on(org, decision.code, doubtful=doubtful)


@bp.route("/o/<org>/applications/<code>/return", methods=["GET", "POST"])
@requires(Permission.APPLICATIONS_DECIDE)
def return_one(org: str, code: str) -> ResponseReturnValue:
    """Pick a reason, see what the applicant will read, return."""
    found = _found(code)
    form = ReturnForm(data={"reason": asked("reason", MAX_CODE)})
    form.offer(reasons_for(found.flag_list))
    if form.accepts():
        try:
            decision = operations.return_(
                [code],
                ReturnReason(form.reason.data),
                form.note.data or "",
                handler_id=scope().place.id,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.queue", org=org, done=decision.code)
    page = render_template("members/return.html", org=org, form=form, application=found)
    return page, 422 if form.errors else 200


@bp.route("/o/<org>/applications/<code>/reject", methods=["GET", "POST"])
@requires(Permission.APPLICATIONS_DECIDE)
def reject_one(org: str, code: str) -> ResponseReturnValue:
    """Refuse for good, with the reason in words; a page of its own, it cannot be undone."""
    found = _found(code)
    form = NoteForm()
    if form.accepts():
        try:
            decision = operations.reject(
                code,
                form.note.data,
                handler_id=scope().place.id,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.queue", org=org, done=decision.code)
    page = render_template("members/reject.html", org=org, form=form, application=found)
    return page, 422 if form.errors else 200


def _found(code: str) -> Any:
    found = application_at(scope().place.id, code)
    if found is None:
        abort(404)
    return found


def _go_on(org: str, decision: str, *, doubtful: bool) -> Response:
    """Return the way to the next one in the same group, or back to the queue."""
    following = next_in_queue(scope().place.id, doubtful=doubtful)
    if following is None:
        return see_other("members.queue", org=org, done=decision)
    return see_other("members.application", org=org, code=following, done=decision)


def _page(org: str, found: Any, form: ActForm) -> str:
    person = found.person
    earlier, later = neighbours(found)
    same = duplicates_of(found) if Flag.DUPLICATE in found.flag_list else None
    minor = Flag.MINOR in found.flag_list
    return render_template(
        "members/application.html",
        org=org,
        form=form,
        application=found,
        person=person,
        place=place_texts([found.organization])[found.organization_id],
        age=age_on(person.born_on, clock.today()) if person.born_on else None,
        duplicates=same,
        consent=latest_request(person.id) if minor else None,
        earlier=earlier,
        later=later,
        events=events_of(found.id),
        entry=entry_of(found.id),
        may_enter=scope().may(Permission.PEOPLE_ENTER),
        waiting=found.status is ApplicationStatus.SUBMITTED,
        may_decide=scope().may(Permission.APPLICATIONS_DECIDE),
        may_reveal=scope().may(Permission.PEOPLE_REVEAL),
        flags=Flag,
        reasons=reasons_for(found.flag_list),
        done=asked("done"),
    )
