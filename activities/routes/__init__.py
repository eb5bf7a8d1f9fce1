"""Pages of activities: the keeper's desk, the level above, finding and signing up."""

from activities.routes import attendance, checkin, desk, finding, guardians, own, reviews, shifts
from activities.routes.blueprint import bp

__all__ = [
    "attendance",
    "bp",
    "checkin",
    "desk",
    "finding",
    "guardians",
    "own",
    "reviews",
    "shifts",
]
