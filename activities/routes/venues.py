"""Venues of an organization and those below it: the list, one file, entering and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, render_template, url_for

from activities.operations import venues as operations
from activities.queries import venue_people as people
from activities.queries import venues as queries
from activities.routes.blueprint import MAX_CODE, after, bp
from activities.routes.venue_words import WORDS
from activities.rules.venue_kinds import KINDS, DetailType
from activities.rules.venues import VENUE_LIFE, VenueKind, VenueStatus
from activities.venue_forms import venue_form
from activities.venue_labels import VENUE_LABELS
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other
from organizations.queries import organization_of_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

STARS = ("3", "4", "5")
TONES = {
    VenueStatus.RUNNING: "ok",
    VenueStatus.REVIEW_DUE: "warn",
    VenueStatus.RECTIFY: "warn",
    VenueStatus.CLOSED: "neutral",
}


@bp.get("/o/<org>/venues")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def list_venues(org: str) -> str:
    """Show the venues here and below, and what the list may be narrowed to."""
    narrowed, told = _narrowed()
    today = clock.today()
    return render_template(
        "activities/venues.html",
        org=org,
        place=scope().place,
        page=queries.venues_in(scope(), narrowed, after(), today),
        narrowed=narrowed,
        asked=told,
        choices=_choices(org, told),
        tones=TONES,
        is_late=lambda row: _is_late(row.leader_lost_on),
        may_keep=scope().may(Permission.VENUES_KEEP),
        may_ask=scope().may(Permission.CHECKLISTS_SET),
    )


@bp.get("/o/<org>/venues/<code>")
@module(Module.VENUES)
@requires(Permission.VENUES_VIEW)
def show_venue(org: str, code: str) -> str:
    """Show the file of a venue, what it lacks, and what comes next."""
    venue, now = found_venue(code), clock.now()
    names = scope().may(Permission.MEMBERS_VIEW)
    team, charges = (people.team_of(venue.id), people.charges_of(venue.id)) if names else ([], [])
    return render_template(
        "activities/venue.html",
        org=org,
        venue=venue,
        kind=KINDS[venue.kind],
        details=_details(venue),
        week=queries.week_of(venue.id),
        standing=queries.standing_of(venue.id, now),
        others=queries.other_days_of(venue.id, clock.local(now).date()),
        photos=queries.photos_of(venue.id),
        inspections=queries.inspections_of(venue.id),
        reviews=queries.reviews_of(venue.id),
        criteria={one.name: one.label for one in KINDS[venue.kind].criteria},
        history=queries.history_of(venue.id),
        team=team,
        charges=charges,
        may_see_names=names,
        names=names_here(venue, [*team, *charges]) if names else {},
        is_late=_is_late(venue.leader_lost_on),
        leader_until=_leader_until(venue),
        steps=VENUE_LIFE.actions_from(venue.status),
        tones=TONES,
        done=asked("done", MAX_CODE),
        **WORDS,
        **rights(venue),
    )


@bp.get("/o/<org>/venues/choose")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def choose_venue(org: str) -> str:
    """Ask what a new venue is to be."""
    return render_template("activities/venue_new.html", org=org, kinds=list(VenueKind))


@bp.route("/o/<org>/venues/new", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def new_venue(org: str) -> ResponseReturnValue:
    """Enter a venue of the kind that the address names."""
    kind = asked("kind")
    if kind not in set(VenueKind):
        return see_other("activities.choose_venue", org=org)
    chosen = VenueKind(kind)
    form, here = venue_form(chosen), organization_of_id(scope().place.id)
    facts = form.facts() if form.accepts() else None
    if facts is not None:
        try:
            venue = operations.create(chosen, here, facts, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.show_venue", org=org, code=venue.code, done="added")
    return answer("activities/venue_form.html", form, org=org, kind=chosen, venue=None)


@bp.route("/o/<org>/venues/<code>/edit", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def edit_venue(org: str, code: str) -> ResponseReturnValue:
    """Write the file of an own venue anew."""
    venue = own_here(code)
    form = venue_form(venue.kind)
    if not form.is_submitted():
        form.fill(venue.facts)
    facts = form.facts() if form.accepts() else None
    if facts is not None:
        try:
            operations.change(venue.code, facts, owner_id=scope().place.id, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.show_venue", org=org, code=code, done="saved")
    return answer("activities/venue_form.html", form, org=org, kind=venue.kind, venue=venue)


def names_here(venue: Any, rows: Iterable[Any]) -> dict[int | None, str]:
    """Return how people in charge of a venue, and those of its rows, are named to the viewer."""
    persons = [venue.keeper, venue.leader, *(one.person for one in rows)]
    return people.names_seen(persons, scope().post.place.path)


def acting() -> dict[str, Any]:
    """Return who acts, and when, as every operation takes it."""
    return {"by": Actor.of_scope(scope()), "now": clock.now()}


def answer(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Return the page of a form, again with 422 where it was sent and is not right."""
    if form.is_submitted():
        return invalid(template, form=form, **WORDS, **context)
    return render_template(template, form=form, **WORDS, **context)


def found_venue(code: str) -> Any:
    """Return a venue inside the scope, or abort with 404."""
    venue = queries.venue_in(scope(), code[:MAX_CODE])
    return venue if venue is not None else abort(404)


def own_here(code: str) -> Any:
    """Return a venue that this very organization owns, or abort with 404."""
    venue = queries.venue_of_owner(scope().place.id, code[:MAX_CODE])
    return venue if venue is not None else abort(404)


def decided_here(code: str) -> Any:
    """Return a venue that this very organization inspects and names, or abort with 404."""
    venue = queries.venue_of_decider(scope().place.id, code[:MAX_CODE])
    return venue if venue is not None else abort(404)


def rights(venue: Any) -> dict[str, bool]:
    """Return what may be done to a venue from here."""
    here = scope().place.id
    is_open = venue.status is not VenueStatus.CLOSED
    return {
        "may_keep": is_open
        and venue.organization_id == here
        and scope().may(Permission.VENUES_KEEP),
        "may_decide": is_open
        and venue.decider_id == here
        and scope().may(Permission.VENUES_DECIDE),
    }


def _details(venue: Any) -> list[tuple[str, str]]:
    """Return words and values of what only venues of this kind have."""
    told = venue.detail_map
    return [
        (gettext(one.label), gettext("是") if one.type is DetailType.YES_NO else told[one.name])
        for one in KINDS[venue.kind].details
        if one.name in told
    ]


def _leader_until(venue: Any) -> Any:
    lost = venue.leader_lost_on
    return queries.leader_deadline(lost, clock.today()) if lost is not None else None


def _is_late(lost_on: Any) -> bool:
    today = clock.today()
    return lost_on is not None and queries.leader_deadline(lost_on, today) < today


def _narrowed() -> tuple[queries.Narrowed, dict[str, str]]:
    """Return what the address narrows the list to; what it does not know it leaves out."""
    told = {name: asked(name) for name in ("kind", "status", "stars", "lacks", "q")}
    known: dict[str, Any] = {
        "kind": set(VenueKind),
        "status": set(VenueStatus),
        "stars": STARS,
        "lacks": queries.LACKS,
    }
    told = {
        name: value
        for name, value in told.items()
        if value and (name == "q" or value in known[name])
    }
    narrowed = queries.Narrowed(
        kind=VenueKind(told["kind"]) if "kind" in told else None,
        status=VenueStatus(told["status"]) if "status" in told else None,
        stars=int(told["stars"]) if "stars" in told else None,
        lacks=told.get("lacks", ""),
        text=told.get("q", ""),
    )
    return narrowed, told


def _choices(org: str, told: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Return the links of every filter; the address without a value means the usual one."""
    base = url_for("activities.list_venues", org=org)
    everything, in_use = [("", gettext("全部"))], [("", gettext("没摘牌的"))]
    named: dict[str, list[tuple[str, Any]]] = {
        "lacks": [
            *everything,
            ("keeper", gettext("没有有效负责人")),
            ("leader", gettext("没有有效领办人")),
            ("overdue", gettext("领办人超期")),
        ],
        "kind": everything + [(one.value, VENUE_LABELS[VenueKind][one]) for one in VenueKind],
        "status": in_use + [(one.value, VENUE_LABELS[VenueStatus][one]) for one in VenueStatus],
        "stars": everything + [(one, gettext("%(stars)s 星", stars=one)) for one in STARS],
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for name, values in named.items():
        others = {key: value for key, value in told.items() if key != name}
        found[name] = []
        for value, words in values:
            chosen = {**others, name: value} if value else others
            url = f"{base}?{urlencode(chosen)}" if chosen else base
            current = told.get(name, "") == value
            found[name].append({"label": words, "url": url, "current": current})
    return found
