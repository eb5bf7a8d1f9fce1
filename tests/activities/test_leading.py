"""Somebody without a post works the desk of the activity that he leads (domain.md 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.models import Attendance
from activities.operations.leading import name_leader
from activities.rules import ActivityStatus
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from tests import factories as make
from tests.activities.attending import attendance, main_text, running, states
from tests.activities.desk import BRANCH
from tests.activities.test_desk import code_of
from tests.cast import Cast
from tests.client import Client
from volunteers.models import Volunteer
from volunteers.rules import VolunteerStatus

ClientOf = Callable[[str], Client]


def lead(cast: Cast, keeper: Client, shift: object, name: str) -> None:
    """Let the keeper of the branch name a leader, as his page does."""
    page = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/leader"  # type: ignore[attr-defined]
    mine = Volunteer.person_id == cast.person(name).id
    who = db.session.scalars(select(Volunteer.code).where(mine)).one()
    assert keeper.post(page, {"who": who}).status_code == 303


@pytest.mark.covers("S32", "LED-04", "AZ-16")
def test_the_leader_of_an_activity_calls_out_the_others(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada", "gus", "duo"), client_of("ada")
    desk = f"/me/desk/{shift.code}"
    assert ada.get(desk).status_code == 404
    lead(cast, client_of("ben"), shift, "ada")
    assert client_of("gus").get(desk).status_code == 404
    assert ada.page("/me").select_one(f"#led a[href='{desk}']")
    assert "已到 0 / 报名 3" in main_text(ada, desk)
    assert ada.post(f"{desk}/arrivals").status_code == 303
    assert states(shift) == {"人gus": "in", "人duo": "in"}  # never himself
    row = f"/me/desk/signups/{code_of(cast, 'gus', shift)}"
    assert ada.post(f"{row}/arrival/undo").status_code == 303
    assert states(shift)["人gus"] == "undone"
    assert client_of("duo").post(f"{row}/arrival").status_code == 404
    own = ada.post(f"/me/desk/signups/{code_of(cast, 'ada', shift)}/arrival")
    assert own.status_code == 422
    assert "不能给自己点名" in own.text
    assert attendance(cast, "ada", shift) is None
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "activities.tick"))
    assert {(one.actor_id, one.post_id) for one in event} == {(cast.user("ada").id, None)}


@pytest.mark.covers("S32", "D10")
def test_the_desk_of_a_leader_is_closed_outside_its_window(cast: Cast, client_of: ClientOf) -> None:
    shift, ada = running(cast, "ada", "gus"), client_of("ada")
    lead(cast, client_of("ben"), shift, "ada")
    shift.starts_at, shift.ends_at = (
        one + timedelta(days=1) for one in (shift.starts_at, shift.ends_at)
    )
    db.session.commit()
    shown = main_text(ada, f"/me/desk/{shift.code}")
    assert "起可以签到" in shown
    assert "人gus" not in shown
    row = f"/me/desk/signups/{code_of(cast, 'gus', shift)}"
    assert ada.post(f"{row}/arrival").status_code == 422
    assert ada.post(f"/me/desk/{shift.code}/arrivals").status_code == 422
    assert not db.session.scalars(select(Attendance)).all()


@pytest.mark.covers("S32", "PRV-10")
def test_a_leader_without_a_post_reads_no_name_of_a_minor(cast: Cast, client_of: ClientOf) -> None:
    shift, ada, ben = running(cast, "ada", "gus", "duo"), client_of("ada"), client_of("ben")
    lead(cast, ben, shift, "ada")
    cast.person("gus").born_on = clock.today() - timedelta(days=365 * 15)
    db.session.commit()
    shown = main_text(ada, f"/me/desk/{shift.code}")
    assert "人gus" not in shown
    assert "人duo" in shown
    kept = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/desk?shift={shift.code}"
    assert "人gus" in main_text(ben, kept)


@pytest.mark.covers("S32", "LED-04")
def test_a_leader_is_one_as_long_as_he_serves_and_the_activity_goes_on(
    cast: Cast, client_of: ClientOf
) -> None:
    shift, ada = running(cast, "ada", "gus"), client_of("ada")
    lead(cast, client_of("ben"), shift, "ada")
    mine = select(Volunteer).where(Volunteer.person_id == cast.person("ada").id)
    volunteer, everybody = db.session.scalars(mine).one(), f"/me/desk/{shift.code}/arrivals"
    serving, volunteer.status = volunteer.status, VolunteerStatus.SUSPENDED
    db.session.commit()
    assert ada.post(everybody).status_code == 422
    volunteer.status, shift.activity.status = serving, ActivityStatus.CANCELLED
    db.session.commit()
    assert ada.post(everybody).status_code == 422
    place, code = cast.organization(BRANCH).id, shift.activity.code
    with pytest.raises(RuleViolation, match="不用再指定"):
        name_leader(code, None, organization_id=place, by=SYSTEM, now=clock.now())
    assert not db.session.scalars(select(Attendance)).all()


def test_only_a_grown_volunteer_leads(cast: Cast) -> None:
    shift = running(cast, "ada")
    child = make.make_person(born_on=clock.today() - timedelta(days=365 * 15))
    make.make_volunteer(child, cast.organization(BRANCH))
    db.session.commit()
    place, code = cast.organization(BRANCH).id, shift.activity.code
    for person in (child, cast.person("mia")):
        with pytest.raises(RuleViolation, match="年满 18 岁"):
            name_leader(code, person.id, organization_id=place, by=SYSTEM, now=clock.now())
