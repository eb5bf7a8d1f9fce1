"""What schools hold, by topic; every table is named here."""

from schools.models.adults import ComingOfAge
from schools.models.attending import (
    Campaign,
    CampaignSchool,
    YouthActivity,
    YouthMark,
    YouthPhoto,
    YouthRoll,
    YouthRollEvent,
)
from schools.models.classes import SchoolClass
from schools.models.consents import ConsentPaper, OwnConsent, SignedConsent
from schools.models.foundings import SchoolFounding, SchoolHonour
from schools.models.incidents import AuditPack, MinorIncident
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolEvent, SchoolListing
from schools.models.reports import SchoolReport, SchoolReportEvent
from schools.models.years import PupilYear, YearClass, YearException, YearRun

__all__ = [
    "AuditPack",
    "Campaign",
    "CampaignSchool",
    "ComingOfAge",
    "ConsentPaper",
    "MinorIncident",
    "OwnConsent",
    "Pupil",
    "PupilEvent",
    "PupilYear",
    "School",
    "SchoolClass",
    "SchoolEvent",
    "SchoolFounding",
    "SchoolHonour",
    "SchoolListing",
    "SchoolReport",
    "SchoolReportEvent",
    "SignedConsent",
    "YearClass",
    "YearException",
    "YearRun",
    "YouthActivity",
    "YouthMark",
    "YouthPhoto",
    "YouthRoll",
    "YouthRollEvent",
]
