"""What schools hold, by topic; every table is named here."""

from schools.models.adults import ComingOfAge
from schools.models.classes import SchoolClass
from schools.models.consents import ConsentPaper, SignedConsent
from schools.models.foundings import SchoolCouncil, SchoolFounding, SchoolHonour
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolEvent, SchoolListing
from schools.models.years import PupilYear, YearClass, YearException, YearRun

__all__ = [
    "ComingOfAge",
    "ConsentPaper",
    "Pupil",
    "PupilEvent",
    "PupilYear",
    "School",
    "SchoolClass",
    "SchoolCouncil",
    "SchoolEvent",
    "SchoolFounding",
    "SchoolHonour",
    "SchoolListing",
    "SignedConsent",
    "YearClass",
    "YearException",
    "YearRun",
]
