"""The steps of a venue: the owner applies and opens; who names it inspects, reviews, closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort

from activities.operations import venue_reviews
from activities.operations import venue_steps as operations
from activities.queries import venues as queries
from activities.queries.venue_rules import criteria_of, points_of
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.venues import acting, answer, decided_here, own_here
from activities.rules.venue_kinds import KINDS
from activities.rules.venue_reviews import ReviewAction
from activities.rules.venues import VENUE_LIFE, VenueAction
from activities.venue_forms import LeaderForm
from activities.venue_step_forms import (
    CloseForm,
    DayForm,
    NamingForm,
    ReasonForm,
    inspection_form,
    star_form,
)
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.switches import Module
from core.web import scope, see_other, sent

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/venues/<code>/apply", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def apply_venue(org: str, code: str) -> ResponseReturnValue:
    """Apply for the name of an own venue."""
    venue, form = own_here(code), LeaderForm()
    if form.accepts():
        try:
            operations.apply(venue.code, owner_id=scope().place.id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "applied")
    asked = criteria_of(venue.kind, clock.today())
    return answer("activities/venue_apply.html", form, org=org, venue=venue, criteria=asked)


@bp.route("/o/<org>/venues/<code>/open", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def open_venue(org: str, code: str) -> ResponseReturnValue:
    """Say from which day on an own venue is open."""
    venue, form = own_here(code), DayForm(data={"opened_on": clock.today().isoformat()})
    if form.accepts() and form.reads_well(form.day):
        try:
            operations.open_doors(venue.code, form.day(), owner_id=scope().place.id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "opened")
    return answer("activities/venue_open.html", form, org=org, venue=venue)


@bp.route("/o/<org>/venues/<code>/give-up", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def give_up_venue(org: str, code: str) -> ResponseReturnValue:
    """Close an own venue for good."""
    return _close(own_here(code), org, is_decider=False)


@bp.route("/o/<org>/venues/<code>/close", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def close_venue(org: str, code: str) -> ResponseReturnValue:
    """Take the plaque of a venue back."""
    return _close(decided_here(code), org, is_decider=True)


@bp.route("/o/<org>/venues/<code>/inspect", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def inspect_venue(org: str, code: str) -> ResponseReturnValue:
    """Record what was found at a venue, criterion by criterion."""
    venue, today = decided_here(code), clock.today()
    form = inspection_form(criteria_of(venue.kind, today), today)
    facts = form.facts() if form.accepts() else None
    if facts is not None:
        try:
            operations.inspect(venue.code, facts, decider_id=scope().place.id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "inspected")
    return answer("activities/venue_inspect.html", form, org=org, venue=venue)


@bp.route("/o/<org>/venues/<code>/return", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def return_venue(org: str, code: str) -> ResponseReturnValue:
    """Give an application back to the owner, with the reason."""
    venue, form = decided_here(code), ReasonForm()
    if form.accepts():
        here, words = scope().place.id, form.note.data or ""
        try:
            operations.give_back(venue.code, words, decider_id=here, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "returned")
    return answer("activities/venue_return.html", form, org=org, venue=venue)


@bp.route("/o/<org>/venues/<code>/name", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def name_venue(org: str, code: str) -> ResponseReturnValue:
    """Give a venue its plaque, or name it anew with another term and leader."""
    venue, form = decided_here(code), NamingForm(data={"named_on": clock.today().isoformat()})
    is_anew = VENUE_LIFE.allows(venue.status, VenueAction.RENAME)
    facts = form.facts() if form.accepts() else None
    if facts is not None:
        here, leader = scope().place.id, form.leader.data or ""
        try:
            if is_anew:
                operations.rename(venue.code, facts, leader, decider_id=here, **acting())
            else:
                operations.name(venue.code, facts, decider_id=here, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "named")
    needs_leader = is_anew and KINDS[venue.kind].has_leader
    return answer(
        "activities/venue_name.html",
        form,
        org=org,
        venue=venue,
        is_anew=is_anew,
        needs_leader=needs_leader,
    )


@bp.route("/o/<org>/venues/<code>/stars", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def star_venue(org: str, code: str) -> ResponseReturnValue:
    """Give points for stars, each with its evidence; another person confirms them."""
    venue, today = decided_here(code), clock.today()
    form = star_form(points_of(today), today)
    scores = form.scores() if form.accepts() else None
    if scores is not None:
        here = scope().place.id
        try:
            venue_reviews.propose(venue.code, form.day(), scores, decider_id=here, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, code, "scored")
    return answer("activities/venue_stars.html", form, org=org, venue=venue)


@bp.route("/o/<org>/venue-reviews/<code>", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_DECIDE)
def decide_stars(org: str, code: str) -> ResponseReturnValue:
    """Confirm the points that somebody else gave, or return them with the reason."""
    pair = queries.review_coded(code[:MAX_CODE])
    if pair is None:
        abort(404)
    found, of_venue = pair
    venue, form = decided_here(of_venue), ReasonForm()
    if form.accepts():
        is_return = sent("act") == "return"
        action = ReviewAction.RETURN if is_return else ReviewAction.CONFIRM
        here, words = scope().place.id, form.note.data or ""
        try:
            venue_reviews.decide(found.code, action, words, decider_id=here, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, of_venue, "decided")
    return answer("activities/venue_star.html", form, org=org, venue=venue, review=found)


def _close(venue: Any, org: str, *, is_decider: bool) -> ResponseReturnValue:
    form = CloseForm(data={"closed_on": clock.today().isoformat()})
    if form.accepts() and form.reads_well(form.day):
        here, words = scope().place.id, form.note.data or ""
        try:
            operations.close(
                venue.code, words, form.day(), place_id=here, is_decider=is_decider, **acting()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _done(org, venue.code, "closed")
    return answer("activities/venue_close.html", form, org=org, venue=venue, is_decider=is_decider)


def _done(org: str, code: str, what: str) -> ResponseReturnValue:
    return see_other("activities.show_venue", org=org, code=code[:MAX_CODE], done=what)
