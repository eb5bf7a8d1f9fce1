"""Rosters follow a person: merged records bring them along, erased ones leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from core.audit.operations import SYSTEM
from core.database import db
from core.imports.models import ImportRow
from core.rules import RuleViolation
from people import erasing
from people.models import Guardian, Person
from schools.models import Pupil
from schools.operations.roster import take_off
from schools.rules.taking_off import OffReason
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.members.lists import confirm
from tests.people.pairs import merge, part
from tests.schools.lists import as_cells, children, paste, pupils_of, school_of

Clients = Callable[[str], Client]


def count(model: type[Guardian | ImportRow], *which: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0  # type: ignore[arg-type]


@pytest.mark.covers("AZ-16")
def test_a_merged_record_brings_roster_and_guardians_and_gets_them_back(cast: Cast) -> None:
    made = school.make_class(cast.organization("东小学"))
    pupil = school.make_pupil(made, make.make_person("合小同", with_id=True))
    child, own = pupil.person, db.session.scalars(select(Guardian)).one()
    other = make.make_person("合小同", born_on=child.born_on)
    make.make_volunteer(other, cast.organization("东一村"))
    school.make_guardian(other, own.plain_phone)
    db.session.commit()
    done = merge(cast, other, child)
    found = db.session.get_one(Pupil, pupil.id)
    survivor = found.person_id
    assert survivor == done.survivor_id
    standing = select(Guardian.person_id).where(Guardian.ended_on.is_(None))
    assert db.session.scalars(standing).all() == [survivor]  # one phone answers once
    part(cast, done)
    assert db.session.get_one(Pupil, pupil.id).person_id == child.id
    assert sorted(db.session.scalars(standing)) == sorted([child.id, other.id])


@pytest.mark.covers("AZ-16")
def test_two_records_on_rosters_are_not_merged(cast: Cast) -> None:
    made = school.make_class(cast.organization("东小学"))
    first, second = (
        school.make_pupil(made, make.make_person("双小同", with_id=number == 0)).person
        for number in range(2)
    )
    db.session.commit()
    with pytest.raises(RuleViolation, match="名册"):
        merge(cast, first, second)


@pytest.mark.covers("PRV-16")
def test_who_is_taken_off_or_erased_leaves_no_row_of_a_list(client_of: Clients, cast: Cast) -> None:
    org, finn = school_of(cast), client_of("finn")
    confirm(finn, paste(finn, org, as_cells(children(3))))
    removed, erased, stays = pupils_of()
    rows = count(ImportRow)
    take_off(removed, OffReason.OTHER, by=SYSTEM, now=removed.entered_at)
    assert count(ImportRow) == rows - 1
    assert erasing.waiting_for(erased.person_id)
    erasing.erase_all(erased.person_id)
    assert count(ImportRow, ImportRow.made_id == erased.id) == 0
    assert count(Guardian, Guardian.person_id == erased.person_id) == 0
    assert count(Guardian, Guardian.person_id == stays.person_id) == 1
    assert db.session.get(Person, stays.person_id) is not None
