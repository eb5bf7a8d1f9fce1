"""The public area: ways from the home, organizations, venues and activities, without an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from activities.models import Venue, VenueDay
from activities.queries import finder, nearest
from activities.queries.finder import Wanted
from activities.rules import ActivityStatus
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.database import db
from core.settings import DatedSetting
from organizations.models import Division
from organizations.rules import OrganizationStatus
from tests.activity_factories import make_activity
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import look
from tests.venue_factories import make_venue

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def monday() -> Iterator[datetime]:
    """Make it ten o'clock of a Monday in Shanghai."""
    now = clock.local(clock.now())
    ahead = (now + timedelta(days=7 - now.weekday())).replace(hour=10, minute=0, second=0)
    clock.set_offset_for_tests(ahead - now, production=False)
    yield ahead
    clock.set_offset_for_tests(timedelta(0), production=False)


def divide() -> None:
    """Write the divisions of a county: two towns, two villages in the first."""
    rows = [
        ("990000000000", None, "province", "试省"),
        ("990100000000", "990000000000", "city", "试市"),
        ("990101000000", "990100000000", "county", "试县"),
        ("990101001000", "990101000000", "township", "试一镇"),
        ("990101002000", "990101000000", "township", "试二镇"),
        ("990101001200", "990101001000", "village", "试一村"),
        ("990101001201", "990101001000", "village", "试二村"),
    ]
    for code, parent, level, name in rows:
        row = Division(code=code, parent_code=parent, level=level, name=name)
        row.valid_from = date(2023, 6, 30)
        db.session.add(row)
        db.session.flush()


def station(cast: Cast, name: str, division: str | None, **more: object) -> Venue:
    """Return a service station in a division, open on workdays from nine to five."""
    venue = make_venue(cast.organization("东一村"), VenueKind.SERVICE_STATION, name=name)
    venue.division_code = division
    for key, value in more.items():
        setattr(venue, key, value)
    db.session.flush()
    return venue


def names(page: Any) -> list[str]:
    """Return the venues of a list in their order."""
    return [str(row.find(string=True)) for row in page.select("#rows .link-rows-label")]


@pytest.mark.covers("S41")
def test_closed_days_kinds_and_what_is_not_open_are_told_apart(
    app: Flask, cast: Cast, monday: datetime
) -> None:
    divide()
    holiday = station(cast, "歇站", "990101001200")
    db.session.add(VenueDay(venue_id=holiday.id, day=monday.date(), note="春节"))
    station(cast, "开站", "990101001200")
    home = make_venue(cast.organization("东一村"), name="试之家")
    planned = make_venue(cast.organization("东一村"), status=VenueStatus.PLANNED, name="筹建")
    browser = Client(app)
    assert set(names(look(browser, "/venues"))) == {"歇站", "开站", "试之家"}
    assert set(names(look(browser, "/venues?open=1"))) == {"开站", "试之家"}
    assert names(look(browser, "/venues?kind=member_home")) == ["试之家"]
    assert names(look(browser, "/venues?q=歇")) == ["歇站"]
    assert "春节" in look(browser, f"/venues/{holiday.code}").main.text
    assert "现在不开放" in look(browser, f"/venues/{holiday.code}").main.text
    assert browser.get(f"/venues/{planned.code}").status_code == 404
    home.status = VenueStatus.CLOSED
    assert browser.get(f"/venues/{home.code}").status_code == 404


def test_somebody_goes_down_the_tree_to_an_organization_and_joins(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.organization("东一村"), name="东一之家")
    activity = make_activity(cast.organization("东一村"), title="学急救")
    browser, step = Client(app), "/find"
    for name in ("东市", "东县", "东镇", "东一村"):
        page = look(browser, step)
        step = page.select_one("#rows").find(string=name).find_parent("a")["href"]
    page = look(browser, step)
    assert step == f"/organizations/{cast.code('东一村')}"
    above = [link.text for link in page.select("#main nav a")]
    assert above == ["测试省", "东市", "东县", "东镇"]
    links = {link["href"] for link in page.select("#main a")}
    assert {
        f"/j/{cast.code('东一村')}",
        f"/venues/{venue.code}",
        f"/events/{activity.code}",
    } <= links
    found = look(browser, "/find?q=东一村")
    assert [link["href"] for link in found.select("#found a")] == [step]
    assert "东镇 · 东县 · 东市" in found.select_one("#found").text
    cast.organization("东一村").status = OrganizationStatus.SUSPENDED
    assert browser.get(step).status_code == 404


def test_the_phone_of_an_office_is_shown_where_the_deployment_allows_it(
    app: Flask, cast: Cast
) -> None:
    cast.organization("东县").phone = "0571-00000008"
    path, browser = f"/organizations/{cast.code('东县')}", Client(app)
    assert "0571-00000008" not in browser.get(path).text
    assert "0571-00000000" in browser.get(path).text
    allowed = DatedSetting(
        name="public.office_phones",
        valid_from=date(2020, 1, 2),
        value=1,
        source="试",
        entered_at=clock.now(),
    )
    db.session.add(allowed)
    assert "0571-00000008" in browser.get(path).text


def test_activities_to_come_are_those_of_a_place_and_nothing_hidden(app: Flask, cast: Cast) -> None:
    make_activity(cast.organization("东一村"), title="东边的活动")
    make_activity(cast.organization("北一村"), title="北边的活动")
    make_activity(cast.organization("东一村"), ActivityStatus.DRAFT, title="没发布的")
    make_activity(
        cast.organization("东一村"), title="过去的", starts_at=clock.now() - timedelta(days=1)
    )
    browser = Client(app)
    everywhere = browser.get("/activities").text
    assert "东边的活动" in everywhere
    assert "北边的活动" in everywhere
    assert "没发布的" not in everywhere
    assert "过去的" not in everywhere
    for place in ("东一村", "东县", "东市"):
        text = browser.get(f"/activities?in={cast.code(place)}").text
        assert ("东边的活动" in text, "北边的活动" in text) == (True, False)
    assert browser.get("/activities?in=nowhere").status_code == 404


def test_who_has_no_address_of_a_place_narrows_activities_down_to_a_township(
    app: Flask, cast: Cast
) -> None:
    make_activity(cast.organization("东一村"), title="东边的活动")
    make_activity(cast.organization("北一村"), title="北边的活动")
    browser, path = Client(app), "/activities"
    for place in ("东市", "东县", "东镇"):
        chips = {one.text.strip(): one["href"] for one in browser.page(path).select(".chip-link")}
        path = str(chips[place])
    text = browser.get(path).text
    assert ("东边的活动" in text, "北边的活动" in text) == (True, False)
    assert not browser.page(path).select(".chip-link")


def test_an_organization_that_was_stopped_calls_nobody_in(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    ned, place = client_of("ned"), cast.organization("北一村")
    make_activity(place, title="北边的活动")
    pages = ("/events?near=all", "/activities")
    assert all("北边的活动" in ned.get(page).text for page in pages)
    place.status = OrganizationStatus.SUSPENDED
    assert not any("北边的活动" in ned.get(page).text for page in pages)


@pytest.mark.covers("LOAD-07")
def test_public_pages_cost_the_same_for_one_row_and_for_many(
    app: Flask, cast: Cast, count_statements: Counting
) -> None:
    divide()
    village, browser = cast.organization("东一村"), Client(app)

    def add(count: int) -> None:
        for number in range(count):
            station(cast, f"站{number}", "990101001200")
            make_activity(village, title=f"活动{number}")

    def cost() -> dict[str, int]:
        paths = (
            "/venues?at=990101001200",
            "/activities",
            f"/organizations/{village.code}",
            f"/find?in={cast.code('东县')}",
        )
        found = {}
        for path in paths:
            with count_statements() as sent:
                assert browser.get(path).status_code == 200
            found[path.partition("?")[0]] = len(sent)
        return found

    add(1)
    before = cost()
    add(15)
    assert cost() == before
    assert max(before.values()) <= 8


def pages_of(find: Callable[..., Any], wanted: Wanted, now: datetime) -> list[tuple[object, ...]]:
    """Return code, ring and hours of everything that a finder finds, page after page."""
    found: list[tuple[object, ...]] = []
    after = ""
    while True:
        page = find(wanted, now, after)
        found += [(one.code, one.ring, one.standing) for one in page.rows]
        if not page.next_after:
            return found
        after = page.next_after


@pytest.mark.covers("S41")
def test_the_kept_list_finds_what_the_finder_finds(cast: Cast, monday: datetime) -> None:
    """Two ways to ask the same question: the public one is put into words once."""
    divide()
    places = ["990101001200", "990101001201", "990101002000", "990101000000", None]
    for number in range(27):
        venue = station(cast, f"站{number}", places[number % 5])
        if number % 3 == 0:
            venue.kind = VenueKind.MEMBER_HOME
        if number % 4 == 0:
            db.session.add(VenueDay(venue_id=venue.id, day=monday.date(), note="歇"))
    db.session.flush()
    asked = [
        Wanted(division, kind, open_now, words)
        for division in ("", "990101001200", "990101000000")
        for kind in (None, VenueKind.MEMBER_HOME)
        for open_now in (False, True)
        for words in ("", "站1", "%")
    ]
    sizes = set()
    for wanted in asked:
        expected = pages_of(finder.nearest, wanted, monday)
        assert pages_of(nearest.nearest_spots, wanted, monday) == expected, wanted
        sizes.add(len(expected))
    assert {0, 27} <= sizes
