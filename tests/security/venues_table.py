"""What the pages of venues need, written by hand, and rows for them."""

from __future__ import annotations

from collections.abc import Callable

from activities.models import Venue
from activities.operations import venue_fund, venue_reviews
from activities.operations.venue_photos import add_photo
from activities.queries.venue_rules import points_of
from activities.rules.venue_fund import FundFacts, FundWay
from activities.rules.venue_reviews import Scored
from activities.rules.venues import VenueKind
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.models import Organization
from tests.security.activity_table import OWN
from tests.units import png
from tests.venue_factories import make_venue

_DESKS = {
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "eve": ["东市"],
    "gil": ["测试省"],
}
#: An owner keeps its own venues only; a level above names and closes, it never edits (D11).
VENUE_RIGHTS: dict[str, dict[str, list[str]]] = {
    "venues-keep": {
        "ben": ["东一村"],
        "tom": ["东镇"],
        "bea": ["东二村"],
        "duo": ["东二村"],
        "will": ["西一村"],
        "finn": ["东小学"],
        **_DESKS,
    },
    "venues-decide": _DESKS,
}

VENUES: dict[str, str] = {
    "activities.list_venues": "activities-read",
    "activities.show_venue": "activities-read",
    "activities.venue_photo": "activities-read",
    "activities.venue_fund_page": "activities-read",
    "activities.choose_venue": "venues-keep",
    "activities.new_venue": "venues-keep",
    "activities.edit_venue": "venues-keep",
    "activities.venue_hours_page": "venues-keep",
    "activities.add_venue_day": "venues-keep",
    "activities.venue_photos_page": "venues-keep",
    "activities.change_venue_photo": "venues-keep",
    "activities.venue_people_page": "venues-keep",
    "activities.enter_venue_fund": "venues-keep",
    "activities.reverse_venue_fund": "venues-keep",
    "activities.apply_venue": "venues-keep",
    "activities.open_venue": "venues-keep",
    "activities.give_up_venue": "venues-keep",
    "activities.close_venue": "venues-decide",
    "activities.inspect_venue": "venues-decide",
    "activities.return_venue": "venues-decide",
    "activities.name_venue": "venues-decide",
    "activities.star_venue": "venues-decide",
    "activities.decide_stars": "venues-decide",
    "activities.set_criteria": "checklists-set",
    "activities.own_venues": OWN,
    "activities.own_venue": OWN,
    "activities.own_venue_hours": OWN,
    "activities.add_own_venue_day": OWN,
    "activities.enter_own_day": OWN,
    "activities.own_venue_photos": OWN,
    "activities.own_venue_photo": OWN,
    "activities.change_own_venue_photo": OWN,
}

_OF_VENUES = (
    "show_venue venue_fund_page edit_venue venue_hours_page add_venue_day venue_photos_page "
    "venue_people_page enter_venue_fund apply_venue open_venue give_up_venue"
)
_OF_DECIDERS = "close_venue inspect_venue return_venue name_venue star_venue"
VENUE_ROWS: dict[str, str] = {
    **{f"activities.{name}": "venue" for name in _OF_VENUES.split()},
    **{f"activities.{name}": "venue" for name in _OF_DECIDERS.split()},
    "activities.venue_photo": "venue-photo",
    "activities.change_venue_photo": "venue-photo",
    "activities.reverse_venue_fund": "venue-fund",
    "activities.decide_stars": "venue-review",
}


def _home(organization: Organization) -> Venue:
    """Return a venue of the organization that it decides about itself."""
    venue = make_venue(organization, VenueKind.FRATERNITY_HOME)
    venue.decider = organization
    db.session.flush()
    return venue


def _photo(organization: Organization) -> str:
    return add_photo(_home(organization), png(), "大厅", by=SYSTEM, now=clock.now()).code


def _entry(organization: Organization) -> str:
    facts = FundFacts(FundWay.IN, 100, clock.today(), "捐赠")
    code, owner = _home(organization).code, organization.id
    return venue_fund.enter(code, facts, owner_id=owner, by=SYSTEM, now=clock.now()).code


def _review(organization: Organization) -> str:
    today = clock.today()
    scores = [Scored(item, most, "见档案") for item, most in points_of(today).items()]
    code, here = _home(organization).code, organization.id
    return venue_reviews.propose(
        code, today, scores, decider_id=here, by=SYSTEM, now=clock.now()
    ).code


VENUE_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "venue": lambda organization: _home(organization).code,
    "venue-photo": _photo,
    "venue-fund": _entry,
    "venue-review": _review,
}
