"""Shifts of an activity, the roster of one, cancelling the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities import operations, queries
from activities.forms import ReasonForm, ShiftForm, days_ahead
from activities.routes.blueprint import MAX_CODE, bp, found_activity, found_shift
from activities.routes.desk import acting, check_editable
from activities.routes.words import SIGNUP_TONES, TONES, shift_phase, span
from activities.rules import HOLDING, LIVE, SignupStatus
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from people.rules import is_minor_on

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/events/<code>/shifts/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def add_shift(org: str, code: str) -> ResponseReturnValue:
    """Add a shift to an activity."""
    activity, form = found_activity(code), ShiftForm()
    check_editable(activity)
    if form.accepts() and (plan := form.plan()) is not None:
        try:
            operations.add_shift(code, plan, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.show_activity", org=org, code=code, done="changed")
    if request.method == "GET":
        form.fill_shift(queries.shifts_of(activity)[-1].plan)
    return _shift_page(org, activity, None, form)


@bp.route("/o/<org>/shifts/<code>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def edit_shift(org: str, code: str) -> ResponseReturnValue:
    """Change times, seats or role of a shift; who signed up is told of new times."""
    shift, form = found_shift(code), ShiftForm()
    check_editable(shift.activity)
    if form.accepts() and (plan := form.plan()) is not None:
        try:
            operations.change_shift(code, plan, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            activity = shift.activity.code
            return see_other("activities.show_activity", org=org, code=activity, done="changed")
    if request.method == "GET":
        form.fill_shift(shift.plan)
    return _shift_page(org, shift.activity, shift, form)


def _shift_page(
    org: str, activity: queries.Activity, shift: queries.Shift | None, form: ShiftForm
) -> ResponseReturnValue:
    page = {
        "org": org,
        "activity": activity,
        "shift": shift,
        "form": form,
        "days": days_ahead(clock.today()),
    }
    if request.method == "POST":
        return invalid("activities/shift_form.html", **page)
    return render_template("activities/shift_form.html", **page)


@bp.route("/o/<org>/shifts/<code>/remove", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def remove_shift(org: str, code: str) -> ResponseReturnValue:
    """Take a shift away, with a reason for who signed up."""
    shift = found_shift(code)
    check_editable(shift.activity)
    activity = shift.activity
    done = {"org": org, "code": activity.code}
    page = {
        **done,
        "what": "shift",
        "activity": activity,
        "lead": f"{activity.title} · {span(shift.starts_at, shift.ends_at)}",
        "count": shift.taken,
    }
    return ask_reason(
        page,
        lambda reason: operations.remove_shift(code, reason, **acting()),
        lambda: see_other("activities.show_activity", done="changed", **done),
    )


@bp.route("/o/<org>/events/<code>/cancel", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def cancel_activity(org: str, code: str) -> ResponseReturnValue:
    """Cancel an activity, with a reason that everybody who signed up reads."""
    activity = found_activity(code)
    taken = sum(shift.taken for shift in queries.shifts_of(activity))
    page = {
        "org": org,
        "what": "activity",
        "activity": activity,
        "lead": activity.title,
        "count": taken,
    }
    return ask_reason(
        page,
        lambda reason: operations.cancel(code, reason, **acting()),
        lambda: see_other("activities.show_activity", org=org, code=code, done="cancelled"),
    )


def ask_reason(
    page: dict[str, Any],
    act: Callable[[str], object],
    leave: Callable[[], ResponseReturnValue],
) -> ResponseReturnValue:
    """Ask for a reason, do what it is for, and go on."""
    form = ReasonForm()
    if form.accepts():
        try:
            act(form.reason.data or "")
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return leave()
    if request.method == "POST":
        return invalid("activities/reason.html", form=form, **page)
    return render_template("activities/reason.html", form=form, **page)


@bp.get("/o/<org>/shifts/<code>")
@requires(Permission.ACTIVITIES_KEEP)
def roster(org: str, code: str) -> str:
    """Show who has a seat at a shift, who waits, who is out."""
    shift = found_shift(code)
    now = clock.now()
    on = clock.local(shift.starts_at).date()
    listed = queries.roster_of(shift)
    everybody = [*listed.seated, *listed.waiting, *listed.out]
    return render_template(
        "activities/roster.html",
        org=org,
        shift=shift,
        activity=shift.activity,
        roster=listed,
        names=queries.names_of(shift.activity, everybody),
        phase=shift_phase(shift, shift.activity, now),
        tones=TONES,
        signup_tones=SIGNUP_TONES,
        span=span,
        done=asked("done"),
        is_minor=lambda one: bool(one.person.born_on) and is_minor_on(one.person.born_on, on),
        may_turn_down=lambda one: (
            one.status in LIVE and (one.status is not SignupStatus.ACCEPTED or now < shift.ends_at)
        ),
        is_own=lambda one: one.person_id == principal().person_id,
        waits_for_look=SignupStatus.SIGNED_UP,
        may_key=scope().may(Permission.HOURS_ENTER) and shift.starts_at <= now,
    )


@bp.post("/o/<org>/signups/<code>/accept")
@requires(Permission.ACTIVITIES_KEEP)
def accept_signup(org: str, code: str) -> ResponseReturnValue:
    """Accept a sign-up whose certificate was looked at."""
    signup = _found_signup(code)
    operations.accept(code, **acting())
    return see_other("activities.roster", org=org, code=signup.shift.code, done="accepted")


@bp.route("/o/<org>/signups/<code>/decline", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def turn_down_signup(org: str, code: str) -> ResponseReturnValue:
    """Refuse or call off one sign-up, with a reason that the volunteer reads."""
    signup = _found_signup(code)
    shift = signup.shift
    name = queries.names_of(shift.activity, [signup])[signup.person_id]
    page = {
        "org": org,
        "what": "signup",
        "activity": shift.activity,
        "shift": shift,
        "lead": f"{name} · {span(shift.starts_at, shift.ends_at)}",
        "count": 1 if signup.status in HOLDING else 0,
        "code": code,
    }
    return ask_reason(
        page,
        lambda reason: operations.turn_down(code, reason, **acting()),
        lambda: see_other("activities.roster", org=org, code=shift.code, done="declined"),
    )


def _found_signup(code: str) -> queries.Signup:
    signup = queries.signup_in(scope(), code[:MAX_CODE])
    if signup is None:
        abort(404)
    return signup
