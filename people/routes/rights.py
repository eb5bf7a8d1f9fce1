"""Asking for what has no page of its own: rights over data, complaints, questions (PRI-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, has_asked, invalid, principal, scope, see_other
from people.forms import ActForm
from people.matter_forms import AskForm, RequestAnswerForm
from people.operations import rights
from people.queries import get_person
from people.queries.matters import own_request as find_own
from people.queries.matters import request_at, requests_at
from people.routes.blueprint import MAX_CODE, bp
from people.rules.rights import RIGHTS_OPEN, RightsKind, RightsStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

TONES = {
    RightsStatus.RECEIVED: "info",
    RightsStatus.VERIFIED: "info",
    RightsStatus.DONE: "ok",
    RightsStatus.REFUSED: "error",
    RightsStatus.WITHDRAWN: "neutral",
}


@bp.route("/me/requests/new", methods=["GET", "POST"])
@signed_in
def new_request() -> ResponseReturnValue:
    """Ask for something in words; it becomes a case with a deadline."""
    person_id = principal().person_id
    person = get_person(person_id) if person_id else None
    chosen = asked("kind")
    form = AskForm(data={"kind": chosen} if chosen in set(RightsKind) else None)
    if person is None:
        return render_template("people/new_request.html", form=None)
    if form.accepts() and form.reads_well(form.text):
        try:
            found = rights.ask(
                person, RightsKind(form.kind.data), form.text(), by=_actor(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.own_request", code=found.code, new=1)
    if request.method == "POST":
        return invalid("people/new_request.html", form=form)
    return render_template("people/new_request.html", form=form)


@bp.get("/me/requests/<code>")
@signed_in
def own_request(code: str) -> str:
    """Show a request of one's own with its answer."""
    found = find_own(principal().person_id or 0, code[:MAX_CODE])
    if found is None:
        abort(404)
    return render_template(
        "people/own_request.html",
        request_=found,
        is_new=has_asked("new"),
        is_open=found.status in RIGHTS_OPEN,
        is_late=found.status in RIGHTS_OPEN and found.due_on < clock.today(),
        tones=TONES,
    )


@bp.post("/me/requests/<code>/withdraw")
@signed_in
def withdraw_request(code: str) -> ResponseReturnValue:
    """Take a request back that nobody answered yet."""
    rights.withdraw(principal().person_id or 0, code[:MAX_CODE], by=_actor(), now=clock.now())
    return see_other("people.own_request", code=code)


@bp.get("/o/<org>/requests")
@requires(Permission.RIGHTS_ANSWER)
def rights_queue(org: str) -> str:
    """Show what waits for an answer, the nearest deadline first."""
    page = requests_at(scope().place.id, RIGHTS_OPEN, asked("after", MAX_CODE))
    return render_template(
        "people/rights_queue.html",
        org=org,
        page=page,
        tones=TONES,
        today=clock.today(),
        done=has_asked("done"),
    )


@bp.get("/o/<org>/requests/<code>")
@requires(Permission.RIGHTS_ANSWER)
def rights_request(org: str, code: str) -> str:
    """Show one request: who asks, in which words, until when."""
    return _page(org, _found(code), RequestAnswerForm(formdata=None))


@bp.post("/o/<org>/requests/<code>/verify")
@requires(Permission.RIGHTS_ANSWER)
def verify_request(org: str, code: str) -> ResponseReturnValue:
    """Note that the request was compared with the person."""
    found, form = _found(code), ActForm()
    try:
        rights.verify(found.code, handler_id=scope().place.id, by=_officer(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, found, form), 422
    return see_other("people.rights_request", org=org, code=code)


@bp.post("/o/<org>/requests/<code>/answer")
@requires(Permission.RIGHTS_ANSWER)
def answer_request(org: str, code: str) -> ResponseReturnValue:
    """Follow a request, with the answer in words."""
    return _answer(org, code, refuse=False)


@bp.post("/o/<org>/requests/<code>/refuse")
@requires(Permission.RIGHTS_ANSWER)
def refuse_request(org: str, code: str) -> ResponseReturnValue:
    """Refuse a request, with the reasons in words (PRI-05)."""
    return _answer(org, code, refuse=True)


def _answer(org: str, code: str, *, refuse: bool) -> ResponseReturnValue:
    found, form = _found(code), RequestAnswerForm()
    if form.accepts():
        try:
            rights.answer(
                found.code,
                form.words.data or "",
                refuse=refuse,
                handler_id=scope().place.id,
                by=_officer(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.rights_queue", org=org, done=1)
    return _page(org, found, form), 422


def _actor() -> Actor:
    return Actor.of_principal(principal())


def _officer() -> Actor:
    return Actor.of_scope(scope())


def _found(code: str) -> Any:
    found = request_at(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _page(org: str, found: Any, form: Any) -> str:
    return render_template(
        "people/rights_request.html",
        org=org,
        request_=found,
        form=form,
        is_open=found.status in RIGHTS_OPEN,
        states=RightsStatus,
        is_own=principal().person_id == found.person_id,
        is_late=found.status in RIGHTS_OPEN and found.due_on < clock.today(),
        tones=TONES,
    )
