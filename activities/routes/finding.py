"""Finding activities and signing up on the phone (S15, S16, V10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, g, render_template, request

from activities import operations, queries
from activities.calendars import calendar_of
from activities.forms import SignUpForm
from activities.operations import Wish
from activities.queries import Near
from activities.routes.blueprint import MAX_CODE, after, bp
from activities.routes.words import SIGNUP_TONES, TONES, days, phase, reasons, shift_phase, span
from activities.rules import ActivityStatus, Phase, judge
from activities.standing import standing_of
from core import clock, settings
from core.access.marks import public, signed_in
from core.audit.operations import Actor
from core.i18n import say
from core.rules import N_, IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/events")
@signed_in
def events() -> str:
    """Show what begins soonest near where somebody serves, each with a button."""
    now, person_id = clock.now(), principal().person_id
    standing = standing_of(person_id) if person_id else None
    typed = asked("near")
    usual = Near.COUNTY if standing else Near.ALL
    near = Near(typed) if typed in set(Near) and standing else usual
    page = queries.upcoming(near, standing, now, after())
    return render_template(
        "activities/events.html",
        page=page,
        own=queries.own_by_shift(person_id, page.rows),
        near=near,
        nears=list(Near) if standing else [],
        span=span,
        tones=SIGNUP_TONES,
        asks=_asks,
    )


def _asks(activity: queries.Activity) -> bool:
    """Return whether signing up takes a page of its own: an agreement or a certificate."""
    return bool(activity.ground_set or activity.certificate)


@bp.get("/events/<code>")
@public
def event(code: str) -> str:
    """Show what everybody may read of an activity; no name of anybody."""
    activity = queries.public_activity(code[:MAX_CODE])
    if activity is None:
        abort(404)
    now = clock.now()
    shifts = queries.shifts_of(activity)
    found = g.get("principal")
    return render_template(
        "activities/event.html",
        office_phones=settings.value("public.office_phones", on=clock.local(now).date()),
        activity=activity,
        shifts=shifts,
        own=queries.own_by_shift(found.person_id if found else None, shifts),
        phase=phase(activity, now, sum(shift.free for shift in shifts)),
        shift_phase=lambda shift: shift_phase(shift, activity, now),
        is_open=lambda shift: shift_phase(shift, activity, now) in (Phase.OPEN, Phase.FULL),
        tones=TONES,
        signup_tones=SIGNUP_TONES,
        span=span,
        days=days,
    )


@bp.route("/events/shifts/<code>", methods=["GET", "POST"])
@signed_in
def sign_up(code: str) -> ResponseReturnValue:
    """Show the conditions of a shift, each met or not; sign up for it."""
    shift = queries.public_shift(code[:MAX_CODE])
    if shift is None:
        abort(404)
    form = SignUpForm()
    problem = ""
    if form.accepts():
        try:
            return _sign_up(shift, form)
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            if violation.field:
                form.add_violation(violation)
            else:
                problem = say(violation)
    page = {**_page(shift), "form": form, "problem": problem}
    if request.method == "POST":
        return invalid("activities/sign_up.html", **page)
    return render_template("activities/sign_up.html", **page)


def _sign_up(shift: queries.Shift, form: SignUpForm) -> ResponseReturnValue:
    person_id = principal().person_id
    if person_id is None:
        raise RuleViolation("", N_("要先当志愿者，加入通过后就能报名"))
    digest = (form.digest.data or "")[:64] if form.agrees.data else ""
    signup = operations.sign_up(
        person_id,
        shift.code,
        Wish(has_certificate=form.has_certificate.data is True, agreed_digest=digest),
        by=Actor.of_principal(principal()),
        now=clock.now(),
    )
    return see_other("activities.own_signup", code=signup.code, done="new")


def _page(shift: queries.Shift) -> dict[str, Any]:
    now = clock.now()
    activity = shift.activity
    person = queries.person_of_id(principal().person_id)
    terms = queries.terms_of(activity, now)
    applicant = queries.applicant_of(person, shift)
    verdicts = judge(terms, applicant)
    own = queries.own_by_shift(person.id if person else None, [shift]).get(shift.id)
    other = None
    if person is not None and own is None:
        other = queries.overlapping(person.id, shift.starts_at, shift.ends_at)
    is_open = activity.status is ActivityStatus.PUBLISHED and now < shift.starts_at
    return {
        "shift": shift,
        "activity": activity,
        "reasons": reasons(verdicts),
        "own": own,
        "other": other,
        "is_open": is_open,
        "is_volunteer": applicant.is_volunteer,
        "may_sign_up": is_open and own is None and all(one.is_met for one in verdicts),
        "agreement": queries.agreement_of(activity, shift) if terms.needs_agreement else None,
        "by_guardian": applicant.has_guardian,
        "phase": shift_phase(shift, activity, now),
        "tones": TONES,
        "signup_tones": SIGNUP_TONES,
        "span": span,
    }


@bp.get("/events/shifts/<code>/calendar")
@public
def shift_calendar(code: str) -> Response:
    """Return a shift as a calendar file."""
    shift = queries.public_shift(code[:MAX_CODE])
    if shift is None:
        abort(404)
    return as_file(calendar_of([shift]), "shift.ics")


def as_file(content: bytes, name: str) -> Response:
    """Return a calendar file to keep."""
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
