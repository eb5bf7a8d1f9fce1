"""A report is kept longer than the log that seals it: the seal is said again (S30, LOG-06)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, record
from core.audit.queries import verify_chain
from core.database import db
from supervision.reports import rules
from supervision.reports.operations.reports import open_reports
from supervision.reports.queries.sealing import FROZEN, broken_seals
from tests.accounts.steps import later
from tests.cast import Cast
from tests.client import Client
from tests.kept import days_until_gone
from tests.supervision.test_reports import carry, report_at


@pytest.mark.covers("S30", "LOG-06")
def test_a_seal_outlives_the_log(
    cast: Cast, client_of: Callable[[str], Client], run_retention: Callable[..., str]
) -> None:
    open_reports(clock.today(), clock.now())
    report = report_at(cast, "东县", rules.ended_periods(clock.today())[1])
    carry(cast, client_of, report)
    assert not list(broken_seals())
    for times in (1, 2):
        with later(days=times * days_until_gone(3)):
            run_retention("--only", "operation_log")
        told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == FROZEN)).one()
        assert (told.result, told.actor_id, told.address) == ("carried", None, "")
        assert not list(broken_seals())
        assert verify_chain(AuditEvent).is_sound
    record(FROZEN, "report", report.id, by=SYSTEM, digest="of something else")
    db.session.commit()
    assert list(broken_seals()) == [report.code]
