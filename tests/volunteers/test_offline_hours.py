"""Hours recorded without network: claims, refusals, and one state whatever way they come (6.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from accounts import operations as accounts
from accounts.models import User
from core import clock
from core.audit.operations import Actor
from core.database import db
from tests.cast import Cast
from tests.client import Client, parsed
from tests.packets import (
    HOME,
    OPERATIONS,
    SCHEDULES,
    Packet,
    schedules,
    session_of,
    sign_in_again,
    stamp,
    taken_back,
)
from volunteers.models import ServiceRecord, VolunteerTotal
from volunteers.rules import Doubt

ClientOf = Callable[[str], Client]
NEW = "/me/hours/new"
LATE = "不能自动上传。请核对后再提交"
TOKYO = timezone(timedelta(hours=9))


def a_packet(at: str, nr: int = 0, **changes: str) -> Packet:
    """Return two hours of some day, as a phone kept them."""
    day = clock.today() - timedelta(days=1 + nr // 2)
    fields = {
        "day": day.isoformat(),
        "title": f"急救演练{nr}",
        "field": "first_aid",
        "length": "120",
        "start": "14:00" if nr % 2 else "09:00",
        **changes,
    }
    return Packet(NEW, fields, f"offline-key-{nr:08d}", at)


def records() -> list[ServiceRecord]:
    return list(db.session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)))


def said(answer: Any) -> str:
    return " ".join(item.text for item in parsed(answer).select(".error-list li"))


@pytest.mark.covers("LED-09", "V7", "S10")
def test_what_a_phone_kept_is_a_claim_beside_the_time_it_came(client_of: ClientOf) -> None:
    ada, now = client_of("ada"), clock.now().replace(microsecond=0)
    told = now - timedelta(hours=5)
    answer = a_packet(stamp(told)).send(ada, stamp(now))
    assert answer.status_code == 303
    (record,) = records()
    assert (record.is_offline, record.recorded_at, record.doubt_list) == (True, told, [])
    assert abs(record.submitted_at - now) < timedelta(minutes=1)
    facts = ada.page(answer.headers["Location"].partition("?")[0]).text
    assert "离线记录" in facts
    assert f"{clock.local(told):%H:%M} 记下" in facts


@pytest.mark.covers("LED-09")
@pytest.mark.parametrize(
    ("off", "zone"),
    [
        (timedelta(days=-2), HOME),
        (timedelta(hours=-1), HOME),
        (timedelta(minutes=5), HOME),
        (timedelta(days=1), HOME),
        (timedelta(), TOKYO),
        (None, HOME),
    ],
)
def test_a_wrong_clock_decides_nothing_and_is_shown(
    client_of: ClientOf, off: timedelta | None, zone: timezone
) -> None:
    ada, now = client_of("ada"), clock.now().replace(microsecond=0)
    told = None if off is None else now + off - timedelta(hours=1)
    sent = "" if off is None else stamp(now + off, zone)
    answer = a_packet("" if told is None else stamp(told, zone)).send(ada, sent)
    assert answer.status_code == 303
    (record,) = records()
    assert record.recorded_at == told
    assert record.doubt_list == [Doubt.CLOCK]
    assert abs(record.submitted_at - now) < timedelta(minutes=1)
    assert record.served_on == clock.today() - timedelta(days=1)


@pytest.mark.covers("LED-09", "LED-03")
def test_a_phone_in_the_future_cannot_record_it(client_of: ClientOf) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    packet = a_packet(stamp(tomorrow), day=(clock.today() + timedelta(days=1)).isoformat())
    answer = packet.send(client_of("ada"), stamp(tomorrow))
    assert answer.status_code == 422
    assert "不能晚于现在" in said(answer)


@pytest.mark.covers("V7")
@pytest.mark.parametrize(("days", "taken"), [(6.99, True), (7.01, False)])
def test_a_week_late_is_taken_and_later_is_told_what_to_do(
    client_of: ClientOf, days: float, taken: bool
) -> None:
    now = clock.now()
    answer = a_packet(stamp(now - timedelta(days=days))).send(client_of("ada"), stamp(now))
    assert (answer.status_code == 303) is taken
    assert len(records()) == taken
    assert taken or (answer.status_code == 422 and LATE in said(answer))


@pytest.mark.covers("V7")
def test_how_long_it_lay_is_told_by_the_phone_alone(client_of: ClientOf) -> None:
    """A clock ten days behind makes nothing late that was recorded an hour ago."""
    wrong = clock.now() - timedelta(days=10)
    answer = a_packet(stamp(wrong - timedelta(hours=1))).send(client_of("ada"), stamp(wrong))
    assert answer.status_code == 303
    assert records()[0].doubt_list == [Doubt.CLOCK]


@pytest.mark.covers("QR-06", "WEB-12")
def test_packets_of_a_device_that_is_out_are_refused(cast: Cast, client_of: ClientOf) -> None:
    now = clock.now()
    ada, gus = client_of("ada"), client_of("gus")
    packet = a_packet(stamp(now))
    old = session_of(ada)
    assert LATE in said(packet.send(gus, stamp(now), by=old))  # another account's
    packet_of_before = packet.sealed(ada, stamp(now))
    accounts.end_session(old, by=Actor(old.user_id), now=now)
    assert ada.post(NEW, packet_of_before, key=packet.key).headers["Location"].startswith("/login")
    again = Client(ada.app, sign_in_again(cast.user("ada")))
    assert LATE in said(again.post(NEW, packet_of_before, key=packet.key))
    assert records() == []
    assert again.post(NEW, packet.fields, key=packet.key).status_code == 303  # looked at, handed in


@pytest.mark.covers("QR-06")
def test_a_session_that_only_ran_out_does_not_cost_the_entry(
    cast: Cast, client_of: ClientOf
) -> None:
    ada, now = client_of("ada"), clock.now()
    packet, old = a_packet(stamp(now)), session_of(ada)
    old.seen_at = now - timedelta(days=8)
    assert packet.send(ada, stamp(now)).headers["Location"].startswith("/login")
    again = Client(ada.app, sign_in_again(cast.user("ada")))
    assert packet.send(again, stamp(now), by=old).status_code == 303


@pytest.mark.covers("QR-06")
def test_packets_of_a_suspended_account_are_refused(cast: Cast, client_of: ClientOf) -> None:
    ada, now = client_of("ada"), clock.now()
    sealed = a_packet(stamp(now)).sealed(ada, stamp(now))
    db.session.get_one(User, cast.user("ada").id).suspended_at = now
    answer = ada.post(NEW, sealed, key="offline-key-00000000")
    assert answer.headers["Location"].startswith("/login")
    assert records() == []


@pytest.mark.covers("QR-06")
@pytest.mark.parametrize(
    "change",
    [
        {"length": "240"},
        {"note": "另加"},
        {"packet_at": "2020-01-01T08:00:00+08:00"},
        {"packet_sent": ""},
        {"packet_sign": ""},
        {"packet_device": ""},
        {"packet_device": "9" * 18},
        {"packet_device": "9" * 40},
        {"packet_device": "一"},
    ],
)
def test_a_packet_that_was_changed_is_refused(client_of: ClientOf, change: dict[str, str]) -> None:
    ada, now = client_of("ada"), clock.now()
    sealed = a_packet(stamp(now)).sealed(ada, stamp(now))
    answer = ada.post(NEW, {**sealed, **change}, key="offline-key-00000000")
    assert answer.status_code == 422
    assert LATE in said(answer)
    assert records() == []


@pytest.mark.covers("LED-11", "QR-05")
def test_the_first_attempt_and_its_packet_are_one_record(client_of: ClientOf) -> None:
    """The answer was lost, so the phone kept what the server has."""
    ada, now = client_of("ada"), clock.now()
    packet = a_packet(stamp(now))
    first = ada.post(NEW, packet.fields, key=packet.key)
    second = packet.send(ada, stamp(now))
    assert first.headers["Location"] == second.headers["Location"]
    other = a_packet(stamp(now), length="60").send(ada, stamp(now))
    assert other.status_code == 422
    (record,) = records()
    assert (record.is_offline, record.minutes) == (False, 120)


@pytest.mark.covers("LED-11")
def test_the_same_twice_counts_from_when_it_was_recorded(client_of: ClientOf) -> None:
    ada, now = client_of("ada"), clock.now()
    fields = {**a_packet("").fields, "start": ""}

    def send(nr: int, back: timedelta) -> int:
        packet = Packet(NEW, fields, f"offline-twice-{nr:05d}", stamp(now - back))
        return packet.send(ada, stamp(now)).status_code

    assert send(1, timedelta(hours=3)) == 303
    assert send(2, timedelta(hours=1)) == 303  # in one upload, but hours apart
    assert send(3, timedelta(hours=3, seconds=5)) == 422  # tapped twice
    assert len(records()) == 2


def final_state(
    app: Flask, token: str, batches: list[tuple[float, list[int]]], operations: int
) -> object:
    """Return what stands after the batches, all of it taken back afterwards."""
    began = clock.now().replace(microsecond=0)
    packets = [
        a_packet(stamp(began - timedelta(minutes=operations - nr)), nr) for nr in range(operations)
    ]
    with taken_back():
        places: dict[int, set[str]] = {}
        for late, batch in batches:
            clock.set_offset_for_tests(timedelta(days=late), production=False)
            client = Client(app, token)
            for nr in batch:
                answer = packets[nr].send(client, stamp(clock.now()))
                assert answer.status_code == 303, said(answer)
                places.setdefault(nr, set()).add(answer.headers["Location"])
        assert {len(found) for found in places.values()} == {1}
        return state(began)


def state(began: datetime) -> object:
    rows = sorted(
        (
            row.title,
            row.starts_at,
            row.minutes,
            str(row.status),
            row.doubts,
            row.is_offline,
            row.recorded_at and began - row.recorded_at,
        )
        for row in records()
    )
    total = VolunteerTotal
    sums = db.session.execute(
        select(total.volunteer_id, total.year, func.sum(total.pending_minutes)).group_by(
            total.volunteer_id, total.year
        )
    )
    return rows, sorted(map(tuple, sums))


@pytest.mark.soak
@pytest.mark.covers("QR-05")
def test_any_order_number_and_batches_end_like_one_delivery(
    app: Flask, client_of: ClientOf
) -> None:
    token = client_of("ada").token
    in_order = final_state(app, token, [(0, list(range(OPERATIONS)))], OPERATIONS)
    assert len(in_order[0]) == OPERATIONS  # type: ignore[index]

    @settings(max_examples=SCHEDULES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(schedules(OPERATIONS))
    def check(batches: list[tuple[float, list[int]]]) -> None:
        assert final_state(app, token, batches, OPERATIONS) == in_order

    check()
