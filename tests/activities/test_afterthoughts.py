"""What follows for activities when drafts end, trees move and times change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.queries.digests import duties_of
from accounts.rules.letters import LetterKind
from activities.models import AppointmentSlot
from activities.operations.appointments import book
from activities.rules import ActivityStatus
from core import clock
from core.audit.models import ReadEvent
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from organizations.operations.moving import move
from organizations.rules import Measure
from people.rules.minors import ApprovalStatus
from supervision.recount import differences
from tests import activity_factories as acting
from tests.activities.desk import BRANCH, begin, day_in, letters, post, posted
from tests.activities.test_safeguards import moved
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import VOLUNTEER, merge, twin
from tests.security.school_protection_rows import make_approval
from tests.venue_factories import make_venue
from tests.volunteers.desk import acting as actor

ClientOf = Callable[[str], Client]


@pytest.mark.covers("AZ-18", "VOL-22")
def test_a_draft_that_was_cancelled_is_read_by_nobody(cast: Cast, client_of: ClientOf) -> None:
    draft = acting.make_activity(cast.organization(BRANCH), ActivityStatus.DRAFT)
    shift = acting.shift_of(draft)
    keeper = client_of("ben")
    path = f"/o/{cast.code(BRANCH)}/events/{draft.code}/cancel"
    assert keeper.post(path, {"reason": "不办了"}).status_code == 303
    assert draft.status is ActivityStatus.CANCELLED
    for address in (f"/events/{draft.code}", f"/events/shifts/{shift.code}"):
        assert client_of("ada").get(address).status_code == 404
    draft.published_at = clock.now()
    db.session.commit()
    assert client_of("ada").get(f"/events/{draft.code}").status_code == 200


@pytest.mark.covers("D10", "PRV-10")
def test_a_minor_of_another_organization_is_masked_on_the_roster(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization("东二村")))
    for name in ("ada", "gus"):
        acting.make_signup(shift, cast.person(name))
    cast.person("ada").born_on = date(clock.today().year - 15, 1, 1)
    own = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    signup = acting.make_signup(own, cast.person("ada"))
    db.session.commit()
    foreign = client_of("bea").page(f"/o/{cast.code('东二村')}/shifts/{shift.code}").text
    assert "人ada" not in foreign
    assert "人gus" in foreign
    path = f"/o/{cast.code(BRANCH)}/shifts/{own.code}"
    assert "人ada" in client_of("ben").page(path).text
    decline = f"/o/{cast.code(BRANCH)}/signups/{signup.code}/decline"
    assert "人ada" in client_of("ben").page(decline).text


@pytest.mark.covers("D10", "PRV-10", "S32")
def test_a_minor_of_another_organization_is_masked_at_the_desk(
    cast: Cast, client_of: ClientOf
) -> None:
    cast.person("ada").born_on = date(clock.today().year - 15, 1, 1)
    for place, keeper, is_read in (("东二村", "bea", False), (BRANCH, "ben", True)):
        activity = acting.make_activity(cast.organization(place))
        shift = acting.shift_of(activity)
        signups = [acting.make_signup(shift, cast.person(name)) for name in ("ada", "gus")]
        begin(shift, clock.now() - timedelta(minutes=30))
        for signup in signups:
            acting.make_attendance(signup)
        db.session.commit()
        office, client = f"/o/{cast.code(place)}", client_of(keeper)
        for page in (
            f"{office}/events/{activity.code}/desk",
            f"{office}/shifts/{shift.code}/sign-in",
            f"{office}/shifts/{shift.code}/end",
        ):
            text = client.page(page).text
            on_paper = page.endswith("/sign-in")  # masked until approved, whoever keeps it
            assert ("人ada" in text) is (is_read and not on_paper), page
            assert "人gus" in text
        minutes = client.page(f"{office}/signups/{signups[0].code}/minutes").text
        assert ("人ada" in minutes) is is_read


@pytest.mark.covers("PRV-10", "PRI-04", "S32")
def test_a_minor_stands_by_name_on_a_signed_sheet_only_approved_and_in_the_read_log(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    acting.make_signup(shift, cast.person("ada"))
    cast.person("ada").born_on = date(clock.today().year - 15, 1, 1)
    db.session.commit()
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/sign-in"
    refused = ben.post(path)
    assert refused.status_code == 422
    assert "人ada" not in refused.text
    looks = select(ReadEvent).where(ReadEvent.person_id == cast.person("ada").id)
    assert db.session.scalars(looks).all() == []
    assert refused.text.count("申请查看") == 1
    approval = make_approval(cast.organization(BRANCH), ApprovalStatus.APPROVED)
    approval.asker_id = cast.user("ben").id
    db.session.commit()
    shown = ben.page(path)
    assert "人ada" not in shown.text
    assert shown.select_one("#unapproved") is None
    assert "人ada" in ben.post(path).text
    (line,) = db.session.scalars(looks)
    assert (line.field, line.reason) == ("name", approval.purpose)


@pytest.mark.covers("PRV-10", "S32")
def test_the_sheet_leads_to_asking_for_each_minor_and_says_who_is_asked_for(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH)))
    for name in ("ada", "gus"):
        acting.make_signup(shift, cast.person(name))
        cast.person(name).born_on = date(clock.today().year - 15, 1, 1)
    db.session.commit()
    ben, path = client_of("ben"), f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/sign-in"
    first, second = (str(one["href"]) for one in ben.page(path).select("#unapproved a"))
    assert ben.get(first).status_code == 200
    assert ben.post(first, {"reason": "contact"}).status_code == 303
    left = ben.page(path)
    assert [one["href"] for one in left.select("#unapproved a")] == [second]
    assert "已经申请，等批准" in left.select("#unapproved")[0].text
    standing = make_approval(cast.organization(BRANCH), ApprovalStatus.APPROVED)
    standing.asker_id, standing.person_id = cast.user("ben").id, None
    db.session.commit()
    assert ben.page(path).select("#unapproved") == []


@pytest.mark.covers("ORG-16", "VOL-22")
def test_the_new_county_answers_what_the_old_one_was_asked(cast: Cast, client_of: ClientOf) -> None:
    west, village = cast.organization("西县"), cast.organization("东二村")
    asked = acting.make_review(cast.organization("东县"), village)
    asked.asked_by_id = cast.user("bea").id
    db.session.commit()
    move(village, west, by=actor(cast, "eve"), now=clock.now(), reason="区划调整")
    db.session.commit()
    assert asked.reviewer_id == west.id
    path = f"/o/{{}}/event-reviews/{asked.code}"
    assert client_of("dan").get(path.format(west.code)).status_code == 200
    assert client_of("cora").get(path.format(cast.code("东县"))).status_code == 404
    assert LetterKind.ACTIVITY_ASKED in letters(cast.user("dan"))


@pytest.mark.covers("VOL-21", "S7")
def test_a_shift_is_not_moved_over_another_sign_up(cast: Cast, client_of: ClientOf) -> None:
    branch, start = cast.organization(BRANCH), clock.now() + timedelta(days=5)
    shift = acting.shift_of(acting.make_activity(branch, starts_at=start))
    other = acting.shift_of(
        acting.make_activity(branch, starts_at=start + timedelta(days=1), title="另一个活动")
    )
    for one in (shift, other):
        acting.make_signup(one, cast.person("ada"))
    acting.make_signup(shift, cast.person("gus"))
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/shifts/{shift.code}/edit"
    refused = client_of("ben").post(path, moved(shift, 1))
    assert refused.status_code == 422
    assert "有 1 人那个时间报了别的活动：人ada" in refused.text
    assert client_of("ben").post(path, moved(shift, 2)).status_code == 303


@pytest.mark.covers("AZ-16", "VOL-21")
def test_two_records_with_sign_ups_at_one_time_are_not_merged(cast: Cast) -> None:
    branch, start = cast.organization(BRANCH), clock.now() + timedelta(days=5)
    first, second = (twin(cast, BRANCH, roles=VOLUNTEER) for _ in range(2))
    for person in (first, second):
        shift = acting.shift_of(acting.make_activity(branch, starts_at=start))
        signup = acting.make_signup(shift, person)
        start += timedelta(minutes=90)
    db.session.commit()
    with pytest.raises(RuleViolation, match="时间重叠"):
        merge(cast, first, second)
    db.session.delete(signup)
    db.session.commit()
    assert merge(cast, first, second) is not None


@pytest.mark.covers("PRV-15", "S12")
def test_one_s_own_data_tells_one_s_own_sign_ups(cast: Cast, client_of: ClientOf) -> None:
    activity = acting.make_activity(cast.organization(BRANCH), title="河边净滩")
    signup = acting.make_signup(acting.shift_of(activity), cast.person("ada"))
    db.session.commit()
    [link] = client_of("ada").page("/me/data").select(f"a[href='/me/events/{signup.code}']")
    assert link.text.startswith("河边净滩")
    assert "河边净滩" not in client_of("gus").page("/me/data").text


@pytest.mark.covers("PRV-15")
def test_one_s_own_data_tells_of_venues_and_appointments(cast: Cast, client_of: ClientOf) -> None:
    mia = cast.person("mia")
    venue = make_venue(cast.organization(BRANCH), name="溪边之家", keeper=mia)
    begins = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    told = {"starts_at": begins, "ends_at": begins + timedelta(hours=1), "seats": 1, "taken": 0}
    db.session.add(AppointmentSlot(code="slotofmine", venue_id=venue.id, **told))
    db.session.flush()
    by = Actor(cast.user("mia").id, mia.id)
    book("slotofmine", mia.id, "问急救课", by=by, now=clock.now())
    db.session.commit()
    text = client_of("mia").page("/me/data").text
    assert "问急救课" in text
    assert "负责人 · " in text
    assert "溪边之家" not in client_of("gus").page("/me/data").text


@pytest.mark.covers("UX-T1", "VOL-22", "AZ-07")
def test_what_is_asked_above_stands_in_the_tasks_and_the_digest(
    cast: Cast, client_of: ClientOf
) -> None:
    cora, desk = client_of("cora"), f"/o/{cast.code('东县')}"
    home = f"{desk}/home"
    form = {**posted(), "day": day_in(0), "start": "00:00", "end": "00:30"}
    activity = post(cast, client_of("ben"), form)
    assert activity.status is ActivityStatus.REVIEW
    way = f"a[href='{desk}/event-reviews']"
    assert "活动待同意" in cora.page(home).text
    assert cora.page(home).select(way)
    [(place, count)] = duties_of([cast.user("cora").id], clock.today())[cast.user("cora").id]
    assert (place.name, count) == ("东县", 1)
    assert [one for one in differences() if one.measure == Measure.ACTIVITIES_WAITING] == []
    assert cora.post(f"{desk}/event-reviews/{activity.code}/approve").status_code == 303
    assert "活动待同意" not in cora.page(home).text
    assert [one for one in differences() if one.measure == Measure.ACTIVITIES_WAITING] == []
