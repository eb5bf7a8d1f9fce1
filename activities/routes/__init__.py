"""Pages of activities and venues: desks, the level above, finding, signing up, keeping a place."""

from activities.routes import (
    attendance,
    checkin,
    desk,
    finding,
    guardians,
    own,
    own_venues,
    reviews,
    shifts,
    venue_keeping,
    venue_steps,
    venues,
)
from activities.routes.blueprint import bp

__all__ = [
    "attendance",
    "bp",
    "checkin",
    "desk",
    "finding",
    "guardians",
    "own",
    "own_venues",
    "reviews",
    "shifts",
    "venue_keeping",
    "venue_steps",
    "venues",
]
