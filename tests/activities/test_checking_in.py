"""Scanning the code at an activity: who gets in, which code does nothing, what is flagged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from activities import codes, operations
from activities.models import Attendance, Signup
from activities.operations import Seen
from activities.rules import (
    ActivityField,
    ActivityStatus,
    AttendanceStatus,
    AttendanceWay,
    Ground,
    Refusal,
    RefusedCode,
    SignupStatus,
)
from core import clock
from core.audit.operations import Actor
from core.database import db
from tests import activity_factories as acting
from tests.activities.attending import (
    attendance,
    button,
    later,
    main_text,
    printed,
    running,
    scan,
    shown,
    states,
)
from tests.activities.desk import BRANCH, begin
from tests.cast import Cast
from tests.client import Client

ClientOf = Callable[[str], Client]


@pytest.mark.covers("V3", "V4", "S12", "QR-01")
def test_one_button_checks_in_and_later_out(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    before = attendance(cast, "ada", shift)
    assert button(ada, shown(shift))[0] == "签到"  # type: ignore[index]
    assert before is attendance(cast, "ada", shift) is None  # looking changes nothing
    answer = scan(ada, shown(shift))
    assert answer.status_code == 303
    words = main_text(ada, answer.headers["Location"])
    assert "✓ 已签到" in words
    assert "忘了签退也没关系" in words
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert (found.status, found.in_way, found.flags) == ("in", "code", "")
    with later(minutes=90):
        assert button(ada, shown(shift))[0] == "签退"  # type: ignore[index]
        gone = scan(ada, shown(shift))
        assert "已完成 1.5 小时" in main_text(ada, gone.headers["Location"])
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert (found.status, found.out_way) == ("out", "code")


@pytest.mark.covers("QR-01")
def test_a_photo_of_the_code_does_nothing_after_a_minute(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    now = clock.now()
    begins = now + timedelta(seconds=codes.STEP - now.timestamp() % codes.STEP)
    taken = codes.rotating_code(shift, begins)
    with time_machine.travel(begins + timedelta(seconds=59.5), tick=False):
        assert button(ada, f"/q/{taken}") is not None
    with time_machine.travel(begins + timedelta(seconds=61), tick=False):
        assert button(ada, f"/q/{taken}") is None
        assert "这个码已换新，请再扫一次现场的码" in main_text(ada, f"/q/{taken}")
        answer = ada.post(f"/q/{taken}", {"act": "in"})
    assert answer.status_code == 422
    assert attendance(cast, "ada", shift) is None


@pytest.mark.covers("QR-01", "QR-02", "S12")
def test_signing_in_by_code_takes_longer_than_the_code_lives_and_leads_back(
    cast: Cast, client_of: ClientOf, app: object
) -> None:
    shift, stranger = running(cast, "ada"), Client(app)  # type: ignore[arg-type]
    page = stranger.page(shown(shift))
    link = page.select_one("main a.button-main")
    assert link is not None
    kept = str(link["href"]).partition("next=")[2]
    ada = client_of("ada")
    ada.http.set_cookie("device", stranger.http.get_cookie("device").value)  # type: ignore[union-attr]
    with later(minutes=5):
        assert button(ada, kept)[0] == "签到"  # type: ignore[index]
        assert scan(ada, kept).status_code == 303
    gus = client_of("gus")  # the kept code is of that browser alone
    assert button(gus, kept) is None
    with later(minutes=11):
        ben = client_of("ben")
        ben.http.set_cookie("device", stranger.http.get_cookie("device").value)  # type: ignore[union-attr]
        assert button(ben, kept) is None


@pytest.mark.covers("QR-02")
def test_a_code_that_was_used_or_made_up_does_nothing(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    other = running(cast, "gus")
    address = shown(shift)
    assert scan(ada, address).status_code == 303
    with later(seconds=1):
        assert button(ada, address) is None  # spent: it is no code to go with
        assert ada.post(address, {"act": "out"}).status_code == 422
        assert ada.post(address, {"act": "in"}).status_code == 303  # and no second arrival
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert found.status is AttendanceStatus.IN
    swapped = address.replace(shift.code, other.code)
    assert ada.post(swapped, {"act": "in"}).status_code == 422
    assert attendance(cast, "ada", other) is None
    for wrong in ("/q/x", f"/q/r{'2' * 12}3a1b2c3-{'A' * 22}", f"/q/f{'2' * 12}{'A' * 22}"):
        assert ada.get(wrong).status_code == 404
    forged = f"/q/f{shift.code}{'A' * 22}"
    assert button(ada, forged) is None


@pytest.mark.covers("S12", "QR-02")
def test_the_window_opens_and_closes_half_an_hour_around_the_shift(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    start = clock.now() + timedelta(minutes=31)
    begin(shift, start)
    words = main_text(ada, printed(shift))
    opens = start - timedelta(minutes=30)
    is_today = clock.local(start).date() == clock.today()  # it is not, shortly before midnight
    shape = "%H:%M" if is_today else "%m-%d %H:%M"
    told = [format(clock.local(one), shape) for one in (start, opens)]
    assert f"{told[0]} 开始，{told[1]} 起可以签到" in words
    assert ada.post(printed(shift), {"act": "in"}).status_code == 422
    with later(minutes=2):
        assert button(ada, printed(shift)) is not None
    begin(shift, clock.now() - timedelta(minutes=149))
    assert button(ada, printed(shift)) is not None
    with later(minutes=2):
        assert "活动已经结束" in main_text(ada, printed(shift))
        assert ada.post(printed(shift), {"act": "in"}).status_code == 422
    assert attendance(cast, "ada", shift) is None


@pytest.mark.covers("S12")
def test_the_printed_code_is_marked_as_such(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    assert scan(ada, printed(shift)).status_code == 303
    found = attendance(cast, "ada", shift)
    assert found is not None
    assert found.in_way is AttendanceWay.FIXED
    with later(minutes=30):
        gone = scan(ada, printed(shift))
        assert "固定码" in main_text(ada, gone.headers["Location"])


@pytest.mark.covers("S12")
def test_who_had_not_signed_up_joins_on_the_spot_while_there_are_seats(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast, "ada", seats=2)
    gus, duo, mia = client_of("gus"), client_of("duo"), client_of("mia")
    answer = scan(gus, shown(shift))
    assert "您还没报名，已为您现场加入" in main_text(gus, answer.headers["Location"])
    found = attendance(cast, "gus", shift)
    assert found is not None
    assert found.flags == "on_spot"
    db.session.refresh(shift)
    assert shift.taken == 2
    assert "这一场已满" in main_text(duo, shown(shift))
    assert duo.post(printed(shift), {"act": "in"}).status_code == 422
    words = main_text(mia, shown(shift))
    assert "要先当志愿者" in words
    assert mia.post(printed(shift), {"act": "in"}).status_code == 422
    assert states(shift) == {"人gus": "in"}


@pytest.mark.covers("QR-02", "S4", "VOL-04", "VOL-16")
def test_who_was_turned_down_or_may_not_serve_does_not_get_in(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = running(cast)
    acting.make_signup(shift, cast.person("ada"), SignupStatus.CALLED_OFF)
    ada, gus, duo = client_of("ada"), client_of("gus"), client_of("duo")
    assert "组织没有接受您这次的报名" in main_text(ada, shown(shift))
    assert ada.post(printed(shift), {"act": "in"}).status_code == 422
    flood = running(cast)
    flood.activity.field, flood.activity.grounds = ActivityField.RESCUE, Ground.DANGER
    flood.activity.policy_number = "保单"
    cast.person("gus").born_on = clock.today() - timedelta(days=16 * 366)
    db.session.commit()
    assert gus.post(printed(flood), {"act": "in"}).status_code == 422
    unread = duo.post(printed(flood), {"act": "in"})
    assert unread.status_code == 422
    assert "请先看协议" in unread.text
    assert scan(duo, printed(flood), agrees="y").status_code == 303
    assert states(flood) == {"人duo": "in"}


@pytest.mark.covers("QR-03")
def test_a_fourth_person_from_one_device_makes_all_of_them_looked_at(
    cast: Cast, client_of: ClientOf
) -> None:
    names = ("ada", "gus", "duo", "ben")
    shift = running(cast, *names)
    for count, name in enumerate(names, 1):
        client = client_of(name)
        client.http.set_cookie("device", "d" * 43)
        scan(client, shown(shift))
        found = [attendance(cast, one, shift) for one in names[:count]]
        assert {one.flags for one in found if one} == ({"shared"} if count > 3 else {""})
    ada = client_of("ada")
    ada.http.set_cookie("device", "e" * 43)
    with later(minutes=20):
        scan(ada, shown(shift))
    left = attendance(cast, "ada", shift)
    assert left is not None
    assert left.flags == "shared,switched"
    assert left.needs_look
    assert left.in_device not in (None, b"d" * 43)  # a keyed hash, never the token


@pytest.mark.covers("S12")
def test_nobody_gets_in_where_the_activity_is_over_or_cancelled(cast: Cast) -> None:
    for status, why in (
        (ActivityStatus.ENDED, Refusal.OVER),
        (ActivityStatus.CANCELLED, Refusal.CANCELLED),
    ):
        shift = running(cast, "ada")
        shift.activity.status = status
        db.session.flush()
        seen = Seen(codes.Scan(shift.code, AttendanceWay.FIXED))
        with pytest.raises(RefusedCode) as refused:
            operations.check_in(cast.person("ada").id, seen, by=Actor(), now=clock.now())
        assert refused.value.why is why


@pytest.mark.covers("UX-R2", "LED-11")
def test_a_check_in_is_one_short_transaction(
    cast: Cast,
    client_of: ClientOf,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    shift, ada = running(cast, "ada"), client_of("ada")
    other = running(cast, "gus")
    assert client_of("gus").post(printed(other), {"act": "in"}).status_code == 303
    ada.http.set_cookie("device", "d" * 43)
    address = button(ada, shown(shift))[1]  # type: ignore[index]
    with count_statements() as seen:
        assert ada.post(address, {"act": "in"}).status_code == 303
    assert len(seen) <= 12, "\n".join(seen)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 2


@pytest.mark.covers("RACE-09")
def test_who_is_in_does_not_cancel_his_sign_up(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada", since=-20), client_of("ada")
    scan(ada, shown(shift))
    code = db.session.scalar(select(Signup.code).where(Signup.shift_id == shift.id))
    answer = ada.post(f"/me/events/{code}/cancel", {"reason": "有事"})
    assert answer.status_code == 422
    assert "已经签到" in answer.text
    assert acting.shift_of(shift.activity).taken == 1
    assert cast.organization(BRANCH).id == shift.activity.organization_id
