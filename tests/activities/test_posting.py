"""Posting an activity: what it must tell, notice, the level above, changes, cancelling, the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import Activity, ActivityEvent
from activities.operations.following import follow_move
from activities.rules import ActivityAction, ActivityStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.operations.moving import MovedSubtree
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.desk import (
    begin,
    day_in,
    first_shift,
    letters,
    live,
    newest,
    post,
    posted,
    shifts,
    sign_up,
)
from tests.cast import Cast
from tests.client import Client, parsed

ClientOf = Callable[[str], Client]
BRANCH, COUNTY = "东一村", "东县"


def events(cast: Cast, place: str = BRANCH) -> str:
    """Return the address of the activities of an organization."""
    return f"/o/{cast.code(place)}/events"


@pytest.mark.covers("B6", "VOL-22")
def test_an_activity_is_posted_and_held_again_with_all_its_shifts(
    cast: Cast, client_of: ClientOf
) -> None:
    ben = client_of("ben")
    activity = post(cast, ben)
    assert activity.status is ActivityStatus.PUBLISHED
    path = f"{events(cast)}/{activity.code}"
    more = {"day": day_in(4), "start": "09:00", "end": "11:00", "seats": "5", "role": "引导"}
    assert ben.post(f"{path}/shifts/new", more).status_code == 303
    page = ben.page(f"{events(cast)}/new?like={activity.code}")
    assert page.select("#title")[0]["value"] == "社区急救演练"
    assert not page.select("#day")[0].get("value")
    again = post(cast, ben, posted(10, like=activity.code))
    assert again.code != activity.code
    assert [(one.role, one.seats) for one in shifts(again)] == [("", 2), ("引导", 5)]
    first, second = shifts(again)
    assert second.starts_at - first.starts_at == timedelta(hours=19)


@pytest.mark.covers("VOL-15", "VOL-16", "VOL-17", "IN-01")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"risks": ""}, "risks"),
        ({"end": "13:00"}, "end"),
        ({"seats": "0"}, "seats"),
        ({"seats": "２e1"}, "seats"),
        ({"day": "2999-01-01x"}, "day"),
        ({"grounds": "danger"}, "policy_number"),
        ({"grounds": "nonsense"}, "grounds"),
        (
            {
                "grounds": "danger",
                "policy_number": "P1",
                "policy_from": day_in(0),
                "policy_to": day_in(2),
            },
            "policy_to",
        ),
        ({"description": "字" * 1001}, "description"),
        ({"place": "社区\u202e广场"}, "place"),
    ],
)
def test_a_posting_that_lacks_something_is_refused_beside_the_field(
    cast: Cast, client_of: ClientOf, changes: dict[str, Any], field: str
) -> None:
    answer = client_of("ben").post(f"{events(cast)}/new", posted(**changes))
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error") is not None
    assert db.session.scalars(select(Activity)).all() == []


@pytest.mark.covers("IN-01")
def test_what_is_missing_is_told_with_the_name_of_its_field(
    cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of("ben").post(f"{events(cast)}/new", posted(day="", start="", end=""))
    told = [one.text for one in parsed(answer).select(".error-list li")]
    assert told == [f"{name}：请填写这一项" for name in ("哪一天", "几点开始", "几点结束")]


def test_a_long_activity_asks_for_the_box_of_the_agreement(cast: Cast, client_of: ClientOf) -> None:
    ben = client_of("ben")
    path = f"{events(cast)}/{post(cast, ben).code}/shifts/new"
    late = {"day": day_in(40), "start": "09:00", "end": "11:00", "seats": "5"}
    answer = ben.post(path, late)
    assert answer.status_code == 422
    assert "前后超过一个月" in answer.text


@pytest.mark.covers("VOL-22", "AZ-20")
def test_short_notice_is_agreed_to_above_and_not_by_who_asked(
    cast: Cast, client_of: ClientOf
) -> None:
    ben, cora = client_of("ben"), client_of("cora")
    soon = clock.local(clock.now() + timedelta(hours=3))
    times: dict[str, Any] = {"day": soon.date().isoformat(), "start": f"{soon:%H:%M}"}
    end = soon + timedelta(hours=1)
    times |= {"end": f"{end:%H:%M}", "end_day": end.date().isoformat()}
    activity = post(cast, ben, posted(**times))
    assert activity.status is ActivityStatus.REVIEW
    assert Client(ben.app).get(f"/events/{activity.code}").status_code == 404
    assert sign_up(client_of("ada"), first_shift(activity)).status_code == 404
    reviews = f"/o/{cast.code(COUNTY)}/event-reviews"
    assert letters(cast.user("cora")) == [LetterKind.ACTIVITY_ASKED]
    assert activity.title in cora.get(reviews).text
    returned = cora.post(f"{reviews}/{activity.code}/return", {"reason": "人手不够"})
    assert returned.status_code == 303
    db.session.refresh(activity)
    assert (activity.status, activity.reason) == (ActivityStatus.DRAFT, "人手不够")
    assert ben.post(f"{events(cast)}/{activity.code}/publish").status_code == 303
    activity.asked_by_id = cast.user("cora").id
    assert cora.post(f"{reviews}/{activity.code}/approve").status_code == 422
    activity.asked_by_id = cast.user("ben").id
    assert cora.post(f"{reviews}/{activity.code}/approve").status_code == 303
    assert cora.post(f"{reviews}/{activity.code}/approve").status_code == 409
    assert newest().status is ActivityStatus.PUBLISHED
    said = letters(cast.user("ben"))
    assert said == [LetterKind.ACTIVITY_RETURNED, LetterKind.ACTIVITY_APPROVED]


def test_an_activity_is_entered_afterwards_for_some_days_only(
    cast: Cast, client_of: ClientOf
) -> None:
    ben = client_of("ben")
    assert post(cast, ben, posted(-5)).status is ActivityStatus.REVIEW
    answer = ben.post(f"{events(cast)}/new", posted(-40))
    assert answer.status_code == 422
    assert "不能再补录" in answer.text
    assert newest().status is ActivityStatus.REVIEW  # nothing of the second stayed


@pytest.mark.covers("S15")
def test_who_signed_up_is_told_of_a_change_and_new_seats_go_to_who_waits(
    cast: Cast, client_of: ClientOf
) -> None:
    ben = client_of("ben")
    activity = post(cast, ben, posted(seats="1"))
    shift = first_shift(activity)
    for name in ("ada", "gus"):
        sign_up(client_of(name), shift)
    path = f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/edit"
    times = {"day": day_in(5), "start": "09:00", "end": "10:00"}
    assert ben.post(path, {**times, "seats": "2"}).status_code == 303
    assert live(shift) == {"人ada": "accepted", "人gus": "accepted"}
    assert letters(cast.user("ada")) == [LetterKind.ACTIVITY_CHANGED]
    refused = ben.post(path, {**times, "seats": "1"})
    assert refused.status_code == 422
    assert "已有 2 人报名" in refused.text
    assert ben.post(path, {**times, "day": day_in(0), "seats": "2"}).status_code == 422
    edit = f"{events(cast)}/{activity.code}/edit"
    assert ben.post(edit, posted(place="文化礼堂")).status_code == 303
    assert letters(cast.user("gus"))[-1] is LetterKind.ACTIVITY_CHANGED
    stricter = ben.post(edit, posted(place="文化礼堂", grounds="large"))
    assert stricter.status_code == 422
    assert "已有人没签协议就报了名" in stricter.text


@pytest.mark.covers("S4")
def test_an_activity_with_a_minor_does_not_become_dangerous(
    cast: Cast, client_of: ClientOf
) -> None:
    ben = client_of("ben")
    activity = post(cast, ben)
    person = cast.person("ada")
    person.born_on = clock.today() - timedelta(days=365 * 16)
    assert sign_up(client_of("ada"), first_shift(activity)).status_code == 303
    answer = ben.post(f"{events(cast)}/{activity.code}/edit", posted(field="rescue"))
    assert answer.status_code == 422
    assert "已有未成年人报名" in answer.text


def test_cancelling_tells_everybody_and_the_end_comes_after_the_last_shift(
    cast: Cast, client_of: ClientOf
) -> None:
    ben, ada = client_of("ben"), client_of("ada")
    activity = post(cast, ben)
    sign_up(ada, first_shift(activity))
    path = f"{events(cast)}/{activity.code}"
    assert ben.post(f"{path}/end").status_code == 422
    assert ben.post(f"{path}/cancel", {"reason": ""}).status_code == 422
    assert ben.post(f"{path}/cancel", {"reason": "场地停电"}).status_code == 303
    assert ben.post(f"{path}/cancel", {"reason": "场地停电"}).status_code == 409
    assert letters(cast.user("ada")) == [LetterKind.ACTIVITY_CANCELLED]
    assert "场地停电" in Client(ben.app).get(f"/events/{activity.code}").text
    other = post(cast, ben, posted(6))
    begin(first_shift(other), clock.now() - timedelta(hours=3))
    assert ben.post(f"{events(cast)}/{other.code}/end").status_code == 303
    acts = select(ActivityEvent.action).where(ActivityEvent.activity_id == other.id)
    found = db.session.scalars(acts.order_by(ActivityEvent.id)).all()
    assert found == [None, ActivityAction.PUBLISH, ActivityAction.END]


def test_levels_above_read_and_write_nothing(cast: Cast, client_of: ClientOf) -> None:
    activity = post(cast, client_of("ben"))
    for name, place in (("cora", COUNTY), ("eve", "东市"), ("gil", "测试省"), ("sam", COUNTY)):
        page = client_of(name).get(events(cast, place))
        assert activity.title in page.text
        shown = client_of(name).page(f"{events(cast)}/{activity.code}")
        assert not shown.select("#main form")
        edit = f"{events(cast, BRANCH)}/{activity.code}/edit"
        assert client_of(name).get(edit).status_code == 403
    assert activity.title not in client_of("dan").get(events(cast, "西县")).text


def test_activities_follow_a_moved_organization(cast: Cast, client_of: ClientOf) -> None:
    activity = post(cast, client_of("ben"))
    west = cast.organization("西县")
    columns = {"county_id": west.id, "city_id": west.city_id}
    ids = (cast.organization(BRANCH).id,)
    follow_move(MovedSubtree(ids, columns, SYSTEM, clock.now()))
    db.session.expire_all()
    assert activity.county_id == west.id
    assert activity.title in client_of("dan").get(events(cast, "西县")).text


@pytest.mark.covers("LOAD-07")
def test_a_roster_takes_no_statement_per_person(
    cast: Cast,
    client_of: ClientOf,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH), seats=40))
    ben, seen = client_of("ben"), []
    for number in (2, 20):
        for _ in range(number):
            acting.make_signup(shift, make.make_person())
        with count_statements() as found:
            assert ben.get(f"/o/{cast.code(BRANCH)}/shifts/{shift.code}").status_code == 200
        seen.append(len(found))
    assert seen[1] <= seen[0]
