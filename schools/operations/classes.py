"""Keeping the classes of a school for one school year (domain.md SCH-07)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from core import crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, check_line
from core.transactions import TryAgainError
from organizations.models import Organization
from schools.models import Pupil, SchoolClass
from schools.rules.classes import check_class
from schools.rules.register import SchoolStage

TEACHER_MAX = 50
TAKEN = N_("这个班已经有了")
HAS_PUPILS = N_("班里登记过学生，不能删除")
GOES_ON = N_("下一学年的班级从这里升上去，不能删除")


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is told of a class: grade, number, its own name or nothing, its teacher or nobody."""

    grade: int
    number: int
    name: str = ""
    teacher: str = ""


def class_for(
    organization_id: int, year: int, grade: int, number: int, *, by: Actor
) -> SchoolClass:
    """Return a class of a school year, made where it is not there yet."""
    found = _at(organization_id, year, grade, number)
    return found or _add(organization_id, year, ClassFacts(grade, number), by=by)


def open_class(
    organization_id: int, stage: SchoolStage, year: int, facts: ClassFacts, *, by: Actor
) -> SchoolClass:
    """Return a new class. Raises RuleViolation for one that no such school has, or has already."""
    checked = _checked(stage, facts)
    if _at(organization_id, year, facts.grade, facts.number) is not None:
        raise RuleViolation("number", TAKEN)
    return _add(organization_id, year, checked, by=by)


def change_class(
    school_class: SchoolClass, stage: SchoolStage, facts: ClassFacts, *, by: Actor
) -> None:
    """Change number, name and teacher of a class; it stays in its grade. Raises RuleViolation."""
    checked = _checked(stage, facts)
    other = _at(school_class.organization_id, school_class.year, facts.grade, facts.number)
    if other is not None and other.id != school_class.id:
        raise RuleViolation("number", TAKEN)
    school_class.grade, school_class.number = checked.grade, checked.number
    school_class.name, school_class.teacher = checked.name, checked.teacher
    _flush()
    record("class.change", "class", school_class.id, by=by)


def delete_class(school_class: SchoolClass, *, by: Actor) -> None:
    """Remove a class that nobody was ever in. Raises RuleViolation otherwise."""
    key = school_class.id
    if db.session.scalar(select(exists().where(Pupil.class_id == key))):
        raise RuleViolation("", HAS_PUPILS)
    if db.session.scalar(select(exists().where(SchoolClass.follows_id == key))):
        raise RuleViolation("", GOES_ON)
    db.session.delete(school_class)
    _flush()
    record("class.delete", "class", key, by=by)


def _checked(stage: SchoolStage, facts: ClassFacts) -> ClassFacts:
    name = check_class(stage, facts.grade, facts.number, facts.name)
    teacher = check_line(facts.teacher, "teacher", TEACHER_MAX, missing="")
    return ClassFacts(facts.grade, facts.number, name, teacher)


def _at(organization_id: int, year: int, grade: int, number: int) -> SchoolClass | None:
    return db.session.scalars(
        select(SchoolClass).where(
            SchoolClass.organization_id == organization_id,
            SchoolClass.year == year,
            SchoolClass.grade == grade,
            SchoolClass.number == number,
        )
    ).one_or_none()


def _add(organization_id: int, year: int, facts: ClassFacts, *, by: Actor) -> SchoolClass:
    made = SchoolClass(
        code=crypto.opaque_code(8),
        organization=db.session.get_one(Organization, organization_id),
        year=year,
        grade=facts.grade,
        number=facts.number,
        name=facts.name,
        teacher=facts.teacher,
    )
    db.session.add(made)
    _flush()
    record("class.open", "class", made.id, by=by, grade=facts.grade, number=facts.number)
    return made


def _flush() -> None:
    """Write; the unique index has the last word where two make the same class at once."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
