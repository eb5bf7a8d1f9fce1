"""What schools hold, by topic; every table is named here."""

from schools.models.classes import SchoolClass
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolListing
from schools.models.years import PupilYear, YearClass, YearException, YearRun

__all__ = [
    "Pupil",
    "PupilEvent",
    "PupilYear",
    "School",
    "SchoolClass",
    "SchoolListing",
    "YearClass",
    "YearException",
    "YearRun",
]
