"""Pages of activities: the keeper's desk, the level above, finding and signing up."""

from activities.routes import checkin, desk, finding, guardians, own, reviews
from activities.routes.blueprint import bp

__all__ = ["bp", "checkin", "desk", "finding", "guardians", "own", "reviews"]
