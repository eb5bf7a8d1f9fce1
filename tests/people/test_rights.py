"""Rights over one's data, complaints and questions: asked in words, answered in words (PRI-11)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from accounts.models import Letter
from core import clock
from core.database import db
from organizations.figures import OWN, values
from organizations.rules import Measure
from people.models import RightsEvent, RightsRequest
from people.rules.matters import MatterKind, MatterState
from people.rules.rights import RightsStatus
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client
from tests.people.cases import check_equal, the_case

Clients = Callable[[str], Client]
NEW = "/me/requests/new"


def ask(client: Client, kind: str = "copy", words: str = "请给我一份") -> int:
    return client.post(NEW, {"kind": kind, "words": words}).status_code


def the_request() -> RightsRequest:
    db.session.expire_all()
    return db.session.scalars(select(RightsRequest).order_by(RightsRequest.id.desc())).first() or (
        pytest.fail("no request")
    )


def desk(cast: Cast, place: str) -> str:
    return f"/o/{cast.code(place)}/requests"


def waiting(cast: Cast, place: str) -> int:
    one = cast.organization(place).id
    found = values([one], [Measure.RIGHTS_WAITING], [OWN])
    return found.get((one, Measure.RIGHTS_WAITING, OWN), 0)


@pytest.mark.covers("PRV-15", "S33", "PRV-18")
def test_a_right_over_data_is_verified_and_answered_by_the_province(
    cast: Cast, client_of: Clients
) -> None:
    mia, gil = client_of("mia"), client_of("gil")
    assert ask(mia) == 303
    found = the_request()
    assert found.handler_id == cast.organization("测试省").id
    assert found.due_on == clock.add_working_days(clock.today(), 15)
    assert (waiting(cast, "测试省"), waiting(cast, "东一村")) == (1, 0)
    assert "个人请求" in gil.page(f"/o/{cast.code('测试省')}/home").text
    page = f"{desk(cast, '测试省')}/{found.code}"
    assert "请给我一份" in gil.page(page).text
    assert "人mia" not in gil.page(page).text  # names stay masked above the county
    assert gil.post(f"{page}/answer", {"words": "已给"}).status_code == 409  # not verified
    assert gil.post(f"{page}/verify").status_code == 303
    assert gil.post(f"{page}/answer", {"words": " "}).status_code == 422
    assert gil.post(f"{page}/answer", {"words": "在“我的信息”里下载"}).status_code == 303
    assert "在“我的信息”里下载" in mia.page(f"/me/requests/{found.code}").text
    assert (the_request().status, waiting(cast, "测试省")) == (RightsStatus.DONE, 0)
    case = the_case(MatterKind.RIGHTS)
    assert (case.state, case.answer) == (MatterState.DONE, "在“我的信息”里下载")
    assert len(db.session.scalars(select(RightsEvent)).all()) == 3
    assert [one.kind for one in db.session.scalars(select(Letter))] == ["request_answered"]
    assert [one for one in differences() if one.measure == Measure.RIGHTS_WAITING] == []
    check_equal()


@pytest.mark.covers("PRV-18", "AZ-18")
def test_a_question_goes_home_and_a_refusal_gives_its_reasons(
    cast: Cast, client_of: Clients
) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    assert ask(mia, "question", "什么时候活动？\n在哪里？") == 303
    code = the_request().code
    page = f"{desk(cast, '东一村')}/{code}"
    assert the_request().handler_id == cast.organization("东一村").id
    assert client_of("bea").get(f"{desk(cast, '东二村')}/{code}").status_code == 404
    assert client_of("ada").get(f"/me/requests/{code}").status_code == 404
    assert client_of("tess").get(desk(cast, "东一村")).status_code == 403
    ben.post(f"{page}/verify")
    assert ben.post(f"{page}/refuse", {"words": "长" * 501}).status_code == 422
    assert ben.post(f"{page}/refuse", {"words": "请看公告"}).status_code == 303
    assert "请看公告" in mia.page(f"/me/requests/{code}").text
    assert the_case(MatterKind.QUESTION).state is MatterState.REFUSED
    assert mia.post(f"/me/requests/{code}/withdraw").status_code == 409


@pytest.mark.covers("LED-04")
def test_nobody_answers_his_own_and_of_each_kind_one_waits(cast: Cast, client_of: Clients) -> None:
    ben = client_of("ben")
    assert [ask(ben, "question"), ask(ben, "question")] == [303, 422]
    assert the_request().handler_id == cast.organization("东县").id  # its only keeper asks
    assert ask(ben, "question", "") == 422
    assert ask(ben, "nothing") == 422
    code = the_request().code
    assert ben.post(f"/me/requests/{code}/withdraw").status_code == 303
    assert the_case(MatterKind.QUESTION).state is MatterState.WITHDRAWN
    assert waiting(cast, "东县") == 0
    assert ask(ben, "question") == 303
    assert "有请求在办" in ben.page("/me/account/close").text


@pytest.mark.covers("PRI-11", "AZ-04")
def test_a_complaint_goes_above_whom_it_may_be_about(cast: Cast, client_of: Clients) -> None:
    mia, ben, cora = map(client_of, ("mia", "ben", "cora"))
    assert ask(mia, "question", "几点开门") == 303
    assert the_request().handler_id == cast.organization("东一村").id
    assert ask(mia, "complaint", "秘书收了钱没有开收据") == 303
    found = the_request()
    assert found.handler_id == cast.organization("东县").id
    assert ben.get(f"{desk(cast, '东一村')}/{found.code}").status_code == 404
    assert "没有开收据" in cora.get(f"{desk(cast, '东县')}/{found.code}").text
