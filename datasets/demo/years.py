"""A school of the demonstration with last year's classes and a move that is prepared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from core import crypto
from core.audit.operations import SYSTEM
from core.database import db
from datasets.demo.classes import seat
from datasets.demo.people import Stage
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.models import Organization
from schools.models import Pupil, SchoolClass
from schools.operations.pupils import step
from schools.operations.roster import take_off
from schools.operations.years import set_exception, year_now
from schools.rules.pupils import PupilAction
from schools.rules.taking_off import OffReason
from schools.rules.years import ExceptionKind, Goal

SCHOOL = "上城区/校2"
GRADES = (4, 6)
#: Who left the school before: one finished it, one moved away.
LEAVERS, GRADUATED_AGO = 2, 150


def build_years(stage: Stage) -> None:
    """Put the youth members of a school into two classes of the year that ended."""
    place, now = stage.places[SCHOOL], stage.at(0)
    year = year_now(now)
    classes = [
        SchoolClass(
            code=crypto.opaque_code(8), organization=place, year=year - 1, grade=grade, number=1
        )
        for grade in GRADES
    ]
    db.session.add_all(classes)
    youth = db.session.scalars(
        select(Membership)
        .where(
            Membership.organization_id == place.id,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status.in_(LIVE_STATES),
        )
        .order_by(Membership.id)
    ).all()
    taken = set(db.session.scalars(select(Pupil.person_id)))
    entered = now - timedelta(days=300)
    free = [one for one in youth if one.person_id not in taken]
    gone, stay = free[:LEAVERS], free[LEAVERS:]
    pupils = [
        seat(one, classes[index % len(classes)], by=SYSTEM, now=entered)
        for index, one in enumerate(stay)
    ]
    _let_go(gone, place, year, stage)
    if pupils:
        goal = Goal(ExceptionKind.REPEAT, GRADES[0], 1)
        set_exception(pupils[0], goal, year=year, by=SYSTEM, now=now)


def _let_go(gone: Sequence[Membership], place: Organization, year: int, stage: Stage) -> None:
    """Let the first graduate with the class of two years ago, and the rest move away."""
    now = stage.at(0)
    last = SchoolClass(
        code=crypto.opaque_code(8), organization=place, year=year - 2, grade=GRADES[-1], number=1
    )
    db.session.add(last)
    for index, membership in enumerate(gone):
        pupil = seat(membership, last, by=SYSTEM, now=now - timedelta(days=600))
        if index == 0:
            step(pupil, PupilAction.GRADUATE, by=SYSTEM, now=stage.at(GRADUATED_AGO))
        else:
            take_off(pupil, OffReason.MOVED, by=SYSTEM, now=stage.at(GRADUATED_AGO))
