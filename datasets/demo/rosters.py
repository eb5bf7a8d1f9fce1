"""Rosters of every school of the demonstration: its members, and pupils who have not joined."""

from __future__ import annotations

from sqlalchemy import select

from core.audit.operations import SYSTEM
from core.database import db
from datasets.demo.classes import draft, seat
from datasets.demo.people import Stage
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.models import Organization
from schools.models import Pupil
from schools.operations.classes import ClassFacts, open_class
from schools.queries.register import school_of_branch
from schools.rules.classes import grades_of, school_year_of

DAYS_AGO = 20


def fill_rosters(stage: Stage) -> None:
    """Seat members who are in no class yet, with half as many beside them who did not join.

    Without them more members than pupils would be counted.
    """
    for name, place in sorted(stage.places.named.items()):
        if "/校" in name:
            _fill(stage, place)


def _fill(stage: Stage, place: Organization) -> None:
    school, youth = school_of_branch(place.id), _without_class(place)
    if school is None or not youth:
        return
    by, grade = stage.keepers.get(place.id, SYSTEM), grades_of(school.stage)[0] + 1
    facts = ClassFacts(grade, 1, "", "演示班主任丙")
    found = open_class(place.id, school.stage, school_year_of(stage.today), facts, by=by)
    for membership in youth:
        seat(membership, found, by=by, now=stage.at(DAYS_AGO))
    for _ in range(len(youth) // 2):
        draft(stage, found, by)
    db.session.flush()


def _without_class(place: Organization) -> list[Membership]:
    seated = select(Pupil.person_id).where(Pupil.organization_id == place.id)
    statement = select(Membership).where(
        Membership.organization_id == place.id,
        Membership.kind == MembershipKind.YOUTH,
        Membership.status.in_(LIVE_STATES),
        Membership.person_id.not_in(seated),
    )
    return list(db.session.scalars(statement.order_by(Membership.id)))
