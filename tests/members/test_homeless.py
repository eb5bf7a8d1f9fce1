"""Members of closed organizations: they wait at the county and find a place (MEM-41)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock, settings
from core.audit.operations import SYSTEM
from core.database import db
from members.models import Membership, Resettlement, Transfer
from members.operations.memberships import create_membership
from members.rules import MembershipKind, MembershipStatus, months_after
from organizations.rules import OrganizationKind
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.client import parsed
from tests.members.test_closings import (
    BRANCH,
    COUNTY,
    OTHER,
    SCHOOL,
    Clients,
    close,
    sent,
    undo,
)
from tests.members.test_leaving import gaps
from tests.members.test_transfers import of_mia


@pytest.mark.covers("MEM-41")
def test_without_a_target_members_wait_at_the_county_and_find_a_place(
    cast: Cast, client_of: Clients
) -> None:
    unexplained = gaps()
    close(cast, client_of, None)
    waiting = of_mia(cast)
    assert waiting.status is MembershipStatus.PENDING_TRANSFER
    assert waiting.organization_id == cast.organization(COUNTY).id
    row = db.session.scalars(select(Resettlement)).one()
    months = settings.value("closings.pending_months", on=clock.today())
    assert row.until_on == months_after(clock.today(), months)
    cora = client_of("cora")
    home = cora.page(f"/o/{cast.code(COUNTY)}/home")
    assert "等待转会籍" in home.text
    page = cora.page(f"/o/{cast.code(COUNTY)}/pending")
    assert cast.person("mia").name in page.text
    assert BRANCH in page.text
    assert "扫新组织的海报" in client_of("mia").page("/me/card").text
    one = f"/o/{cast.code(COUNTY)}/pending/{waiting.code}"
    assert cora.post(one, {"target": cast.code("西一村")}).status_code == 422
    assert cora.post(one, {"target": "zzzzzz"}).status_code == 422
    assert cora.post(one, {}).status_code == 422
    assert cora.post(one, {"target": cast.code(OTHER)}).status_code == 303
    placed = of_mia(cast)
    assert (placed.status, placed.organization_id) == (
        MembershipStatus.ACTIVE,
        cast.organization(OTHER).id,
    )
    assert gaps() == unexplained
    assert cora.get(one).status_code == 404
    assert undo(cast, client_of) == 422


def test_who_waits_may_transfer_by_himself(cast: Cast, client_of: Clients) -> None:
    close(cast, client_of, None)
    client_of("mia").post(f"/j/{cast.code('北一村')}/transfer")
    moving = db.session.scalars(select(Transfer)).one()
    assert moving.handler_id == cast.organization(COUNTY).id
    path = f"/o/{cast.code(COUNTY)}/transfers/{moving.code}/release"
    assert client_of("cora").post(path).status_code == 303
    db.session.expire_all()
    path = f"/o/{moving.handler.code}/transfers/{moving.code}/accept"
    assert client_of("noa").post(path).status_code == 303
    assert of_mia(cast).organization_id == cast.organization("北一村").id
    assert db.session.scalars(select(Resettlement)).one().settled_at is not None
    assert "没有等待转会籍的会员" in client_of("cora").page(f"/o/{cast.code(COUNTY)}/pending").text


@pytest.mark.covers("MEM-41")
def test_the_waiting_ends_after_the_months(cast: Cast, client_of: Clients, app: Flask) -> None:
    close(cast, client_of, None)
    until = db.session.scalars(select(Resettlement.until_on)).one()
    unexplained = gaps()
    assert until is not None
    for day, ended in ((until, "0"), (until + timedelta(days=1), "1")):
        told = app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(day)])
        assert f"{ended} memberships lapsed" in told.output
    assert of_mia(cast).status is MembershipStatus.LAPSED
    assert gaps() == unexplained


@pytest.mark.covers("D10")
def test_pupils_go_to_a_school_and_are_numbers_at_the_county(
    cast: Cast, client_of: Clients
) -> None:
    school = make.make_organization(OrganizationKind.SCHOOL, "东中学", cast.organization(COUNTY))
    pupils = make.make_person("学生试甲"), make.make_person("学生试乙")
    for one in pupils:
        create_membership(
            one,
            cast.organization(SCHOOL),
            MembershipKind.YOUTH,
            by=SYSTEM,
            now=clock.now(),
            status=MembershipStatus.ACTIVE,
        )
    db.session.commit()
    unexplained = gaps()
    path = f"/o/{cast.code(SCHOOL)}/closing"
    refused = client_of("cora").post(path, sent(cast, OTHER))
    assert refused.status_code == 422
    assert "只能转到学校" in parsed(refused).text
    enter_setting("closings.may_wait", 1)
    closing = close(cast, client_of, None, SCHOOL)
    page = client_of("cora").page(f"/o/{cast.code(COUNTY)}/pending")
    assert "学生试" not in page.text
    assert cast.person("hana").name not in page.text
    assert SCHOOL in str(page.select_one("#left"))
    everyone = f"/o/{cast.code(COUNTY)}/pending/closings/{closing.code}"
    assert client_of("cora").post(everyone, {"target": cast.code(OTHER)}).status_code == 422
    assert client_of("cora").post(everyone, {"target": school.code}).status_code == 303
    at_school = select(func.count()).where(Membership.organization_id == school.id)
    assert db.session.scalar(at_school) == 4
    assert gaps() == unexplained


def test_who_left_and_comes_back_to_a_closed_branch_waits_at_the_county(
    cast: Cast, client_of: Clients
) -> None:
    client_of("mia").post("/me/membership/leave", {})
    close(cast, client_of)
    unexplained = gaps()
    client_of("mia").post("/me/membership/leave/undo")
    back = of_mia(cast)
    assert back.status is MembershipStatus.PENDING_TRANSFER
    assert back.organization_id == cast.organization(COUNTY).id
    assert {key: gap for key, gap in gaps().items() if gap} == {
        key: gap for key, gap in unexplained.items() if gap
    }


@pytest.mark.pure
@given(day=st.dates(date(2000, 1, 1), date(2090, 12, 31)), months=st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int
) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
