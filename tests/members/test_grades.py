"""Ordinary, special and permanent members: who says so, from when on, and why (MEM-02)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from core import clock
from core.database import db
from members.models import GradeChange, GroupMembership, Membership
from members.rules import MemberGrade
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.units import make_group, owes_since

Clients = Callable[[str], Client]


def of(cast: Cast, who: str) -> Membership:
    person_id = cast.person(who).id
    return db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()


def facts(**changes: str) -> dict[str, str]:
    told = {
        "grade": "permanent",
        "valid_from": clock.today().isoformat(),
        "reason": "捐赠血液五十次",
    }
    return {**told, **changes}


def page_of(cast: Cast, who: str = "mia", place: str = "东县") -> str:
    return f"/o/{cast.code(place)}/members/{of(cast, who).code}"


@pytest.mark.covers("MEM-02")
def test_the_county_sets_a_grade_that_card_and_roster_show(cast: Cast, client_of: Clients) -> None:
    cora, mia, ben = client_of("cora"), client_of("mia"), client_of("ben")
    assert "永久会员" not in mia.page("/me/card").text
    assert cora.post(f"{page_of(cast)}/grade", facts()).status_code == 303
    assert of(cast, "mia").grade is MemberGrade.PERMANENT
    roster = f"/o/{cast.code('东一村')}/members"
    for page in (
        mia.page("/me/card"),
        mia.page("/me/card?style=print"),
        ben.page(roster),
        ben.page(f"{roster}/{of(cast, 'mia').code}"),
    ):
        assert "永久会员" in page.text
    shown = cora.page(page_of(cast)).text
    for words in ("普通会员改为永久会员", "捐赠血液五十次", "改等级"):
        assert words in shown
    kept = db.session.scalars(select(GradeChange)).one()
    assert (kept.from_grade, kept.to_grade) == (MemberGrade.ORDINARY, MemberGrade.PERMANENT)


@pytest.mark.covers("MEM-02", "UX-R2")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": "galactic"}, "grade"),
        ({"grade": "ordinary"}, "grade"),
        ({"valid_from": "2099-01-01"}, "valid_from"),
        ({"valid_from": "1990-01-01"}, "valid_from"),
        ({"valid_from": "昨天"}, "valid_from"),
        ({"reason": " "}, "reason"),
        ({"reason": "a\x07"}, "reason"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_wrong_facts_are_told_beside_their_field(
    cast: Cast, client_of: Clients, changes: dict[str, str], field: str
) -> None:
    unit, cora = make_group(cast.organization("东县")), client_of("cora")
    for path in (page_of(cast), f"/o/{cast.code('东县')}/groups/{unit.code}"):
        answer = cora.post(f"{path}/grade", facts(**changes))
        assert answer.status_code == 422
        assert parsed(answer).select_one(f"#{field}-error")
    assert db.session.scalars(select(GradeChange)).all() == []


def test_a_wrong_grade_and_a_wrong_day_are_told_at_once(cast: Cast, client_of: Clients) -> None:
    wrong = facts(grade="", valid_from="?")
    page = parsed(client_of("cora").post(f"{page_of(cast)}/grade", wrong))
    assert page.select_one("#grade-error")
    assert page.select_one("#valid_from-error")


@pytest.mark.covers("LED-04", "MEM-02")
def test_nobody_sets_his_own_grade_and_no_branch_any(cast: Cast, client_of: Clients) -> None:
    make.make_membership(cast.person("cora"), cast.organization("东一村"))
    unit = make_group(cast.organization("东县"), owner_id=cast.user("cora").id)
    cora = client_of("cora")
    assert cora.post(f"{page_of(cast, 'cora')}/grade", facts()).status_code == 422
    path = f"/o/{cast.code('东县')}/groups/{unit.code}/grade"
    assert cora.post(path, facts()).status_code == 422
    ben, branch = client_of("ben"), page_of(cast, "mia", "东一村")
    assert ben.page(branch).select("a[href$='/grade']") == []
    assert ben.post(f"{branch}/grade", facts()).status_code == 403
    assert cora.get(f"{page_of(cast, 'hana', '东小学')}/grade").status_code == 404


@pytest.mark.covers("MEM-02")
def test_a_unit_has_a_grade_too_and_a_permanent_one_is_never_proposed(
    cast: Cast, client_of: Clients
) -> None:
    unit, cora = make_group(cast.organization("东县")), client_of("cora")
    owes_since(unit, 2)
    path = f"/o/{cast.code('东县')}/groups/{unit.code}"
    assert cora.post(f"{path}/grade", facts()).status_code == 303
    assert "永久会员" in cora.page(path).text
    assert cora.post(f"{path}/arrears", {"note": "未交"}).status_code == 303
    assert cora.page(path).select("a[href$='/propose']") == []
    assert cora.post(f"{path}/propose", {"note": "两年没交"}).status_code == 422
    assert db.session.get_one(GroupMembership, unit.id).status == "arrears"


def test_who_left_gets_no_grade(cast: Cast, client_of: Clients) -> None:
    client_of("mia").post("/me/membership/leave", {})
    cora = client_of("cora")
    assert cora.page(page_of(cast)).select("a[href$='/grade']") == []
    assert cora.post(f"{page_of(cast)}/grade", facts()).status_code == 409


def test_the_database_takes_no_other_grade(cast: Cast) -> None:
    with pytest.raises(Exception, match="membergrade"), db.session.begin_nested():
        db.session.execute(text("UPDATE memberships SET grade = 'golden'"))
