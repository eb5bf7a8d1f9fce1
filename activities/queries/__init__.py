"""What reads activities and sign-ups."""

from activities.models import Activity, Shift, Signup
from activities.queries.conditions import agreement_of, applicant_of, terms_of
from activities.queries.desk import (
    Listed,
    Roster,
    Show,
    activities_in,
    activity_in,
    recent_activities,
    review_at,
    reviews_at,
    roster_of,
    shift_in,
    signup_in,
    steps_of_activity,
    waiting_by_shift,
)
from activities.queries.joining import chances_of
from activities.queries.names import names_of
from activities.queries.overlaps import Taken, overlapping
from activities.queries.own import (
    agreement_kept,
    coming_signups,
    earlier_signups,
    latest_signups,
    own_signup,
    person_of_id,
    place_in_line,
    steps_of,
)
from activities.queries.public import (
    Near,
    own_by_shift,
    public_activity,
    public_shift,
    shifts_of,
    upcoming,
)

__all__ = [
    "Activity",
    "Listed",
    "Near",
    "Roster",
    "Shift",
    "Show",
    "Signup",
    "Taken",
    "activities_in",
    "activity_in",
    "agreement_kept",
    "agreement_of",
    "applicant_of",
    "chances_of",
    "coming_signups",
    "earlier_signups",
    "latest_signups",
    "names_of",
    "overlapping",
    "own_by_shift",
    "own_signup",
    "person_of_id",
    "place_in_line",
    "public_activity",
    "public_shift",
    "recent_activities",
    "review_at",
    "reviews_at",
    "roster_of",
    "shift_in",
    "shifts_of",
    "signup_in",
    "steps_of",
    "steps_of_activity",
    "terms_of",
    "upcoming",
    "waiting_by_shift",
]
