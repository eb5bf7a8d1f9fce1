"""One's own application: who has it, asking once more, taking back, mending what was returned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from core.messages import outbox
from members import operations
from members.models import Application
from members.rules import ApplicationKind, ApplicationStatus, ReturnReason
from tests import factories as make
from tests.cast import Cast, phone_of
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.reading import link

Clients = Callable[[str], Client]


@pytest.fixture
def applied(cast: Cast) -> Application:
    """Return what ada handed in ten days ago to become a member of 东一村."""
    application = make.make_application(
        cast.person("ada"), cast.organization("东一村"), cast.user("ada")
    )
    application.submitted_at = clock.now() - timedelta(days=10)
    db.session.commit()
    return application


def fresh(application: Application) -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).where(Application.code == application.code)).one()


def test_the_page_names_who_has_it_and_since_when(client_of: Clients, applied: Application) -> None:
    page = client_of("ada").page(f"/me/applications/{applied.code}")
    assert "在东一村" in page.text
    assert "已 10 天" in page.text
    assert [step.text for step in page.select(".step-label")][1] == "东一村审核"


def test_it_may_be_asked_for_once_from_day_seven(
    client_of: Clients, applied: Application, cast: Cast
) -> None:
    ada = client_of("ada")
    path = f"/me/applications/{applied.code}"
    fresh(applied).submitted_at = clock.now() - timedelta(days=6, hours=23)
    db.session.commit()
    assert ada.post(f"{path}/nudge").status_code == 422
    fresh(applied).submitted_at = clock.now() - timedelta(days=7, minutes=1)
    db.session.commit()
    assert ada.page(path).find("form", action=f"{path}/nudge")
    assert ada.post(f"{path}/nudge").status_code == 303
    assert outbox() == []  # the list holds it; no short message (ux.md 2.9)
    (letter,) = client_of("ben").page("/me/messages").select("#letters tr")
    assert "有一份申请等东一村审核已超过 7 天" in letter.text
    assert ada.post(f"{path}/nudge").status_code == 422
    assert not ada.page(path).find("form", action=f"{path}/nudge")


def test_it_can_be_taken_back_until_it_is_decided(client_of: Clients, applied: Application) -> None:
    ada = client_of("ada")
    assert ada.post(f"/me/applications/{applied.code}/withdraw").status_code == 303
    assert fresh(applied).status is ApplicationStatus.WITHDRAWN
    assert ada.post(f"/me/applications/{applied.code}/withdraw").status_code == 409


@pytest.mark.covers("AZ-05")
def test_nobody_sees_or_moves_the_application_of_another(
    client_of: Clients, applied: Application
) -> None:
    for path in ("", "/withdraw", "/nudge", "/fix", "/ask-again"):
        address = f"/me/applications/{applied.code}{path}"
        unknown = f"/me/applications/zzzzzzzz{path}"
        if path in {"", "/fix"}:
            assert client_of("gus").get(address).status_code == 404
            assert client_of("gus").get(unknown).status_code == 404
        if path:
            assert client_of("gus").post(address).status_code == 404
    assert fresh(applied).status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("S13")
def test_what_was_returned_opens_the_named_field_only(
    client_of: Clients, applied: Application, cast: Cast
) -> None:
    ada, ben = client_of("ada"), client_of("ben")
    org = cast.code("东一村")
    answer = ben.post(
        f"/o/{org}/applications/{applied.code}/return",
        {"reason": "id_wrong", "note": "最后两位看不清"},
    )
    assert answer.status_code == 303
    assert outbox(1)[0].phone == phone_of("ada")
    page = ada.page(f"/me/applications/{applied.code}")
    assert "证件号有误" in page.text
    assert "最后两位看不清" in page.text
    form = ada.page(link(page, "改好再交"))
    assert form.find("input", {"name": "id_number"})
    assert not form.find("input", {"name": "name"})
    number = make.make_id_number(date(1985, 6, 15), 91)
    sent = {"id_number": number, "name": "别的名字", "status": "approved"}
    answer = ada.post(f"/me/applications/{applied.code}/fix", sent)
    assert answer.status_code == 303
    mended = fresh(applied)
    assert mended.status is ApplicationStatus.SUBMITTED
    assert mended.claimed_identity == number
    assert mended.person.name == "人ada"
    assert ada.get(f"/me/applications/{applied.code}/fix").status_code == 303


def test_another_organization_is_no_field_to_mend(
    client_of: Clients, applied: Application, cast: Cast
) -> None:
    operations.return_(
        [applied.code],
        ReturnReason.NOT_OURS,
        "",
        handler_id=applied.handler_id,
        by=actor_of(cast, "ben"),
        now=clock.now(),
    )
    db.session.commit()
    page = client_of("ada").page(f"/me/applications/{applied.code}")
    assert "到您所在的组织申请" in page.text
    assert not page.find("a", string="改好再交")


def test_the_list_shows_ones_own_only(client_of: Clients, applied: Application) -> None:
    assert f"/me/applications/{applied.code}" in str(client_of("ada").page("/me/applications"))
    assert "还没有申请" in client_of("gus").page("/me/applications").text


def test_the_approved_member_finds_the_card(
    client_of: Clients, applied: Application, cast: Cast
) -> None:
    operations.approve(
        [applied.code], handler_id=applied.handler_id, by=actor_of(cast, "ben"), now=clock.now()
    )
    db.session.commit()
    page = client_of("ada").page(f"/me/applications/{applied.code}")
    assert link(page, "出示会员证") == "/me/card"
    assert page.select(".step-current .step-label")[0].text == "县（市、区）红十字会备案"
    assert applied.kind is ApplicationKind.MEMBER


def test_a_refused_name_shows_beside_its_field(client_of: Clients, cast: Cast) -> None:
    answer = client_of("opal").post(f"/j/{cast.code('东一村')}/apply/member/name", {"name": "<b>"})
    assert answer.status_code == 422
    assert parsed(answer).find(id="name-error")
