"""Applications that lead to pairs: a number that somebody has (MEM-19)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.database import db
from members.models import Application
from organizations.rules import Measure
from people.models import DuplicateCandidate, Person
from people.rules.duplicates import DuplicateReason
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import merge, pair_of, part
from tests.volunteers.desk import figure

Clients = Callable[[str], Client]
R = DuplicateReason


def list_of(cast: Cast, place: str = "东县") -> str:
    return f"/o/{cast.code(place)}/duplicates"


@pytest.mark.covers("MEM-19", "PRV-06")
def test_an_application_with_a_number_that_somebody_has_is_a_sure_pair(
    cast: Cast, client_of: Clients, newcomer: Callable[..., Client]
) -> None:
    number = cast.person("mia").plain_id_number
    applicant, join = newcomer(), f"/j/{cast.code('西一村')}/apply/member"
    applicant.post(f"{join}/name", {"name": "完全不同"})
    applicant.post(f"{join}/identity", {"id_number": number})
    assert applicant.post(f"{join}/submit").status_code == 303
    pair = db.session.scalars(select(DuplicateCandidate)).one()
    assert pair.reason is R.SAME_NUMBER
    assert cast.person("mia").id in {pair.low_id, pair.high_id}
    assert "完**" in client_of("cora").page(list_of(cast)).text
    assert "人mia" not in client_of("dan").page(list_of(cast, "西县")).text


def apply_again(cast: Cast, newcomer: Callable[..., Client], number: str) -> Application:
    applicant, join = newcomer(), f"/j/{cast.code('东二村')}/apply/member"
    applicant.post(f"{join}/name", {"name": "人mia"})
    applicant.post(f"{join}/identity", {"id_number": number})
    assert applicant.post(f"{join}/submit").status_code == 303
    return db.session.scalars(select(Application)).one()


@pytest.mark.covers("MEM-19", "RACE-03")
def test_a_member_who_applies_again_becomes_one_person_and_the_application_closes(
    cast: Cast, newcomer: Callable[..., Client]
) -> None:
    mia = cast.person("mia")
    application = apply_again(cast, newcomer, mia.plain_id_number)
    other = db.session.get_one(Person, application.person_id)
    waiting = figure(cast, "东县", Measure.APPLICATIONS_WAITING)
    done = merge(cast, mia, other)
    db.session.refresh(application)
    assert application.status == "withdrawn"
    assert application.person_id == done.survivor_id
    assert figure(cast, "东县", Measure.APPLICATIONS_WAITING) == waiting - 1
    part(cast, done)
    db.session.refresh(application)
    assert application.status == "submitted"
    assert application.person_id == other.id
    assert figure(cast, "东县", Measure.APPLICATIONS_WAITING) == waiting


@pytest.mark.covers("MEM-19")
def test_an_application_with_another_number_is_of_another_person(
    cast: Cast, client_of: Clients, newcomer: Callable[..., Client]
) -> None:
    mia = cast.person("mia")
    assert mia.born_on is not None
    application = apply_again(cast, newcomer, make.make_id_number(mia.born_on))
    other = db.session.get_one(Person, application.person_id)
    pair = pair_of(mia, other)
    page = client_of("cora").page(f"{list_of(cast)}/{pair.code}")
    assert "申请里写的证件号和另一份记录的不同" in page.text
