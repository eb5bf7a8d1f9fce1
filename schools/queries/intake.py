"""What stands around a roster that comes in: classes, staff, and who of its children is known.

Many rows are asked together. Of a child on another school's roster nothing is told but that it
stands on one (security.md PRV-06).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select, tuple_

from accounts.models import Post, User
from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES
from people.models import Person
from schools.models import Pupil, SchoolClass
from schools.queries.register import school_of_branch
from schools.rules.pupils import ON_ROSTER
from schools.rules.register import SchoolStage

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A person that is stored, as far as a roster needs it."""

    id: int
    match_key: str
    phone_index: bytes | None
    id_index: bytes | None


@dataclass(slots=True)
class Surroundings:
    """A school with its classes of a year, by grade and number and by their own names."""

    organization_id: int
    stage: SchoolStage
    year: int
    classes: dict[tuple[int, int], SchoolClass]
    named: dict[str, tuple[int, int]]
    staff: frozenset[bytes]
    first: tuple[int, int] | None = None
    owners: dict[bytes, Known] = field(default_factory=dict)
    at_school: dict[int, int | None] = field(default_factory=dict)
    elsewhere: set[int] = field(default_factory=set)
    alike: dict[tuple[str, date], int] = field(default_factory=dict)


def surroundings_of(organization_id: int, year: int, today: date) -> Surroundings | None:
    """Return what a roster of a school meets, or None where there is no school."""
    school = school_of_branch(organization_id)
    if school is None:
        return None
    statement = select(SchoolClass).where(
        SchoolClass.organization_id == organization_id, SchoolClass.year == year
    )
    classes = db.session.scalars(statement).all()
    return Surroundings(
        organization_id,
        school.stage,
        year,
        {(one.grade, one.number): one for one in classes},
        {one.name: (one.grade, one.number) for one in classes if one.name},
        staff_phones(organization_id, today),
    )


def staff_phones(organization_id: int, today: date) -> frozenset[bytes]:
    """Return the phones of all who hold a post at a school today: none of them is a guardian."""
    statement = (
        select(User.phone_index)
        .join(Post, Post.user_id == User.id)
        .where(
            Post.organization_id == organization_id,
            Post.starts_on <= today,
            or_(Post.ends_on.is_(None), Post.ends_on >= today),
        )
    )
    return frozenset(db.session.scalars(statement))


def meet(around: Surroundings, indexes: Iterable[bytes], names: Iterable[tuple[str, date]]) -> None:
    """Read who has the documents of a list, where they stand, and who on the roster is alike."""
    for some in _portions(set(indexes)):
        found = select(Person.id, Person.match_key, Person.phone_index, Person.id_index).where(
            Person.id_index.in_(some), Person.erased_at.is_(None)
        )
        for row in db.session.execute(found):
            around.owners[row[3] or b""] = Known(*row)
    _place(around, [one.id for one in around.owners.values()])
    for pairs in _portions(set(names)):
        alike = (
            select(Person.match_key, Person.born_on, Person.id)
            .join(Pupil, Pupil.person_id == Person.id)
            .where(
                Pupil.organization_id == around.organization_id,
                Pupil.status.in_(ON_ROSTER),
                tuple_(Person.match_key, Person.born_on).in_(pairs),
            )
        )
        for key, day, person_id in db.session.execute(alike):
            if day is not None:
                around.alike[key, day] = person_id


def _place(around: Surroundings, person_ids: Sequence[int]) -> None:
    """Note who is on this roster, and who on another one or a member somewhere else."""
    for some in _portions(person_ids):
        rosters = select(Pupil.person_id, Pupil.organization_id, Pupil.class_id).where(
            Pupil.person_id.in_(some), Pupil.status.in_(ON_ROSTER)
        )
        for person_id, organization_id, class_id in db.session.execute(rosters):
            if organization_id == around.organization_id:
                around.at_school[person_id] = class_id
            else:
                around.elsewhere.add(person_id)
        members = select(Membership.person_id, Membership.organization_id).where(
            Membership.person_id.in_(some), Membership.status.in_(LIVE_STATES)
        )
        for person_id, organization_id in db.session.execute(members):
            if organization_id == around.organization_id:
                around.at_school.setdefault(person_id, None)
            else:
                around.elsewhere.add(person_id)


def _portions(wanted: Collection[object]) -> Iterable[list[object]]:
    values = list(wanted)
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))
