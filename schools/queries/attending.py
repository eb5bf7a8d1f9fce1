"""Reading class activities: who can be counted, what was held, who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core import settings
from core.access.scope import Scope
from core.database import db
from core.files.models import StoredFile
from core.paging import Page, page_of
from people.models import Person
from people.rules import age_on
from schools.models import (
    Pupil,
    SchoolClass,
    YouthActivity,
    YouthMark,
    YouthPhoto,
    YouthRoll,
    YouthRollEvent,
)
from schools.rules.attending import KINDS, HeldBack, RollStatus, Tally, YouthKind, held_back
from schools.rules.pupils import ON_ROSTER, PupilStatus

PAGE = 20
RECENT = 6


@dataclass(frozen=True, slots=True)
class Rostered:
    """A pupil of a class as the roll call shows him; ``held`` tells why he is not counted."""

    pupil: Pupil
    held: HeldBack | None

    @property
    def code(self) -> str:
        return self.pupil.code

    @property
    def name(self) -> str:
        return self.pupil.person.name


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of this school year and how many youth members it has."""

    school_class: SchoolClass
    members: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An activity in the list, with classes and person-times."""

    activity: YouthActivity
    classes: int
    times: int

    @property
    def code(self) -> str:
        return self.activity.code


def classes_here(organization_id: int) -> list[ClassRow]:
    """Return the classes of the latest school year that has any, in their order."""
    latest = (
        select(func.max(SchoolClass.year))
        .where(SchoolClass.organization_id == organization_id)
        .scalar_subquery()
    )
    members = (
        select(func.count())
        .where(Pupil.class_id == SchoolClass.id, Pupil.status == PupilStatus.MEMBER)
        .correlate(SchoolClass)
        .scalar_subquery()
    )
    statement = (
        select(SchoolClass, members)
        .where(SchoolClass.organization_id == organization_id, SchoolClass.year == latest)
        .order_by(SchoolClass.grade, SchoolClass.number)
    )
    return [ClassRow(row[0], row[1]) for row in db.session.execute(statement)]


def class_of(organization_id: int, code: str) -> SchoolClass | None:
    """Return a class of a school branch."""
    return db.session.scalars(
        select(SchoolClass).where(
            SchoolClass.code == code, SchoolClass.organization_id == organization_id
        )
    ).one_or_none()


def roster_on(school_class: SchoolClass, kind: YouthKind, day: date) -> list[Rostered]:
    """Return the pupils of a class, each with why he is held back; by name."""
    pupils = db.session.scalars(
        select(Pupil)
        .join(Pupil.person)
        .options(contains_eager(Pupil.person))
        .where(Pupil.class_id == school_class.id, Pupil.status.in_(ON_ROSTER))
        .order_by(Person.name, Pupil.id)
    )
    return [Rostered(one, held_on(one, kind, day)) for one in pupils]


def roster_beside(roll: YouthRoll) -> list[Rostered]:
    """Return who of the class has no mark at a roll call: came to it later, or consent came late.

    Each with why he is held back, as at the roll call itself.
    """
    marked = set(db.session.scalars(select(YouthMark.pupil_id).where(YouthMark.roll_id == roll.id)))
    rows = roster_on(roll.school_class, roll.activity.kind, roll.activity.held_on)
    return [one for one in rows if one.pupil.id not in marked]


def held_on(pupil: Pupil, kind: YouthKind, day: date) -> HeldBack | None:
    """Return why a pupil is not counted at an activity of a kind on a day."""
    born_on, names = pupil.person.born_on, KINDS[kind].ages
    age = age_on(born_on, day) if born_on is not None and born_on <= day else None
    ages = (settings.value(names[0], day), settings.value(names[1], day)) if names else None
    return held_back(pupil.status, pupil.consent, age, ages)


def activities_at(scope: Scope, after: str = "", limit: int = PAGE) -> Page[HeldRow]:
    """Return a page of what the school held, the newest first; what was undone is left out."""
    activity, roll = YouthActivity, YouthRoll
    of_it = roll.activity_id == activity.id, roll.status == RollStatus.RECORDED
    classes, times = (
        select(count).where(*of_it).correlate(activity).scalar_subquery()
        for count in (func.count(), func.sum(roll.present))
    )
    statement = (
        select(activity, classes, times)
        .options(joinedload(activity.campaign))
        .where(activity.organization_id == scope.place.id)
        .where(exists().where(*of_it).correlate(activity))
        .order_by(activity.held_on.desc(), activity.id.desc())
        .limit(limit + 1)
    )
    if after:
        last = select(activity.held_on, activity.id).where(activity.code == after).subquery()
        day, key = (select(column).scalar_subquery() for column in (last.c.held_on, last.c.id))
        earlier = and_(activity.held_on == day, activity.id < key)
        statement = statement.where(or_(activity.held_on < day, earlier))
    rows = db.session.execute(statement)
    return page_of([HeldRow(row[0], row[1], row[2]) for row in rows], limit)


def activity_at(organization_id: int, code: str) -> YouthActivity | None:
    """Return an activity of a school branch."""
    return db.session.scalars(
        select(YouthActivity)
        .options(joinedload(YouthActivity.campaign))
        .where(YouthActivity.code == code, YouthActivity.organization_id == organization_id)
    ).one_or_none()


def open_activities(organization_id: int, class_id: int, since: date) -> Sequence[YouthActivity]:
    """Return what other classes held lately and this one may be added to, the newest first."""
    taken = select(YouthRoll.activity_id).where(
        YouthRoll.class_id == class_id, YouthRoll.status == RollStatus.RECORDED
    )
    return db.session.scalars(
        select(YouthActivity)
        .where(
            YouthActivity.organization_id == organization_id,
            YouthActivity.held_on >= since,
            YouthActivity.id.not_in(taken),
        )
        .order_by(YouthActivity.held_on.desc(), YouthActivity.id.desc())
        .limit(RECENT)
    ).all()


def last_kind(organization_id: int) -> YouthKind | None:
    """Return the kind that the school recorded last: the next one is often the same."""
    return db.session.scalars(
        select(YouthActivity.kind)
        .where(YouthActivity.organization_id == organization_id)
        .order_by(YouthActivity.held_on.desc(), YouthActivity.id.desc())
        .limit(1)
    ).one_or_none()


def rolls_of(activity: YouthActivity) -> Sequence[YouthRoll]:
    """Return the roll calls of an activity by class, those undone last."""
    return db.session.scalars(
        select(YouthRoll)
        .join(YouthRoll.school_class)
        .options(contains_eager(YouthRoll.school_class))
        .where(YouthRoll.activity_id == activity.id)
        .order_by(YouthRoll.status, SchoolClass.grade, SchoolClass.number, YouthRoll.id)
    ).all()


def roll_at(organization_id: int, code: str) -> YouthRoll | None:
    """Return a roll call of a school branch with class and activity."""
    return db.session.scalars(
        select(YouthRoll)
        .join(YouthRoll.activity)
        .options(contains_eager(YouthRoll.activity).joinedload(YouthActivity.campaign))
        .options(joinedload(YouthRoll.school_class, innerjoin=True))
        .where(YouthRoll.code == code, YouthActivity.organization_id == organization_id)
    ).one_or_none()


def marks_of(roll: YouthRoll) -> Sequence[YouthMark]:
    """Return who was there and who was not, by name."""
    return db.session.scalars(
        select(YouthMark)
        .join(YouthMark.pupil)
        .join(Pupil.person)
        .options(contains_eager(YouthMark.pupil).contains_eager(Pupil.person))
        .where(YouthMark.roll_id == roll.id)
        .order_by(Person.name, Pupil.id)
    ).all()


def absent_names(activity: YouthActivity) -> dict[int, list[str]]:
    """Return ``roll -> names of the absent`` of an activity: one statement."""
    rows = db.session.execute(
        select(YouthMark.roll_id, Person.name)
        .join(YouthRoll, YouthRoll.id == YouthMark.roll_id)
        .join(YouthMark.pupil)
        .join(Pupil.person)
        .where(YouthRoll.activity_id == activity.id, YouthMark.is_present.is_(False))
        .order_by(Person.name, Pupil.id)
    )
    found: dict[int, list[str]] = {}
    for roll_id, name in rows:
        found.setdefault(roll_id, []).append(name)
    return found


def steps_of(activity: YouthActivity) -> Sequence[YouthRollEvent]:
    """Return what happened to the roll calls of an activity, the oldest first."""
    return db.session.scalars(
        select(YouthRollEvent)
        .join(YouthRoll, YouthRoll.id == YouthRollEvent.roll_id)
        .where(YouthRoll.activity_id == activity.id)
        .order_by(YouthRollEvent.id)
    ).all()


def photos_of(activity: YouthActivity) -> Sequence[YouthPhoto]:
    """Return the pictures of an activity, in their order."""
    statement = select(YouthPhoto).where(YouthPhoto.activity_id == activity.id)
    return db.session.scalars(statement.order_by(YouthPhoto.id)).all()


def photo_at(organization_id: int, code: str) -> tuple[YouthPhoto, StoredFile] | None:
    """Return a picture of a school's activity with its file."""
    row = db.session.execute(
        select(YouthPhoto, StoredFile)
        .join(StoredFile, StoredFile.id == YouthPhoto.file_id)
        .join(YouthActivity, YouthActivity.id == YouthPhoto.activity_id)
        .where(YouthPhoto.code == code, YouthActivity.organization_id == organization_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def activity_of_photo(photo: YouthPhoto) -> str:
    """Return the code of the activity that a picture shows."""
    statement = select(YouthActivity.code).where(YouthActivity.id == photo.activity_id)
    return db.session.execute(statement).scalar_one()


# ---------------------------------------------------------------------------- counting


def tally(*conditions: ColumnElement[bool]) -> Tally:
    """Return activities, persons and person-times under conditions: one statement (STA-04)."""
    row = db.session.execute(
        select(
            func.count(func.distinct(YouthActivity.id)),
            func.count(func.distinct(Pupil.person_id)),
            func.count(),
        )
        .select_from(YouthActivity)
        .join(YouthRoll, YouthRoll.activity_id == YouthActivity.id)
        .join(YouthMark, YouthMark.roll_id == YouthRoll.id)
        .join(Pupil, Pupil.id == YouthMark.pupil_id)
        .where(YouthRoll.status == RollStatus.RECORDED, YouthMark.is_present.is_(True))
        .where(*conditions)
    ).one()
    return Tally(row[0], row[1], row[2])


def tally_of_class(class_id: int) -> Tally:
    """Return what a class of a school year took part in."""
    return tally(YouthRoll.class_id == class_id)


def tally_of_school(
    organization_id: int, first: date, last: date, kind: YouthKind | None = None
) -> Tally:
    """Return what a school held from a day to a day, of one kind or of all."""
    span = YouthActivity.held_on.between(first, last)
    of_kind = (YouthActivity.kind == kind,) if kind is not None else ()
    return tally(YouthActivity.organization_id == organization_id, span, *of_kind)


def tally_in_campaign(campaign_id: int, organization_id: int) -> Tally:
    """Return what a school did in a campaign."""
    return tally(
        YouthActivity.campaign_id == campaign_id,
        YouthActivity.organization_id == organization_id,
    )
