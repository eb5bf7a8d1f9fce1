"""What schools hold, by topic; every table is named here."""

from schools.models.adults import ComingOfAge
from schools.models.classes import SchoolClass
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolListing
from schools.models.years import PupilYear, YearClass, YearException, YearRun

__all__ = [
    "ComingOfAge",
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
