"""A roll call without network: one state, whatever comes first, however often, from two desks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select, update

from accounts.models import User, UserSession
from accounts.rules import SessionKind
from activities import operations
from activities.models import Attendance, AttendanceMark, Shift, Signup
from activities.rules import AttendanceFlag, AttendanceStatus, AttendanceWay
from activities.rules.marks import Mark, MarkAct, fold
from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from tests import factories as make
from tests.activities.attending import MINUTE, attendance, later, main_text, running, scan, shown
from tests.activities.desk import BRANCH
from tests.activities.test_desk import code_of, desk_of
from tests.cast import Cast
from tests.client import Client
from tests.packets import (
    OPERATIONS,
    SCHEDULES,
    Packet,
    schedules,
    session_of,
    sign_in_again,
    stamp,
    taken_back,
)
from volunteers.operations.attendance import Asked, credit_attendance

ClientOf = Callable[[str], Client]
PEOPLE = ("ada", "gus", "duo", "wes")
ENDS = {MarkAct.COME: "arrival", MarkAct.UNDO: "arrival/undo", MarkAct.GO: "departure"}
COME, GO, UNDO = MarkAct.COME, MarkAct.GO, MarkAct.UNDO
TICK = AttendanceWay.TICK
START = datetime.fromisoformat("2026-05-04T09:00:00+08:00")


def a_mark(cast: Cast, shift: Shift, name: str, act: MarkAct, at: datetime, nr: int = 0) -> Packet:
    """Return what a desk kept about somebody."""
    address = f"/o/{cast.code(BRANCH)}/signups/{code_of(cast, name, shift)}/{ENDS[act]}"
    return Packet(address, {}, f"desk-key-{name}-{act}-{nr:08d}", stamp(at))


def state(shift_id: int) -> list[tuple[Any, ...]]:
    """Return everything that stands of a shift's attendances."""
    rows = db.session.execute(
        select(Signup.person_id, Attendance)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .where(Signup.shift_id == shift_id)
        .order_by(Signup.person_id)
    )
    return [
        (
            person, one.status, one.in_at, one.in_way, one.in_claimed_at, one.in_by_id,
            one.out_at, one.out_way, one.out_claimed_at, one.out_by_id, one.flags, one.ending_id,
        )
        for person, one in rows
    ]  # fmt: skip


@pytest.mark.covers("QR-05", "S32")
@pytest.mark.parametrize(
    ("acts", "status", "come", "go"),
    [
        ([(9, GO)], None, None, None),
        ([(9, GO), (8, COME)], "out", 8, 9),
        ([(8, COME), (7, COME), (9, COME)], "in", 7, None),
        ([(9, GO), (8, COME), (10, GO)], "out", 8, 9),
        ([(8, COME), (9, UNDO)], "undone", 8, None),
        ([(10, COME), (8, COME), (9, UNDO)], "in", 10, None),
        ([(9, UNDO), (8, GO), (10, COME)], "in", 10, None),
        ([(9, GO), (10, COME), (8, COME)], "out", 8, 9),
    ],
)
def test_what_acts_come_to(
    acts: list[tuple[int, MarkAct]], status: str | None, come: int | None, go: int | None
) -> None:
    def hour(mark: Mark | None) -> int | None:
        return None if mark is None else mark.at.hour

    told = fold(Mark(START.replace(hour=at), act, TICK) for at, act in acts)
    assert (told.status, hour(told.come), hour(told.go)) == (status, come, go)


@pytest.mark.covers("QR-05", "LED-09", "S32")
def test_gone_before_come_and_everybody_but_one(cast: Cast, client_of: ClientOf) -> None:
    shift, ben = running(cast, *PEOPLE, since=60), client_of("ben")
    now = clock.now().replace(second=0, microsecond=0)
    db.session.execute(update(Signup).values(signed_up_at=now - timedelta(days=1)))
    went = a_mark(cast, shift, "ada", GO, now - 10 * MINUTE)
    undo = a_mark(cast, shift, "wes", UNDO, now - 40 * MINUTE)
    everybody = Packet(
        f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/arrivals",
        {},
        "desk-key-everybody-00",
        stamp(now - 50 * MINUTE),
    )
    for packet in (went, undo, everybody, everybody, went):
        assert packet.send(ben, stamp(clock.now())).status_code == 303
    found = {name: attendance(cast, name, shift) for name in PEOPLE}
    assert {name: one and one.status for name, one in found.items()} == {
        "ada": "out", "gus": "in", "duo": "in", "wes": "undone",
    }  # fmt: skip
    ada = found["ada"]
    assert ada is not None
    assert (ada.in_at, ada.out_at) == (now - 50 * MINUTE, now - 10 * MINUTE)
    assert ada.flag_set == {AttendanceFlag.CLAIMED}
    assert "时间由手机提供" in main_text(ben, desk_of(cast, shift))
    assert "已到 3 / 报名 4" in main_text(ben, desk_of(cast, shift))


@pytest.mark.covers("LED-09")
@pytest.mark.parametrize("off", [timedelta(days=-2), timedelta(hours=-1), timedelta(days=1), None])
def test_a_wrong_clock_stays_within_the_window(
    cast: Cast, client_of: ClientOf, off: timedelta | None
) -> None:
    shift, ben, now = running(cast, "ada", since=60), client_of("ben"), clock.now()
    packet = a_mark(cast, shift, "ada", COME, now + (off or timedelta()))
    if off is None:
        packet = Packet(packet.path, {}, packet.key, "")
    assert packet.send(ben, "" if off is None else stamp(now + off)).status_code == 303
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert abs(found.in_at - now) <= 2 * MINUTE  # by the server, the phone's two times subtracted
    unsent = a_mark(cast, shift, "ada", UNDO, now - timedelta(days=3))
    assert unsent.send(ben, "").status_code == 303  # claims a time before everything
    mark = db.session.scalars(select(AttendanceMark).order_by(AttendanceMark.id.desc())).first()
    assert mark is not None
    assert mark.at == shift.starts_at - 30 * MINUTE
    assert mark.recorded_at is not None
    assert attendance(cast, "ada", shift).status is AttendanceStatus.IN  # type: ignore[union-attr]


@pytest.mark.covers("QR-05")
def test_what_was_done_at_the_desk_meanwhile_has_its_place(cast: Cast, client_of: ClientOf) -> None:
    """Another desk with network took somebody out after the one without had ticked her."""
    shift, ben = running(cast, "ada", "gus", since=60), client_of("ben")
    ticked = a_mark(cast, shift, "ada", COME, clock.now() - 5 * MINUTE)
    here = {"organization_id": cast.organization(BRANCH).id, "by": Actor(cast.user("ben").id)}
    code = code_of(cast, "ada", shift)
    operations.tick([code], now=clock.now() - 3 * MINUTE, **here)  # type: ignore[arg-type]
    operations.untick(code, now=clock.now() - MINUTE, **here)  # type: ignore[arg-type]
    assert ticked.send(ben, stamp(clock.now())).status_code == 303
    assert attendance(cast, "ada", shift).status is AttendanceStatus.UNDONE  # type: ignore[union-attr]
    assert scan(client_of("gus"), shown(shift)).status_code == 303
    early = a_mark(cast, shift, "gus", COME, clock.now() - 5 * MINUTE)
    assert early.send(ben, stamp(clock.now())).status_code == 303
    gus = attendance(cast, "gus", shift)
    assert gus is not None
    assert (gus.in_way, gus.flag_set) == (AttendanceWay.CODE, frozenset())  # the scan is better


@pytest.mark.covers("QR-05", "S32")
def test_once_hours_were_given_a_late_tick_is_told_why(cast: Cast, client_of: ClientOf) -> None:
    shift, ben = running(cast, "ada", "gus", since=60), client_of("ben")
    here = {"organization_id": cast.organization(BRANCH).id, "by": Actor(cast.user("ben").id)}
    operations.tick([code_of(cast, "ada", shift)], now=clock.now(), **here)  # type: ignore[arg-type]
    late = a_mark(cast, shift, "ada", GO, clock.now())
    asked = Asked(shift.activity.hours_rule)
    credit_attendance(shift.code, asked, now=clock.now(), **here)  # type: ignore[arg-type]
    answer = late.send(ben, stamp(clock.now()))
    assert answer.status_code == 422
    assert "已经记了时长" in answer.text
    absent = a_mark(cast, shift, "gus", COME, clock.now()).send(ben, stamp(clock.now()))
    assert absent.status_code == 422
    assert db.session.scalars(select(AttendanceMark.act)).all() == [COME]


@pytest.mark.covers("S32")
def test_a_week_late_is_too_late_for_a_roll_call(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", since=60)
    packet, old = a_mark(cast, shift, "ada", COME, clock.now()), session_of(client_of("ben"))
    with later(days=7, hours=3):
        ben = Client(client_of("ben").app, sign_in_again(cast.user("ben"), SessionKind.POST))
        answer = packet.send(ben, stamp(clock.now()), by=old)
        assert answer.status_code == 422
        assert "不能自动上传" in answer.text


@dataclass(frozen=True, slots=True)
class History:
    """What two desks kept of one shift: packets and their desks, in the order of what happened."""

    app: Flask
    shift_id: int
    packets: list[tuple[Packet, str]]
    users: dict[str, int]
    sessions: dict[str, int]

    def desk(self, name: str) -> Client:
        """Return a desk that has signed in again: the session that kept things ran out."""
        user = db.session.get_one(User, self.users[name])
        return Client(self.app, sign_in_again(user, SessionKind.POST))

    def final_state(self, batches: list[tuple[float, list[int]]]) -> list[tuple[Any, ...]]:
        """Return what stands after the batches, all of it taken back afterwards."""
        with taken_back():
            for late, batch in batches:
                clock.set_offset_for_tests(timedelta(days=late), production=False)
                desks = {name: self.desk(name) for name in self.users}
                for packet, name in (self.packets[nr] for nr in batch):
                    kept_under = db.session.get_one(UserSession, self.sessions[name])
                    answer = packet.send(desks[name], stamp(clock.now()), by=kept_under)
                    assert answer.status_code == 303, answer.text
            marks = db.session.scalars(select(AttendanceMark.at)).all()
            assert len(marks) == len(self.packets)
            return state(self.shift_id)


def two_desks(app: Flask, cast: Cast, client_of: ClientOf) -> History:
    """Return a history by chance, the same one each time."""
    shift = running(cast, *PEOPLE, since=100)
    make.make_post(cast.user("gus"), Role.SECRETARY, cast.organization(BRANCH))
    began = clock.now().replace(second=0, microsecond=0)
    chance = random.Random(20)  # noqa: S311 - nothing to guess here
    packets = []
    for nr, back in enumerate(sorted(chance.sample(range(1, 90), OPERATIONS), reverse=True)):
        who, act = chance.choice(PEOPLE), chance.choice([COME, COME, GO, UNDO])
        packet = a_mark(cast, shift, who, act, began - back * MINUTE, nr)
        packets.append((packet, chance.choice(["ben", "gus"])))
    users = {name: cast.user(name).id for name in ("ben", "gus")}
    sessions = {name: session_of(client_of(name)).id for name in users}
    return History(app, shift.id, packets, users, sessions)


@pytest.mark.soak
@pytest.mark.covers("QR-05")
def test_any_order_number_and_batches_of_two_desks_end_like_one(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    history = two_desks(app, cast, client_of)
    in_order = history.final_state([(0, list(range(OPERATIONS)))])
    assert in_order

    @settings(max_examples=SCHEDULES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(schedules(OPERATIONS))
    def check(batches: list[tuple[float, list[int]]]) -> None:
        assert history.final_state(batches) == in_order

    check()
