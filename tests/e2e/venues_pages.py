"""Pages of venues, and what stands on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import Venue, VenueFundEntry
from activities.operations import venue_fund, venue_reviews
from activities.operations.venue_criteria import set_criteria
from activities.operations.venue_photos import add_photo
from activities.queries.venue_rules import points_of
from activities.rules.venue_fund import FundFacts, FundWay
from activities.rules.venue_reviews import Scored
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.dues import membership_of
from tests.e2e.sheets import Sheet, press
from tests.units import png
from tests.venue_factories import make_venue

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

BEN, CORA = "/o/{branch}/venues", "/o/{county}/venues"
WORKSHOP, HOME = "/{venue_workshop}", "/{venue_home}"

VENUE_SHEETS = (
    Sheet("activities.list_venues", "cora", CORA),
    Sheet("activities.list_venues", "ben", BEN + "?lacks=overdue", state="nothing found"),
    Sheet("activities.show_venue", "cora", CORA + WORKSHOP),
    Sheet("activities.show_venue", "ben", BEN + "/{venue_centre}", state="planned"),
    Sheet("activities.choose_venue", "ben", BEN + "/choose"),
    Sheet("activities.new_venue", "ben", BEN + "/new?kind=member_workshop"),
    Sheet("activities.new_venue", "ben", BEN + "/new?kind=fraternity_home", press("保存"), "wrong"),
    Sheet("activities.edit_venue", "ben", BEN + WORKSHOP + "/edit"),
    Sheet("activities.venue_hours_page", "ben", BEN + HOME + "/hours"),
    Sheet("activities.venue_photos_page", "ben", BEN + HOME + "/photos"),
    Sheet("activities.venue_people_page", "ben", BEN + WORKSHOP + "/people"),
    Sheet("activities.venue_fund_page", "ben", BEN + HOME + "/fund"),
    Sheet("activities.reverse_venue_fund", "ben", "/o/{branch}/venue-fund/{venue_entry}"),
    Sheet("activities.apply_venue", "ben", BEN + "/{venue_centre}/apply"),
    Sheet("activities.open_venue", "ben", BEN + "/{venue_named}/open"),
    Sheet("activities.give_up_venue", "ben", BEN + "/{venue_named}/give-up"),
    Sheet("activities.close_venue", "cora", CORA + WORKSHOP + "/close"),
    Sheet("activities.inspect_venue", "cora", CORA + "/{venue_applied}/inspect"),
    Sheet(
        "activities.inspect_venue",
        "cora",
        CORA + "/{venue_applied}/inspect",
        press("保存"),
        "wrong",
    ),
    Sheet("activities.return_venue", "cora", CORA + "/{venue_applied}/return"),
    Sheet("activities.name_venue", "cora", CORA + WORKSHOP + "/name"),
    Sheet("activities.star_venue", "cora", CORA + WORKSHOP + "/stars"),
    Sheet("activities.decide_stars", "cora", "/o/{county}/venue-reviews/{venue_review}"),
    Sheet("activities.set_criteria", "gil", "/o/{province}/venue-criteria?kind=service_window"),
    Sheet("activities.set_criteria", "gil", "/o/{province}/venue-criteria", state="none"),
    Sheet("activities.own_venues", "mia", "/me/venues"),
    Sheet("activities.own_venue", "mia", "/me/venues/{venue_workshop}"),
    Sheet("activities.own_venue_hours", "mia", "/me/venues/{venue_workshop}/hours"),
    Sheet("activities.enter_own_day", "mia", "/me/venues/{venue_workshop}/entered-days"),
    Sheet("activities.own_venue_photos", "mia", "/me/venues/{venue_workshop}/photos"),
)


def furnish_venues(scenery: Scenery) -> None:
    """Leave a village a workshop without leader, a fraternity home, and some on their way."""
    place, keeper, now = organization_named("东一村"), membership_of("mia").person, clock.now()
    workshop = make_venue(
        place,
        VenueKind.MEMBER_WORKSHOP,
        name="试验工作室",
        keeper=keeper,
        leader=make.make_person(),
    )
    workshop.leader_lost_on = clock.today()
    home = make_venue(place, VenueKind.FRATERNITY_HOME, name="试验博爱家园", keeper=keeper)
    add_photo(home, png(), "大厅", by=SYSTEM, now=now)
    centre = make_venue(place, status=VenueStatus.PLANNED, name="试验新家", keeper=keeper)
    applied = make_venue(place, status=VenueStatus.APPLIED, name="试验申请", keeper=keeper)
    named = make_venue(place, name="试验已授牌", keeper=keeper)
    asked = "门口有标牌"
    by, today = stage.acting("gil"), clock.today()
    set_criteria(VenueKind.SERVICE_WINDOW, asked, today, "测红 1 号", by=by, now=now)
    review = _reviewed(named, stage.acting("eve"))
    named.status = VenueStatus.NAMED
    scenery.codes.update(
        venue_workshop=workshop.code,
        venue_home=home.code,
        venue_centre=centre.code,
        venue_applied=applied.code,
        venue_named=named.code,
        venue_entry=_entered(home).code,
        venue_review=review,
    )
    db.session.flush()


def _entered(home: Venue) -> VenueFundEntry:
    facts = FundFacts(FundWay.IN, 100_000, clock.today(), "捐赠")
    owner = home.organization_id
    return venue_fund.enter(home.code, facts, owner_id=owner, by=SYSTEM, now=clock.now())


def _reviewed(venue: Venue, by: Actor) -> str:
    today = clock.today()
    scores = [Scored(item, most, "见档案") for item, most in points_of(today).items()]
    decider = venue.decider_id
    return venue_reviews.propose(
        venue.code, today, scores, decider_id=decider, by=by, now=clock.now()
    ).code
