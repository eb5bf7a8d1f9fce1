"""Published statistics: frozen, corrected by another edition, taken back, and nobody told apart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.rules import IllegalTransition, next_state
from core.settings import DatedSetting
from core.switches import MODULE, Module
from organizations import figures
from organizations.operations.tallies import close_month
from organizations.rules import Measure, OrganizationKind
from supervision.public.models import Edition, EditionEvent, EditionLine
from supervision.public.rules import (
    EDITION_TRANSITIONS,
    EditionAction,
    EditionStatus,
    Indicator,
    discreet,
)
from tests.cast import Cast
from tests.client import Client
from tests.factories import make_organization
from tests.organizations.test_switches import put as switch
from tests.supervision.parts import look
from tests.supervision.systems import reader_of

Clients = Callable[[str], Client]
ONE = Indicator.YOUTH_MEMBERS


def put(cast: Cast, name: str, measure: Measure, value: int) -> None:
    figures.shift([cast.organization(name).id], measure, value)
    db.session.commit()


def edition_page(client: Client, query: str = "") -> dict[str, list[str]]:
    """Return name of the place -> its cells."""
    page = look(client, f"/statistics{query}")
    return {
        row.th.get_text(strip=True): [cell.text for cell in row.select("td")]
        for row in page.select("#rows tr")
    }


@pytest.mark.covers("STA-02", "STA-05", "STA-06")
def test_what_the_province_published_does_not_move_until_it_is_corrected(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    path, gil, nobody = f"/o/{cast.code('测试省')}/statistics", client_of("gil"), Client(app)
    assert "还没有公布" in nobody.get("/statistics").text
    for name in ("测试省", "东市", "东县"):
        put(cast, name, Measure.VOLUNTEERS, 1234)
        put(cast, name, Measure.VENUES, 1)
    year = clock.today().year
    assert gil.post(path, {"year": str(year)}).status_code == 303
    shown = edition_page(nobody)
    assert list(shown) == ["测试省", "东市", "北市"]
    volunteers = list(Indicator).index(Indicator.VOLUNTEERS)
    venues = list(Indicator).index(Indicator.VENUES)
    before = shown["东市"][volunteers]
    assert shown["东市"][venues] == "1"
    assert shown["北市"][venues] == "0"
    put(cast, "东市", Measure.VOLUNTEERS, 1000)
    assert edition_page(nobody)["东市"][volunteers] == before
    refused = gil.post(path, {"year": str(year)})
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    assert gil.post(path, {"year": str(year), "note": "东市补报"}).status_code == 303
    assert edition_page(nobody)["东市"][volunteers] != before
    first, second = db.session.scalars(select(Edition).order_by(Edition.number)).all()
    assert (first.status, second.status) == (EditionStatus.CORRECTED, EditionStatus.PUBLISHED)
    old = look(nobody, f"/statistics/{first.code}")
    assert "已经更正" in old.main.text
    assert before in old.main.text
    city = look(nobody, f"/statistics/{second.code}?in={cast.code('东市')}")
    assert [row.th.text for row in city.select("#rows tr")] == ["东市", "东县", "西县"]
    steps = db.session.scalars(select(EditionEvent.action).order_by(EditionEvent.id)).all()
    assert list(steps) == [None, EditionAction.CORRECT, None]


@pytest.mark.covers("STA-02", "STA-05")
def test_an_edition_tells_of_the_last_month_end_and_its_correction_of_the_day(
    cast: Cast, client_of: Clients
) -> None:
    path, gil, today = f"/o/{cast.code('测试省')}/statistics", client_of("gil"), clock.today()
    year, first = today.year - 1, today.replace(month=1, day=1)
    city = cast.organization("东市").id
    put(cast, "东市", Measure.VOLUNTEERS, 100)
    before = sum(figures.values([city], [Measure.VOLUNTEERS]).values())
    assert close_month(year * 100 + 12, first, clock.now())
    put(cast, "东市", Measure.VOLUNTEERS, 50)

    def told() -> tuple[date, int]:
        edition = db.session.scalars(select(Edition).order_by(Edition.number.desc()).limit(1)).one()
        here = EditionLine.edition_id == edition.id, EditionLine.place_id == city
        numbers = json.loads(db.session.scalars(select(EditionLine.numbers).where(*here)).one())
        return edition.as_of, numbers[Indicator.VOLUNTEERS]

    assert gil.post(path, {"year": str(year)}).status_code == 303
    assert told() == (first - timedelta(days=1), before)
    assert gil.post(path, {"year": str(year), "note": "补报"}).status_code == 303
    assert told() == (today, before + 50)


@pytest.mark.covers("AZ-07")
def test_groups_are_small_by_the_day_of_publishing(cast: Cast, client_of: Clients) -> None:
    province, today = cast.organization("测试省"), clock.today()
    put(cast, "东市", Measure.YOUTH_MEMBERS, 30)
    assert close_month((today.year - 1) * 100 + 12, today.replace(month=1, day=1), clock.now())
    source, now = "test", clock.now()
    db.session.add(
        DatedSetting(
            name="figures.small_group", valid_from=today, value=50, source=source, entered_at=now
        )
    )
    db.session.commit()
    client_of("gil").post(f"/o/{province.code}/statistics", {"year": str(today.year - 1)})
    here = EditionLine.place_id == cast.organization("东市").id
    numbers = json.loads(db.session.scalars(select(EditionLine.numbers).where(here)).one())
    assert numbers[Indicator.YOUTH_MEMBERS] is None


@pytest.mark.covers("STA-02")
def test_a_province_may_switch_published_statistics_off(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    nobody, path = Client(app), f"/o/{cast.code('测试省')}/statistics"
    system = reader_of(app, cast, "测试省")
    assert system.ask("/publications").status_code == 200
    assert 'href="/statistics"' in nobody.get("/").text
    assert "/statistics<" in nobody.get("/sitemap.xml").text
    switch(cast.organization("测试省"), 0, name=MODULE + Module.PUBLIC_STATISTICS)
    for way in ("/statistics", "/statistics/none", "/statistics/none/csv"):
        assert nobody.get(way).status_code == 404
    assert client_of("gil").get(path).status_code == 404
    for way in ("/publications", "/publications/none"):
        assert system.ask(way).status_code == 404
    assert 'href="/statistics"' not in nobody.get("/").text
    assert "/statistics<" not in nobody.get("/sitemap.xml").text


@pytest.mark.covers("STA-05", "LOG-05")
def test_an_edition_that_was_taken_back_shows_no_number(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    path, gil, nobody = f"/o/{cast.code('测试省')}/statistics", client_of("gil"), Client(app)
    put(cast, "东市", Measure.VOLUNTEERS, 987_654)
    gil.post(path, {"year": str(clock.today().year)})
    code = db.session.scalars(select(Edition.code)).one()
    assert "987,65" in nobody.get(f"/statistics/{code}").text
    assert gil.post(f"{path}/{code}/take-back", {"note": " "}).status_code == 422
    assert gil.post(f"{path}/{code}/take-back", {"note": "数字有误"}).status_code == 303
    assert gil.post(f"{path}/{code}/take-back", {"note": "再一次"}).status_code == 409
    told = nobody.get(f"/statistics/{code}").text
    assert "已经撤回" in told
    assert "987" not in told
    assert nobody.get(f"/statistics/{code}/csv").status_code == 404
    acts = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("statistics."))
    ).all()
    assert sorted(acts) == ["statistics.publish", "statistics.take_back"]


@pytest.mark.covers("AZ-07", "PRV-12")
def test_small_groups_are_left_out_on_the_page_and_in_the_file(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    for name, count in (("测试省", 300), ("东市", 3), ("北市", 297)):
        have = figures.values([cast.organization(name).id], [Measure.YOUTH_MEMBERS])
        put(cast, name, Measure.YOUTH_MEMBERS, count - sum(have.values()))
    client_of("gil").post(f"/o/{cast.code('测试省')}/statistics", {"year": str(clock.today().year)})
    nobody, place = Client(app), list(Indicator).index(ONE)
    shown = edition_page(nobody)
    assert [shown[name][place] for name in ("测试省", "东市", "北市")] == [
        "300",
        "人数过少",
        "人数过少",
    ]
    code = db.session.scalars(select(Edition.code)).one()
    answer = nobody.get(f"/statistics/{code}/csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    by_name = {row[0]: row for row in rows if len(row) > 2}
    assert by_name["测试省"][2 + place] == "300"
    assert by_name["东市"][2 + place] == by_name["北市"][2 + place] == "人数过少"
    assert "297" not in answer.text
    assert set(by_name) == {"地区", "测试省", "东市", "东县", "西县", "北市", "北县"}


def told(values: dict[int, int]) -> dict[int, int | None]:
    """Return what may be told of a place 1 above places with these values, 5 being the floor."""
    numbers = {place: {ONE: value} for place, value in values.items()}
    below = {1: [place for place in values if place != 1]}
    return {place: found[ONE] for place, found in discreet(numbers, below, 5).items()}


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
def test_what_is_missing_cannot_be_worked_out_from_the_rest() -> None:
    assert told({1: 30, 2: 10, 3: 20}) == {1: 30, 2: 10, 3: 20}
    assert told({1: 33, 2: 3, 3: 10, 4: 20}) == {1: 33, 2: None, 3: None, 4: 20}
    assert told({1: 22, 2: 1, 3: 1, 4: 20}) == {1: 22, 2: None, 3: None, 4: None}
    assert told({1: 27, 2: 3, 3: 4, 4: 20}) == {1: 27, 2: None, 3: None, 4: 20}
    assert told({1: 20, 2: 0, 3: 20}) == {1: 20, 2: 0, 3: 20}


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
def test_a_number_that_is_left_out_is_not_the_sum_of_those_below_it() -> None:
    counts = {1: 100, 2: 3, 3: 50, 4: 47, 31: 20, 32: 30, 41: 17, 42: 30}
    numbers = {place: {ONE: value} for place, value in counts.items()}
    below = {3: [31, 32], 4: [41, 42], 1: [2, 3, 4]}
    shown = {place: found[ONE] for place, found in discreet(numbers, below, 5).items()}
    assert (shown[1], shown[2], shown[4]) == (100, None, None)
    assert None in (shown[41], shown[42])


@pytest.mark.pure
@pytest.mark.covers("AZ-07")
def test_hours_of_few_are_left_out_with_those_beside_them() -> None:
    few, many = {Indicator.VOLUNTEERS: 2}, {Indicator.VOLUNTEERS: 90}
    numbers = {
        1: {Indicator.VOLUNTEERS: 182, Indicator.MINUTES: 9060},
        2: {**few, Indicator.MINUTES: 60},
        3: {**many, Indicator.MINUTES: 4000},
        4: {**many, Indicator.MINUTES: 5000},
    }
    shown = discreet(numbers, {1: [2, 3, 4]}, 5)
    assert [shown[one][Indicator.MINUTES] for one in numbers] == [9060, None, None, 5000]


@pytest.mark.covers("AZ-07", "STA-05")
def test_two_editions_side_by_side_tell_nobody(app: Flask, cast: Cast, client_of: Clients) -> None:
    path, year = f"/o/{cast.code('测试省')}/statistics", str(clock.today().year)
    south = make_organization(OrganizationKind.CITY, "南市", cast.organization("测试省"))
    for name, count in (("东市", 3), ("北市", 30), ("南市", 40)):
        have = figures.values([cast.organization(name).id], [Measure.YOUTH_MEMBERS])
        put(cast, name, Measure.YOUTH_MEMBERS, count - sum(have.values()))
    client_of("gil").post(path, {"year": year})
    put(cast, "北市", Measure.YOUTH_MEMBERS, 20)
    client_of("gil").post(path, {"year": year, "note": "补报"})
    shown, place = edition_page(Client(app)), list(Indicator).index(ONE)
    assert south.name in shown
    assert [shown[name][place] for name in ("东市", "北市")] == ["人数过少"] * 2


@pytest.mark.pure
def test_the_life_of_an_edition_knows_every_step() -> None:
    for status in EditionStatus:
        for action in EditionAction:
            if (status, action) in EDITION_TRANSITIONS:
                assert next_state(EDITION_TRANSITIONS, status, action) in EditionStatus
            else:
                with pytest.raises(IllegalTransition):
                    next_state(EDITION_TRANSITIONS, status, action)
