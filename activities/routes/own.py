"""One's own sign-ups: what comes, what was, one of them, cancelling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template

from activities import operations, queries
from activities.calendars import calendar_of
from activities.forms import ReasonForm, SignUpForm
from activities.routes.blueprint import MAX_CODE, after, bp
from activities.routes.finding import as_file
from activities.routes.words import SIGNUP_TONES, span
from activities.rules import LIVE, SignupStatus, is_late_cancel
from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.paging import Page
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/me/events")
@signed_in
def own_signups() -> str:
    """Show what somebody signed up for, what comes first."""
    now, person_id = clock.now(), principal().person_id
    earlier = queries.earlier_signups(person_id, now, after()) if person_id else Page([])
    coming = queries.coming_signups(person_id, now) if person_id and not after() else []
    return render_template(
        "activities/own_signups.html",
        coming=coming,
        earlier=earlier,
        tones=SIGNUP_TONES,
        span=span,
    )


@bp.get("/me/events/calendar")
@signed_in
def own_calendar() -> Response:
    """Return the shifts at which somebody has a seat as a calendar file."""
    person_id = principal().person_id
    coming = queries.coming_signups(person_id, clock.now()) if person_id else []
    seated = [one.shift for one in coming if one.status is not SignupStatus.WAITLISTED]
    return as_file(calendar_of(seated), "my-shifts.ics")


@bp.get("/me/events/<code>")
@signed_in
def own_signup(code: str) -> str:
    """Show one sign-up: its state, when and where, what was agreed, cancelling it."""
    return render_template(
        "activities/own_signup.html", form=ReasonForm(formdata=None), **_page(_own(code))
    )


@bp.post("/me/events/<code>/cancel")
@signed_in
def cancel_signup(code: str) -> ResponseReturnValue:
    """Cancel an own sign-up; shortly before the start with a reason."""
    signup, form = _own(code), ReasonForm()
    if form.accepts():
        try:
            operations.cancel_own(
                signup.person_id,
                code,
                form.reason.data or "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.own_signup", code=code, done="cancelled")
    return invalid("activities/own_signup.html", form=form, **_page(signup))


@bp.post("/me/events/<code>/agree")
@signed_in
def agree_again(code: str) -> ResponseReturnValue:
    """Accept an agreement that changed, or that came with being signed up."""
    signup, form = _own(code), SignUpForm()
    if form.accepts():
        try:
            operations.agree_own(
                signup.person_id,
                code,
                (form.digest.data or "")[:64] if form.agrees.data else "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.own_signup", code=code, done="agreed")
    return invalid(
        "activities/own_signup.html", form=ReasonForm(formdata=None), **_page(signup, form)
    )


def _page(signup: queries.Signup, agreeing: SignUpForm | None = None) -> dict[str, Any]:
    now = clock.now()
    hours = settings.value("activities.cancel_hours", clock.local(now).date())
    lives = signup.status in LIVE
    waits = signup.status is SignupStatus.WAITLISTED
    here = queries.attendance_of(signup)
    return {
        "here": here,
        "signup": signup,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "steps": queries.steps_of(signup),
        "agreement": queries.agreement_kept(signup),
        "agreeing": agreeing or SignUpForm(formdata=None),
        "asked_anew": queries.agreement_asked(signup) if lives else None,
        "is_ward": lives and signup.guardian_digest is not None,
        "place_in_line": queries.place_in_line(signup) if waits else 0,
        "may_cancel": lives and here is None and now < signup.starts_at,
        "is_late": not waits and is_late_cancel(signup.starts_at, now, hours),
        "cancel_hours": hours,
        "done": asked("done"),
        "tones": SIGNUP_TONES,
        "span": span,
    }


def _own(code: str) -> queries.Signup:
    signup = queries.own_signup(principal().person_id, code[:MAX_CODE])
    if signup is None:
        abort(404)
    return signup
