"""Classes of a school that ends go on in the school that takes its pupils in (SCH-07, ORG-17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from core.transactions import TryAgainError
from schools.models import School, SchoolClass
from schools.operations.classes import ClassFacts, delete_class, open_class


def take_classes(
    class_ids: Collection[int | None], school: School, by: Actor
) -> dict[int, SchoolClass]:
    """Return ``class -> the new one that follows it`` at another school.

    Year, grade, own name and teacher stay; a number that is taken becomes the next free one. A
    grade that the other school does not have has no class there: those pupils wait for one.
    """
    home_id = school.organization_id or 0
    there = select(SchoolClass.year, SchoolClass.grade, SchoolClass.number).where(
        SchoolClass.organization_id == home_id
    )
    used = {(year, grade, number) for year, grade, number in db.session.execute(there)}
    found = select(SchoolClass).where(SchoolClass.id.in_([key for key in class_ids if key]))
    order = SchoolClass.year, SchoolClass.grade, SchoolClass.number
    taken: dict[int, SchoolClass] = {}
    for one in db.session.scalars(found.order_by(*order)).all():
        number = _free(used, one)
        facts = ClassFacts(one.grade, number, one.name, one.teacher)
        try:
            taken[one.id] = open_class(home_id, school.stage, one.year, facts, by=by)
        except RuleViolation:
            continue
        used.add((one.year, one.grade, number))
    return taken


def give_back_classes(class_ids: Sequence[int], *, by: Actor) -> None:
    """Remove what ``take_classes`` made; where pupils are in one by now it stays."""
    for one in db.session.scalars(select(SchoolClass).where(SchoolClass.id.in_(class_ids))).all():
        try:
            with db.session.begin_nested():
                delete_class(one, by=by)
        except (RuleViolation, TryAgainError):
            continue


def _free(used: Collection[tuple[int, int, int]], one: SchoolClass) -> int:
    if (one.year, one.grade, one.number) not in used:
        return one.number
    here = (number for year, grade, number in used if (year, grade) == (one.year, one.grade))
    return max(here) + 1
