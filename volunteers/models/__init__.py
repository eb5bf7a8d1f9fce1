"""Volunteers, their hours, what they apply for, and the history of their standing."""

from volunteers.models.registering import (
    Registration,
    RegistrationAuthority,
    RegistrationEvent,
    VolunteerEvent,
)
from volunteers.models.serving import (
    LedgerEntry,
    ServiceRecord,
    ServiceRecordEvent,
    Volunteer,
    VolunteerMove,
    VolunteerTotal,
)

__all__ = [
    "LedgerEntry",
    "Registration",
    "RegistrationAuthority",
    "RegistrationEvent",
    "ServiceRecord",
    "ServiceRecordEvent",
    "Volunteer",
    "VolunteerEvent",
    "VolunteerMove",
    "VolunteerTotal",
]
