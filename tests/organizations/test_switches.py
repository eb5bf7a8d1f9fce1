"""Modules and settings are on for pilots first, then for the province (ADR 0039)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock, settings, switches
from core.access.marks import module_of
from core.audit.models import AuditEvent
from core.database import db
from core.switches import MODULE, Module, Switch
from organizations.models import Organization
from people.models import RightsRequest
from tests.cast import Cast
from tests.client import Client
from tests.people.test_rights import ask
from tests.venue_factories import make_venue

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
STARS = MODULE + Module.STARS


def put(
    place: Organization,
    value: int | None,
    *,
    name: str = STARS,
    back: int = 1,
    end: int | None = None,
) -> None:
    """Decide something that began some days ago."""
    today = clock.today()
    db.session.add(
        Switch(
            name=name,
            organization_id=place.id,
            is_top=place.parent_id is None,
            valid_from=today - timedelta(days=back),
            valid_to=None if end is None else today + timedelta(days=end),
            value=value,
            reason="试点",
            decided_at=clock.now(),
            stamp=switches.new_stamp(),
        )
    )
    db.session.commit()


def stars(cast: Cast, place: str) -> str:
    return f"/o/{cast.code(place)}/stars"


def on_at(path: str, day: date | None = None) -> bool:
    switches.forget()
    return switches.is_on(Module.STARS, day or clock.today(), path)


@pytest.mark.covers("AZ-02")
def test_every_module_has_pages(app: Flask) -> None:
    marked = {module_of(view) for view in app.view_functions.values()}
    assert marked - {None} == set(Module)


def test_the_nearest_organization_decides_and_days_hold(cast: Cast) -> None:
    province, county = cast.organization("测试省"), cast.organization("东县")
    village, other = cast.organization("东一村").path, cast.organization("西一村").path
    assert on_at(village)
    put(province, 0, back=9)
    assert (on_at(village), on_at(other), on_at("")) == (False, False, False)
    put(county, 1, back=5, end=3)
    assert (on_at(village), on_at(other)) == (True, False)
    today = clock.today()
    assert [on_at(village, today + timedelta(days=one)) for one in (-6, -5, 3, 4)] == [
        False,
        True,
        True,
        False,
    ]
    assert on_at(village, today - timedelta(days=10))
    put(county, None, back=5)  # the later of two on one day: as above
    assert not on_at(village)
    put(cast.organization("东一村"), 1)
    assert (on_at(village), on_at(county.path)) == (True, False)


@pytest.mark.covers("AZ-18", "S22")
def test_a_module_that_is_off_is_unknown_there_and_nowhere_else(
    cast: Cast, client_of: Clients
) -> None:
    cora, dan, ada, wes = map(client_of, ("cora", "dan", "ada", "wes"))
    home = f"/o/{cast.code('东县')}/home"
    assert stars(cast, "东县") in cora.page(home).select_one("nav.sidebar, aside").decode()  # type: ignore[union-attr]
    put(cast.organization("东县"), 0)
    assert cora.get(stars(cast, "东县")).status_code == 404
    assert stars(cast, "东县") not in cora.get(home).text
    assert dan.get(stars(cast, "西县")).status_code == 200
    assert ada.get("/me/stars").status_code == 404
    assert "/me/stars" not in ada.get("/me/profile").text
    assert wes.get("/me/stars").status_code == 200
    assert "/me/teams" in ada.get("/me/volunteer").text
    put(cast.organization("东县"), 0, name=MODULE + Module.TEAMS)
    assert "/me/teams" not in ada.get("/me/volunteer").text
    put(cast.organization("东县"), 1, back=0)
    assert cora.get(stars(cast, "东县")).status_code == 200


@pytest.mark.covers("CTR-01")
def test_venues_without_appointments_lead_to_none(cast: Cast, client_of: Clients) -> None:
    venue = make_venue(cast.organization("东一村"))
    db.session.commit()
    ben, page = client_of("ben"), f"/o/{cast.code('东一村')}/venues/{venue.code}"
    assert f"{page}/appointments" in ben.get(page).text
    put(cast.organization("东县"), 0, name=MODULE + Module.APPOINTMENTS)
    assert f"{page}/appointments" not in ben.get(page).text
    assert ben.get(f"{page}/appointments").status_code == 404
    put(cast.organization("东县"), 0, name=MODULE + Module.VENUES)
    assert ben.get(page).status_code == 404
    assert client_of("dan").get(f"/o/{cast.code('西县')}/venues").status_code == 200


@pytest.mark.covers("LOAD-02")
def test_nothing_more_is_read_where_nothing_is_switched_and_once_where_something_is(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    cora, page = client_of("cora"), stars(cast, "东县")
    cora.get(page)
    with count_statements() as before:
        cora.get(page)
    assert not [one for one in before if one.startswith("SELECT switches")]
    put(cast.organization("西县"), 0)
    with count_statements() as first:
        cora.get(page)
    with count_statements() as second:
        cora.get(page)
    assert (len(first), len(second)) == (len(before) + 1, len(before))


@pytest.mark.covers("S46", "AZ-01")
def test_the_province_looks_whom_it_concerns_and_switches_from_a_coming_day(
    cast: Cast, client_of: Clients
) -> None:
    gil, place = client_of("gil"), f"/o/{cast.code('测试省')}/modules"
    page, tomorrow = f"{place}/switch?name={STARS}", clock.today() + timedelta(days=1)
    put(cast.organization("西一村"), 1)
    form = {"place": "东县", "state": "0", "valid_from": tomorrow.isoformat(), "reason": "试点一号"}
    looked = gil.post(page, {**form, "place": "", "act": "look"})
    assert looked.status_code == 200
    assert "西一村另有规定" in looked.text
    assert db.session.scalars(select(Switch).where(Switch.reason == "试点一号")).all() == []
    for wrong in (
        {"valid_from": clock.today().isoformat()},
        {"valid_to": clock.today().isoformat()},
        {"place": "没有的组织"},
        {"state": "7"},
        {"reason": " "},
        {"valid_from": "x"},
    ):
        assert gil.post(page, {**form, **wrong, "act": "save"}).status_code == 422
    assert gil.post(page, {**form, "act": "save"}).status_code == 303
    assert "试点一号" in gil.page(page).text
    path = cast.organization("东一村").path
    assert (on_at(path), on_at(path, tomorrow)) == (True, False)
    assert client_of("cora").get(stars(cast, "东县")).status_code == 200
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.action == "modules.switch")).all()
    assert client_of("cora").get(f"/o/{cast.code('东县')}/modules").status_code == 403
    assert client_of("eve").get(page).status_code == 404
    assert gil.get(f"{place}/switch?name=modules.nothing").status_code == 404
    number = f"{place}/switch?name=matters.question"
    days = {**form, "act": "save", "number": "x"}
    assert gil.post(number, days).status_code == 422
    assert (
        gil.post(f"{place}/switch?name=rights.answered_by", {**days, "number": "4"}).status_code
        == 422
    )
    assert gil.post(number, {**days, "number": "2"}).status_code == 303


@pytest.mark.covers("S33")
def test_a_setting_differs_for_a_pilot_and_nowhere_else(cast: Cast, client_of: Clients) -> None:
    put(cast.organization("东县"), 2, name="matters.question")
    put(cast.organization("东县"), 1, name="rights.answered_by")
    today = clock.today()
    assert settings.value("matters.question", today) == 5
    for name, kind, days, handler in (
        ("mia", "question", 2, "东一村"),
        ("wes", "question", 5, "西一村"),
        ("mia", "copy", 15, "东县"),
        ("wes", "copy", 15, "测试省"),
    ):
        assert ask(client_of(name), kind) == 303
        newest = select(RightsRequest).order_by(RightsRequest.id.desc()).limit(1)
        found = db.session.scalars(newest).one()
        assert found.due_on == clock.add_working_days(today, days)
        assert found.handler_id == cast.organization(handler).id
