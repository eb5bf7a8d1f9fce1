"""Hours that somebody enters for volunteers: two lines, reason, evidence, label, delay, quota."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.database import db
from tests.cast import Cast
from tests.client import Client
from tests.volunteers import entering
from volunteers.rules import ServiceStatus

Clients = Callable[[str], Client]


@pytest.mark.covers("LED-05")
def test_smoke(cast: Cast, client_of: Clients) -> None:
    sheet = entering.draft(cast)
    ben, org = client_of("ben"), cast.code("东一村")
    for path in ("sheets", "sheets/new", f"sheets/{sheet.code}", f"sheets/{sheet.code}/edit"):
        answer = ben.get(f"/o/{org}/{path}")
        assert answer.status_code == 200, path
    [record] = entering.send(cast, sheet)
    assert ben.get(f"/o/{org}/sheets/{sheet.code}").status_code == 200
    cora, county = client_of("cora"), cast.code("东县")
    for path in ("seconds", f"seconds/{sheet.code}", f"seconds/{sheet.code}/refusal", "home"):
        assert cora.get(f"/o/{county}/{path}").status_code == 200, path
    ada = client_of("ada")
    assert ada.get(f"/me/hours/{record.code}").status_code == 200
    assert ada.get(f"/me/hours/{record.code}/not-me").status_code == 200
    entering.confirm(cast, sheet)
    db.session.refresh(record)
    assert record.status is ServiceStatus.CONFIRMED
    assert clock.now() - record.submitted_at < timedelta(hours=1)
