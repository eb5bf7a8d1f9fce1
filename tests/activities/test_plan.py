"""The plan of an organization: drafts for itself, what is sure in the calendar file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from icalendar import Calendar

from activities.queries.plan import span_of
from activities.rules import ActivityStatus
from core import clock
from core.database import db
from tests import activity_factories as acting
from tests.activities.attending import main_text
from tests.activities.desk import BRANCH
from tests.cast import Cast
from tests.client import Client
from tests.venue_factories import make_venue

ClientOf = Callable[[str], Client]
MARCH = datetime(2031, 3, 5, 10, tzinfo=clock.SHANGHAI)
APRIL = datetime(2031, 4, 1, 0, tzinfo=clock.SHANGHAI)


@pytest.mark.covers("S31")
def test_the_plan_holds_ones_own_and_what_others_hold_at_ones_venues(
    cast: Cast, client_of: ClientOf
) -> None:
    place, other = cast.organization(BRANCH), cast.organization("东二村")
    home, draft = make_venue(place), ActivityStatus.DRAFT
    acting.make_activity(place, title="三月草稿", status=draft, starts_at=MARCH)
    acting.make_activity(place, title="四月讲座", starts_at=APRIL)
    guest = acting.make_activity(other, title="客人", starts_at=MARCH)
    secret = acting.make_activity(other, draft, title="客人草稿", starts_at=MARCH)
    guest.venue_id = secret.venue_id = home.id
    acting.make_activity(other, title="别处", starts_at=MARCH)
    db.session.commit()
    ben, plan = client_of("ben"), f"/o/{cast.code(BRANCH)}/plan"
    year = main_text(ben, f"{plan}?year=2031")
    assert all(title in year for title in ("三月草稿", "四月讲座", "客人"))
    assert "别处" not in year
    assert "客人草稿" not in year
    march = main_text(ben, f"{plan}?year=2031&month=3")
    assert "四月讲座" not in march
    assert "三月草稿" in ben.get(f"{plan}/print?year=2031").text
    file = ben.get(f"{plan}/calendar?year=2031")
    assert file.mimetype == "text/calendar"
    events = Calendar.from_ical(file.data).walk("VEVENT")
    assert sorted(str(one["SUMMARY"]) for one in events) == ["四月讲座", "客人"]
    assert main_text(ben, f"{plan}?year=x&month=99")


def test_december_ends_with_the_year() -> None:
    begin, end = span_of(2031, 12)
    assert (clock.local(begin).month, clock.local(end).year) == (12, 2032)
    assert span_of(2031, None) == (span_of(2031, 1)[0], end)
