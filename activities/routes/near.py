"""Venues near somebody: for himself, and for an organization that looks for one to borrow."""

from __future__ import annotations

from typing import Any

from flask import render_template

from activities.queries.appointments import with_slots
from activities.queries.finder import Wanted, nearest
from activities.queries.places import division_of_person
from activities.routes.blueprint import after, bp
from activities.rules.venues import VenueKind
from core import clock
from core.access.marks import module, requires, signed_in
from core.access.permissions import Permission
from core.switches import Module
from core.web import asked, principal, scope
from organizations.queries import organization_of_id

MAX_WORDS = 30


@bp.get("/venues/near")
@module(Module.VENUES)
@signed_in
def find_venues() -> str:
    """Show the venues nearest to where somebody belongs, open now or not."""
    return render_template(
        "activities/near.html", org=None, **_page(division_of_person(principal().person_id))
    )


@bp.get("/o/<org>/venues-to-borrow")
@module(Module.VENUES)
@requires(Permission.ACTIVITIES_KEEP)
def find_to_borrow(org: str) -> str:
    """Show the venues nearest to an organization, its own and others'."""
    place = organization_of_id(scope().place.id)
    return render_template("activities/near.html", org=org, **_page(place.division_code or ""))


def _page(division: str) -> dict[str, Any]:
    kind, now = asked("kind"), clock.now()
    wanted = Wanted(
        division=division,
        kind=VenueKind(kind) if kind in set(VenueKind) else None,
        open_now=asked("open") == "1",
        words=asked("q", MAX_WORDS),
    )
    page = nearest(wanted, now, after())
    return {
        "page": page,
        "wanted": wanted,
        "kinds": list(VenueKind),
        "bookable": with_slots([one.venue.id for one in page.rows], now),
    }
