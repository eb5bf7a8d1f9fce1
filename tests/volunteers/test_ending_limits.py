"""What the end of a shift credits nobody for, and what is not taken back while it is held."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from activities.rules import ActivityWork
from core.database import db
from tests.activities.attending import running
from tests.activities.desk import BRANCH
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.ended import end, standing, was_there
from volunteers.models import LedgerEntry, ServiceRecord
from volunteers.rules import Doubt, with_doubt

ClientOf = Callable[[str], Client]


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


@pytest.mark.covers("LED-08", "VOL-27")
def test_a_meeting_is_kept_and_yields_no_hours(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", "gus", since=150)
    shift.activity.work = ActivityWork.MEETING
    for name in ("ada", "gus"):
        was_there(cast, name, shift)
    before = entries()
    assert end(cast, client_of("ben"), shift).status_code == 303
    records = db.session.scalars(select(ServiceRecord)).all()
    assert [(one.work, one.counts) for one in records] == [("meeting", False)] * 2
    assert entries() == before


@pytest.mark.covers("LED-07")
def test_an_activity_of_its_organizer_alone_yields_nothing(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ben", "ada", since=150)
    shift.activity.created_by_id = cast.user("ben").id
    was_there(cast, "ben", shift)
    refused = end(cast, client_of("ben"), shift)
    assert refused.status_code == 422
    assert "只有组织者自己" in refused.text
    was_there(cast, "ada", shift)
    assert end(cast, client_of("ben"), shift).status_code == 303


@pytest.mark.covers("LED-15", "S32")
def test_what_is_looked_into_is_not_taken_back(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", "gus", since=150)
    was_there(cast, "ada", shift)
    ben = client_of("ben")
    assert end(cast, ben, shift).status_code == 303
    record = db.session.scalars(select(ServiceRecord)).one()
    address = f"/o/{cast.code(BRANCH)}/endings/{standing(shift).code}/undo"
    record.doubts = with_doubt(record.doubts, Doubt.HELD)
    db.session.commit()
    refused = ben.post(address)
    assert refused.status_code == 422
    assert "正在核查" in refused.text
    record.doubts = ""
    db.session.commit()
    assert ben.post(address).status_code == 303
