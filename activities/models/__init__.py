"""Tables of activities: postings, shifts, sign-ups, who was there, and how shifts ended."""

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
]
