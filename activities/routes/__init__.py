"""Pages of activities: the keeper's desk, the level above, finding and signing up."""

from activities.routes import desk, finding, guardians, own, reviews, shifts
from activities.routes.blueprint import bp

__all__ = ["bp", "desk", "finding", "guardians", "own", "reviews", "shifts"]
