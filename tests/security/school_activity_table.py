"""What the pages of class activities, campaigns and yearly reports need, and rows for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from core import clock
from core.audit.operations import Actor
from organizations.models import Organization
from schools.models import YouthActivity, YouthRoll
from schools.operations.attending import Called, record_roll
from schools.operations.photos import add_photo
from schools.rules.attending import ActivityFacts, YouthKind
from tests import factories as make
from tests.school_factories import make_campaign, make_class, make_pupil, make_report
from tests.units import png

_SCHOOL = {"finn": ["东小学"]}
_COUNTY_DESKS = {"cora": ["东县"], "dan": ["西县"], "noa": ["北县"]}

SCHOOL_ACTIVITY_RIGHTS: dict[str, dict[str, list[str]]] = {
    "youth-view": _SCHOOL,
    "youth-keep": _SCHOOL,
    "campaigns": {**_COUNTY_DESKS, "gil": ["测试省"]},
    "school-reports": _COUNTY_DESKS,
}

SCHOOL_ACTIVITY: dict[str, str] = {
    "schools.accept_report": "school-reports",
    "schools.add_photo": "youth-keep",
    "schools.attend": "youth-keep",
    "schools.call_campaign": "campaigns",
    "schools.close_campaign": "campaigns",
    "schools.correct_roll": "youth-keep",
    "schools.drop_photo": "youth-keep",
    "schools.edit_campaign": "campaigns",
    "schools.list_campaigns": "campaigns",
    "schools.list_reports": "school-reports",
    "schools.list_youth": "youth-view",
    "schools.print_report": "youth-view",
    "schools.return_report": "school-reports",
    "schools.school_report": "youth-view",
    "schools.show_campaign": "campaigns",
    "schools.show_report": "school-reports",
    "schools.show_youth": "youth-view",
    "schools.submit_report": "youth-keep",
    "schools.undo_roll": "youth-keep",
    "schools.youth_figures": "figures",
    "schools.youth_photo": "youth-view",
}

SCHOOL_ACTIVITY_ROWS: dict[str, str] = {
    "schools.accept_report": "school-report",
    "schools.add_photo": "youth-activity",
    "schools.attend": "youth-class",
    "schools.close_campaign": "campaign",
    "schools.correct_roll": "youth-roll",
    "schools.drop_photo": "youth-photo",
    "schools.edit_campaign": "campaign",
    "schools.return_report": "school-report",
    "schools.show_campaign": "campaign",
    "schools.show_report": "school-report",
    "schools.show_youth": "youth-activity",
    "schools.undo_roll": "youth-roll",
    "schools.youth_photo": "youth-photo",
}


def _roll(organization: Organization) -> YouthRoll:
    school_class = make_class(organization, grade=8)
    pupil = make_pupil(school_class, member=True)
    starts_at = clock.now() - timedelta(days=1)
    told = ActivityFacts(YouthKind.LIFE, "生命教育课", starts_at, 40)
    return record_roll(school_class, Called(told), [pupil.code], by=Actor(), now=clock.now())


def _class(organization: Organization) -> str:
    school_class = make_class(organization, grade=8)
    make_pupil(school_class, member=True)
    return school_class.code


def _activity(organization: Organization) -> YouthActivity:
    return _roll(organization).activity


def _photo(organization: Organization) -> str:
    user = make.make_user()
    return add_photo(_activity(organization), png(), by=Actor(user.id), now=clock.now()).code


SCHOOL_ACTIVITY_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "campaign": lambda organization: make_campaign(organization).code,
    "school-report": lambda organization: make_report(organization).code,
    "youth-activity": lambda organization: _activity(organization).code,
    "youth-class": _class,
    "youth-photo": _photo,
    "youth-roll": lambda organization: _roll(organization).code,
}
