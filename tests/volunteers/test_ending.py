"""Ending a shift: who gets which hours, who confirms them, and how all of it is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from activities import operations
from activities.models import Signup
from activities.rules import AttendanceStatus, AttendanceWay, HoursRule, SignupStatus
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.settings import DatedSetting
from members.rules import ApplicationKind
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.attending import attendance, main_text, running
from tests.activities.desk import BRANCH
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import acting as hand
from tests.volunteers.desk import make_ben_guardian
from tests.volunteers.ended import (
    end,
    end_page,
    given,
    outcomes,
    standing,
    was_there,
)
from volunteers.models import LedgerEntry, ServiceRecord, VolunteerTotal
from volunteers.operations import correct, credit_all_held, credit_held
from volunteers.queries import volunteer_of

ClientOf = Callable[[str], Client]
Way = AttendanceWay


def hours_of(cast: Cast, name: str) -> tuple[int, int]:
    """Return confirmed and waiting minutes of somebody."""
    volunteer = volunteer_of(cast.person(name).id)
    assert volunteer is not None
    total = db.session.execute(
        select(
            func.coalesce(func.sum(VolunteerTotal.confirmed_minutes), 0),
            func.coalesce(func.sum(VolunteerTotal.pending_minutes), 0),
        ).where(VolunteerTotal.volunteer_id == volunteer.id)
    ).one()
    return total[0], total[1]


@pytest.mark.covers("B5", "S32", "VOL-24", "VOL-25")
def test_scans_both_ways_count_at_once_and_the_keepers_word_is_confirmed_by_another(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, "ada", "gus", "duo", since=150)
    was_there(cast, "ada", shift)
    was_there(cast, "gus", shift, ways=(Way.TICK, None))
    was_there(cast, "duo", shift, ways=(Way.FIXED, Way.CODE))
    ben = client_of("ben")
    assert "给 3 人各记 2 小时" in main_text(ben, end_page(cast, shift))
    answer = end(cast, ben, shift)
    assert answer.status_code == 303
    assert "已给 3 人记 6 小时" in main_text(ben, answer.headers["Location"])
    assert given(shift) == {
        "人ada": ("confirmed", 120, "scanned"),
        "人gus": ("pending", 120, "roll_call"),
        "人duo": ("pending", 120, "fixed_code"),
    }
    assert outcomes(shift) == {"人ada": "confirmed", "人gus": "proposed", "人duo": "proposed"}
    assert hours_of(cast, "ada") == (120, 0)
    assert hours_of(cast, "gus") == (0, 120)
    record = db.session.scalars(
        select(ServiceRecord).where(ServiceRecord.person_id == cast.person("gus").id)
    ).one()
    assert record.submitted_by_id == cast.user("ben").id
    assert record.handler.name == "东县"  # ben is the only keeper here: not his own entry
    assert db.session.get(type(shift.activity), shift.activity_id).status == "ended"  # type: ignore[union-attr]


@pytest.mark.covers("LED-04", "VOL-25")
def test_nobody_confirms_his_own_or_his_childs_by_ending(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ben", "ada", since=150)
    was_there(cast, "ben", shift)
    was_there(cast, "ada", shift)
    make_ben_guardian(cast, cast.person("ada").id)
    assert end(cast, client_of("ben"), shift).status_code == 303
    assert given(shift) == {
        "人ben": ("pending", 120, "scanned"),
        "人ada": ("pending", 120, "scanned"),
    }
    handlers = {one.handler.name for one in db.session.scalars(select(ServiceRecord))}
    assert handlers == {"东县"}


@pytest.mark.covers("QR-03", "LED-09", "S6")
def test_what_is_doubtful_is_looked_at_one_by_one(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", "gus", "duo", "wes", since=200)
    was_there(cast, "ada", shift, flags="shared")
    was_there(cast, "gus", shift, ways=(Way.CODE, None))  # never signed out
    was_there(cast, "duo", shift, flags="claimed")
    was_there(cast, "wes", shift, flags="shared,vouched")
    assert end(cast, client_of("ben"), shift).status_code == 303
    doubts = {
        one.person.name: (one.status.value, one.doubts)
        for one in db.session.scalars(select(ServiceRecord))
    }
    assert doubts == {
        "人ada": ("pending", "device"),
        "人gus": ("pending", "no_check_out"),
        "人duo": ("pending", "claimed"),
        "人wes": ("pending", ""),
    }


@pytest.mark.covers("S7", "LED-02", "LED-03")
def test_time_that_is_taken_is_not_given_twice(cast: Cast, client_of: ClientOf) -> None:
    first = running(cast, "ada", since=240)
    second = running(cast, "ada", "gus", since=210)
    was_there(cast, "ada", first)
    was_there(cast, "ada", second)
    was_there(cast, "gus", second)
    ben = client_of("ben")
    assert end(cast, ben, first).status_code == 303
    assert end(cast, ben, second).status_code == 303
    assert outcomes(second) == {"人ada": "overlap", "人gus": "confirmed"}
    assert "重叠，没有记" in main_text(ben, end_page(cast, second))
    assert hours_of(cast, "ada") == (120, 0)


@pytest.mark.covers("VOL-21", "S32")
def test_who_never_came_is_noted_and_undoing_takes_everything_back(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, "ada", "gus", since=150)
    was_there(cast, "ada", shift)
    ben = client_of("ben")
    end(cast, ben, shift)
    absent = select(Signup.status).where(Signup.person_id == cast.person("gus").id)
    assert db.session.scalar(absent) is SignupStatus.NO_SHOW
    address = f"/o/{cast.code(BRANCH)}/endings/{standing(shift).code}/undo"
    assert ben.post(address).status_code == 303
    assert given(shift) == {"人ada": ("withdrawn", 120, "scanned")}
    assert hours_of(cast, "ada") == (0, 0)
    db.session.expire_all()
    assert db.session.scalar(absent) is SignupStatus.ACCEPTED
    assert shift.taken == 2
    assert shift.activity.status == "published"
    assert sum(one.minutes for one in db.session.scalars(select(LedgerEntry))) == 0
    told = select(Letter.kind).where(Letter.user_id == cast.user("ada").id)
    assert LetterKind.HOURS_CORRECTED in set(db.session.scalars(told))
    assert ben.post(address).status_code == 422  # once
    end(cast, ben, shift)
    assert hours_of(cast, "ada") == (120, 0)


@pytest.mark.covers("S32")
def test_undoing_ends_after_a_day_and_where_somebody_else_decided(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, "ada", since=150)
    was_there(cast, "ada", shift, ways=(Way.TICK, None))
    ben, cora = client_of("ben"), client_of("cora")
    end(cast, ben, shift)
    address = f"/o/{cast.code(BRANCH)}/endings/{standing(shift).code}/undo"
    standing(shift).at -= timedelta(hours=25)
    assert "已超过 24 小时" in ben.post(address).text
    standing(shift).at += timedelta(hours=25)
    code = db.session.scalars(select(ServiceRecord.code)).one()
    confirmed = cora.post(f"/o/{cast.code('东县')}/hours/confirm", {"ids": code, "looked_at": code})
    assert confirmed.status_code == 303
    refused = ben.post(address)
    assert refused.status_code == 422
    assert "有人已经处理了其中的时长" in refused.text
    assert hours_of(cast, "ada") == (120, 0)


@pytest.mark.covers("S32", "D12", "S14")
def test_minutes_by_hand_the_planned_length_and_rounding(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", "gus", since=150)
    was_there(cast, "ada", shift, minutes=107)
    was_there(cast, "gus", shift, minutes=60)
    ben = client_of("ben")
    assert "给 2 人记时长，共 2.8 小时" in main_text(ben, end_page(cast, shift))
    assert "给 2 人各记 2 小时" in main_text(ben, end_page(cast, shift, "fixed"))
    db.session.add(
        DatedSetting(
            name="attendance.round_minutes",
            valid_from=clock.today() - timedelta(days=1),
            value=30,
            source="test",
            entered_at=clock.now(),
        )
    )
    assert "共 2.5 小时" in main_text(ben, end_page(cast, shift))
    code = db.session.scalar(select(Signup.code).where(Signup.person_id == cast.person("gus").id))
    address = f"/o/{cast.code(BRANCH)}/signups/{code}/minutes"
    assert ben.post(address, {"length": "1000"}).status_code == 422
    assert ben.post(address, {"length": "90"}).status_code == 303
    stale = ben.post(end_page(cast, shift), {"rule": "attended", "expected": "2:150"})
    assert stale.status_code == 422
    assert "名单刚刚有变化" in stale.text
    end(cast, ben, shift)
    assert given(shift) == {
        "人ada": ("confirmed", 90, "scanned"),
        "人gus": ("pending", 90, "scanned"),
    }
    ada_record = db.session.scalars(
        select(ServiceRecord).where(ServiceRecord.person_id == cast.person("ada").id)
    ).one()
    words = main_text(client_of("ada"), f"/me/hours/{ada_record.code}")
    start = clock.local(shift.starts_at)
    gone = clock.local(shift.starts_at + timedelta(minutes=107))
    assert f"{start:%H:%M} 签到（扫码），{gone:%H:%M} 签退（扫码），共 1 小时 47 分" in words
    assert "按 30 分钟取整，记 1 小时 30 分" in words


@pytest.mark.covers("S12", "S2", "D5")
def test_hours_of_who_is_no_volunteer_yet_wait_and_come_with_the_approval(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, since=150)
    person = cast.person("mia")
    acting.make_signup(shift, person)
    place, user = cast.organization(BRANCH), cast.user("mia")
    make.make_application(person, place, user, kind=ApplicationKind.VOLUNTEER)
    was_there(cast, "mia", shift)
    end(cast, client_of("ben"), shift)
    assert outcomes(shift) == {"人mia": "held"}
    assert given(shift) == {}
    make.make_volunteer(person, cast.organization(BRANCH))
    assert credit_all_held(clock.now()) == 1
    assert credit_held(person.id, by=Actor(), now=clock.now()) == 0
    assert given(shift) == {"人mia": ("pending", 120, "scanned")}


@pytest.mark.covers("LED-04", "S12")
def test_hours_that_waited_are_confirmed_by_another_than_who_ended_the_shift(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, since=150)
    person = cast.person("mia")
    acting.make_signup(shift, person)
    place, user = cast.organization(BRANCH), cast.user("mia")
    make.make_application(person, place, user, kind=ApplicationKind.VOLUNTEER)
    was_there(cast, "mia", shift, ways=(Way.TICK, None))
    ben = client_of("ben")
    end(cast, ben, shift)
    make.make_volunteer(person, place)
    assert credit_all_held(clock.now()) == 1
    record = db.session.scalars(select(ServiceRecord)).one()
    assert record.submitted_by_id == cast.user("ben").id
    assert record.handler_id == cast.organization("东县").id
    db.session.commit()
    ben.post(f"/o/{cast.code(BRANCH)}/hours/confirm", {"ids": record.code})
    assert given(shift) == {"人mia": ("pending", 120, "roll_call")}


@pytest.mark.covers("LED-12", "S32")
def test_undoing_takes_no_correction_along(cast: Cast, client_of: ClientOf) -> None:
    shift = running(cast, "ada", since=150)
    was_there(cast, "ada", shift)
    ben = client_of("ben")
    end(cast, ben, shift)
    code = db.session.scalars(select(ServiceRecord.code)).one()
    place, cora = cast.organization(BRANCH).id, hand(cast, "cora")
    correct(code, 60, "看错了", organization_id=place, by=cora, now=clock.now())
    db.session.commit()
    refused = ben.post(f"/o/{cast.code(BRANCH)}/endings/{standing(shift).code}/undo")
    assert refused.status_code == 422
    assert "有人已经处理了其中的时长" in refused.text
    assert hours_of(cast, "ada") == (60, 0)


@pytest.mark.covers("S6", "VOL-21")
def test_who_never_signs_out_goes_at_the_planned_end(cast: Cast) -> None:
    shift = running(cast, "ada", "gus", since=155)
    was_there(cast, "ada", shift, ways=(Way.CODE, None))
    assert operations.end_forgotten(clock.now()) == 1
    assert operations.end_forgotten(clock.now()) == 0
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert (found.status, found.out_way) == (AttendanceStatus.OUT, AttendanceWay.AUTO)
    assert found.out_at == shift.ends_at
    early = running(cast, "gus", since=125)
    was_there(cast, "gus", early, ways=(Way.CODE, None))
    assert operations.end_forgotten(clock.now()) == 0


@pytest.mark.covers("VOL-22")
def test_an_activity_does_not_end_over_hours_that_nobody_gave(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, "ada", since=150)
    was_there(cast, "ada", shift)
    ben = client_of("ben")
    address = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}"
    assert ben.post(f"{address}/end").status_code == 422
    cancelled = running(cast, "gus", "duo", since=30)
    was_there(cast, "gus", cancelled, ways=(Way.CODE, None))
    answer = ben.post(
        f"/o/{cast.code(BRANCH)}/events/{cancelled.activity.code}/cancel", {"reason": "下雨"}
    )
    assert answer.status_code == 303
    left = dict(
        db.session.execute(
            select(Signup.person_id, Signup.status).where(Signup.shift_id == cancelled.id)
        ).all()
    )
    assert left == {
        cast.person("gus").id: SignupStatus.ACCEPTED,
        cast.person("duo").id: SignupStatus.CALLED_OFF,
    }
    assert end(cast, ben, cancelled).status_code == 303
    assert given(cancelled)["人gus"][1] >= 29


def test_the_page_of_the_end_costs_the_same_for_one_and_for_ten(
    cast: Cast,
    client_of: ClientOf,
    count_statements: Callable[[], object],
) -> None:
    shift = running(cast, "ada", since=150, seats=200)
    was_there(cast, "ada", shift)
    ben = client_of("ben")
    ben.get(end_page(cast, shift))
    seen = []
    for count in (0, 12):
        for number in range(count):
            person = make.make_person(f"路人{number}")
            make.make_volunteer(person, cast.organization(BRANCH))
            signup = acting.make_signup(shift, person)
            acting.make_attendance(signup, AttendanceWay.TICK)
        for address in (
            end_page(cast, shift),
            f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/desk",
        ):
            with count_statements() as statements:  # type: ignore[attr-defined]
                assert parsed(ben.get(address)).select("tbody tr")
            seen.append(len(statements))
    assert seen[:2] == seen[2:]
    assert HoursRule.ATTENDED is shift.activity.hours_rule
