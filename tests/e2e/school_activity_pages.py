"""Pages of class activities, campaigns, yearly reports and hand-overs, with what they show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import clock
from core.database import db
from schools.models import SchoolReport
from schools.operations.attending import Called, record_roll
from schools.operations.photos import add_photo
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.reports import ReportStatus
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.school_factories import make_campaign, make_class, make_pupil, make_report
from tests.units import png

if TYPE_CHECKING:
    from tests.e2e.browser import Phone
    from tests.e2e.scenery import Scenery


def _give_back(phone: Phone) -> None:
    """Open the fold of giving back, and send it without a reason."""
    phone.tap(phone.page.locator("#main summary"))
    press("退回")(phone)


SCHOOL_ACTIVITY_SHEETS = (
    Sheet("schools.list_youth", "finn", "/o/{school}/youth-activities"),
    Sheet("schools.attend", "finn", "/o/{school}/classes/{school_class}/attend"),
    Sheet(
        "schools.attend",
        "finn",
        "/o/{school}/classes/{second_class}/attend?with={youth_activity}",
        state="with another class",
    ),
    Sheet("schools.attend", "finn", "/o/{school}/classes/{empty_class}/attend", state="empty"),
    Sheet("schools.show_youth", "finn", "/o/{school}/youth-activities/{youth_activity}"),
    Sheet("schools.correct_roll", "finn", "/o/{school}/youth-rolls/{youth_roll}/correct"),
    Sheet(
        "schools.correct_roll",
        "finn",
        "/o/{school}/youth-rolls/{youth_roll}/correct",
        press("改成"),
        "wrong",
    ),
    Sheet("schools.school_report", "finn", "/o/{school}/report"),
    Sheet("schools.print_report", "finn", "/o/{school}/report/print"),
    Sheet("schools.youth_figures", "cora", "/o/{county}/youth"),
    Sheet("schools.youth_figures", "eve", "/o/{city}/youth", state="city"),
    Sheet("schools.list_campaigns", "cora", "/o/{county}/campaigns"),
    Sheet("schools.call_campaign", "cora", "/o/{county}/campaigns/new"),
    Sheet("schools.call_campaign", "cora", "/o/{county}/campaigns/new", press("发起"), "wrong"),
    Sheet("schools.show_campaign", "cora", "/o/{county}/campaigns/{campaign}"),
    Sheet(
        "schools.show_campaign",
        "cora",
        "/o/{county}/campaigns/{campaign}?show=taking",
        state="taking part",
    ),
    Sheet("schools.edit_campaign", "cora", "/o/{county}/campaigns/{campaign}/edit"),
    Sheet("schools.list_reports", "cora", "/o/{county}/school-reports"),
    Sheet("schools.show_report", "cora", "/o/{county}/school-reports/{school_report}"),
    Sheet(
        "schools.show_report",
        "cora",
        "/o/{county}/school-reports/{school_report}",
        _give_back,
        "wrong",
    ),
)


def furnish_school_activity(scenery: Scenery) -> None:
    """Leave a school classes, an activity in a campaign, and a report that came back."""
    school, county = organization_named("东小学"), organization_named("东县")
    first, second, empty = (make_class(school, grade=8, number=one) for one in (51, 52, 53))
    pupils = [make_pupil(first, member=True) for _ in range(6)]
    make_pupil(first)
    for _ in range(3):
        make_pupil(second, member=True)
    campaign = make_campaign(county)
    starts_at = clock.now() - timedelta(days=1)
    told = ActivityFacts(YouthKind.FIRST_AID, "心肺复苏课", starts_at, 40, "操场")
    by, codes = stage.acting("finn"), [one.code for one in pupils[1:]]
    roll = record_roll(first, Called(told, campaign), codes, by=by, now=clock.now())
    add_photo(roll.activity, png(), by=by, now=clock.now())
    report = make_report(county, school)
    returned = make_report(county, school, year=clock.today().year - 2)
    returned.status, returned.note = ReportStatus.RETURNED, "少一个班"
    db.session.flush()
    assert isinstance(report, SchoolReport)
    scenery.codes.update(
        school_class=first.code,
        second_class=second.code,
        empty_class=empty.code,
        youth_activity=roll.activity.code,
        youth_roll=roll.code,
        campaign=campaign.code,
        school_report=report.code,
    )
