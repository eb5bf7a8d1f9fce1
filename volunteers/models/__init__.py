"""Volunteers, their hours and standing, what they apply for, can do and were taught."""

from volunteers.models.agreements import Agreement
from volunteers.models.certificates import CertificateClearance, CertificateEnd, ServiceCertificate
from volunteers.models.holds import Hold, HoldEvent, HoldRecord, HoldScan
from volunteers.models.pictures import ServicePicture
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
from volunteers.models.sheets import ServiceSheet, SheetLine
from volunteers.models.skills import (
    Qualification,
    QualificationEvent,
    Trainee,
    Training,
    VolunteerProfile,
)
from volunteers.models.stars import StarEvent, StarGrant
from volunteers.models.teams import Team, TeamEvent, TeamSeat

__all__ = [
    "Agreement",
    "CertificateClearance",
    "CertificateEnd",
    "Hold",
    "HoldEvent",
    "HoldRecord",
    "HoldScan",
    "LedgerEntry",
    "Qualification",
    "QualificationEvent",
    "Registration",
    "RegistrationAuthority",
    "RegistrationEvent",
    "ServiceCertificate",
    "ServicePicture",
    "ServiceRecord",
    "ServiceRecordEvent",
    "ServiceSheet",
    "SheetLine",
    "StarEvent",
    "StarGrant",
    "Team",
    "TeamEvent",
    "TeamSeat",
    "Trainee",
    "Training",
    "Volunteer",
    "VolunteerEvent",
    "VolunteerMove",
    "VolunteerProfile",
    "VolunteerTotal",
]
