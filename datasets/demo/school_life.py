"""What a demonstration school did with its pupils: activities, a campaign, last year's report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from core import crypto
from core.audit.operations import SYSTEM, Actor
from core.database import db
from datasets.demo.classes import seat
from datasets.demo.people import Stage
from datasets.demo.places import COUNTIES
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from schools.models import Campaign, Pupil, SchoolClass
from schools.operations.attending import Called, record_roll
from schools.operations.campaigns import call_campaign
from schools.operations.reports import submit_report
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.campaigns import CampaignFacts
from schools.rules.classes import school_year_of
from schools.rules.pupils import ConsentState, PupilStatus

GRADE, MINUTES = 3, 40
HELD = (
    (26, YouthKind.FIRST_AID, "心肺复苏体验课", False),
    (19, YouthKind.DROWNING, "防溺水主题班会", False),
    (9, YouthKind.LIFE, "生命教育课", False),
    (2, YouthKind.MONTH, "红十字青少年活动月启动", True),
)
BEGAN, LASTS = 6, 30


def build_school_life(stage: Stage, now: datetime) -> None:
    """Let the first school hold activities and report, in a campaign of its county."""
    name = next(iter(COUNTIES.values()))
    school, county = stage.places[f"{name}/校1"], stage.places[name]
    keeper = stage.keepers[school.id]
    campaign = _call(stage, county, now)
    school_class = _class_of(stage, school)
    codes = [one.code for one in _pupils_of(school, school_class, now)]
    if not codes:
        return
    for days_ago, kind, title, is_tied in HELD:
        told = ActivityFacts(kind, title, stage.at(days_ago, 10), MINUTES, "教室")
        present = codes[days_ago % 2 :] or codes
        called = Called(told, campaign if is_tied else None)
        record_roll(school_class, called, present, by=keeper, now=stage.at(days_ago, 12))
    submit_report(school.id, stage.today.year - 1, "", by=keeper, now=now)


def _call(stage: Stage, county: Organization, now: datetime) -> Campaign:
    first = stage.today - timedelta(days=BEGAN)
    facts = CampaignFacts("红十字青少年活动月", "人道 博爱 奉献", first, first + timedelta(LASTS))
    by = stage.keepers.get(county.id, Actor())
    return call_campaign(county, facts, by=by, now=now)


def _class_of(stage: Stage, school: Organization) -> SchoolClass:
    """Return a class of the school: the one there is, else a new one."""
    year = school_year_of(stage.today)
    found = db.session.scalars(
        select(SchoolClass)
        .where(SchoolClass.organization_id == school.id, SchoolClass.year == year)
        .order_by(SchoolClass.grade, SchoolClass.number)
    ).first()
    if found is None:
        found = SchoolClass(
            code=crypto.opaque_code(8), organization=school, year=year, grade=GRADE, number=1
        )
        db.session.add(found)
        db.session.flush()
    return found


def _pupils_of(school: Organization, school_class: SchoolClass, now: datetime) -> Sequence[Pupil]:
    """Return the members of a class; youth members without a class are put into it."""
    on_roster = select(Pupil.person_id).where(Pupil.organization_id == school.id)
    members = db.session.scalars(
        select(Membership)
        .where(
            Membership.organization_id == school.id,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.person_id.not_in(on_roster),
        )
        .order_by(Membership.id)
    ).all()
    for one in members:
        seat(one, school_class, by=SYSTEM, now=now)
    return db.session.scalars(
        select(Pupil)
        .where(
            Pupil.class_id == school_class.id,
            Pupil.status == PupilStatus.MEMBER,
            Pupil.consent == ConsentState.GIVEN,
        )
        .order_by(Pupil.id)
    ).all()
