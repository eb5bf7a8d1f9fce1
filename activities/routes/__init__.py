"""Pages of activities: the keeper's desk, the level above, finding and signing up."""

from activities.routes import (
    appointments,
    attendance,
    checkin,
    desk,
    finding,
    guardians,
    near,
    own,
    plan,
    reports,
    reviews,
    shifts,
    signs,
    uses,
)
from activities.routes.blueprint import bp

__all__ = [
    "appointments",
    "attendance",
    "bp",
    "checkin",
    "desk",
    "finding",
    "guardians",
    "near",
    "own",
    "plan",
    "reports",
    "reviews",
    "shifts",
    "signs",
    "uses",
]
