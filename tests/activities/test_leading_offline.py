"""What the phone of a leader without a post kept: by which clock, how late (ADR 0027, LED-09)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import UserSession
from accounts.rules import SessionKind
from activities.models import Shift
from activities.rules import AttendanceFlag
from core import clock
from core.database import db
from tests.activities.attending import MINUTE, attendance, later, running
from tests.activities.desk import BRANCH
from tests.activities.test_desk import code_of
from tests.activities.test_leading import lead
from tests.cast import Cast
from tests.client import Client
from tests.packets import Packet, session_of, sign_in_again, stamp
from tests.volunteers.holding import setting

ClientOf = Callable[[str], Client]
DONE, REFUSED = 303, 422
#: The window of the shift closes so much later than the tests begin.
TO_CLOSING = timedelta(minutes=90)
OVER, TOO_LATE, EARLY = "签到时间已经过了", "小时内传到", "起可以签到"


def led(cast: Cast, client_of: ClientOf) -> tuple[Shift, UserSession]:
    """Return a shift that runs for an hour, and the session of who leads it."""
    shift = running(cast, "ada", "gus", since=60)
    lead(cast, client_of("ben"), shift, "ada")
    return shift, session_of(client_of("ada"))


def send(
    cast: Cast,
    client_of: ClientOf,
    kept: tuple[str, datetime | None, UserSession],
    off: float | None = 0,
) -> tuple[int, str]:
    """Return the answer to a tick that a phone kept; its clock is some minutes off."""
    path, at, session = kept
    name = "ada" if path.startswith("/me/") else "ben"
    kind = SessionKind.PERSON if name == "ada" else SessionKind.POST
    client = Client(client_of(name).app, sign_in_again(cast.user(name), kind))
    key = f"leader-key-{path.rsplit('/', 1)[1]:0>12}"
    packet = Packet(path, {}, key, stamp(at) if at else "")
    sent = "" if off is None else stamp(clock.now() + off * MINUTE)
    answer = packet.send(client, sent, by=session)
    return answer.status_code, answer.text


@pytest.mark.covers("LED-09", "QR-06", "S32")
@pytest.mark.parametrize(
    ("claimed", "late", "status", "words"),
    [
        (-10, None, DONE, ""),
        (-10, 0.1, DONE, ""),
        (-10, 23.9, DONE, ""),
        (-10, 24.1, REFUSED, TOO_LATE),
        (-10, 24 * 6, REFUSED, TOO_LATE),
        (-100, None, REFUSED, EARLY),
        (-100, 1, REFUSED, EARLY),
        (100, 1, REFUSED, OVER),
    ],
)
def test_what_was_kept_in_the_window_counts_for_a_day(
    cast: Cast,
    client_of: ClientOf,
    claimed: float,
    late: float | None,
    status: int,
    words: str,
) -> None:
    shift, session = led(cast, client_of)
    path = f"/me/desk/signups/{code_of(cast, 'gus', shift)}/arrival"
    at = clock.now().replace(second=0, microsecond=0) + claimed * MINUTE
    wait = timedelta() if late is None else TO_CLOSING + timedelta(hours=late)
    with later(seconds=wait.total_seconds()):
        answered, text = send(cast, client_of, (path, at, session))
    assert answered == status
    assert words in text
    assert "人gus" not in text
    found = attendance(cast, "gus", shift)
    assert (found is not None) == (status == DONE)
    if found is not None:
        assert (found.in_at, found.flag_set) == (at, frozenset({AttendanceFlag.CLAIMED}))


@pytest.mark.covers("LED-09", "S32")
@pytest.mark.parametrize("off", [5, -60, 24 * 60, None])
def test_a_clock_that_is_not_believed_counts_by_the_hour_of_the_server(
    cast: Cast, client_of: ClientOf, off: float | None
) -> None:
    shift, session = led(cast, client_of)
    path = f"/me/desk/signups/{code_of(cast, 'gus', shift)}"
    at = clock.now() + (off or 0) * MINUTE
    inside = send(cast, client_of, (f"{path}/arrival", at, session), off)
    assert inside[0] == DONE
    with later(hours=2):
        status, text = send(cast, client_of, (f"{path}/arrival/undo", at, session), off)
    assert (status, OVER in text) == (REFUSED, True)
    found = attendance(cast, "gus", shift)
    assert found is not None
    assert found.status.value == "in"


@pytest.mark.covers("LED-09", "S32")
def test_a_phone_that_names_no_time_or_a_roll_call_for_all_is_bound_as_well(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, session = led(cast, client_of)
    row = f"/me/desk/signups/{code_of(cast, 'gus', shift)}/arrival"
    everybody, at = f"/me/desk/{shift.code}/arrivals", clock.now() - MINUTE
    with later(hours=2):
        assert send(cast, client_of, (row, None, session), None)[0] == REFUSED
    with later(hours=26):
        assert send(cast, client_of, (everybody, at, session))[0] == REFUSED
    assert attendance(cast, "gus", shift) is None


@pytest.mark.covers("LED-09")
@pytest.mark.parametrize(
    ("hours", "skew", "off", "status"),
    [(1, 2, 0, REFUSED), (2, 2, 0, DONE), (2, 4, 5, REFUSED), (2, 6, 5, DONE)],
)
def test_both_limits_are_dated_settings(
    cast: Cast, client_of: ClientOf, hours: int, skew: int, off: float, status: int
) -> None:
    shift, session = led(cast, client_of)
    row = f"/me/desk/signups/{code_of(cast, 'gus', shift)}/arrival"
    at = clock.now() - MINUTE
    setting("attendance.leader_late_hours", hours)
    setting("offline.skew_minutes", skew)
    with later(hours=3):
        assert send(cast, client_of, (row, at, session), off)[0] == status


@pytest.mark.covers("S32")
def test_the_organization_calls_the_roll_for_the_week_as_before(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, _ = led(cast, client_of)
    session, at = session_of(client_of("ben")), clock.now() - MINUTE
    path = f"/o/{cast.code(BRANCH)}/signups/{code_of(cast, 'gus', shift)}/arrival"
    db.session.commit()
    with later(days=6):
        assert send(cast, client_of, (path, at, session))[0] == DONE
