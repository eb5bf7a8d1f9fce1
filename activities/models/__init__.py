"""Tables of activities and venues: postings, shifts, sign-ups, who was there; files of venues."""

from activities.models.attendance import Attendance, ShiftEnding
from activities.models.marks import AttendanceMark
from activities.models.postings import (
    Activity,
    ActivityEvent,
    Shift,
    SignedAgreement,
    Signup,
    SignupEvent,
)
from activities.models.venue_reviews import (
    VenueFinding,
    VenueFundEntry,
    VenueInspection,
    VenueReview,
    VenueReviewItem,
)
from activities.models.venues import (
    Venue,
    VenueCharge,
    VenueDay,
    VenueEvent,
    VenueHours,
    VenuePhoto,
    VenueTeamMember,
)

__all__ = [
    "Activity",
    "ActivityEvent",
    "Attendance",
    "AttendanceMark",
    "Shift",
    "ShiftEnding",
    "SignedAgreement",
    "Signup",
    "SignupEvent",
    "Venue",
    "VenueCharge",
    "VenueDay",
    "VenueEvent",
    "VenueFinding",
    "VenueFundEntry",
    "VenueHours",
    "VenueInspection",
    "VenuePhoto",
    "VenueReview",
    "VenueReviewItem",
    "VenueTeamMember",
]
