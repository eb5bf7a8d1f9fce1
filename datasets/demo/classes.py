"""Two classes of the first school of the demonstration, with pupils in every state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from datasets.demo import names
from datasets.demo.people import Stage, make_person
from members.models import Membership
from members.rules import MembershipKind
from people.operations.consents import Signed, keep_signed
from people.operations.guardians import Named
from people.rules.guardians import Relation
from people.rules.wards import Voice, age_of, needed
from schools.models import Pupil, SchoolClass
from schools.operations.classes import ClassFacts, open_class
from schools.operations.consents import name_guardian
from schools.operations.pupils import enter_pupil, step
from schools.operations.roster import take_off
from schools.queries.consents import ages_on
from schools.queries.register import school_of_branch
from schools.rules.classes import grades_of, school_year_of
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus
from schools.rules.taking_off import OffReason

MEMBERS, DRAFTS, DAYS_AGO = 6, 4, 20


def build_classes(stage: Stage) -> None:
    """Put some youth members and some new children on the rosters of two classes."""
    place = stage.places["上城区/校1"]
    school, by = school_of_branch(place.id), stage.keepers[place.id]
    if school is None:
        return
    year, first = school_year_of(stage.today), grades_of(school.stage)[0]
    classes = [
        open_class(place.id, school.stage, year, ClassFacts(first + 2, number, "", teacher), by=by)
        for number, teacher in ((1, "演示班主任甲"), (2, "演示班主任乙"))
    ]
    for number, membership in enumerate(_members(place.id)):
        seat(membership, classes[number % 2], by=by, now=stage.at(DAYS_AGO))
    for number in range(DRAFTS):
        draft(stage, classes[number % 2], by)
    refused, removed, left = (draft(stage, classes[0], by) for _ in range(3))
    step(refused, PupilAction.REFUSE, by=by, now=stage.at(DAYS_AGO - 5))
    refused.consent = ConsentState.REFUSED
    take_off(removed, OffReason.MISTAKE, by=by, now=stage.at(3))
    step(left, PupilAction.LEAVE, by=by, now=stage.at(2))
    db.session.flush()


def _members(organization_id: int) -> list[Membership]:
    statement = select(Membership).where(
        Membership.organization_id == organization_id, Membership.kind == MembershipKind.YOUTH
    )
    return list(db.session.scalars(statement.order_by(Membership.id).limit(MEMBERS)))


def seat(membership: Membership, found: SchoolClass, *, by: Actor, now: datetime) -> Pupil:
    """Return a youth member of before on a roster: every consent was given on paper."""
    pupil = enter_pupil(membership.person, found, by=by, now=now)
    day = clock.local(now).date()
    said = needed(age_of(membership.person.born_on, day), ages_on(day))
    signed = Signed(
        "演示监护人",
        "",
        [one for one, voice in said if voice is Voice.GUARDIAN],
        [one for one, voice in said if voice is Voice.OWN],
    )
    place = membership.organization
    pupil.request = keep_signed(membership.person, signed, organization=place, by=by, now=now)
    pupil.status, pupil.consent = PupilStatus.MEMBER, ConsentState.GIVEN
    pupil.membership = membership
    db.session.flush()
    return pupil


def draft(stage: Stage, found: SchoolClass, by: Actor) -> Pupil:
    """Return a draft of a child whose guardian was not asked yet."""
    serial, now = stage.next_serial(), stage.at(DAYS_AGO)
    person = make_person(stage, names.name_of(serial), 9, serial)
    pupil = enter_pupil(person, found, by=by, now=now)
    guardian = stage.next_serial()
    named = Named(names.name_of(guardian), Relation.MOTHER, names.phone_of(guardian))
    name_guardian(pupil, named, by=by, now=now)
    return pupil
