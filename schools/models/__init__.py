"""What schools hold, by topic; every table is named here."""

from schools.models.classes import SchoolClass
from schools.models.incidents import AuditPack, MinorIncident
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolListing

__all__ = [
    "AuditPack",
    "MinorIncident",
    "Pupil",
    "PupilEvent",
    "School",
    "SchoolClass",
    "SchoolListing",
]
