"""Vital signs of venues: a list with who is silent, one venue by month, days entered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from activities.holding_forms import DayForm
from activities.operations.venues import held_by_owner
from activities.operations.visits import enter_day as enter
from activities.queries import vitals as queries
from activities.queries.appointments import kept_venue
from activities.queries.vitals import Pulse
from activities.routes.blueprint import MAX_CODE, after, bp
from activities.rules.holding import DayFacts, months_of
from activities.rules.venues import VenueKind
from core import clock, settings
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

FIRST_YEAR = 2000


@bp.get("/o/<org>/venue-signs")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def list_signs(org: str) -> str:
    """Show the venues in reach with their year, all or only those that are silent."""
    today = clock.today()
    typed, kind = asked("show"), asked("kind")
    pulse = Pulse(typed) if typed in set(Pulse) else Pulse.ALL
    chosen = VenueKind(kind) if kind in set(VenueKind) else None
    running, silent = queries.count_in(scope(), today)
    return render_template(
        "activities/signs.html",
        org=org,
        place=scope().place,
        page=queries.venues_in(scope(), pulse, chosen, today, after()),
        pulse=pulse,
        pulses={Pulse.ALL: running, Pulse.SILENT: silent, Pulse.ALIVE: running - silent},
        kind=chosen,
        kinds=list(VenueKind),
        year=today.year,
        months=settings.value("venues.silent_months", today),
    )


@bp.get("/o/<org>/venue-signs/<code>")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def show_signs(org: str, code: str) -> str:
    """Show what a venue had in a year, by month: everything counted, nothing typed twice."""
    venue, today = _found(code), clock.today()
    year = _year(today)
    return render_template(
        "activities/sign.html",
        org=org,
        venue=venue,
        year=year,
        this_year=today.year,
        months=months_of(year),
        by_month=queries.months_in(venue.id, year),
        total=queries.years_of([venue.id], year).get(venue.id, queries.Signs()),
        now=queries.signs_of(venue, today),
        entered=queries.visit_days(venue.id, year),
        done=asked("done"),
        may_keep=scope().may(Permission.VENUES_KEEP),
    )


def _year(today: date) -> int:
    typed = asked("year", 4)
    is_year = typed.isascii() and typed.isdigit() and FIRST_YEAR <= int(typed) <= today.year
    return int(typed) if is_year else today.year


def _found(code: str) -> queries.Venue:
    venue = kept_venue(scope().place.id, code[:MAX_CODE])
    if venue is None:
        abort(404)
    return venue


@bp.route("/o/<org>/venue-signs/<code>/days", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def enter_day(org: str, code: str) -> ResponseReturnValue:
    """Enter what a day at a venue was, or put it right."""
    here = url_for("activities.show_signs", org=org, code=code)
    action = url_for("activities.enter_day", org=org, code=code)
    page = {"org": org, "action": action, "back": here}

    def keep(day: date, facts: DayFacts) -> None:
        venue = held_by_owner(code[:MAX_CODE], scope().place.id)
        enter(venue, day, facts, by=Actor.of_scope(scope()), now=clock.now())

    def done() -> ResponseReturnValue:
        return see_other("activities.show_signs", org=org, code=code, done="entered")

    return day_answer(_found(code), keep, done, page)


def day_answer(
    venue: queries.Venue,
    keep: Callable[[date, DayFacts], object],
    done: Callable[[], ResponseReturnValue],
    page: dict[str, Any],
) -> ResponseReturnValue:
    """Return the page of a day at a venue, or where to go once it is entered."""
    form = DayForm()
    if form.accepts() and (facts := form.facts()) is not None:
        try:
            keep(form.chosen_day(), facts)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return done()
    if request.method == "POST":
        return invalid("activities/day.html", venue=venue, form=form, **page)
    day = _day()
    known = queries.visit_day(venue.id, day)
    form = DayForm(formdata=None)
    form.fill(day, known.facts if known is not None else None)
    return render_template("activities/day.html", venue=venue, form=form, **page)


def _day() -> date:
    try:
        return date.fromisoformat(asked("day", 10))
    except ValueError:
        return clock.today()
