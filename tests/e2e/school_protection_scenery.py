"""A pupil who is looked at, requests to look, a pack and an incident."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.audit.operations import Actor
from organizations.models import Organization
from people.rules.minors import ApprovalStatus
from schools.operations.audits import Incident, enter_incident, make_pack
from tests import factories as make
from tests import school_factories as schools
from tests.cast import organization_named
from tests.security.school_protection_rows import make_approval


def furnish_protection(youth: str) -> dict[str, str]:
    """Return the codes of what was put on stage; ``youth`` is the code of a young member."""
    school, county = organization_named("东小学"), organization_named("东县")
    pupil = schools.make_pupil(schools.make_class(school))
    asked = _look(school, county, ApprovalStatus.ASKED)
    given = _look(school, county, ApprovalStatus.APPROVED)
    by, today = Actor(make.make_user(make.make_person()).id), clock.today()
    pack = make_pack(county.place, today.year - 1, "报送", by=by, now=clock.now())
    incident = Incident(today - timedelta(days=9), "名册发错了群", 12, "家长", today)
    enter_incident(county.place, incident, by=by, now=clock.now())
    codes = {"looked_at": pupil.code, "youth": youth, "look_asked": asked, "look_given": given}
    return {**codes, "audit_pack": pack.code}


def _look(school: Organization, county: Organization, status: ApprovalStatus) -> str:
    request = make_approval(school, status)
    request.handler_id = county.id
    return request.code
