"""What a sign-up keeps to when times move, people leave and an activity is called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from activities.models import Shift
from activities.rules import ActivityStatus, Ground, SignupStatus
from core import clock
from core.audit.operations import SYSTEM
from core.clock import local
from core.database import db
from organizations.operations import Plan, close_organization
from tests import activity_factories as acting
from tests.activities.desk import begin, live, sign_up
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import acting as actor
from tests.volunteers.desk import second_secretary
from volunteers.operations import VolunteerAdmission

ClientOf = Callable[[str], Client]
BRANCH = "东一村"


def an_activity(cast: Cast, **changes: object) -> Shift:
    """Return the shift of a published activity of the branch."""
    return acting.shift_of(acting.make_activity(cast.organization(BRANCH), **changes))  # type: ignore[arg-type]


def moved(shift: Shift, days: int) -> dict[str, str]:
    """Return a filled form that holds a shift on another day."""
    start = local(shift.starts_at) + timedelta(days=days)
    end = local(shift.ends_at) + timedelta(days=days)
    return {
        "day": start.date().isoformat(),
        "end_day": end.date().isoformat(),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "seats": "20",
    }


@pytest.mark.covers("S4", "VOL-04")
def test_a_dangerous_shift_is_not_moved_to_where_somebody_is_under_eighteen(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = an_activity(cast, starts_at=clock.now() + timedelta(days=20))
    activity, day = shift.activity, local(shift.starts_at).date()
    activity.grounds, activity.policy_number = Ground.DANGER, "测保2026-1"
    activity.policy_from, activity.policy_to = day - timedelta(days=30), day + timedelta(days=30)
    cast.person("ada").born_on = date(day.year - 18, day.month, min(day.day, 28))
    acting.make_signup(shift, cast.person("ada"))
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/edit"
    assert client_of("ben").post(path, moved(shift, -10)).status_code == 422
    db.session.refresh(shift)
    assert local(shift.starts_at).date() == day
    assert client_of("ben").post(path, moved(shift, 3)).status_code == 303


@pytest.mark.covers("VOL-09", "RACE-02")
def test_who_leaves_as_a_volunteer_leaves_the_seat_to_who_waits(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, past = an_activity(cast, seats=1), an_activity(cast)
    acting.make_signup(past, cast.person("ada"))
    begin(past, clock.now() - timedelta(days=2))
    for name in ("ada", "gus"):
        assert sign_up(client_of(name), shift).status_code == 303
    VolunteerAdmission().end(cast.person("ada").id, by=actor(cast, "ada"), now=clock.now())
    db.session.commit()
    assert live(shift) == {"人gus": "accepted"}
    assert live(past) == {"人ada": "accepted"}
    db.session.refresh(shift)
    assert shift.taken == 1


@pytest.mark.covers("VOL-22")
def test_what_was_served_is_not_called_off(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    later = acting.make_shift(shift.activity, clock.now() + timedelta(days=5))
    served = acting.make_signup(shift, cast.person("ada"))
    coming = acting.make_signup(later, cast.person("ada"))
    begin(shift, clock.now() - timedelta(days=2))
    shift.activity.last_ends_at = later.ends_at
    db.session.commit()
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}"
    assert ben.post(f"{path}/cancel", {"reason": "台风"}).status_code == 303
    db.session.expire_all()
    assert (served.status, coming.status) == (SignupStatus.ACCEPTED, SignupStatus.CALLED_OFF)
    assert (shift.taken, later.taken) == (1, 0)
    over = an_activity(cast)
    begin(over, clock.now() - timedelta(days=2))
    path = f"/o/{cast.code(BRANCH)}/events/{over.activity.code}"
    assert f"{path}/cancel" not in ben.get(path).text
    assert ben.post(f"{path}/cancel", {"reason": "台风"}).status_code == 422


@pytest.mark.covers("LED-04", "VOL-18")
def test_nobody_looks_at_his_own_certificate(cast: Cast, client_of: ClientOf) -> None:
    second_secretary(cast)
    shift = an_activity(cast)
    shift.activity.certificate = "救护员证"
    own = acting.make_signup(shift, cast.person("ben"), SignupStatus.SIGNED_UP)
    db.session.commit()
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}"
    page = ben.get(f"{path}/shifts/{shift.code}").text
    assert f"{path}/signups/{own.code}/accept" not in page
    assert ben.post(f"{path}/signups/{own.code}/accept").status_code == 422
    db.session.refresh(own)
    assert own.status is SignupStatus.SIGNED_UP


@pytest.mark.covers("VOL-18")
def test_who_waited_before_a_certificate_was_asked_is_looked_at(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = an_activity(cast, seats=1)
    for name in ("ada", "gus"):
        assert sign_up(client_of(name), shift).status_code == 303
    shift.activity.certificate = "救护员证"
    db.session.commit()
    VolunteerAdmission().end(cast.person("ada").id, by=SYSTEM, now=clock.now())
    assert live(shift) == {"人gus": "signed_up"}


@pytest.mark.covers("ORG-17")
def test_nobody_agrees_to_what_a_closed_organization_asked(cast: Cast) -> None:
    activity = acting.make_review(cast.organization("东县"), cast.organization(BRANCH))
    db.session.commit()
    plan = Plan("东红〔2026〕9号", clock.today(), cast.organization("东二村"))
    close_organization(cast.organization(BRANCH), plan, by=actor(cast, "cora"), now=clock.now())
    db.session.refresh(activity)
    assert activity.status is ActivityStatus.CANCELLED


@pytest.mark.covers("VOL-21")
def test_who_served_is_not_called_off_afterwards(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    served = acting.make_signup(shift, cast.person("ada"))
    begin(shift, clock.now() - timedelta(days=2))
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}"
    assert f"{path}/signups/{served.code}" not in ben.get(f"{path}/shifts/{shift.code}").text
    answer = ben.post(f"{path}/signups/{served.code}/decline", {"reason": "没有来"})
    assert answer.status_code == 422
    db.session.refresh(served)
    assert served.status is SignupStatus.ACCEPTED
