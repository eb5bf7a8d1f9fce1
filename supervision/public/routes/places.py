"""Organizations, venues and activities to come, for everybody (ux.md 4, domain.md scenario 41)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import abort, render_template, url_for

from activities.queries import coming, finder, nearest, public_venues
from activities.routes.words import span
from activities.rules.venue_hours import periods_on, standing_at
from activities.rules.venues import VenueKind
from core import clock, settings
from core.access.marks import public
from core.access.permissions import Level
from core.files.serving import give_out
from core.sharing import shared
from core.web import asked
from organizations import divisions, finding
from organizations.finding import seen_of_code
from supervision.public.routes.blueprint import MAX_CODE, bp

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

FEW = 5
WEEK = 7


@bp.get("/organizations/<code>")
@public
@shared
def organization(code: str) -> str:
    """Show where an organization stands, how to reach it, and what it offers; no person."""
    found = seen_of_code(code[:MAX_CODE])
    if found is None:
        abort(404)
    now = clock.now()
    return render_template(
        "public/organization.html",
        one=found,
        steps=finding.steps_above(found.path),
        phone=found.phone if settings.value("public.office_phones", clock.today()) else "",
        can_join=finding.is_to_join(found),
        venues=public_venues.venues_of(found.id),
        coming=coming.coming(found.level, found.id, now, limit=FEW),
        span=span,
    )


@bp.get("/activities")
@public
@shared
def activities() -> ResponseReturnValue:
    """Show the activities to come, of the province or of one place."""
    code = asked("in", MAX_CODE)
    here = seen_of_code(code) if code else None
    if code and here is None:
        abort(404)
    level, one = (here.level, here.id) if here else (Level.PROVINCE, 0)
    return render_template(
        "public/activities.html",
        here=here,
        steps=finding.steps_above(here.path) if here else [],
        areas=finding.areas_below(here.id if here else None),
        page=coming.coming(level, one, clock.now(), asked("after", MAX_CODE)),
        span=span,
    )


@bp.get("/venues")
@public
@shared
def venues() -> ResponseReturnValue:
    """Show venues nearest to a division, with their opening hours (S41)."""
    steps = divisions.steps_to(asked("at", MAX_CODE))
    if asked("at", MAX_CODE) and not steps:
        abort(404)
    kind = asked("kind", 32)
    wanted = finder.Wanted(
        division=asked("at", MAX_CODE),
        kind=VenueKind(kind) if kind in set(VenueKind) else None,
        open_now=asked("open", 1) == "1",
        words=asked("q"),
    )
    now = clock.now()
    return render_template(
        "public/venues.html",
        steps=steps,
        below=divisions.areas_below(steps[-1].code) if steps else [],
        wanted=wanted,
        kinds=list(VenueKind),
        page=nearest.nearest_spots(wanted, now, asked("after", MAX_CODE)),
        now=clock.local(now),
        to=_ways(wanted),
    )


def _ways(wanted: finder.Wanted) -> Callable[..., str]:
    """Return what makes the address of the list with something else asked, the rest kept."""
    base = url_for("public.venues")
    kept = {
        "at": wanted.division,
        "kind": wanted.kind or "",
        "open": "1" if wanted.open_now else "",
        "q": wanted.words,
    }

    def to(**changes: str) -> str:
        told = {name: value for name, value in {**kept, **changes}.items() if value}
        return f"{base}?{urlencode(told)}" if told else base

    return to


@bp.get("/venues/<code>")
@public
@shared
def venue(code: str) -> str:
    """Show a venue: address, hours of today and of the week, services, telephone, pictures."""
    found = public_venues.open_venue(code[:MAX_CODE])
    if found is None:
        abort(404)
    now = clock.local(clock.now())
    weeks, other_days = nearest.hours_of([found.id], now.date())
    week, others = weeks.get(found.id, {}), other_days.get(found.id, [])
    known = {one.on: one for one in others}
    days = [now.date() + timedelta(days=ahead) for ahead in range(WEEK)]
    return render_template(
        "public/venue.html",
        one=found,
        standing=standing_at(now, week, others),
        week=[(day, periods_on(day, week, known), known.get(day)) for day in days],
        now=now,
        steps=finding.steps_above(found.organization.path),
        pictures=public_venues.pictures_of(found.id),
        booking=url_for("activities.show_slots", code=found.code),
    )


@bp.get("/venues/<code>/photos/<picture>")
@public
def venue_photo(code: str, picture: str) -> ResponseReturnValue:
    """Give out a picture of a venue that is open to people."""
    file = public_venues.picture_file(code[:MAX_CODE], picture[:MAX_CODE])
    return give_out(file) if file is not None else abort(404)
