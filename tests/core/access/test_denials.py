"""Who was refused where stays in the audit chain, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.audit.queries import verify_chain
from core.database import db
from tests.cast import Cast
from tests.client import Client


@pytest.mark.covers("LOG-05", "S27")
def test_a_refusal_is_kept(cast: Cast, client_of: Callable[[str], Client]) -> None:
    cora = client_of("cora")
    assert cora.get(f"/o/{cast.code('西县')}/members").status_code == 404
    assert cora.post(f"/o/{cast.code('东一村')}/applications/approve").status_code == 403
    assert cora.get("/o/zzzzzz/home").status_code == 404
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "access.denied")).all()
    found = sorted((row.result, row.subject_id, row.detail_values["act"]) for row in rows[:2])
    assert [row.actor_id for row in rows] == [cast.user("cora").id] * 3
    assert found == [
        ("403", cast.organization("东一村").id, "applications:decide"),
        ("404", cast.organization("西县").id, "members:view"),
    ]
    assert rows[2].subject_id is None
    assert verify_chain(AuditEvent).is_sound


@pytest.mark.covers("LOG-05")
def test_a_wrong_address_is_no_refusal(cast: Cast, client_of: Callable[[str], Client]) -> None:
    assert client_of("cora").get("/nowhere").status_code == 404
    assert db.session.scalars(select(AuditEvent.id)).all() == []
