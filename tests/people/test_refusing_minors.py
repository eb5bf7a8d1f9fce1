"""A minor's request about the own data is refused in writing, with reasons (domain.md PRI-05)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.database import db
from people.models import ChangeRequest
from people.rules.changes import ChangeStatus
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]


def status() -> ChangeStatus:
    return db.session.scalars(select(ChangeRequest.status)).one()


@pytest.mark.covers("PRI-05", "PRV-18")
@pytest.mark.parametrize("why", ["", "   ", "\u200b", "x" * 201])
def test_without_a_written_reason_nothing_is_refused(
    client_of: Clients, cast: Cast, why: str
) -> None:
    hana = client_of("hana")
    asked = hana.post("/me/changes/new/name", {"name": "人哈娜", "why": "写错了"})
    assert asked.status_code == 303
    (request,) = db.session.scalars(select(ChangeRequest))
    finn, page = client_of("finn"), f"/o/{cast.code('东小学')}/changes/{request.code}/return"
    assert finn.post(page, {"why": why}).status_code == 422
    assert status() is ChangeStatus.SUBMITTED
    assert finn.post(page, {"why": "户口簿上就是这个名字"}).status_code == 303
    assert status() is ChangeStatus.RETURNED
    db.session.expire_all()
    assert request.answer == "户口簿上就是这个名字"
    assert "户口簿上就是这个名字" in hana.page(f"/me/changes/{request.code}").text
