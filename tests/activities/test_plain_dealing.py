"""What keeps activities honest: one change of time after the beginning, work that is no service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.rules.letters import LetterKind
from activities import operations
from activities.rules import ActivityWork, ShiftPlan
from core import clock
from core.audit.operations import Actor
from core.rules import RuleViolation
from tests.activities.desk import begin, first_shift, letters, post, posted, sign_up
from tests.cast import Cast
from tests.client import Client
from volunteers.rules import WorkKind

ClientOf = Callable[[str], Client]
BRANCH = "东一村"


def changed(cast: Cast, code: str, plan: ShiftPlan, now: datetime) -> Any:
    """Change a shift as the secretary."""
    by = Actor(cast.user("ben").id, cast.person("ben").id)
    place = cast.organization(BRANCH).id
    return operations.change_shift(code, plan, organization_id=place, by=by, now=now)


@pytest.mark.covers("LED-07")
def test_the_time_of_a_shift_that_began_is_put_right_once(cast: Cast, client_of: ClientOf) -> None:
    shift = first_shift(post(cast, client_of("ben")))
    sign_up(client_of("ada"), shift)
    start = clock.now() - timedelta(hours=1)
    begin(shift, start)
    now, plan = clock.now(), shift.plan
    longer = ShiftPlan(start, start + timedelta(hours=4), plan.seats, plan.role)
    more_seats = ShiftPlan(start, longer.ends_at, plan.seats + 1, plan.role)
    put_off = ShiftPlan(now + timedelta(hours=2), now + timedelta(hours=5), plan.seats, plan.role)
    for other, problem in ((more_seats, "只能改时间"), (put_off, "不能改到以后")):
        with pytest.raises(RuleViolation, match=problem):
            changed(cast, shift.code, other, now)
    assert changed(cast, shift.code, plan, now).moved_at is None
    assert changed(cast, shift.code, longer, now).ends_at == longer.ends_at
    assert LetterKind.ACTIVITY_CHANGED_SOON in letters(cast.user("ada"))
    with pytest.raises(RuleViolation, match="只能改一次"):
        changed(cast, shift.code, plan, now)
    page = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}"
    assert "改时间" not in client_of("ben").page(page).text


@pytest.mark.covers("LED-07")
def test_a_day_of_notice_and_the_county_for_what_lies_back(cast: Cast, client_of: ClientOf) -> None:
    """Held since activities are: short notice and late entries wait for the level above."""
    ben = client_of("ben")
    soon = post(cast, ben, posted(0, start="23:30", end="23:59"))
    back = post(cast, ben, posted(-3))
    far = post(cast, ben, posted(3))
    assert [one.status.value for one in (soon, back, far)] == ["review", "review", "published"]
    assert {soon.reviewer_id, back.reviewer_id} == {cast.organization("东县").id}


@pytest.mark.covers("LED-08", "VOL-27")
def test_a_posting_says_that_it_yields_no_hours(cast: Cast, client_of: ClientOf) -> None:
    assert [one.value for one in ActivityWork] == [one.value for one in WorkKind]
    activity = post(cast, client_of("ben"), posted(3, work="meeting"))
    assert activity.work is ActivityWork.MEETING
    assert "不计志愿服务时长" in client_of("ada").page(f"/events/{activity.code}").text
    page = f"/o/{cast.code(BRANCH)}/events/{activity.code}/edit"
    chosen = client_of("ben").page(page).select_one("#work option[selected]")
    assert chosen is not None
    assert chosen["value"] == "meeting"
