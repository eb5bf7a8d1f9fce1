"""What schools hold, by topic; every table is named here."""

from schools.models.classes import SchoolClass
from schools.models.consents import ConsentPaper, SignedConsent
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolListing

__all__ = [
    "ConsentPaper",
    "Pupil",
    "PupilEvent",
    "School",
    "SchoolClass",
    "SchoolListing",
    "SignedConsent",
]
