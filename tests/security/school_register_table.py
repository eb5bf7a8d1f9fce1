"""What the register of schools needs, written by hand, and the rows that its addresses name."""

from __future__ import annotations

from collections.abc import Callable

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from organizations.rules import OrganizationKind
from organizations.rules.foundings import FoundingStatus
from schools.models import School, SchoolFounding, SchoolHonour
from schools.rules.honours import SchoolHonourLevel
from schools.rules.register import SchoolStage, SchoolStatus
from tests.school_factories import serial

SCHOOL_REGISTER: dict[str, str] = {
    "schools.apply_founding": "schools-keep",
    "schools.edit_school": "schools-keep",
    "schools.end_school": "schools-keep",
    "schools.list_missing": "figures",
    "schools.new_school": "schools-keep",
    "schools.reapply_founding": "schools-keep",
    "schools.record_honour": "schools-keep",
    "schools.record_meeting": "schools-keep",
    "schools.reopen_school": "schools-keep",
    "schools.reply_founding": "schools-keep",
    "schools.revoke_honour": "schools-keep",
    "schools.seat_council": "schools-keep",
    "schools.show_coverage": "figures",
    "schools.show_founding": "figures",
    "schools.show_school": "figures",
}

SCHOOL_REGISTER_ROWS: dict[str, str] = {
    "schools.apply_founding": "school",
    "schools.edit_school": "school",
    "schools.end_school": "school",
    "schools.reapply_founding": "founding-returned",
    "schools.record_honour": "school",
    "schools.record_meeting": "founding-approved",
    "schools.reopen_school": "school-closed",
    "schools.reply_founding": "founding",
    "schools.revoke_honour": "school-honour",
    "schools.seat_council": "founding-founded",
    "schools.show_founding": "founding",
    "schools.show_school": "school",
}


def listed_school(place: Organization, status: SchoolStatus = SchoolStatus.OPEN) -> School:
    """Return a school without a branch on the list of a place."""
    school = School(
        code=f"21338{next(serial):05d}",
        name=f"{place.name}名录小学",
        stage=SchoolStage.PRIMARY,
        county_id=place.id,
        status=status,
        closed_on=None if status is SchoolStatus.OPEN else clock.today(),
    )
    db.session.add(school)
    db.session.flush()
    return school


def make_founding(place: Organization, status: FoundingStatus) -> SchoolFounding:
    """Return a founding at a school of its own, on the list of a place."""
    has_reply = status in {FoundingStatus.APPROVED, FoundingStatus.FOUNDED}
    school = listed_school(place)
    founding = SchoolFounding(
        code=crypto.opaque_code(8),
        school=school,
        kind=OrganizationKind.SCHOOL,
        name=f"{school.name}红十字会",
        parent_id=place.id,
        decider_id=place.id,
        maker_id=place.id,
        status=status,
        applied_on=clock.today(),
        contact="试筹备",
        note="缺筹备报告" if status is FoundingStatus.RETURNED else "",
        reply_number="东红〔2026〕3号" if has_reply else "",
        replied_on=clock.today() if has_reply else None,
        entered_at=clock.now(),
    )
    if status is FoundingStatus.FOUNDED:
        founding.organization_id, founding.held_on = place.id, clock.today()
    db.session.add(founding)
    db.session.flush()
    return founding


def make_school_honour(place: Organization) -> SchoolHonour:
    """Return an honour of a school on the list of a place."""
    honour = SchoolHonour(
        code=crypto.opaque_code(8),
        school=listed_school(place),
        title="红十字示范校",
        level=SchoolHonourLevel.PROVINCIAL,
        granted_by="测试省红十字会",
        document="测红〔2026〕1号",
        granted_on=clock.today(),
        recorded_at=clock.now(),
    )
    db.session.add(honour)
    db.session.flush()
    return honour


def _founding(status: FoundingStatus) -> Callable[[Organization], str]:
    return lambda place: make_founding(place, status).code


SCHOOL_REGISTER_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "school": lambda place: listed_school(place).code,
    "school-closed": lambda place: listed_school(place, SchoolStatus.CLOSED).code,
    "founding": _founding(FoundingStatus.SUBMITTED),
    "founding-returned": _founding(FoundingStatus.RETURNED),
    "founding-approved": _founding(FoundingStatus.APPROVED),
    "founding-founded": _founding(FoundingStatus.FOUNDED),
    "school-honour": lambda place: make_school_honour(place).code,
}
