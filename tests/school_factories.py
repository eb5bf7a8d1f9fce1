"""Rows of schools as tests need them: a school on the list, a class of this year, a pupil."""

from __future__ import annotations

from datetime import date
from itertools import count

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from organizations.models import Organization
from people.models import Guardian, Person
from people.rules.guardians import Relation
from schools.models import Pupil, School, SchoolClass
from schools.operations import pupils
from schools.rules.classes import school_year_of
from schools.rules.pupils import ConsentState
from schools.rules.register import SchoolStage
from tests import factories as make

serial = count(1)


def make_school(
    place: Organization, *, stage: SchoolStage = SchoolStage.NINE_YEAR, in_scope: bool = True
) -> School:
    """Return the school of a branch on its county's list; the one there is, where there is one."""
    found = db.session.scalars(select(School).where(School.organization_id == place.id)).first()
    if found is not None:
        return found
    school = School(
        code=f"21339{next(serial):05d}",
        name=place.name,
        stage=stage,
        county_id=place.county_id,
        organization_id=place.id,
        is_in_scope=in_scope,
    )
    db.session.add(school)
    db.session.flush()
    return school


def make_class(
    place: Organization, *, grade: int = 3, number: int | None = None, year: int | None = None
) -> SchoolClass:
    """Return a class of a school branch, of this school year where none is told."""
    found = SchoolClass(
        code=crypto.opaque_code(8),
        organization=place,
        year=year if year is not None else school_year_of(clock.today()),
        grade=grade,
        number=number or next(serial) % 60 + 1,
        teacher="试老师",
    )
    db.session.add(found)
    db.session.flush()
    return found


def make_pupil(
    school_class: SchoolClass,
    person: Person | None = None,
    *,
    born_on: date | None = None,
    member: bool = False,
) -> Pupil:
    """Return a draft of a class with a guardian, or a youth member where everything is given."""
    today = clock.today()
    born = born_on or date(today.year - 6 - school_class.grade, 3, 1)
    one = person or make.make_person(born_on=born, with_id=True)
    make_guardian(one)
    now = clock.now()
    pupil = pupils.enter_pupil(one, school_class, by=SYSTEM, now=now)
    if member:
        pupil.consent = ConsentState.GIVEN
        pupils.admit(pupil, by=SYSTEM, now=now)
    return pupil


def make_guardian(ward: Person, phone: str | None = None) -> Guardian:
    """Return a guardian of a minor, with a phone that is nobody else's."""
    guardian = Guardian(
        code=crypto.opaque_code(8),
        person=ward,
        name="试监护",
        relation=Relation.MOTHER,
        named_at=clock.now(),
    )
    guardian.set_phone(phone or make.make_phone())
    db.session.add(guardian)
    db.session.flush()
    return guardian
