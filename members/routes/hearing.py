"""One's own expulsion: read the facts, answer, appeal (domain.md MEM-44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import signed_in
from core.rules import RuleViolation, UnknownRowError
from core.web import asked, principal, see_other
from members import operations
from members.forms import WordsForm
from members.queries.expulsions import latest_expulsion_of
from members.routes.blueprint import MAX_CODE, bp, myself
from members.rules import EXPULSION_TRANSITIONS, ExpulsionAction, ExpulsionStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/me/expulsion")
@signed_in
def own_expulsion() -> str:
    """Show what is proposed against oneself, what one may say, and until when."""
    return _page(_own(), WordsForm(formdata=None))


@bp.post("/me/expulsion/answer")
@signed_in
def answer_expulsion() -> ResponseReturnValue:
    """Say something to the facts; the words are kept as they are."""
    return _say(ExpulsionAction.ANSWER)


@bp.post("/me/expulsion/appeal")
@signed_in
def appeal_expulsion() -> ResponseReturnValue:
    """Appeal to the level above."""
    return _say(ExpulsionAction.APPEAL)


def _say(action: ExpulsionAction) -> ResponseReturnValue:
    found, form = _own(), WordsForm()
    act = operations.answer_expulsion
    if action is ExpulsionAction.APPEAL:
        act = operations.appeal_expulsion
    if form.accepts() and form.reads_well(form.said):
        try:
            act(found.membership.person_id, form.said(), by=myself(), now=clock.now())
        except UnknownRowError:
            abort(404)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_expulsion", done=action.value)
    return _page(found, form), 422


def _own() -> Any:
    person_id = principal().person_id
    found = latest_expulsion_of(person_id) if person_id else None
    if found is None:
        abort(404)
    return found


def _page(found: Any, form: WordsForm) -> str:
    may_appeal = (
        found.status is ExpulsionStatus.EFFECTIVE
        and found.appeal_until is not None
        and clock.today() <= found.appeal_until
    )
    return render_template(
        "members/own_expulsion.html",
        form=form,
        expulsion=found,
        may_answer=(found.status, ExpulsionAction.ANSWER) in EXPULSION_TRANSITIONS,
        may_appeal=may_appeal,
        done=asked("done", MAX_CODE),
    )
