"""The card of an organization: who sees, who edits; suspension, quality list, member groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from organizations.models import CheckAnswer, MemberGroup, OrganizationEvent, OrganizationFile
from organizations.rules import Measure, OrganizationStatus
from organizations.rules.life import LifeAction
from tests.cast import Cast
from tests.client import Client, parsed
from tests.organizations.lives import gaps, seat, stock
from tests.supervision.parts import look

Clients = Callable[[str], Client]
YES = {f"met_{number}": "yes" for number in range(5)}
WORDS = {f"words_{number}": f"第 {number} 条的事" for number in range(5)}


@pytest.mark.covers("ORG-07", "ORG-01")
def test_the_own_secretary_edits_the_card_and_nobody_above(cast: Cast, client_of: Clients) -> None:
    here = f"/o/{cast.code('东一村')}/card"
    seat(cast.organization("东一村"), clock.today() - timedelta(days=30))
    sent = {
        "contact": "甲联系",
        "phone": "0571-85000000",
        "address": "东镇东一村 1 号",
        "party_group": "no",
        "party_branches": "2",
        "rescue_teams": "",
    }
    assert client_of("cora").post(f"{here}/edit", sent).status_code == 403
    assert client_of("dan").get(here).status_code == 404
    wrong = client_of("ben").post(
        f"{here}/edit", sent | {"phone": "请来电", "party_branches": "-1"}
    )
    assert parsed(wrong).select_one("#party_branches-error") is not None
    assert client_of("ben").post(f"{here}/edit", sent).status_code == 303
    file = db.session.scalars(select(OrganizationFile)).one()
    assert (file.has_party_group, file.party_branches, file.rescue_teams) == (False, 2, None)
    page = look(client_of("cora"), here)
    text = page.main.text
    for words in (
        "测试省 › 东市 › 东县 › 东镇 › 东一村",
        "甲联系",
        "0571-85000000",
        "旧会长",
        "人ben",
        "党组",
    ):
        assert words in text, words
    assert "天" in page.select_one("#council").text
    assert page.select_one(f'main a[href="{here}/edit"]') is None
    assert look(client_of("ben"), here).select_one(f'main a[href="{here}/edit"]') is not None


@pytest.mark.covers("ORG-17")
def test_a_suspended_organization_counts_no_more_until_it_goes_on(
    cast: Cast, client_of: Clients
) -> None:
    village, cora = cast.organization("东一村"), client_of("cora")
    here, county = f"/o/{village.code}/suspension", cast.organization("东县")
    before, members = stock(county), stock(county, Measure.ADULT_MEMBERS)
    known = gaps()
    assert client_of("ben").get(here).status_code == 403
    assert cora.post(here, {"words": ""}).status_code == 422
    assert cora.post(here, {"words": "两年没有活动"}).status_code == 303
    assert cast.organization("东一村").status is OrganizationStatus.SUSPENDED
    assert (stock(county), stock(county, Measure.ADULT_MEMBERS)) == (before - 1, members)
    assert gaps() == known
    poster = look(Client(cora.app), f"/j/{village.code}")
    assert poster.select_one('main a[href*="/join"]') is None
    listed = look(cora, f"/o/{county.code}/organizations?state=suspended").select_one("#rows").text
    assert "东一村" in listed
    assert "整顿" in listed
    assert client_of("ben").get(f"/o/{village.code}/card").status_code == 200
    sent = {"words": "已整改"}
    assert cora.post(here, sent).status_code == 303
    assert (stock(county), gaps()) == (before, known)
    steps = db.session.scalars(
        select(OrganizationEvent.action).order_by(OrganizationEvent.id)
    ).all()
    assert steps == [LifeAction.SUSPEND, LifeAction.RESUME]


@pytest.mark.covers("ORG-04")
def test_the_quality_list_is_data_and_what_is_there_is_shown(
    cast: Cast, client_of: Clients
) -> None:
    here, ben = f"/o/{cast.code('东一村')}/checklist", client_of("ben")
    asked = [one.text for one in look(ben, f"{here}/edit").select("legend")]
    assert [text.strip() for text in asked] == [
        "有热心的带头人", "有稳定的会员和志愿者", "有规章制度", "有服务平台", "有红十字活动"
    ]  # fmt: skip
    bare = ben.post(f"{here}/edit", YES)
    assert bare.status_code == 422
    assert parsed(bare).select_one("#words_0-error") is not None
    assert db.session.scalars(select(CheckAnswer)).all() == []
    answers = YES | WORDS | {"met_3": "no", "words_3": ""}
    assert ben.post(f"{here}/edit", answers).status_code == 303
    assert "5 条里做到 4 条" in look(client_of("cora"), f"/o/{cast.code('东一村')}/card").main.text
    assert client_of("cora").post(f"{here}/edit", answers).status_code == 403
    year = clock.today().year
    items = {"items": "有组织\n有阵地\n有活动", "from_year": str(year), "source": "测红〔2026〕1号"}
    top = f"/o/{cast.code('测试省')}/checklist/items"
    assert client_of("cora").get(f"/o/{cast.code('东县')}/checklist/items").status_code == 403
    gil = client_of("gil")
    assert gil.post(top, items | {"from_year": str(year - 1)}).status_code == 422
    assert gil.post(top, items | {"items": "有组织\n有组织"}).status_code == 422
    assert gil.post(top, items).status_code == 303
    page = look(ben, here).main.text
    assert "有阵地" in page
    assert "有规章制度" not in page
    assert "有规章制度" in look(ben, f"{here}?year={year - 1}").main.text


@pytest.mark.covers("ORG-03")
def test_member_groups_are_counted_apart_from_organizations(cast: Cast, client_of: Clients) -> None:
    here, ben = f"/o/{cast.code('东一村')}/member-groups", client_of("ben")
    county = cast.organization("东县")
    before, known = stock(county), gaps()
    sent = {"name": "第一小组", "leader": "甲组长", "heads": "12"}
    assert ben.post(f"{here}/new", sent | {"heads": "0"}).status_code == 422
    assert ben.post(f"{here}/new", sent).status_code == 303
    assert ben.post(f"{here}/new", sent).status_code == 422
    assert ben.post(f"{here}/new", sent | {"name": "第二小组", "heads": "8"}).status_code == 303
    assert client_of("tom").post(f"{here}/new", sent | {"name": "三"}).status_code == 403
    text = look(client_of("cora"), f"/o/{county.code}/organizations").main.text
    assert "另有会员小组 2 个、20 人，不算组织" in text
    assert (stock(county), gaps()) == (before, known)
    code = db.session.scalars(select(MemberGroup.code).where(MemberGroup.heads == 8)).one()
    assert ben.post(f"{here}/{code}/edit", sent | {"heads": "9"}).status_code == 422
    renamed = sent | {"name": "第三小组", "heads": "9"}
    assert ben.post(f"{here}/{code}/edit", renamed).status_code == 303
    assert ben.post(f"{here}/{code}/end").status_code == 303
    assert ben.get(f"{here}/{code}/edit").status_code == 404
    assert "1 个小组，12 人" in look(client_of("cora"), f"/o/{cast.code('东一村')}/card").main.text
    at_school = f"/o/{cast.code('东小学')}/member-groups/new"
    assert client_of("finn").post(at_school, sent).status_code == 422
