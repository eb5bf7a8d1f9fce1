"""Venues in other hands: criteria of the province, a second officer, keepers, who borrows one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activities.models import VenueFinding, VenueVisitDay
from activities.operations.venue_photos import add_photo
from activities.queries import venues as queries
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.rules import OrganizationStatus
from tests import activity_factories as acting
from tests import factories as make
from tests.activities.desk import BRANCH, agree, day_in, first_shift, newest, post, posted
from tests.activities.venue_desk import COUNTY, Browsers, answers, base, second_officer
from tests.cast import Cast
from tests.client import Client, parsed
from tests.security.visits_table import make_slot
from tests.units import png
from tests.venue_factories import make_venue

ClientOf = Callable[[str], Client]
OTHER = "东二村"


@pytest.mark.covers("CTR-01", "CTR-04")
def test_what_is_asked_of_a_kind_is_a_list_of_the_province_from_a_day_on(
    cast: Cast, client_of: ClientOf
) -> None:
    gil, cora = client_of("gil"), client_of("cora")
    venue = make_venue(cast.organization(BRANCH), keeper=cast.person("ben"))
    above = base(cast, COUNTY, venue)
    assert cora.post(f"{above}/inspect", answers("sign", "rules", "activities")).status_code == 303
    here = f"/o/{cast.code('测试省')}/venue-criteria?kind=member_home"
    assert "每年活动至少 4 场" in gil.page(here).text
    told = {"items": "门口有牌子\n急救箱 100%齐全", "valid_from": day_in(0), "source": "浙红 1 号"}
    assert cora.get(f"/o/{cast.code(COUNTY)}/venue-criteria").status_code == 403
    many = "\n".join(f"第{number}条" for number in range(13))
    wrongs = ({"items": ""}, {"items": "同\n同"}, {"items": many}, {"valid_from": day_in(-1)})
    for wrong in (*wrongs, {"source": ""}):
        assert gil.post(here, told | wrong).status_code == 422, wrong
    later = {**told, "items": "以后才要的", "valid_from": day_in(5)}
    assert [gil.post(here, one).status_code for one in (told, later)] == [303, 303]
    form = cora.page(f"{above}/inspect")
    assert "急救箱 100%齐全" in form.text
    assert "以后才要的" not in form.text
    assert cora.post(f"{above}/inspect", answers("item_0")).status_code == 422
    assert cora.post(f"{above}/inspect", answers("item_0", "item_1")).status_code == 303
    file = cora.page(above).text
    assert "急救箱 100%齐全" in file
    assert "每年活动至少 4 场" in file  # what was found before stays
    assert "门口有牌子" in db.session.scalars(select(VenueFinding.criterion)).all()


@pytest.mark.covers("CTR-01", "AZ-09")
def test_nobody_judges_the_venue_he_keeps_nor_an_own_one_alone(
    app: Flask, cast: Cast, client_of: Browsers
) -> None:
    cora, other = client_of("cora"), second_officer(app, cast)
    make.make_membership(cast.person("cora"), cast.organization(BRANCH))
    kept = make_venue(cast.organization(BRANCH), keeper=cast.person("cora"))
    looked = answers("sign", "rules", "activities")
    naming = {"plaque_number": "东 009", "named_on": clock.today().isoformat()}
    file = base(cast, COUNTY, kept)
    for step, told in (("inspect", looked), ("name", naming)):
        assert cora.post(f"{file}/{step}", told).status_code == 422
    assert other.post(f"{file}/inspect", looked).status_code == 303
    own = make_venue(cast.organization(COUNTY), keeper=cast.person("mia"))
    here = base(cast, COUNTY, own)
    assert cora.post(f"{here}/name", naming).status_code == 422  # nobody else looked
    assert cora.post(f"{here}/inspect", looked).status_code == 303
    assert cora.post(f"{here}/name", naming).status_code == 422
    assert other.post(f"{here}/name", naming).status_code == 303
    new = make_venue(cast.organization(COUNTY), status=VenueStatus.PLANNED, name="新中心")
    new.keeper_id = own.keeper_id
    mine = base(cast, COUNTY, new)
    assert cora.post(f"{mine}/apply").status_code == 303
    assert cora.post(f"{mine}/inspect", looked).status_code == 422
    assert other.post(f"{mine}/inspect", looked).status_code == 303


@pytest.mark.covers("CTR-03", "AZ-03")
def test_a_keeper_without_a_post_enters_days_of_the_own_venue_only(
    cast: Cast, client_of: ClientOf
) -> None:
    mia, place = client_of("mia"), cast.organization(BRANCH)
    mine = make_venue(place, name="我的", keeper=cast.person("mia"))
    other = make_venue(place, name="别人的", keeper=cast.person("ben"))
    way = f"/me/venues/{mine.code}/entered-days"
    assert mia.page(f"/me/venues/{mine.code}").select_one(f"a[href='{way}']") is not None
    day = {"day": day_in(-1), "is_open": "y", "single_visits": "5"}
    assert mia.post(way, {**day, "day": day_in(1)}).status_code == 422
    assert mia.post(way, day).status_code == 303
    assert mia.post(f"/me/venues/{other.code}/entered-days", day).status_code == 404
    row = db.session.scalars(select(VenueVisitDay)).one()
    assert (row.venue_id, row.single_visits) == (mine.id, 5)


def test_pictures_are_put_in_any_order(cast: Cast, client_of: ClientOf) -> None:
    ben, venue = client_of("ben"), make_venue(cast.organization(BRANCH))
    for words in "甲乙丙":
        add_photo(venue, png(), words, by=SYSTEM, now=clock.now())
    db.session.commit()

    def order() -> str:
        db.session.expire_all()
        return "".join(one.alt for one in queries.photos_of(venue.id))

    def press(words: str, act: str) -> None:
        code = next(one.code for one in queries.photos_of(venue.id) if one.alt == words)
        path = f"/o/{cast.code(BRANCH)}/venue-photos/{code}"
        assert ben.post(path, {"act": act}).status_code == 303

    for words, act, expected in (
        ("甲", "later", "乙甲丙"),
        ("丙", "earlier", "乙丙甲"),
        ("乙", "earlier", "乙丙甲"),
        ("甲", "first", "甲乙丙"),
        ("丙", "later", "甲乙丙"),
    ):
        press(words, act)
        assert order() == expected


def test_the_venue_of_a_suspended_organization_is_not_lent_nor_booked_and_says_so(
    cast: Cast, client_of: ClientOf
) -> None:
    ben, ada, place = client_of("ben"), client_of("ada"), cast.organization(OTHER)
    hall = make_venue(place, VenueKind.SERVICE_STATION, name="二村站")
    mine = post(cast, ben, posted(venue=hall.code, title="先借好"))
    agree(cast, client_of("bea"), mine, OTHER)
    open_still, slot = post(cast, ben, posted(venue=hall.code, title="还没借好")), make_slot(hall)
    askings = f"/o/{cast.code(OTHER)}/venue-askings"
    seen = client_of("bea").page(askings).select_one("input[name=seen]")
    place.status = OrganizationStatus.SUSPENDED
    db.session.commit()
    book = ada.post(f"/appointments/new/{slot.code}")
    assert book.status_code == 422
    assert "正在整顿" in book.text
    assert "暂停预约" in ada.page(f"/venues/{hall.code}").text
    asked = ben.post(f"/o/{cast.code(BRANCH)}/events/new", posted(venue=hall.code))
    assert asked.status_code == 422
    assert parsed(asked).find(id="venue-error") is not None
    assert ben.post(f"/o/{cast.code(BRANCH)}/events/{mine.code}/publish").status_code == 422
    assert seen is not None
    told = {"seen": str(seen["value"])}
    assert client_of("bea").post(f"{askings}/{open_still.code}/agree", told).status_code == 422
    offer = f"/o/{cast.code(OTHER)}/venues/{hall.code}/appointments/offer"
    more = client_of("bea").post(
        offer, {"first": day_in(1), "last": day_in(1), "minutes": "60", "seats": "1"}
    )
    assert more.status_code == 422
    assert "正在整顿" in more.text
    near = ben.page(f"/o/{cast.code(BRANCH)}/venues-to-borrow")
    assert "整顿中" in near.text
    assert near.select_one(f"a[href*='{hall.code}'][href*='events/new']") is None
    place.status = OrganizationStatus.ACTIVE
    db.session.commit()
    assert ada.post(f"/appointments/new/{slot.code}").status_code == 303


def test_a_suspended_organization_publishes_nothing_at_its_own_venue(
    cast: Cast, client_of: ClientOf
) -> None:
    bea, place = client_of("bea"), cast.organization(OTHER)
    hall = make_venue(place, VenueKind.SERVICE_STATION, name="二村站")
    form = posted(venue=hall.code, title="自己的场所", then="")
    assert bea.post(f"/o/{cast.code(OTHER)}/events/new", form).status_code == 303
    mine = newest()
    publishing = f"/o/{cast.code(OTHER)}/events/{mine.code}/publish"
    place.status = OrganizationStatus.SUSPENDED
    db.session.commit()
    refused = bea.post(publishing)
    assert refused.status_code == 422
    assert "正在整顿" in refused.text
    place.status = OrganizationStatus.ACTIVE
    db.session.commit()
    assert bea.post(publishing).status_code == 303


@pytest.mark.covers("CTR-02")
def test_appointments_over_a_borrowed_time_are_told(cast: Cast, client_of: ClientOf) -> None:
    bea, day = client_of("bea"), clock.today() + timedelta(days=3)
    hall = make_venue(cast.organization(OTHER), name="二村之家")
    slot = make_slot(hall)
    slot.starts_at, slot.ends_at = (clock.at(day, time(hour)) for hour in (14, 15))
    post(cast, client_of("ben"), posted(venue=hall.code, start="12:30", end="14:30"))
    askings = f"/o/{cast.code(OTHER)}/venue-askings"
    assert "时间重叠" not in bea.page(askings).text  # what nobody booked is in nobody's way
    slot.taken = 2
    assert "2 人预约" in bea.page(askings).text
    slot.starts_at, slot.ends_at = (clock.at(day, time(hour)) for hour in (15, 16))
    assert "2 人预约" not in bea.page(askings).text


@pytest.mark.covers("CTR-02")
def test_a_consent_covers_the_times_that_were_read_and_overlaps_are_told(
    cast: Cast, client_of: ClientOf
) -> None:
    ben, bea = client_of("ben"), client_of("bea")
    hall = make_venue(cast.organization(OTHER), name="二村之家")
    own = acting.make_activity(
        cast.organization(OTHER), starts_at=clock.at(clock.today() + timedelta(days=3), time(12))
    )
    own.title, own.venue_id = "二村的课", hall.id
    activity = post(cast, ben, posted(venue=hall.code, start="12:30", end="14:30"))
    shift, here = first_shift(activity), f"/o/{cast.code(BRANCH)}"
    askings = f"/o/{cast.code(OTHER)}/venue-askings"
    page = bea.page(askings)
    assert "时间重叠" in page.text
    assert "二村的课" in page.text
    assert "二村的课" in ben.page(f"{here}/events/{activity.code}").text
    seen = page.select_one("input[name=seen]")
    assert seen is not None
    times = {"day": day_in(3), "start": "15:00", "end": "17:00", "seats": "2"}
    moved = f"{here}/shifts/{shift.code}/edit"
    assert ben.post(moved, times).status_code == 303
    late = bea.post(f"{askings}/{activity.code}/agree", {"seen": str(seen["value"])})
    assert late.status_code == 422
    assert "时间刚刚改过" in late.text
    assert "时间重叠" not in late.text
    agree(cast, bea, activity, OTHER)
    assert ben.post(moved, {**times, "end": "16:30"}).status_code == 303
    assert activity.title not in bea.page(askings).text  # within what was agreed to
    assert ben.post(moved, {**times, "end": "18:00"}).status_code == 303
    assert ben.post(f"{here}/events/{activity.code}/publish").status_code == 422
    agree(cast, bea, activity, OTHER)
    assert ben.post(f"{here}/events/{activity.code}/publish").status_code == 303
    assert ben.post(moved, {**times, "end": "19:00"}).status_code == 422
