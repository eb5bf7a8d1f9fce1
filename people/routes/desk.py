"""The queue of corrections: compare with the document, follow or return, next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from people.forms import ActForm, AnswerForm
from people.operations.changes import approve_change as follow_request
from people.operations.changes import return_change as return_request
from people.operations.reveals import look
from people.queries.changes import change_at, changes_at, next_change, wanted_of
from people.queries.minors import hides_child
from people.routes.blueprint import MAX_CODE, bp
from people.routes.words import shown
from people.rules.changes import ChangeField, ChangeStatus
from people.rules.duplicates import LookField
from people.rules.minors import MinorField
from people.rules.reveals import RevealField, RevealReason

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

DONE = frozenset({"approved", "returned"})
#: Which of the values stand masked until somebody looks, and how the read log calls them.
PROTECTED = {
    ChangeField.DOCUMENT: (RevealField.ID_NUMBER, "id_number"),
    ChangeField.PHONE: (RevealField.PHONE, "phone"),
}


@bp.get("/o/<org>/changes")
@requires(Permission.CHANGES_DECIDE)
def change_queue(org: str) -> str:
    """Show what waits for an answer, longest first."""
    page = changes_at(scope().place.id, asked("after", MAX_CODE))
    done = asked("done")
    return render_template(
        "people/change_queue.html",
        org=org,
        page=page,
        today=clock.today(),
        names_places=scope().place.level != "unit",
        done=done if done in DONE else "",
    )


@bp.get("/o/<org>/changes/<code>")
@requires(Permission.CHANGES_DECIDE)
def decide_change(org: str, code: str) -> str:
    """Show one request: what is kept, what is wanted, why."""
    return _page(org, _found(code), ActForm(formdata=None))


@bp.get("/o/<org>/changes/<code>/value")
@requires(Permission.CHANGES_DECIDE)
def shown_change(org: str, code: str) -> str:
    """Answer a reload of the page with the number: masked again."""
    return _page(org, _found(code), ActForm(formdata=None))


@bp.post("/o/<org>/changes/<code>/value")
@requires(Permission.CHANGES_DECIDE)
def show_change(org: str, code: str) -> ResponseReturnValue:
    """Show the number that is asked for on this answer only, its line of the read log first."""
    found, form = _found(code), ActForm()
    protected, wanted = _protection(found), wanted_of(found)
    if protected is None or not wanted:
        abort(404)
    back = url_for("people.decide_change", org=org, code=code)
    way = require_fresh_factor(back=back)
    if way is not None:
        return way
    field, key = protected
    try:
        look(found.person_id, field, RevealReason.CHECK, by=_actor(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, found, form), 422
    value = str(wanted[key])
    is_name = found.field is ChangeField.NAME
    return _page(org, found, form, value=f"{found.person.name} → {value}" if is_name else value)


@bp.post("/o/<org>/changes/<code>/approve")
@requires(Permission.CHANGES_DECIDE)
def approve_change(org: str, code: str) -> ResponseReturnValue:
    """Put right what was asked for, and go on to the next."""
    found, form = _found(code), ActForm()
    try:
        follow_request(found.code, handler_id=scope().place.id, by=_actor(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, found, form), 422
    return _go_on(org, "approved")


@bp.route("/o/<org>/changes/<code>/return", methods=["GET", "POST"])
@requires(Permission.CHANGES_DECIDE)
def return_change(org: str, code: str) -> ResponseReturnValue:
    """Say why it is not put right; the person reads it."""
    found, form = _found(code), AnswerForm()
    page = {"org": org, "form": form, "change": found}
    if form.accepts():
        try:
            return_request(
                found.code,
                form.why.data or "",
                handler_id=scope().place.id,
                by=_actor(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _go_on(org, "returned")
    if form.errors:
        return invalid("people/return_change.html", **page)
    return render_template("people/return_change.html", **page)


def _actor() -> Actor:
    return Actor.of_scope(scope())


def _protection(found: Any) -> tuple[RevealField | LookField | MinorField, str] | None:
    """Return how the read log calls a value that stands masked until somebody looks, and its key.

    Above the county that holds for names too, and for those and birth days of children of another
    organization (decisions.md D10).
    """
    is_child = _hides(found)
    if found.field is ChangeField.NAME and (is_child or not scope().may(Permission.MEMBERS_VIEW)):
        return LookField.NAME, "name"
    if found.field is ChangeField.BORN_ON and is_child:
        return MinorField.BORN_ON, "born_on"
    return PROTECTED.get(found.field)


def _hides(found: Any) -> bool:
    """Return whether a request is of a child of another organization, which alone looks (D10)."""
    return hides_child(scope(), found.person.born_on, found.organization_id)


def _found(code: str) -> Any:
    found = change_at(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _go_on(org: str, done: str) -> Response:
    following = next_change(scope().place.id)
    if following is None:
        return see_other("people.change_queue", org=org, done=done)
    return see_other("people.decide_change", org=org, code=following, done=done)


def _page(org: str, found: Any, form: ActForm, value: str = "") -> str:
    is_open = found.status is ChangeStatus.SUBMITTED
    wanted = wanted_of(found)
    done = asked("done")
    return render_template(
        "people/decide_change.html",
        org=org,
        form=form,
        change=found,
        is_open=is_open,
        is_own=found.person_id == principal().person_id,
        is_protected=_protection(found) is not None,
        is_child=_hides(found),
        before=_before(found, is_open=is_open),
        after=_after(found, wanted),
        value=value,
        is_late=is_open and found.due_on < clock.today(),
        done=done if done in DONE else "",
    )


def _before(found: Any, *, is_open: bool) -> str:
    """Return what is kept: names and birth days in full while it is decided, else masked."""
    if is_open and found.field is ChangeField.NAME and _protection(found) is None:
        return str(found.person.name)
    return shown(found.before)


def _after(found: Any, wanted: Any) -> str:
    is_plain = _protection(found) is None
    plain = wanted.get("name") or wanted.get("born_on") if is_plain else ""
    return str(plain or shown(found.after))
