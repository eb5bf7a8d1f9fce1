"""Reading the classes of a school and the pupils in them; always inside one school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.paging import Page, page_of
from people.models import Guardian, Person
from people.rules import mask_phone
from people.rules.guardians import Relation
from schools.models import Pupil, PupilEvent, SchoolClass
from schools.rules.pupils import ON_ROSTER, ConsentState, PupilStatus
from volunteers.models import Volunteer, VolunteerTotal

__all__ = ["Pupil", "SchoolClass", "class_at", "classes_of", "pupil_at", "pupils_of"]

PAGE = 60
MOST_CLASSES = 400


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as the list shows it; ``missing`` is how many consents are not given yet."""

    code: str
    grade: int
    number: int
    name: str
    teacher: str
    pupils: int
    members: int
    given: int
    minutes: int

    @property
    def missing(self) -> int:
        return self.pupils - self.given


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil as a class shows it."""

    code: str
    name: str
    status: PupilStatus
    consent: ConsentState


@dataclass(frozen=True, slots=True)
class GuardianRow:
    """A guardian as the school may see him without asking: the phone is masked."""

    code: str
    name: str
    relation: Relation
    phone: str
    is_confirmed: bool


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def classes_of(organization_id: int, year: int, day: date) -> list[ClassRow]:
    """Return the classes of a school year with their numbers: two statements.

    Hours are those confirmed in the calendar year of the day.
    """
    counted = (
        select(
            SchoolClass.id,
            SchoolClass.code,
            SchoolClass.grade,
            SchoolClass.number,
            SchoolClass.name,
            SchoolClass.teacher,
            func.count(Pupil.id),
            _sum(Pupil.status == PupilStatus.MEMBER),
            _sum(Pupil.consent == ConsentState.GIVEN),
        )
        .outerjoin(Pupil, (Pupil.class_id == SchoolClass.id) & Pupil.status.in_(ON_ROSTER))
        .where(SchoolClass.organization_id == organization_id, SchoolClass.year == year)
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.grade, SchoolClass.number)
        .limit(MOST_CLASSES)
    )
    minutes = _minutes_of(organization_id, year, day.year)
    return [ClassRow(*row[1:], minutes.get(row[0], 0)) for row in db.session.execute(counted)]


def _minutes_of(organization_id: int, year: int, calendar_year: int) -> dict[int, int]:
    """Return class -> confirmed minutes of its pupils in a calendar year."""
    statement = (
        select(SchoolClass.id, func.sum(VolunteerTotal.confirmed_minutes))
        .select_from(Pupil)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .join(Volunteer, Volunteer.person_id == Pupil.person_id)
        .join(VolunteerTotal, VolunteerTotal.volunteer_id == Volunteer.id)
        .where(
            Pupil.organization_id == organization_id,
            Pupil.status.in_(ON_ROSTER),
            SchoolClass.year == year,
            VolunteerTotal.year == calendar_year,
        )
        .group_by(SchoolClass.id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def class_at(organization_id: int, code: str) -> SchoolClass | None:
    """Return a class of a school, of whatever year."""
    statement = select(SchoolClass).where(
        SchoolClass.organization_id == organization_id, SchoolClass.code == code
    )
    return db.session.scalars(statement).one_or_none()


def row_of(school_class: SchoolClass, day: date) -> ClassRow:
    """Return a class with its numbers."""
    rows = classes_of(school_class.organization_id, school_class.year, day)
    return next(one for one in rows if one.code == school_class.code)


def classes_beside(pupil: Pupil, day: date) -> list[ClassRow]:
    """Return the other classes of the year in which a pupil is in a class."""
    own = pupil.school_class
    if own is None:
        return []
    rows = classes_of(own.organization_id, own.year, day)
    return [one for one in rows if one.code != own.code]


def pupils_of(class_id: int, after: str = "", limit: int = PAGE) -> Page[PupilRow]:
    """Return a page of the pupils on the roster of a class, by name."""
    statement = _listed(Pupil.class_id == class_id, Pupil.status.in_(ON_ROSTER), limit=limit + 1)
    if after:
        statement = statement.where(_later(after))
    return page_of([PupilRow(*row) for row in db.session.execute(statement)], limit)


def gone_from(class_id: int, limit: int = PAGE) -> Sequence[PupilRow]:
    """Return who was in a class and is no more, or said no."""
    statement = _listed(Pupil.class_id == class_id, Pupil.status.not_in(ON_ROSTER), limit=limit)
    return [PupilRow(*row) for row in db.session.execute(statement)]


def pupils_like(organization_id: int, text: str, limit: int = PAGE) -> Sequence[PupilRow]:
    """Return pupils of a school whose name begins so, sounds so or has such initials."""
    words = "".join(text.lower().split()).replace("/", "//").replace("%", "/%").replace("_", "/_")
    alike = or_(
        *(
            column.like(f"{words}%", escape="/")
            for column in (Person.match_key, Person.pinyin, Person.initials)
        )
    )
    here = Pupil.organization_id == organization_id
    statement = _listed(here, Pupil.status.in_(ON_ROSTER), alike, limit=limit)
    return [PupilRow(*row) for row in db.session.execute(statement)]


def pupil_at(organization_id: int, code: str) -> Pupil | None:
    """Return a pupil of a school, whatever became of him."""
    return db.session.scalars(
        select(Pupil)
        .join(Pupil.person)
        .options(
            joinedload(Pupil.person, innerjoin=True),
            joinedload(Pupil.school_class),
            joinedload(Pupil.organization, innerjoin=True),
            joinedload(Pupil.membership),
        )
        .where(
            Pupil.organization_id == organization_id,
            Pupil.code == code,
            Person.erased_at.is_(None),
        )
    ).one_or_none()


def guardians_of(person_id: int) -> list[GuardianRow]:
    """Return who answers for a child now, the phones masked."""
    statement = select(Guardian).where(Guardian.person_id == person_id, Guardian.ended_on.is_(None))
    return [
        GuardianRow(
            one.code,
            one.name,
            one.relation,
            mask_phone(one.plain_phone),
            one.confirmed_at is not None,
        )
        for one in db.session.scalars(statement.order_by(Guardian.id))
    ]


def events_of(pupil_id: int) -> Sequence[PupilEvent]:
    """Return what happened to a pupil, newest first."""
    statement = select(PupilEvent).where(PupilEvent.pupil_id == pupil_id)
    return db.session.scalars(statement.order_by(PupilEvent.id.desc())).all()


def _listed(*which: ColumnElement[bool], limit: int) -> Any:
    return (
        select(Pupil.code, Person.name, Pupil.status, Pupil.consent)
        .join(Person, Person.id == Pupil.person_id)
        .where(*which, Person.erased_at.is_(None))
        .order_by(Person.pinyin, Pupil.code)
        .limit(limit)
    )


def _later(after: str) -> ColumnElement[bool]:
    anchor = (
        select(Person.pinyin)
        .join(Pupil, Pupil.person_id == Person.id)
        .where(Pupil.code == after)
        .scalar_subquery()
    )
    is_equal = (Person.pinyin == anchor) & (Pupil.code > after)
    return or_(Person.pinyin > anchor, is_equal)
