"""A clock that jumps: no negative minutes, nothing comes back to life, nothing lives for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from activities import operations
from activities.models import Signup
from activities.queries.attendance import plan_of, served_by
from activities.rules import AttendanceStatus
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, Actor, record
from core.audit.queries import verify_chain
from core.database import db
from tests.accounts.steps import answer, ask, last_code, later, sign_in, stranger
from tests.activities.attending import attendance, running, scan, shown
from tests.activities.desk import BRANCH
from tests.cast import Cast, phone_of
from tests.client import Client

ClientOf = Callable[[str], Client]
HOUR, DAY = 3600, 86_400
#: NTP steps, two servers 90 seconds apart, two hours, and a wrong year: in seconds.
JUMPS = (-2 * HOUR, -90, -1, 1, 90, 2 * HOUR, 400 * DAY, -400 * DAY)


@pytest.mark.covers("FLT-08")
@pytest.mark.parametrize("jump", JUMPS)
def test_nobody_serves_negative_or_doubled_time(cast: Cast, client_of: ClientOf, jump: int) -> None:
    shift = running(cast, "ada")
    assert scan(client_of("ada"), shown(shift)).status_code == 303
    signup = db.session.query(Signup).filter_by(shift_id=shift.id).one()
    place, by = cast.organization(BRANCH).id, Actor(cast.user("ben").id)
    with later(seconds=jump):
        operations.let_go(signup.code, organization_id=place, by=by, now=clock.now())
        db.session.commit()
        found = attendance(cast, "ada", shift)
        assert found is not None
        assert found.status is AttendanceStatus.OUT
        assert found.out_at is not None
        assert found.out_at >= found.in_at
        counted = served_by(found, plan_of(shift), clock.now())
    assert 0 <= counted.minutes <= 150


@pytest.mark.covers("FLT-08", "AU-04")
@pytest.mark.parametrize("ahead", [2 * HOUR, 400 * DAY])
def test_a_session_of_a_clock_that_ran_ahead_is_over(app: Flask, cast: Cast, ahead: int) -> None:
    client = stranger(app)
    with later(seconds=ahead):
        assert sign_in(client, phone_of("ada")).status_code == 303
        assert client.get("/me/settings").status_code == 200
    assert client.get("/me/settings").status_code == 303


@pytest.mark.covers("FLT-08")
@pytest.mark.parametrize("apart", [-90, 90])
def test_two_servers_a_little_apart_know_the_same_session(
    app: Flask, cast: Cast, apart: int
) -> None:
    client = stranger(app)
    assert sign_in(client, phone_of("ada")).status_code == 303
    with later(seconds=apart):
        assert client.get("/me/settings").status_code == 200


@pytest.mark.covers("FLT-08", "AU-08")
def test_a_code_that_was_over_does_not_revive(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    ask(client, phone_of("ada"))
    code = last_code(phone_of("ada"))
    with later(hours=2):
        assert answer(client, code).status_code == 422
    assert answer(client, code).status_code == 422


@pytest.mark.covers("FLT-08", "AU-08")
def test_a_code_from_the_future_is_none(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    with later(days=400):
        ask(client, phone_of("ada"))
    assert answer(client, last_code(phone_of("ada"))).status_code == 422


@pytest.mark.covers("FLT-08", "LED-13")
def test_a_chain_keeps_its_order_whatever_the_clock_says(cast: Cast) -> None:
    for number, jump in enumerate(JUMPS):
        with later(seconds=jump):
            record("test.jump", "trial", number, by=SYSTEM)
            db.session.commit()
    found = db.session.query(AuditEvent).filter_by(action="test.jump")
    rows = found.order_by(AuditEvent.sequence).all()
    assert [row.subject_id for row in rows] == list(range(len(JUMPS)))
    assert [row.at for row in rows] != sorted(row.at for row in rows)
    assert verify_chain(AuditEvent).is_sound
