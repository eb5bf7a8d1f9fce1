"""After an activity: what is told, pictures, and what people who were there think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from activities.holding_forms import PAPER, FeedbackForm, PhotoForm, ReportForm
from activities.operations import reports as operations
from activities.queries import public_activity, shifts_of
from activities.queries import reports as queries
from activities.routes.blueprint import MAX_CODE, bp, found_activity
from activities.routes.words import days
from core import clock
from core.access.marks import public, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.files.rules import MAX_BYTES
from core.files.serving import give_out, handed_in
from core.i18n import say
from core.rules import RuleViolation
from core.uploads import takes_file
from core.web import asked, config_value, invalid, scope, see_other
from members.qr import qr_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from activities.queries import Activity

PER_ADDRESS = "20 per hour"


@bp.route("/o/<org>/events/<code>/report", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def report_activity(org: str, code: str) -> ResponseReturnValue:
    """Show what was counted of an activity; tell the rest."""
    activity, form = found_activity(code), ReportForm()
    if not queries.is_reportable(activity, shifts_of(activity), clock.now()):
        abort(404)
    if form.accepts() and (facts := form.facts()) is not None:
        try:
            operations.report(
                activity.code,
                facts,
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.report_activity", org=org, code=code, done="told")
    if request.method == "POST":
        return invalid("activities/report.html", **page_of(org, activity, form))
    report = queries.report_of(activity.id)
    if report is not None:
        form.fill(report.content, report.public_people, report.spend_fen)
    feedback = queries.feedback_of(activity.id)
    form.fill_paper(feedback.paper, feedback.paper_words)
    return render_template("activities/report.html", **page_of(org, activity, form))


def page_of(
    org: str, activity: Activity, form: ReportForm, photo_form: PhotoForm | None = None
) -> dict[str, Any]:
    """Return what the page of a report shows."""
    report = queries.report_of(activity.id)
    address = config_value("origin") + url_for("activities.give_feedback", code=activity.code)
    return {
        "org": org,
        "activity": activity,
        "form": form,
        "paper": PAPER,
        "photo_form": photo_form or PhotoForm(formdata=None),
        "report": report,
        "held": queries.held_of(activity, report),
        "feedback": queries.feedback_of(activity.id),
        "photos": queries.photos_of(activity.id),
        "days": days,
        "done": asked("done"),
        "address": address,
        "qr": qr_path(address),
    }


@bp.post("/o/<org>/events/<code>/photos")
@requires(Permission.ACTIVITIES_KEEP)
@takes_file(MAX_BYTES)
def add_activity_photo(org: str, code: str) -> ResponseReturnValue:
    """Keep a picture, with the declaration about faces."""
    activity, form = found_activity(code), PhotoForm()
    if form.accepts():
        try:
            form.check()
            _name, data = handed_in()
            operations.add_photo(activity, data, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.report_activity", org=org, code=code, done="photo")
    page = page_of(org, activity, ReportForm(formdata=None), form)
    return invalid("activities/report.html", **page)


@bp.get("/o/<org>/event-photos/<code>")
@requires(Permission.ACTIVITIES_KEEP)
def activity_photo(org: str, code: str) -> ResponseReturnValue:
    """Give out a picture to who keeps the organization."""
    del org
    found = queries.photo_at(scope().place.id, code[:MAX_CODE])
    return give_out(found[1]) if found is not None else abort(404)


@bp.post("/o/<org>/event-photos/<code>/drop")
@requires(Permission.ACTIVITIES_KEEP)
def drop_activity_photo(org: str, code: str) -> ResponseReturnValue:
    """Remove a picture."""
    if queries.photo_at(scope().place.id, code[:MAX_CODE]) is None:
        abort(404)
    activity = operations.drop_photo(
        code, organization_id=scope().place.id, by=Actor.of_scope(scope())
    )
    return see_other("activities.report_activity", org=org, code=activity.code, done="dropped")


@bp.route("/f/<code>", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def give_feedback(code: str) -> ResponseReturnValue:
    """Ask who was there how it was: no account, nothing about the person."""
    activity = public_activity(code[:MAX_CODE])
    if activity is None:
        abort(404)
    form, problem = FeedbackForm(), ""
    form.offer()
    if form.accepts():
        try:
            score = form.chosen()
            operations.give_feedback(activity.code, score, form.words.data or "", now=clock.now())
        except RuleViolation as violation:
            if violation.field:
                form.add_violation(violation)
            else:
                problem = say(violation)
        else:
            return see_other("activities.give_feedback", code=code, done="thanks")
    page = {
        "activity": activity,
        "form": form,
        "days": days,
        "done": asked("done"),
        "problem": problem,
        "is_open": _is_open(activity),
    }
    if request.method == "POST":
        return invalid("activities/feedback.html", **page)
    return render_template("activities/feedback.html", **page)


def _is_open(activity: Activity) -> bool:
    try:
        operations.check_open(activity, clock.now())
    except RuleViolation:
        return False
    return True
