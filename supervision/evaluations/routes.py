"""Pages of evaluations: weights, trying out, replies of the places, the final result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from supervision.blueprint import bp
from supervision.entries import OFFICES
from supervision.evaluations import operations, queries, rules, scoring
from supervision.evaluations.forms import ReplyForm, StartForm, WeightsForm, weights_form
from supervision.evaluations.labels import TONES
from supervision.evaluations.rules import EvaluationAction, EvaluationStatus
from supervision.evaluations.showing import shown_results
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Better
from supervision.reports.labels import with_unit
from supervision.reports.queries.counting import definitions_on
from supervision.tabling.forms import TakeForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from supervision.evaluations.queries import Evaluation

MAX_CODE = 12


@bp.get("/o/<org>/evaluations")
@requires(Permission.FIGURES_VIEW)
def list_evaluations(org: str) -> str:
    """Show the evaluations that concern a place."""
    return render_template("evaluations/list.html", **_list(org, StartForm()))


@bp.post("/o/<org>/evaluations")
@requires(Permission.REPORTS_FREEZE)
def start_evaluation(org: str) -> ResponseReturnValue:
    """Begin the evaluation of a year; the places see nothing of it yet."""
    form = StartForm()
    form.offer(clock.today().year)
    if form.accepts():
        try:
            made = operations.start(*form.chosen(), scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.evaluation", org=org, code=made.code)
    return invalid("evaluations/list.html", **_list(org, form))


@bp.route("/o/<org>/evaluations/weights", methods=["GET", "POST"])
@requires(Permission.REPORTS_FREEZE)
def set_weights(org: str) -> ResponseReturnValue:
    """Show the weights that hold, and enter a new version from a day on."""
    known = _judged()
    form = weights_form(known)
    if form.level.data in {None, "None"}:
        form.level.data = Level.COUNTY.value
    if form.accepts() and _enter(form):
        return see_other("supervision.list_evaluations", org=org, done="weights")
    page: dict[str, Any] = {
        "org": org,
        "form": form,
        "known": known,
        "schemes": [queries.scheme_on(level, clock.today()) for level in scoring.LEVELS],
        "by_code": {one.code: one for one in known},
        "with_unit": with_unit,
    }
    if request.method == "POST":
        return invalid("evaluations/weights.html", **page)
    return render_template("evaluations/weights.html", **page)


@bp.get("/o/<org>/evaluations/<code>")
@requires(Permission.FIGURES_VIEW)
def evaluation(org: str, code: str) -> str:
    """Show what an evaluation comes to, places by name; each place sees itself while it replies."""
    return render_template("evaluations/evaluation.html", **_page(org, _found(code), ReplyForm()))


@bp.post("/o/<org>/evaluations/<code>/step")
@requires(Permission.REPORTS_FREEZE)
def step_evaluation(org: str, code: str) -> ResponseReturnValue:
    """Hand an evaluation over for replies, take it back, freeze, withhold or release it."""
    found, action, form = _found(code), sent("action"), ReplyForm()
    if action not in set(EvaluationAction) or len(request.form.getlist("action")) > 1:
        abort(422)
    try:
        operations.step(found.code, EvaluationAction(action), scope(), now=clock.now())
    except RuleViolation as violation:
        form.validate()
        form.add_violation(violation)
        return invalid("evaluations/evaluation.html", **_page(org, found, form))
    return see_other("supervision.evaluation", org=org, code=found.code, done=action)


@bp.post("/o/<org>/evaluations/<code>/reply")
@requires(Permission.REPORTS_KEEP)
def reply_evaluation(org: str, code: str) -> ResponseReturnValue:
    """Reply to one's own result before it is final."""
    found, form = _found(code), ReplyForm()
    if form.accepts():
        try:
            operations.reply(found.code, form.reply.data or "", scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("supervision.evaluation", org=org, code=found.code, done="reply")
    return invalid("evaluations/evaluation.html", **_page(org, found, form))


def _judged() -> list[Definition]:
    """Return the indicators of which more, or less, is better; the others only describe."""
    return [one for one in definitions_on(clock.today()) if one.better is not Better.NEITHER]


def _enter(form: WeightsForm) -> bool:
    """Return whether the weights of a form were entered; the form says why not."""
    known = _judged()
    if not form.reads_well(form.day, *(lambda one=one: form.weight_of(one) for one in known)):
        return False
    weights = [form.weight_of(one) for one in known]
    try:
        operations.set_weights(
            Level(form.level.data), weights, form.day(), form.source.data or "", scope()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


def _check_office() -> None:
    """Cities and counties are evaluated: nothing of it is for places below."""
    if scope().place.level not in OFFICES:
        abort(403)


def _list(org: str, form: StartForm) -> dict[str, Any]:
    _check_office()
    form.offer(clock.today().year)
    return {
        "org": org,
        "form": form,
        "known": queries.evaluations_of(scope().place),
        "may_start": scope().may(Permission.REPORTS_FREEZE),
        "tones": TONES,
        "done": asked("done", MAX_CODE),
    }


def _found(code: str) -> Evaluation:
    _check_office()
    found = queries.evaluation_of(scope().place, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _page(org: str, found: Evaluation, form: ReplyForm) -> dict[str, Any]:
    results, here = shown_results(found, scope()), scope().place.id
    own = next((one for one in results if one.place_id == here), None)
    replies = found.status is EvaluationStatus.REPLYING and own is not None
    values: dict[str, Any] = {"org": org, "name": "evaluation", "code": found.code}
    if form.reply.data is None and own is not None:
        form.reply.data = own.reply
    return {
        "org": org,
        "place": scope().place,
        "found": found,
        "results": results,
        "own": own,
        "reply_form": form,
        "may_reply": replies and scope().may(Permission.REPORTS_KEEP),
        "steps": _actions(found),
        "form": TakeForm(),
        "export_url": url_for("supervision.export_table", **values),
        "print_url": url_for("supervision.table", **values, print="1"),
        "tones": TONES,
        "today": clock.today(),
        "done": asked("done", MAX_CODE),
    }


def _actions(found: Evaluation) -> list[EvaluationAction]:
    if not scope().may(Permission.REPORTS_FREEZE):
        return []
    return [action for status, action in rules.EVALUATION_TRANSITIONS if status is found.status]
