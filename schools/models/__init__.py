"""What schools hold, by topic; every table is named here."""

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
from schools.models.pupils import Pupil, PupilEvent
from schools.models.register import School, SchoolListing
from schools.models.reports import SchoolHandover, SchoolReport, SchoolReportEvent

__all__ = [
    "Campaign",
    "CampaignSchool",
    "Pupil",
    "PupilEvent",
    "School",
    "SchoolClass",
    "SchoolHandover",
    "SchoolListing",
    "SchoolReport",
    "SchoolReportEvent",
    "YouthActivity",
    "YouthMark",
    "YouthPhoto",
    "YouthRoll",
    "YouthRollEvent",
]
