"""The level above agrees to short notice and late entries, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from activities import operations, queries
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.shifts import ask_reason
from activities.routes.words import days, span
from activities.rules import ActivityStatus
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, scope, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/event-reviews")
@requires(Permission.ACTIVITIES_REVIEW)
def reviews(org: str) -> str:
    """Show the activities that wait for a word, longest waiting first."""
    return render_template(
        "activities/reviews.html",
        org=org,
        rows=queries.reviews_at(scope().place.id),
        days=days,
        done=asked("done"),
    )


@bp.get("/o/<org>/event-reviews/<code>")
@requires(Permission.ACTIVITIES_REVIEW)
def review(org: str, code: str) -> str:
    """Show one of them with everything it tells."""
    return render_template("activities/review.html", **_page(org, _asked_activity(code)))


def _page(org: str, activity: queries.Activity) -> dict[str, Any]:
    return {
        "org": org,
        "activity": activity,
        "shifts": queries.shifts_of(activity),
        "is_past": activity.first_starts_at <= clock.now(),
        "waits": activity.status is ActivityStatus.REVIEW,
        "is_own": activity.asked_by_id == principal().user_id,
        "span": span,
    }


@bp.post("/o/<org>/event-reviews/<code>/approve")
@requires(Permission.ACTIVITIES_REVIEW)
def approve_activity(org: str, code: str) -> ResponseReturnValue:
    """Agree: everybody may read it now."""
    activity = _asked_activity(code)
    try:
        operations.approve(code, **_acting())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        return invalid("activities/review.html", problem=say(violation), **_page(org, activity))
    return see_other("activities.reviews", org=org, done="approved")


@bp.route("/o/<org>/event-reviews/<code>/return", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_REVIEW)
def return_activity(org: str, code: str) -> ResponseReturnValue:
    """Say why it is not published."""
    activity = _asked_activity(code)
    page = {
        "org": org,
        "what": "review",
        "activity": activity,
        "lead": f"{activity.organization.short_name} · {activity.title}",
        "count": 0,
    }
    return ask_reason(
        page,
        lambda reason: operations.return_(code, reason, **_acting()),
        lambda: see_other("activities.reviews", org=org, done="returned"),
    )


def _acting() -> dict[str, Any]:
    return {
        "reviewer_id": scope().place.id,
        "by": Actor.of_scope(scope()),
        "now": clock.now(),
    }


def _asked_activity(code: str) -> queries.Activity:
    activity = queries.review_at(scope().place.id, code[:MAX_CODE])
    if activity is None:
        abort(404)
    return activity
