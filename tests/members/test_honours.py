"""Honours: recorded by the branch, read by the member, taken back with a reason (MEM-46)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from members import operations
from members.models import Honour, Membership
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of

Clients = Callable[[str], Client]
FACTS = {
    "name": "会员之星",
    "level": "national",
    "granted_by": "中国红十字会总会",
    "document": "中红字〔2026〕8号",
}


def of(cast: Cast, who: str) -> Membership:
    person_id = cast.person(who).id
    return db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()


def facts(**changes: str) -> dict[str, str]:
    return {**FACTS, "granted_on": (clock.today() - timedelta(days=3)).isoformat(), **changes}


def page_of(cast: Cast, who: str, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/members/{of(cast, who).code}"


@pytest.mark.covers("MEM-46")
def test_an_honour_is_recorded_read_and_taken_back(cast: Cast, client_of: Clients) -> None:
    ben, mia = client_of("ben"), client_of("mia")
    assert "还没有登记荣誉" in mia.page("/me/honours").text
    assert ben.post(f"{page_of(cast, 'mia')}/honours/new", facts()).status_code == 303
    for page in (ben.page(page_of(cast, "mia")), mia.page("/me/honours")):
        assert "会员之星" in page.select_one("#honours").text  # type: ignore[union-attr]
        assert "中红字〔2026〕8号" in page.text
    link = ben.page(page_of(cast, "mia")).select_one("#honours a[href$='/revoke']")
    assert link is not None
    assert mia.page("/me/honours").select("#honours a") == []
    assert ben.post(str(link["href"]), {"note": ""}).status_code == 422
    assert ben.post(str(link["href"]), {"note": "登记错了人"}).status_code == 303
    assert ben.post(str(link["href"]), {"note": "再来一次"}).status_code == 404
    assert mia.page("/me/honours").select("#honours") == []
    shown = ben.page(page_of(cast, "mia")).select_one("#honours")
    assert "已撤销：登记错了人" in shown.text  # type: ignore[union-attr]
    assert shown.select("a") == []  # type: ignore[union-attr]
    kept = db.session.scalars(select(Honour)).one()
    assert kept.revoked_note == "登记错了人"
    acts = set(db.session.scalars(select(AuditEvent.action)))
    assert acts >= {"honours.record", "honours.revoke"}


@pytest.mark.covers("MEM-46", "UX-R2")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"name": "a\x07"}, "name"),
        ({"level": "galactic"}, "level"),
        ({"granted_by": ""}, "granted_by"),
        ({"granted_on": "2099-01-01"}, "granted_on"),
        ({"granted_on": "1990-01-01"}, "granted_on"),
        ({"granted_on": "昨天"}, "granted_on"),
        ({"document": "长" * 41}, "document"),
    ],
)
def test_wrong_facts_are_told_beside_their_field(
    cast: Cast, client_of: Clients, changes: dict[str, str], field: str
) -> None:
    path = f"{page_of(cast, 'mia')}/honours/new"
    answer = client_of("ben").post(path, facts(**changes))
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error")
    assert db.session.scalars(select(Honour)).all() == []


def test_the_same_honour_counts_once(cast: Cast, client_of: Clients) -> None:
    path, ben = f"{page_of(cast, 'mia')}/honours/new", client_of("ben")
    assert [ben.post(path, facts()).status_code for _ in range(2)] == [303, 422]
    assert len(db.session.scalars(select(Honour)).all()) == 1


@pytest.mark.covers("LED-04")
def test_nobody_honours_himself(cast: Cast, client_of: Clients) -> None:
    make.make_membership(cast.person("ben"), cast.organization("东一村"))
    db.session.commit()
    path = f"{page_of(cast, 'ben')}/honours/new"
    assert client_of("ben").post(path, facts()).status_code == 422
    assert client_of("cora").post(path, facts()).status_code == 303
    link = client_of("ben").page(page_of(cast, "ben")).select_one("a[href$='/revoke']")
    assert link is not None
    assert client_of("ben").post(str(link["href"]), {"note": "不要"}).status_code == 422


@pytest.mark.covers("MEM-41")
def test_honours_go_along_when_a_member_moves(cast: Cast, client_of: Clients) -> None:
    make.make_honour(of(cast, "mia"), cast.user("ben"))
    of(cast, "mia").organization_id = cast.organization("东二村").id
    db.session.commit()
    assert client_of("bea").page(page_of(cast, "mia", "东二村")).select_one("#honours")
    assert client_of("ben").get(page_of(cast, "mia")).status_code == 404


def test_who_left_is_honoured_by_the_old_branch_no_more(cast: Cast, client_of: Clients) -> None:
    client_of("mia").post("/me/membership/leave", {})
    ben = client_of("ben")
    assert ben.page(page_of(cast, "mia")).select("a[href$='/honours/new']") == []
    assert ben.post(f"{page_of(cast, 'mia')}/honours/new", facts()).status_code == 422


def test_a_township_is_not_offered_what_only_the_village_may_do(
    cast: Cast, client_of: Clients
) -> None:
    make.make_honour(of(cast, "mia"), cast.user("ben"))
    db.session.commit()
    page = client_of("tom").page(page_of(cast, "mia", "东镇"))
    for link in page.select("#main a"):
        assert client_of("tom").get(str(link["href"])).status_code == 200, link


@pytest.mark.covers("AZ-05")
def test_an_honour_outside_the_reach_is_revoked_by_nobody(cast: Cast) -> None:
    honour = make.make_honour(of(cast, "mia"), cast.user("ben"))
    elsewhere = Membership.organization_id == cast.organization("东二村").id
    with pytest.raises(LookupError):
        operations.revoke_honour(
            honour.code, "不对", inside=elsewhere, by=actor_of(cast, "bea"), now=clock.now()
        )
