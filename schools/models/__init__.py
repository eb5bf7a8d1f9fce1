"""What schools hold, by topic; every table is named here."""

from schools.models.classes import SchoolClass
from schools.models.consents import ConsentPaper, SignedConsent
from schools.models.foundings import SchoolCouncil, SchoolFounding, SchoolHonour
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolEvent, SchoolListing

__all__ = [
    "ConsentPaper",
    "Pupil",
    "PupilEvent",
    "School",
    "SchoolClass",
    "SchoolCouncil",
    "SchoolEvent",
    "SchoolFounding",
    "SchoolHonour",
    "SchoolListing",
    "SignedConsent",
]
