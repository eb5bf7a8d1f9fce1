"""People of the demonstration who registered twice: one pair to look at, one that was merged."""

from __future__ import annotations

from sqlalchemy import or_, select

from core.database import db
from datasets.demo.joining import VOLUNTEER, apply, approve
from datasets.demo.people import Stage, account
from datasets.demo.places import COUNTIES
from members.models import Membership
from members.operations import Answers
from members.rules import MembershipKind
from organizations.models import Organization
from people.models import DuplicateCandidate, Person
from people.operations.merges import merge

REGISTERED_DAYS_AGO = 14


def build_twins(stage: Stage) -> None:
    """Let members of a village register again, as volunteers of the next one."""
    for county in COUNTIES.values():
        village, next_one = (stage.places[f"{county}/村{number}"] for number in (1, 2))
        waiting, merged = _crowd_of(village)
        _register_again(stage, waiting, next_one)
        again = _register_again(stage, merged, next_one)
        office = stage.places[county]
        merge(
            _pair_of(merged, again).code,
            {},
            "电话问过本人，两次登记是同一个人",
            county_id=office.id,
            by=stage.keepers[office.id],
            now=stage.at(REGISTERED_DAYS_AGO - 4),
        )


def _crowd_of(village: Organization) -> tuple[Person, Person]:
    """Return two members of a village who are not of the cast."""
    found = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == village.id,
            Membership.kind == MembershipKind.ADULT,
            Membership.status == "active",
        )
        .order_by(Membership.id.desc())
        .limit(2)
    ).all()
    return found[0], found[1]


def _register_again(stage: Stage, person: Person, place: Organization) -> Person:
    """Return a second record of a person, with another phone."""
    user = account(stage, stage.next_serial(), person.name)
    answers = Answers(name=person.name, born_on=person.born_on)
    application = apply(stage, user, place, VOLUNTEER, REGISTERED_DAYS_AGO, answers)
    approve(stage, application, REGISTERED_DAYS_AGO - 2)
    return application.person


def _pair_of(one: Person, other: Person) -> DuplicateCandidate:
    ids = {one.id, other.id}
    of_both = or_(DuplicateCandidate.low_id == min(ids), DuplicateCandidate.high_id == max(ids))
    found = db.session.scalars(select(DuplicateCandidate).where(of_both)).all()
    return next(row for row in found if {row.low_id, row.high_id} == ids)
