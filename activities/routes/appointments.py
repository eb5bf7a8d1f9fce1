"""Appointments at venues: booked by who is signed in, kept by who keeps the venue."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities.holding_forms import BookForm, CallerForm, OfferForm
from activities.operations import appointment_slots as slots
from activities.operations import appointments as operations
from activities.queries import appointments as queries
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.words import span
from activities.rules.appointments import AppointmentAction, AppointmentStatus
from core import clock
from core.access.marks import module, requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.parsing import parse_date
from core.rules import N_, IllegalTransition, RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, scope, see_other, sent

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MARKS = {
    "come": AppointmentAction.COME,
    "miss": AppointmentAction.MISS,
    "undo": AppointmentAction.UNDO,
    "call-off": AppointmentAction.CALL_OFF,
}
TONES = {
    AppointmentStatus.BOOKED: "info",
    AppointmentStatus.CAME: "ok",
    AppointmentStatus.NO_SHOW: "warn",
    AppointmentStatus.CANCELLED: "neutral",
    AppointmentStatus.CALLED_OFF: "error",
}


@bp.get("/venues/<code>/appointments")
@module(Module.APPOINTMENTS)
@signed_in
def show_slots(code: str) -> str:
    """Show when a venue can be visited by appointment."""
    venue = queries.open_venue(code[:MAX_CODE])
    if venue is None:
        abort(404)
    found = [] if venue.rests else queries.free_slots(venue.id, clock.now())
    by_day = [(day, list(rows)) for day, rows in groupby(found, _day_of)]
    return render_template("activities/slots.html", venue=venue, by_day=by_day)


def _day_of(slot: queries.AppointmentSlot) -> date:
    return clock.local(slot.starts_at).date()


@bp.route("/appointments/new/<code>", methods=["GET", "POST"])
@module(Module.APPOINTMENTS)
@signed_in
def book_slot(code: str) -> ResponseReturnValue:
    """Book a slot for oneself."""
    slot, form, problem = queries.public_slot(code[:MAX_CODE]), BookForm(), ""
    if slot is None:
        abort(404)
    person_id = principal().person_id
    if form.accepts() and person_id is not None:
        try:
            by = Actor.of_principal(principal())
            operations.book(slot.code, person_id, form.note.data or "", by=by, now=clock.now())
        except RuleViolation as violation:
            if violation.field:
                form.add_violation(violation)
            else:
                problem = say(violation)
        else:
            return see_other("activities.own_appointments", done="booked")
    page = {"slot": slot, "venue": slot.venue, "form": form, "problem": problem, "span": span}
    if request.method == "POST":
        return invalid("activities/book.html", **page)
    return render_template("activities/book.html", **page)


@bp.get("/me/appointments")
@module(Module.APPOINTMENTS)
@signed_in
def own_appointments() -> str:
    """Show one's own appointments."""
    return render_template("activities/own_appointments.html", **_own_page())


def _own_page() -> dict[str, Any]:
    person_id, now = principal().person_id, clock.now()
    return {
        "rows": queries.own_appointments(person_id) if person_id else [],
        "may_cancel": lambda one: one.status is AppointmentStatus.BOOKED and one.starts_at > now,
        "span": span,
        "tones": TONES,
        "done": asked("done"),
    }


@bp.post("/me/appointments/<code>/cancel")
@module(Module.APPOINTMENTS)
@signed_in
def cancel_appointment(code: str) -> ResponseReturnValue:
    """Cancel one's own appointment."""
    person_id = principal().person_id
    if person_id is None or queries.own_appointment(person_id, code[:MAX_CODE]) is None:
        abort(404)
    try:
        by = Actor.of_principal(principal())
        operations.cancel_own(code, person_id=person_id, by=by, now=clock.now())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        page = _own_page()
        return invalid("activities/own_appointments.html", problem=say(violation), **page)
    return see_other("activities.own_appointments", done="cancelled")


@bp.get("/o/<org>/venues/<code>/appointments")
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def list_appointments(org: str, code: str) -> str:
    """Show who comes on a day to a venue of this organization."""
    venue = _venue(code)
    day = _day() if asked("day") else _next_day(venue)
    return render_template("activities/appointments.html", **_page(org, venue, day))


def _page(org: str, venue: queries.Venue, day: date) -> dict[str, Any]:
    now = clock.now()
    return {
        "org": org,
        "venue": venue,
        "day": day,
        "days": queries.days_with_slots(venue.id, clock.now()),
        "rows": queries.day_of_venue(venue.id, day),
        "now": now,
        "span": span,
        "tones": TONES,
        "done": asked("done"),
    }


def _next_day(venue: queries.Venue) -> date:
    """Return the first day from today on for which the venue has slots, or today."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return next(iter(queries.days_with_slots(venue.id, midnight)), clock.today())


def _day() -> date:
    try:
        return parse_date(asked("day", 10), "day")
    except RuleViolation:
        return clock.today()


def _venue(code: str) -> queries.Venue:
    venue = queries.kept_venue(scope().place.id, code[:MAX_CODE])
    if venue is None:
        abort(404)
    return venue


@bp.route("/o/<org>/venues/<code>/appointments/offer", methods=["GET", "POST"])
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def offer_slots(org: str, code: str) -> ResponseReturnValue:
    """Cut the opening hours of a venue into slots."""
    venue, form = _venue(code), OfferForm()
    form.offer()
    if form.accepts() and (chosen := form.chosen()) is not None:
        try:
            slots.offer_slots(venue.code, *chosen, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            day = chosen[1][0].isoformat()
            return see_other(
                "activities.list_appointments", org=org, code=code, day=day, done="offered"
            )
    page = {"org": org, "venue": venue, "form": form}
    if request.method == "POST":
        return invalid("activities/offer.html", **page)
    form.begin(clock.today())
    return render_template("activities/offer.html", **page)


@bp.post("/o/<org>/slots/<code>/remove")
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def remove_slot(org: str, code: str) -> ResponseReturnValue:
    """Take a slot back; who booked it is told."""
    slot = _slot(code)
    try:
        slots.remove_slot(slot.code, **acting())
    except RuleViolation as violation:
        page = _page(org, slot.venue, _day_of(slot))
        return invalid("activities/appointments.html", problem=say(violation), **page)
    return _to_day(org, slot, "removed")


@bp.route("/o/<org>/slots/<code>/caller", methods=["GET", "POST"])
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def enter_caller(org: str, code: str) -> ResponseReturnValue:
    """Enter an appointment for somebody who calls."""
    slot, form = _slot(code), CallerForm()
    if form.accepts():
        caller = operations.Caller(form.name.data or "", form.phone.data or "")
        try:
            operations.enter(slot.code, caller, form.note.data or "", **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _to_day(org, slot, "entered")
    page = {"org": org, "slot": slot, "venue": slot.venue, "form": form, "span": span}
    page["day"] = _day_of(slot)
    if request.method == "POST":
        return invalid("activities/caller.html", **page)
    return render_template("activities/caller.html", **page)


@bp.get("/o/<org>/appointments/<code>")
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def show_appointment(org: str, code: str) -> str:
    """Show one appointment, with the phone of a caller."""
    one = queries.appointment_at(scope().place.id, code[:MAX_CODE])
    if one is None:
        abort(404)
    return render_template(
        "activities/appointment.html",
        org=org,
        one=one,
        venue=one.slot.venue,
        day=_day_of(one.slot),
        span=span,
        tones=TONES,
        may_call_off=one.status is AppointmentStatus.BOOKED and one.starts_at > clock.now(),
    )


@bp.post("/o/<org>/appointments/<code>")
@module(Module.APPOINTMENTS)
@requires(Permission.VENUES_KEEP)
def mark_appointment(org: str, code: str) -> ResponseReturnValue:
    """Mark who came and who did not, undo it, or call an appointment off."""
    one = queries.appointment_at(scope().place.id, code[:MAX_CODE])
    if one is None:
        abort(404)
    try:
        operations.mark(one.code, _chosen_mark(), **acting())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        page = _page(org, one.slot.venue, _day_of(one.slot))
        return invalid("activities/appointments.html", problem=say(violation), **page)
    return _to_day(org, one.slot, "marked")


def _chosen_mark() -> AppointmentAction:
    found = MARKS.get(sent("act", MAX_CODE))
    if found is None:
        raise RuleViolation("", N_("请重新选择"))
    return found


def acting() -> dict[str, Any]:
    """Return who acts at which organization and when, for an operation."""
    return {
        "organization_id": scope().place.id,
        "by": Actor.of_scope(scope()),
        "now": clock.now(),
    }


def _slot(code: str) -> queries.AppointmentSlot:
    slot = queries.slot_at(scope().place.id, code[:MAX_CODE])
    if slot is None:
        abort(404)
    return slot


def _to_day(org: str, slot: queries.AppointmentSlot, done: str) -> ResponseReturnValue:
    day = _day_of(slot).isoformat()
    return see_other(
        "activities.list_appointments", org=org, code=slot.venue.code, day=day, done=done
    )
