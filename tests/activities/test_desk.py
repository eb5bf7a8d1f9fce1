"""The desk on the spot: roll call by one button, undo, people added, what is printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities import codes, operations
from activities.models import Attendance, Shift, Signup, SignupEvent
from activities.rules import ActivityField, AttendanceWay, Ground, SignupAction, SignupStatus
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.attending import attendance, main_text, printed, running, scan, states
from tests.activities.desk import BRANCH, begin
from tests.cast import Cast
from tests.client import Client, parsed
from volunteers.models import Volunteer

ClientOf = Callable[[str], Client]


def desk_of(cast: Cast, shift: Shift, more: str = "") -> str:
    """Return the address of the desk of a shift."""
    return f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/desk?shift={shift.code}{more}"


def code_of(cast: Cast, name: str, shift: Shift) -> str:
    """Return the code of somebody's latest sign-up for a shift."""
    statement = select(Signup.code).where(
        Signup.shift_id == shift.id, Signup.person_id == cast.person(name).id
    )
    return str(db.session.scalars(statement.order_by(Signup.id.desc())).first())


def press(cast: Cast, keeper: Client, name: str, shift: Shift, what: str) -> Any:
    """Return the answer to a button in somebody's row."""
    return keeper.post(f"/o/{cast.code(BRANCH)}/signups/{code_of(cast, name, shift)}/{what}")


@pytest.mark.covers("B4", "S32")
def test_everybody_is_here_but_two(cast: Cast, client_of: ClientOf) -> None:
    shift, ben = running(cast, "ada", "gus", "duo", "wes"), client_of("ben")
    assert "已到 0 / 报名 4" in main_text(ben, desk_of(cast, shift))
    answer = ben.post(f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/arrivals")
    assert "已到 4 / 报名 4" in main_text(ben, answer.headers["Location"])
    for name in ("duo", "wes"):
        assert press(cast, ben, name, shift, "arrival/undo").status_code == 303
    assert "已到 2 / 报名 4" in main_text(ben, desk_of(cast, shift))
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert (found.in_way, found.in_by_id) == (AttendanceWay.TICK, cast.user("ben").id)
    told = db.session.scalars(select(SignupEvent.action, SignupEvent.note)).all()
    assert told.count(SignupAction.UNDO_CHECK_IN) == 2
    assert press(cast, ben, "duo", shift, "arrival").status_code == 303
    assert states(shift) == {"人ada": "in", "人gus": "in", "人duo": "in", "人wes": "undone"}
    assert press(cast, ben, "duo", shift, "departure").status_code == 303
    assert states(shift)["人duo"] == "out"


@pytest.mark.covers("S32", "UX-R1")
def test_a_tick_answers_with_its_row_alone(cast: Cast, client_of: ClientOf) -> None:
    shift, ben = running(cast, "ada", "gus"), client_of("ben")
    code = code_of(cast, "ada", shift)
    answer = ben.post(
        f"/o/{cast.code(BRANCH)}/signups/{code}/arrival", headers={"HX-Request": "true"}
    )
    row = parsed(ben.get(answer.headers["Location"], headers={"HX-Request": "true"}))
    assert [str(one["id"]) for one in row.select("tbody tr")] == [f"signup-{code}"]
    assert "已到 1 / 报名 2" in row.select("#counts")[0].text
    whole = parsed(ben.get(answer.headers["Location"]))
    assert len(whole.select("tbody tr")) == 2


@pytest.mark.covers("S32", "QR-01")
def test_the_screen_shows_a_new_code_each_half_minute_and_the_printed_one_without_script(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ben = running(cast, "ada"), client_of("ben")
    page = ben.page(desk_of(cast, shift))
    part = page.select("#code")[0]
    assert (part["data-every"], part["hx-trigger"]) == ("30", "refresh")
    now = clock.now()
    shown = {codes.rotating_code(shift, now + timedelta(seconds=at)) for at in (0, 30, 60)}
    assert len(shown) == 3
    assert page.select(".no-js svg")
    assert ben.page(str(part["hx-get"])).select("#code svg")
    for paper in ("sign-in", "code-poster"):
        words = main_text(ben, f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/{paper}")
        assert shift.activity.title in words
    assert "人ada" in main_text(ben, f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/sign-in")
    assert "固定码" in main_text(ben, f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/code-poster")


@pytest.mark.covers("S32", "S4", "VOL-16")
def test_a_volunteer_who_had_not_signed_up_is_found_and_added(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ben = running(cast, seats=1), client_of("ben")
    acting.make_signup(shift, cast.person("ada"))
    address = f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/join"
    found = ben.page(f"{address}?q=gus").select("#found form input[name=who]")
    who = [str(one["value"]) for one in found]
    assert len(who) == 1
    answer = ben.post(address, {"who": who[0], "q": "gus"})
    assert answer.status_code == 303
    here = attendance(cast, "gus", shift)
    assert here is not None
    assert (here.flags, here.in_way) == ("on_spot", AttendanceWay.TICK)
    db.session.refresh(shift)
    assert (shift.seats, shift.taken) == (2, 2)
    assert not ben.page(f"{address}?q=gus").select("#found form")
    assert not ben.page(f"{address}?q=wes").select("#found form")  # of another county
    elsewhere = db.session.scalar(
        select(Volunteer.code).where(Volunteer.person_id == cast.person("wes").id)
    )
    assert ben.post(address, {"who": elsewhere}).status_code == 404
    assert ben.page(f"{address}?q={make.make_phone()}").select("#found form") == []
    flood = running(cast)
    flood.activity.field, flood.activity.grounds = ActivityField.RESCUE, Ground.DANGER
    refused = ben.post(f"/o/{cast.code(BRANCH)}/shifts/{flood.code}/join", {"who": who[0]})
    assert refused.status_code == 422
    assert "签协议" in refused.text


@pytest.mark.covers("QR-03")
def test_the_leader_looks_at_a_doubtful_check_in_but_never_at_his_own(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ben = running(cast, "ada", "gus", "duo", "ben"), client_of("ben")
    for name in ("ada", "gus", "duo", "ben"):
        client = client_of(name)
        client.http.set_cookie("device", "d" * 43)
        scan(client, printed(shift))
    assert "多人用同一部手机" in main_text(ben, desk_of(cast, shift))
    assert press(cast, ben, "ada", shift, "vouch").status_code == 303
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert not found.needs_look
    assert press(cast, ben, "ben", shift, "vouch").status_code == 422
    own = attendance(cast, "ben", shift)
    assert own is not None
    assert own.needs_look


@pytest.mark.covers("LED-09")
@pytest.mark.parametrize("off", [-2 * 24 * 60, -60, 5, 24 * 60])
def test_a_time_that_a_phone_tells_is_a_claim_within_the_window(cast: Cast, off: int) -> None:
    shift = running(cast, "ada")
    code, place = code_of(cast, "ada", shift), cast.organization(BRANCH)
    told = clock.now() + timedelta(minutes=off)
    here = operations.tick(
        [code], organization_id=place.id, by=Actor(), now=clock.now(), claimed_at=told
    )[0]
    half = timedelta(minutes=30)
    assert abs(here.in_at - clock.now()) < timedelta(minutes=1)
    assert here.in_claimed_at is not None
    assert shift.starts_at - half <= here.in_claimed_at <= shift.ends_at + half
    assert here.needs_look


@pytest.mark.covers("S32", "QR-02")
def test_nobody_is_called_out_before_the_window_or_after_a_week(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ben = running(cast, "ada"), client_of("ben")
    begin(shift, clock.now() + timedelta(hours=2))
    early = press(cast, ben, "ada", shift, "arrival")
    assert early.status_code == 422
    assert "起可以签到" in early.text
    begin(shift, clock.now() - timedelta(days=3))
    assert press(cast, ben, "ada", shift, "arrival").status_code == 303
    assert press(cast, ben, "ada", shift, "arrival/undo").status_code == 303
    begin(shift, clock.now() - timedelta(days=8))
    assert press(cast, ben, "ada", shift, "arrival").status_code == 422
    gone = acting.make_signup(shift, cast.person("gus"), SignupStatus.CANCELLED)
    with pytest.raises(RuleViolation, match="取消报名"):
        operations.tick(
            [gone.code],
            organization_id=cast.organization(BRANCH).id,
            by=Actor(),
            now=clock.now(),
        )
    assert db.session.scalars(select(Attendance.status)).all() == ["undone"]
