"""Keeping an own venue: hours, days that differ, pictures, people in charge, mutual-aid fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, url_for

from activities.operations import venue_fund, venue_hours, venue_people, venue_photos
from activities.operations.venues import held_by_owner
from activities.queries import venue_people as people
from activities.queries import venues as queries
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.venue_words import WORDS
from activities.routes.venues import acting, answer, found_venue, names_here, own_here, rights
from activities.rules.venue_kinds import KINDS
from activities.rules.venues import VenueStatus
from activities.venue_forms import (
    FundForm,
    HoursForm,
    KeeperForm,
    LeaderForm,
    OtherDayForm,
    PhotoForm,
    TeamForm,
)
from activities.venue_step_forms import ReasonForm
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.serving import give_out, handed_in
from core.parsing import parse_date
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue


#: How a picture is moved in the order -> by how many places.
PLACES = {"earlier": -1, "later": 1}


@bp.route("/o/<org>/venues/<code>/hours", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def venue_hours_page(org: str, code: str) -> ResponseReturnValue:
    """Write the hours of a week, a line for each day."""
    venue, form = own_here(code), HoursForm()
    if not form.is_submitted():
        form.fill(queries.week_of(venue.id))
    week = form.week() if form.accepts() else None
    if week is not None:
        try:
            venue_hours.set_hours(_held(code), week, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.venue_hours_page", org=org, code=code, done="saved")
    day_form = OtherDayForm(formdata=None)
    return answer("activities/venue_hours.html", form, **hours_page(venue, org, day_form))


@bp.post("/o/<org>/venues/<code>/days")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def add_venue_day(org: str, code: str) -> ResponseReturnValue:
    """Let a day differ from its weekday, or be as its weekday again."""
    venue, form = own_here(code), OtherDayForm()
    if form.accepts() and change_day(form, _held(code), acting()):
        return see_other("activities.venue_hours_page", org=org, code=code, done="saved")
    week = HoursForm(formdata=None)
    week.fill(queries.week_of(venue.id))
    return invalid(
        "activities/venue_hours.html", form=week, **WORDS, **hours_page(venue, org, form)
    )


@bp.route("/o/<org>/venues/<code>/photos", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def venue_photos_page(org: str, code: str) -> ResponseReturnValue:
    """Show the pictures of an own venue, and keep one more with the declaration about faces."""
    venue, form = own_here(code), PhotoForm()
    if form.accepts() and keep_photo(form, _held(code), acting()):
        return see_other("activities.venue_photos_page", org=org, code=code, done="photo")
    return answer("activities/venue_photos.html", form, **photos_page(venue, org))


@bp.get("/o/<org>/venue-photos/<code>")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def venue_photo(org: str, code: str) -> ResponseReturnValue:
    """Give out a picture of a venue in reach."""
    del org
    file, venue = _found(queries.file_of_photo(code[:MAX_CODE]))
    found_venue(venue)
    return give_out(file)


@bp.post("/o/<org>/venue-photos/<code>")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def change_venue_photo(org: str, code: str) -> ResponseReturnValue:
    """Show a picture first, or remove it."""
    _file, venue = _found(queries.file_of_photo(code[:MAX_CODE]))
    own_here(venue)
    move_photo(_held(venue), code[:MAX_CODE], Actor.of_scope(scope()))
    return see_other("activities.venue_photos_page", org=org, code=venue, done="saved")


@bp.route("/o/<org>/venues/<code>/people", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def venue_people_page(org: str, code: str) -> ResponseReturnValue:
    """Say who keeps an own venue, who leads a workshop, and who is in its team."""
    venue = own_here(code)
    forms = {"keeper": KeeperForm(), "leader": LeaderForm(), "member": TeamForm()}
    forms["keeper"].offer(people.holders_of(scope().place.id, clock.today()))
    act = sent("act")
    if act == "drop":
        owner_id, by = scope().place.id, Actor.of_scope(scope())
        venue_people.take_from_team(venue.code, sent("person"), owner_id=owner_id, by=by)
        return see_other("activities.venue_people_page", org=org, code=code, done="saved")
    form = forms.get(act, forms["keeper"])
    if form.accepts():
        try:
            _charge(act, form, venue.code)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.venue_people_page", org=org, code=code, done="saved")
    team = people.team_of(venue.id)
    return answer(
        "activities/venue_people.html",
        form,
        org=org,
        venue=venue,
        forms=forms,
        is_led=KINDS[venue.kind].has_leader,
        may_lead=venue.status is VenueStatus.PLANNED,
        team=team,
        names=names_here(venue, team),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/venues/<code>/fund")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def venue_fund_page(org: str, code: str) -> ResponseReturnValue:
    """Show the balance of a mutual-aid fund and its entries."""
    venue = found_venue(code)
    form = FundForm(formdata=None, data={"happened_on": clock.today().isoformat()})
    return answer("activities/venue_fund.html", form, **_fund_page(venue, org, form))


@bp.post("/o/<org>/venues/<code>/fund")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def enter_venue_fund(org: str, code: str) -> ResponseReturnValue:
    """Enter money that came or went."""
    venue, form = own_here(code), FundForm()
    facts = form.facts() if form.accepts() else None
    if facts is not None:
        try:
            venue_fund.enter(venue.code, facts, owner_id=scope().place.id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.venue_fund_page", org=org, code=code, done="saved")
    return invalid("activities/venue_fund.html", form=form, **_fund_page(venue, org, form))


@bp.route("/o/<org>/venue-fund/<code>", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def reverse_venue_fund(org: str, code: str) -> ResponseReturnValue:
    """Take an entry back by one that reverses it, with the reason."""
    found, owned = _found(queries.fund_entry(code[:MAX_CODE]))
    venue, form = own_here(owned), ReasonForm()
    if form.accepts():
        owner_id, words = scope().place.id, form.note.data or ""
        try:
            venue_fund.reverse(found.code, words, owner_id=owner_id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.venue_fund_page", org=org, code=owned, done="saved")
    return answer("activities/venue_reverse.html", form, org=org, venue=venue, entry=found)


def hours_page(venue: Any, org: str, day_form: OtherDayForm) -> dict[str, Any]:
    """Return what the page of hours shows; without an organization it is the keeper's own."""
    return {
        "org": org,
        "venue": venue,
        "day_form": day_form,
        "others": queries.other_days_of(venue.id, clock.today()),
        "ways": _ways(venue, org),
        "done": asked("done", MAX_CODE),
    }


def photos_page(venue: Any, org: str) -> dict[str, Any]:
    """Return what the page of pictures shows; without an organization it is the keeper's own."""
    return {
        "org": org,
        "venue": venue,
        "photos": queries.photos_of(venue.id),
        "way_of": _way_of_photos(org),
        "ways": _ways(venue, org),
        "done": asked("done", MAX_CODE),
    }


def change_day(form: OtherDayForm, venue: Any, act: dict[str, Any]) -> bool:
    """Return whether a day was told well, or taken back; what is wrong stands beside its field."""
    try:
        if sent("act") == "drop":
            day = parse_date(form.day.data or "", "day")
            venue_hours.drop_day(venue, day, by=act["by"])
            return True
        other = form.other_day()
        if other is None:
            return False
        venue_hours.set_day(venue, other, **act)
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


def keep_photo(form: PhotoForm, venue: Any, act: dict[str, Any]) -> bool:
    """Return whether a picture was kept; what is wrong stands beside its field."""
    try:
        form.check()
        _name, data = handed_in()
        venue_photos.add_photo(venue, data, form.alt.data or "", **act)
    except RuleViolation as violation:
        form.add_violation(violation)
        return False
    return True


def move_photo(venue: Any, photo: str, by: Actor) -> None:
    """Show a picture first, earlier or later, or remove it."""
    act = sent("act")
    if act == "drop":
        venue_photos.drop_photo(venue, photo, by=by)
    elif act in PLACES:
        venue_photos.shift_photo(venue, photo, PLACES[act], by=by)
    else:
        venue_photos.put_first(venue, photo, by=by)


def _found(pair: tuple[Any, str] | None) -> tuple[Any, str]:
    return pair if pair is not None else abort(404)


def _held(code: str) -> Any:
    return held_by_owner(code[:MAX_CODE], scope().place.id)


def _charge(act: str, form: Any, code: str) -> None:
    owner_id = scope().place.id
    if act == "leader":
        venue_people.set_leader(code, form.leader.data or "", owner_id=owner_id, **acting())
    elif act == "member":
        venue_people.add_to_team(code, form.member.data or "", owner_id=owner_id, **acting())
    else:
        holder, number = form.holder.data or "", form.number.data or ""
        venue_people.set_keeper(code, holder, number, owner_id=owner_id, **acting())


def _fund_page(venue: Any, org: str, form: FundForm) -> dict[str, Any]:
    if not KINDS[venue.kind].has_fund:
        abort(404)
    form.offer()
    entries = queries.fund_of(venue.id)
    return {
        "org": org,
        "venue": venue,
        "entries": entries,
        "reversed_ids": {one.reverses_id for one in entries},
        "done": asked("done", MAX_CODE),
        **rights(venue),
    }


def _way_of_photos(org: str) -> Callable[[str], str]:
    if org:
        return lambda code: url_for("activities.venue_photo", org=org, code=code)
    return lambda code: url_for("activities.own_venue_photo", code=code)


def _ways(venue: Any, org: str) -> dict[str, Any]:
    """Return where the forms of hours and pictures go: to the owner's pages, or the keeper's."""
    code = venue.code
    if org:
        ends = ("show_venue", "venue_hours_page", "add_venue_day", "venue_photos_page")
        found = {one: url_for(f"activities.{one}", org=org, code=code) for one in ends}
    else:
        ends = ("own_venue", "own_venue_hours", "add_own_venue_day", "own_venue_photos")
        found = {one: url_for(f"activities.{one}", code=code) for one in ends}
    back, hours, days, photos = found.values()
    return {"back": back, "hours": hours, "days": days, "photos": photos}
