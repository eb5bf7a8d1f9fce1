"""A keeper's own venues: contact, hours and pictures of the own site, nothing else (1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from activities.operations import venue_hours, visits
from activities.operations import venues as operations
from activities.queries import venues as queries
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.signs import day_answer
from activities.routes.venue_keeping import (
    change_day,
    hours_page,
    keep_photo,
    move_photo,
    photos_page,
)
from activities.routes.venue_words import WORDS
from activities.routes.venues import answer
from activities.venue_forms import ContactForm, HoursForm, OtherDayForm, PhotoForm
from core import clock
from core.access.marks import module, signed_in
from core.audit.operations import Actor
from core.files.serving import give_out
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/me/venues")
@module(Module.VENUES)
@signed_in
def own_venues() -> str:
    """Show the venues that I keep."""
    return render_template("activities/own_venues.html", venues=queries.own_venues(principal()))


@bp.route("/me/venues/<code>", methods=["GET", "POST"])
@module(Module.VENUES)
@signed_in
def own_venue(code: str) -> ResponseReturnValue:
    """Keep phone and services of a venue of mine."""
    venue = _mine(code)
    form = ContactForm(data={"phone": venue.phone, "services": venue.services})
    if form.accepts():
        phone, services = form.phone.data or "", form.services.data or ""
        try:
            operations.change_contact(_held(code), phone, services, **_acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.own_venue", code=code, done="saved")
    return answer(
        "activities/own_venue.html",
        form,
        venue=venue,
        standing=queries.standing_of(venue.id, clock.now()),
        done=asked("done", MAX_CODE),
    )


@bp.route("/me/venues/<code>/hours", methods=["GET", "POST"])
@module(Module.VENUES)
@signed_in
def own_venue_hours(code: str) -> ResponseReturnValue:
    """Keep the hours of a venue of mine."""
    venue, form = _mine(code), HoursForm()
    if not form.is_submitted():
        form.fill(queries.week_of(venue.id))
    week = form.week() if form.accepts() else None
    if week is not None:
        try:
            venue_hours.set_hours(_held(code), week, **_acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.own_venue_hours", code=code, done="saved")
    page = hours_page(venue, "", OtherDayForm(formdata=None))
    return answer("activities/venue_hours.html", form, **page)


@bp.post("/me/venues/<code>/days")
@module(Module.VENUES)
@signed_in
def add_own_venue_day(code: str) -> ResponseReturnValue:
    """Let a day of a venue of mine differ, or be as its weekday again."""
    venue, form = _mine(code), OtherDayForm()
    if form.accepts() and change_day(form, _held(code), _acting()):
        return see_other("activities.own_venue_hours", code=code, done="saved")
    week = HoursForm(formdata=None)
    week.fill(queries.week_of(venue.id))
    return invalid("activities/venue_hours.html", form=week, **WORDS, **hours_page(venue, "", form))


@bp.route("/me/venues/<code>/entered-days", methods=["GET", "POST"])
@module(Module.VENUES)
@signed_in
def enter_own_day(code: str) -> ResponseReturnValue:
    """Enter what a day at a venue of mine was, or put it right."""
    here = url_for("activities.own_venue", code=code)
    page = {"org": "", "action": url_for("activities.enter_own_day", code=code), "back": here}
    return day_answer(
        _mine(code),
        lambda day, facts: visits.enter_day(_held(code), day, facts, **_acting()),
        lambda: see_other("activities.own_venue", code=code, done="saved"),
        page,
    )


@bp.route("/me/venues/<code>/photos", methods=["GET", "POST"])
@module(Module.VENUES)
@signed_in
def own_venue_photos(code: str) -> ResponseReturnValue:
    """Keep pictures of a venue of mine."""
    venue, form = _mine(code), PhotoForm()
    if form.accepts() and keep_photo(form, _held(code), _acting()):
        return see_other("activities.own_venue_photos", code=code, done="photo")
    return answer("activities/venue_photos.html", form, **photos_page(venue, ""))


@bp.get("/me/venue-photos/<code>")
@module(Module.VENUES)
@signed_in
def own_venue_photo(code: str) -> ResponseReturnValue:
    """Give out a picture of a venue of mine."""
    found = queries.file_of_photo(code[:MAX_CODE])
    if found is None:
        abort(404)
    _mine(found[1])
    return give_out(found[0])


@bp.post("/me/venue-photos/<code>")
@module(Module.VENUES)
@signed_in
def change_own_venue_photo(code: str) -> ResponseReturnValue:
    """Show a picture of a venue of mine first, or remove it."""
    found = queries.file_of_photo(code[:MAX_CODE])
    if found is None:
        abort(404)
    move_photo(_held(found[1]), code[:MAX_CODE], Actor.of_principal(principal()))
    return see_other("activities.own_venue_photos", code=found[1], done="saved")


def _mine(code: str) -> Any:
    venue = queries.own_venue(principal(), code[:MAX_CODE])
    return venue if venue is not None else abort(404)


def _held(code: str) -> Any:
    return operations.held_by_keeper(code[:MAX_CODE], principal().person_id or 0)


def _acting() -> dict[str, Any]:
    return {"by": Actor.of_principal(principal()), "now": clock.now()}
