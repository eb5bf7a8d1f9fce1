"""Tables of activities and venues: postings, shifts, sign-ups, who was there; files of venues."""

from activities.models.appointments import (
    Appointment,
    AppointmentEvent,
    AppointmentSlot,
    BookedQuarter,
    SlotQuarter,
)
from activities.models.attendance import Attendance, ShiftEnding
from activities.models.holding import (
    ActivityFeedback,
    ActivityPhoto,
    ActivityReport,
    VenueMonth,
    VenuePulse,
    VenueUse,
    VenueUseEvent,
    VenueVisitDay,
)
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
    VenueCriteria,
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
    "ActivityFeedback",
    "ActivityPhoto",
    "ActivityReport",
    "Appointment",
    "AppointmentEvent",
    "AppointmentSlot",
    "Attendance",
    "AttendanceMark",
    "BookedQuarter",
    "Shift",
    "ShiftEnding",
    "SignedAgreement",
    "Signup",
    "SignupEvent",
    "SlotQuarter",
    "Venue",
    "VenueCharge",
    "VenueCriteria",
    "VenueDay",
    "VenueEvent",
    "VenueFinding",
    "VenueFundEntry",
    "VenueHours",
    "VenueInspection",
    "VenueMonth",
    "VenuePhoto",
    "VenuePulse",
    "VenueReview",
    "VenueReviewItem",
    "VenueTeamMember",
    "VenueUse",
    "VenueUseEvent",
    "VenueVisitDay",
]
