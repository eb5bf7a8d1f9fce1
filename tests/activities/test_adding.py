"""A keeper adds a volunteer to a shift, by the conditions of everybody (VOL-19, scenario 4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import Shift, Signup
from activities.rules import Ground
from core import clock
from core.database import db
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.desk import BRANCH, letters, live
from tests.activities.test_agreements import bound, link_sent, own, ward_of
from tests.cast import Cast
from tests.client import Client
from volunteers.models import Volunteer

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    person = cast.person(name)
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()


def path_of(cast: Cast, shift: Shift, place: str = BRANCH) -> str:
    return f"/o/{cast.code(place)}/shifts/{shift.code}/add"


@pytest.mark.covers("VOL-19", "S15")
def test_a_keeper_adds_who_may_and_he_reads_of_it(cast: Cast, client_of: ClientOf) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    db.session.commit()
    ben, path = client_of("ben"), path_of(cast, shift)
    page = ben.page(f"{path}?q=人ada")
    assert "符合" in page.text
    code = volunteer_of(cast, "ada").code
    assert ben.post(path, {"volunteer": code}).status_code == 303
    assert live(shift) == {"人ada": "accepted"}
    assert letters(cast.user("ada")) == [LetterKind.SIGNUP_ADDED]
    assert ben.post(path, {"volunteer": code}).status_code == 422
    assert "已经报名" in ben.page(f"{path}?q=人ada").text
    signup = own(cast, "ada", shift)
    assert client_of("ada").post(f"/me/events/{signup.code}/cancel").status_code == 303
    assert ben.post(path, {"volunteer": "nobody"}).status_code == 422


@pytest.mark.covers("S4", "VOL-04")
def test_the_law_holds_for_who_is_added(cast: Cast, client_of: ClientOf) -> None:
    shift = bound(cast)
    shift.activity.grounds = Ground.DANGER.value
    cast.person("ada").born_on = date(clock.today().year - 16, 1, 1)
    db.session.commit()
    ben, path = client_of("ben"), path_of(cast, shift)
    page = ben.page(f"{path}?q=人ada")
    assert "《浙江省志愿服务条例》第九条" in page.text
    assert page.select("input[name=volunteer]") == []
    refused = ben.post(path, {"volunteer": volunteer_of(cast, "ada").code})
    assert refused.status_code == 422
    assert live(shift) == {}


@pytest.mark.covers("VOL-16", "D5")
def test_who_is_added_accepts_the_agreement_or_the_guardian(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = bound(cast)
    ward_of(cast)
    ben, path = client_of("ben"), path_of(cast, shift)
    for name in ("ada", "gus"):
        assert ben.post(path, {"volunteer": volunteer_of(cast, name).code}).status_code == 303
    rows = db.session.scalars(select(Signup)).all()
    assert all(one.agree_by is not None for one in rows)
    assert "等签协议" in ben.page(f"/o/{cast.code(BRANCH)}/shifts/{shift.code}").text
    assert link_sent().startswith("/g/a/")
    assert "同意协议" in client_of("ada").page(f"/me/events/{own(cast, 'ada', shift).code}").text


@pytest.mark.covers("D10", "AZ-05", "PRV-06")
def test_names_are_found_where_they_may_be_read(cast: Cast, client_of: ClientOf) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization("东市")))
    db.session.commit()
    eve, path = client_of("eve"), path_of(cast, shift, "东市")
    assert "没有找到" in eve.page(f"{path}?q=人ada").text
    found = eve.page(f"{path}?q={volunteer_of(cast, 'ada').number}").text
    assert "人**" in found
    assert "人ada" not in found.replace("q=人ada", "")
    assert client_of("ben").get(path).status_code in {403, 404}


@pytest.mark.covers("LOAD-07")
def test_finding_costs_the_same_for_one_and_for_many(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    shift, counted = bound(cast), []
    ben, path = client_of("ben"), path_of(cast, shift)
    for number in (1, 9):
        for _ in range(number):
            make.make_volunteer(make.make_person("试多人"), cast.organization(BRANCH))
        db.session.commit()
        ben.get(path)
        with count_statements() as seen:
            assert len(ben.page(f"{path}?q=试多人").select("tbody tr")) >= number
        counted.append(len(seen))
    assert counted[0] == counted[1]
