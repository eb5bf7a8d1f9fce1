"""Founding organizations of every kind in place: who asks, who replies, and where they count."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.database import db
from organizations.models import FoundingEvent, OrganizationCouncil, OrganizationFounding
from organizations.rules import OrganizationKind, OrganizationStatus
from organizations.rules.foundings import FoundingAction, FoundingStatus
from organizations.rules.life import term_end
from tests.cast import Cast
from tests.client import Client
from tests.organizations.lives import (
    asking,
    council,
    day,
    found_whole,
    gaps,
    meeting,
    newest_founding,
    sight,
    stock,
)
from tests.supervision.parts import look

Clients = Callable[[str], Client]
ABOVE = ("东县", "东市", "测试省")


@pytest.mark.covers("S26", "ORG-14", "ORG-16", "ORG-17")
def test_a_hospital_is_founded_by_reply_meeting_and_council(cast: Cast, client_of: Clients) -> None:
    before = {name: stock(cast.organization(name)) for name in ABOVE}
    base = f"/o/{cast.code('东县')}"
    row = found_whole(client_of("cora"), base, asking(cast, "hospital", "东县医院红十字会", "东县"))
    assert (row.status, row.reply_number) == (FoundingStatus.ACTIVE, "东红〔2026〕5号")
    made = row.organization
    assert made is not None
    assert (made.kind, made.founded_on) == (OrganizationKind.HOSPITAL, row.held_on)
    seated = db.session.scalars(select(OrganizationCouncil)).one()
    assert (seated.vice_heads, seated.supervisors) == ("丙副、丁副", "辛监事")
    assert made.term_ends_on == seated.ends_on == term_end(seated.starts_on, 5)
    assert {name: stock(cast.organization(name)) for name in ABOVE} == {
        name: count + 1 for name, count in before.items()
    }
    steps = db.session.scalars(select(FoundingEvent.action).order_by(FoundingEvent.id)).all()
    _a = FoundingAction
    assert steps == [_a.APPLY, _a.APPROVE, _a.FOUND, _a.SEAT]
    page = look(client_of("cora"), f"/o/{made.code}/card").main.text
    assert "甲会长" in page
    assert "正常" in page


@pytest.mark.covers("S38", "ORG-05")
def test_a_community_directly_under_a_county_counts_everywhere(
    cast: Cast, client_of: Clients
) -> None:
    before = {name: stock(cast.organization(name)) for name in ABOVE}
    known = gaps()
    base, cora = f"/o/{cast.code('东县')}", client_of("cora")
    row = found_whole(cora, base, asking(cast, "village", "直属社区红十字会", "东县"))
    made, county = row.organization, cast.organization("东县")
    assert made is not None
    assert made.path == f"{county.path}{made.id}/"
    assert (made.county_id, made.city_id) == (county.id, cast.organization("东市").id)
    for name in ABOVE:
        assert stock(cast.organization(name)) == before[name] + 1, name
    assert gaps() == known
    assert "直属社区" in look(cora, f"{base}/organizations").main.text
    assert (
        "直属社区" in look(client_of("gil"), f"/o/{cast.code('测试省')}/organizations?q=直属").text
    )
    assert "直属社区" in look(Client(cora.app), "/find?q=直属社区").main.text


@pytest.mark.covers("ORG-17")
def test_a_draft_is_handed_in_goes_back_and_comes_again(cast: Cast, client_of: Clients) -> None:
    base, cora = f"/o/{cast.code('东县')}", client_of("cora")
    asked = asking(cast, "company", "东县甲公司红十字会", "东县")
    assert cora.post(f"{base}/organizations/new", asked | {"act": "draft"}).status_code == 303
    row = newest_founding()
    assert row.status is FoundingStatus.DRAFT
    here = f"{base}/organizations/foundings/{row.code}"
    approve = {"act": "approve", "number": "1号", "replied_on": day(1)}
    assert cora.post(f"{here}/reply", approve).status_code == 409
    changed = asked | {"name": "东县乙公司红十字会"}
    assert cora.post(f"{here}/edit", changed).status_code == 303
    assert newest_founding().status is FoundingStatus.SUBMITTED
    assert cora.post(f"{here}/edit", changed).status_code == 409
    assert cora.post(f"{here}/reply", {"act": "return", "note": ""}).status_code == 422
    assert cora.post(f"{here}/reply", {"act": "return", "note": "缺名单"}).status_code == 303
    assert "缺名单" in look(cora, here).main.text
    assert cora.post(f"{here}/edit", changed).status_code == 303
    assert cora.post(f"{here}/withdraw").status_code == 303
    assert (newest_founding().status, newest_founding().name) == (
        FoundingStatus.WITHDRAWN,
        "东县乙公司红十字会",
    )


@pytest.mark.covers("ORG-17", "ORG-01", "AZ-16")
def test_a_township_asks_its_county_and_only_the_county_replies(
    cast: Cast, client_of: Clients
) -> None:
    tom, cora = client_of("tom"), client_of("cora")
    town, county = f"/o/{cast.code('东镇')}", f"/o/{cast.code('东县')}"
    asked = asking(cast, "village", "东三村红十字会", "东镇", "东县")
    assert tom.post(f"{town}/organizations/new", asked).status_code == 303
    code = newest_founding().code
    path = f"organizations/foundings/{code}"
    approve = {"act": "approve", "number": "东红〔2026〕6号", "replied_on": day(10)}
    assert tom.post(f"{town}/{path}/reply", approve).status_code == 404
    assert cora.get(f"{county}/{path}").status_code == 200
    assert cora.get(f"{county}/{path}/edit").status_code == 404
    west = f"/o/{cast.code('西县')}/{path}"
    assert client_of("dan").get(west).status_code == 404
    assert cora.post(f"{county}/{path}/reply", approve).status_code == 303
    assert cora.post(f"{county}/{path}/meeting", meeting()).status_code == 404
    assert tom.post(f"{town}/{path}/meeting", meeting()).status_code == 303
    made = newest_founding().organization
    assert made is not None
    assert made.parent_id == cast.organization("东镇").id
    assert "founding.approve" in set(db.session.scalars(select(AuditEvent.action)))


@pytest.mark.covers("ORG-02", "ORG-17")
def test_a_township_replies_to_its_villages_and_to_nothing_else(
    cast: Cast, client_of: Clients
) -> None:
    tom, town = client_of("tom"), f"/o/{cast.code('东镇')}"
    village = asking(cast, "village", "东四村红十字会", "东镇")
    found_whole(tom, town, village)
    unit = asking(cast, "company", "东镇公司红十字会", "东镇")
    answer = tom.post(f"{town}/organizations/new", unit)
    assert answer.status_code == 422
    assert "不归它批复" in sight(answer).select_one("#decider-error").text


#: What is changed of a right application -> the field beside which the reason stands.
WRONG = (
    ({"kind": "county"}, "kind"),
    ({"kind": "school"}, "kind"),
    ({"kind": "township", "parent": "东镇"}, "parent"),
    ({"parent": "东一村"}, "parent"),
    ({"parent": "西县"}, "parent"),
    ({"decider": "西县"}, "decider"),
    ({"name": "东二村"}, "name"),
    ({"name": ""}, "name"),
    ({"division": "330383198"}, "division"),
    ({"division": "999999999999"}, "division"),
    ({"applied_on": day(-2)}, "applied_on"),
    ({"contact": ""}, "contact"),
)


@pytest.mark.covers("ORG-06", "S38")
def test_an_organization_that_cannot_stand_there_is_refused(cast: Cast, client_of: Clients) -> None:
    path, cora = f"/o/{cast.code('东县')}/organizations/new", client_of("cora")
    for changes, field in WRONG:
        asked = asking(cast, "village", "东五村红十字会", "东县") | changes
        for name in ("parent", "decider"):
            if name in changes:
                asked[name] = cast.code(changes[name])
        answer = cora.post(path, asked)
        assert answer.status_code == 422, changes
        page = sight(answer)
        assert page.select_one(f"#{field}-error") is not None, changes
        assert page.select_one("#words").text.strip() == "已开过筹备会"
    assert db.session.scalars(select(OrganizationFounding)).all() == []


@pytest.mark.covers("S38", "ORG-05")
def test_a_village_moves_within_its_county_and_the_tree_has_no_circle(
    cast: Cast, client_of: Clients
) -> None:
    cora, village = client_of("cora"), cast.organization("东二村")
    path = f"/o/{village.code}/parent"
    town, county = cast.organization("东镇"), cast.organization("东县")
    above = [stock(one) for one in (county, cast.organization("东市"))]
    refused = (
        (path, "东一村", "不能设在这一级下面"),
        (path, "东县", "已经在这个上级下面"),
        (path, "西县", "请重新选择"),
        (f"/o/{town.code}/parent", "东一村", "不能设在这一级下面"),
        (f"/o/{county.code}/parent", "东镇", "请重新选择"),
    )
    for address, target, words in refused:
        sent = {"parent": cast.code(target), "reason": "区划调整"}
        answer = cora.post(address, sent)
        assert answer.status_code == 422, (address, target)
        assert words in sight(answer).select_one("#parent-error").text
    assert cora.post(path, {"parent": town.code, "reason": "区划调整"}).status_code == 303
    assert cast.organization("东二村").path == f"{cast.organization('东镇').path}{village.id}/"
    assert [stock(one) for one in (county, cast.organization("东市"))] == above
    assert client_of("ben").get(path).status_code == 404
    assert client_of("bea").get(path).status_code == 403


def test_one_name_is_asked_for_once_at_a_time(cast: Cast, client_of: Clients) -> None:
    path, cora = f"/o/{cast.code('东县')}/organizations/new", client_of("cora")
    asked = asking(cast, "village", "东六村红十字会", "东县")
    assert cora.post(path, asked).status_code == 303
    answer = cora.post(path, asked)
    assert answer.status_code == 422
    assert "在办" in sight(answer).select_one("#name-error").text


def test_a_small_organization_elects_a_head_only(cast: Cast, client_of: Clients) -> None:
    base, cora = f"/o/{cast.code('东县')}", client_of("cora")
    asked = asking(cast, "village", "东七村红十字会", "东县")
    cora.post(f"{base}/organizations/new", asked)
    here = f"{base}/organizations/foundings/{newest_founding().code}"
    cora.post(f"{here}/reply", {"act": "approve", "number": "1号", "replied_on": day(10)})
    cora.post(f"{here}/meeting", meeting(due="9", present="9"))
    answer = cora.post(f"{here}/council", council())
    assert answer.status_code == 422
    assert "只选会长" in sight(answer).select_one("#vice_heads-error").text
    only = {"head": "甲会长", "starts_on": day(3)}
    assert cora.post(f"{here}/council", only).status_code == 303


@pytest.mark.covers("ORG-17")
def test_an_organization_that_stopped_gets_no_council(cast: Cast, client_of: Clients) -> None:
    base, cora = f"/o/{cast.code('东县')}", client_of("cora")
    asked = asking(cast, "company", "东县丁公司红十字会", "东县")
    assert cora.post(f"{base}/organizations/new", asked).status_code == 303
    here = f"{base}/organizations/foundings/{newest_founding().code}"
    approve = {"act": "approve", "number": "1号", "replied_on": day(4)}
    assert cora.post(f"{here}/reply", approve).status_code == 303
    assert cora.post(f"{here}/meeting", meeting()).status_code == 303
    made = newest_founding().organization
    assert made is not None
    made.status = OrganizationStatus.DISSOLVED
    assert cora.post(f"{here}/council", council()).status_code == 422
    assert db.session.scalars(select(OrganizationCouncil)).all() == []
