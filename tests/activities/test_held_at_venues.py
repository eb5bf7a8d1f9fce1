"""Activities at venues are entered once: venue, organization and people count together (CTR-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from activities.models import Activity, Shift, Signup, VenueMonth
from activities.operations import vitals
from activities.operations.recounting import recount
from activities.queries.vitals import COUNTS, count_in
from activities.rules import ActivityWork, AttendanceWay
from activities.rules.holding import (
    CameAs,
    DayFacts,
    came_as,
    is_silent,
    month_of,
    silent_before,
)
from core import clock
from core.access.permissions import Permission, Reach, Role
from core.access.scope import HeldPost, Principal, Scope
from core.database import db
from core.rules import RuleViolation
from organizations import figures
from organizations.rules import Measure
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.attending import main_text, running
from tests.activities.desk import BRANCH, COUNTY, begin, day_in, post, posted
from tests.cast import Cast
from tests.client import Client, parsed
from tests.venue_factories import make_venue
from tests.volunteers.ended import end, was_there
from volunteers.models import VolunteerTotal

ClientOf = Callable[[str], Client]
Way = AttendanceWay
DOZEN = 12


def noon() -> int:
    """Return how many minutes ago it was noon yesterday: no shift then lies in two months."""
    then = clock.at(clock.today() - timedelta(days=1), time(12))
    return (clock.now() - then) // timedelta(minutes=1)


def signs(venue_id: int) -> dict[str, int]:
    """Return what a venue has in all, without the zeros."""
    row = db.session.execute(
        select(*(func.coalesce(func.sum(getattr(VenueMonth, one)), 0) for one in COUNTS)).where(
            VenueMonth.venue_id == venue_id
        )
    ).one()
    return {name: int(count) for name, count in zip(COUNTS, row, strict=True) if count}


def branch_minutes(cast: Cast) -> int:
    """Return the confirmed minutes of the branch."""
    place = cast.organization(BRANCH)
    found = figures.values([place.id], [Measure.CONFIRMED_MINUTES])
    return next(iter(found.values()), 0)


def people_minutes() -> int:
    """Return the confirmed minutes of everybody."""
    return db.session.scalar(select(func.sum(VolunteerTotal.confirmed_minutes))) or 0


def a_dozen_came(cast: Cast, activity: Activity) -> Shift:
    """Return the shift of an activity at noon yesterday: twelve volunteers scanned both ways."""
    shift = acting.shift_of(activity)
    for _ in range(DOZEN):
        person = make.make_person(born_on=date(1980, 1, 1))
        make.make_volunteer(person, cast.organization(BRANCH))
        acting.make_signup(shift, person)
    begin(shift, clock.at(clock.today() - timedelta(days=1), time(12)))
    for signup in db.session.scalars(select(Signup).where(Signup.shift_id == shift.id)):
        acting.make_attendance(signup, Way.CODE, Way.CODE)
    db.session.commit()
    return shift


def is_sound() -> bool:
    """Return whether a recount finds nothing to put right."""
    return recount()[1] == 0


@pytest.mark.covers("S20", "CTR-02", "B5")
def test_one_entry_counts_for_the_home_the_branch_and_twelve_people(
    cast: Cast, client_of: ClientOf
) -> None:
    """The activity is entered once, in the member home; ended by two taps, taken back by one."""
    place, ben = cast.organization(BRANCH), client_of("ben")
    home = make_venue(place, name="东一村会员之家")
    db.session.commit()
    form = ben.page(f"/o/{cast.code(BRANCH)}/events/new")
    assert [one.text for one in form.select("select[name=venue] option")] == [
        "不在场所",
        "东一村会员之家",
    ]
    activity = post(cast, ben, posted(venue=home.code, place="", seats="20", budget="200"))
    assert (activity.venue_id, activity.place, activity.budget_fen) == (home.id, home.name, 20_000)
    shift = a_dozen_came(cast, activity)
    before = branch_minutes(cast), people_minutes()
    answer = end(cast, ben, shift)
    assert answer.status_code == 303, answer.text
    hours = DOZEN * 120
    assert signs(home.id) == {
        "sessions": 1,
        "open_days": 1,
        "volunteers": DOZEN,
        "minutes": hours,
    }
    moved = branch_minutes(cast) - before[0], people_minutes() - before[1]
    assert moved == (hours, hours)
    assert is_sound()
    year = (clock.today() - timedelta(days=1)).year
    words = main_text(ben, f"/o/{cast.code(BRANCH)}/venue-signs/{home.code}?year={year}")
    for told in ("活动1 场", "志愿者12 人次", "志愿服务时长24 小时"):
        assert told in words
    undo = parsed(ben.get(answer.headers["Location"])).select_one("form[action*='/undo']")
    assert undo is not None
    assert ben.post(str(undo["action"])).status_code == 303
    assert signs(home.id) == {}
    assert (branch_minutes(cast), people_minutes()) == before
    assert is_sound()


@pytest.mark.covers("CTR-02")
@pytest.mark.parametrize(
    ("work", "youth", "member", "volunteer", "expected"),
    [
        (ActivityWork.SERVICE, True, True, True, CameAs.YOUTH),
        (ActivityWork.SERVICE, False, True, True, CameAs.VOLUNTEERS),
        (ActivityWork.MEETING, False, True, True, CameAs.MEMBERS),
        (ActivityWork.TRAINING, False, False, True, CameAs.VOLUNTEERS),
        (ActivityWork.SERVICE, False, True, False, CameAs.MEMBERS),
        (ActivityWork.DUTY, False, False, False, CameAs.PUBLIC),
    ],
)
def test_everybody_is_counted_in_one_class(
    work: ActivityWork,
    youth: bool,
    member: bool,
    volunteer: bool,
    expected: CameAs,
) -> None:
    found = came_as(work, is_youth=youth, is_member=member, is_volunteer=volunteer)
    assert found is expected


@pytest.mark.covers("CTR-02")
def test_the_report_counts_the_public_and_the_spend_and_is_put_right(
    cast: Cast, client_of: ClientOf
) -> None:
    """Nobody signed in: the activity is held because its keeper says that the public came."""
    ben = client_of("ben")
    home = make_venue(cast.organization(BRANCH))
    shift = running(cast, since=noon())
    shift.activity.venue_id, shift.activity.budget_fen = home.id, 10_000
    db.session.commit()
    address = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/report"
    told = {"public_people": "60", "spend": "120.5", "content": "讲座", "paper_5": "3"}
    assert ben.post(address, told).status_code == 303
    assert signs(home.id) == {
        "sessions": 1,
        "open_days": 1,
        "public": 60,
        "spend_fen": 12_050,
    }
    assert is_sound()
    page = main_text(ben, address)
    assert "群众60 人次" in page
    assert "超出预算20.50 元" in page
    assert "平均5.0 分（3 份）" in page
    wrong = ben.post(address, {**told, "public_people": "很多", "paper_4": "-1"})
    assert wrong.status_code == 422
    field = parsed(wrong).select_one("input[name=spend]")
    assert field is not None
    assert field["value"] == "120.5"
    assert ben.post(address, {**told, "public_people": "", "spend": ""}).status_code == 303
    assert signs(home.id) == {}
    assert is_sound()


@pytest.mark.covers("CTR-03")
def test_a_day_is_entered_once_and_put_right(cast: Cast, client_of: ClientOf) -> None:
    ben = client_of("ben")
    hall = make_venue(cast.organization(BRANCH))
    db.session.commit()
    address = f"/o/{cast.code(BRANCH)}/venue-signs/{hall.code}/days"
    day = {"day": day_in(-1), "is_open": "y", "single_visits": "5", "online_visits": "7"}
    assert ben.post(address, day).status_code == 303
    more = {**day, "groups": "2", "group_visits": "40", "trained": "30", "single_visits": "6"}
    assert ben.post(address, more).status_code == 303
    assert signs(hall.id) == {
        "open_days": 1,
        "groups": 2,
        "group_visits": 40,
        "single_visits": 6,
        "online_visits": 7,
        "trained": 30,
    }
    assert is_sound()
    for wrong in (
        {"day": day_in(1)},
        {"day": day_in(-90)},
        {"groups": "3", "group_visits": ""},
        {"groups": "5", "group_visits": "4"},
        {"single_visits": "x"},
    ):
        assert ben.post(address, {**more, **wrong}).status_code == 422, wrong
    assert ben.post(address, {**more, "is_open": ""}).status_code == 422
    closed = {"day": day_in(-1), "online_visits": "7"}
    assert ben.post(address, closed).status_code == 303
    assert signs(hall.id) == {"online_visits": 7}


@pytest.mark.covers("S36", "CTR-03")
def test_silent_for_six_months_at_the_county_and_in_the_citys_list_until_the_next_activity(
    cast: Cast, client_of: ClientOf
) -> None:
    place = cast.organization(BRANCH)
    quiet, busy = make_venue(place, name="静"), make_venue(place, name="忙")
    new = make_venue(place, name="新")
    quiet.opened_on = busy.opened_on = clock.today() - timedelta(days=400)
    new.opened_on = clock.today() - timedelta(days=20)
    held = acting.make_activity(place, starts_at=clock.now() - timedelta(days=100))
    held.venue_id = busy.id
    db.session.flush()
    vitals.hold(held, [acting.shift_of(held)])
    db.session.commit()
    seen = {"cora": COUNTY, "eve": "东市"}
    for name, office in seen.items():
        text = main_text(client_of(name), f"/o/{cast.code(office)}/venue-signs?show=silent")
        assert "静" in text.split("上次活动")[1]
        assert all(other not in text.split("上次活动")[1] for other in ("忙", "新"))
        assert "沉寂 1" in text
    other = main_text(client_of("dan"), f"/o/{cast.code('西县')}/venue-signs?show=silent")
    assert "静" not in other
    shift = running(cast, since=noon())
    shift.activity.venue_id = quiet.id
    db.session.commit()
    told = {"public_people": "10"}
    address = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/report"
    assert client_of("ben").post(address, told).status_code == 303
    for name, office in seen.items():
        text = main_text(client_of(name), f"/o/{cast.code(office)}/venue-signs?show=silent")
        assert "沉寂 0" in text
    city = cast.organization("东市").place
    post_of = HeldPost(1, Role.OFFICER, city)
    seen_by = Principal(1, 1, (post_of,))
    scope = Scope(city, post_of, seen_by, Permission.VENUES_VIEW, Reach.BELOW)
    assert count_in(scope, clock.today() + timedelta(days=300)) == (3, 3)


@pytest.mark.covers("S36")
def test_silence_is_counted_in_whole_months() -> None:
    limit = silent_before(date(2026, 8, 31), 6)
    assert limit == date(2026, 2, 28)
    assert not is_silent(date(2026, 2, 28), date(2020, 1, 1), limit)
    assert is_silent(date(2026, 2, 27), date(2020, 1, 1), limit)
    assert not is_silent(None, date(2026, 3, 1), limit)
    assert is_silent(None, date(2026, 1, 1), limit)


@pytest.mark.covers("CTR-02")
def test_a_venue_stands_once_something_was_held(cast: Cast, client_of: ClientOf) -> None:
    ben, place = client_of("ben"), cast.organization(BRANCH)
    first, other = make_venue(place, name="甲"), make_venue(place, name="乙")
    shift = running(cast, "ada", since=noon())
    shift.activity.venue_id = first.id
    was_there(cast, "ada", shift)
    address = f"/o/{cast.code(BRANCH)}/events/{shift.activity.code}/edit"
    form = {**posted(venue=other.code), "title": shift.activity.title}
    assert ben.post(address, form).status_code == 303
    db.session.refresh(shift.activity)
    assert shift.activity.venue_id == other.id
    vitals.hold(shift.activity, [shift])
    db.session.commit()
    assert ben.post(address, {**form, "venue": first.code}).status_code == 422
    assert ben.post(address, {**form, "venue": ""}).status_code == 422
    assert is_sound()


def test_a_day_cannot_be_what_it_was_not() -> None:
    today = date(2026, 6, 1)
    for facts in (DayFacts(groups=1), DayFacts(single_visits=1, is_open=False)):
        with pytest.raises(RuleViolation):
            facts.check(today, today, 60)
    assert month_of(today) == 202606
