"""The interface for other systems: tokens, reach, scopes, refusals, paging, days of use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import create_app
from core import clock
from core.access.marks import ApiScope
from core.audit.models import AuditEvent
from core.crypto import hash_token
from core.database import db
from core.extensions import limiter
from core.settings import DatedSetting
from organizations.rules import Measure, OrganizationKind
from supervision.api.models import SystemToken
from tests.cast import Cast
from tests.client import Client, parsed
from tests.conftest import make_config
from tests.factories import make_organization
from tests.schema import make_schema
from tests.supervision.systems import ROOT, Reader, put, reader_of
from tests.system_factories import make_token

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
FORM = {"system": "省级驾驶舱", "purpose": "汇总数字", "api_scopes": ["read:values"]}


def codes_of(content: dict[str, Any]) -> list[str]:
    return [one["code"] for one in content["data"]]


@pytest.mark.covers("AZ-01", "AU-09")
def test_nothing_but_a_live_token_in_the_header_opens_the_interface(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    _, token = make_token(cast.organization("测试省"))
    refused = {
        "nothing": Client(app).get(f"{ROOT}/organizations"),
        "cookie": client_of("gil").get(f"{ROOT}/organizations"),
        "address": Client(app).get(f"{ROOT}/organizations?token={token}"),
        "basic": Client(app).get(
            f"{ROOT}/organizations", headers={"Authorization": f"Basic {token}"}
        ),
        "other": Reader(app, token[:-1]).ask("/organizations"),
        "long": Reader(app, "x" * 5000).ask("/organizations"),
        "expired": reader_of(app, cast, "测试省", days=-1).ask("/organizations"),
        "revoked": reader_of(app, cast, "测试省", revoked=True).ask("/organizations"),
    }
    assert {name: one.status_code for name, one in refused.items()} == dict.fromkeys(refused, 401)
    for one in refused.values():
        assert one.headers["WWW-Authenticate"] == "Bearer"
        assert one.mimetype == "application/problem+json"
        assert "Set-Cookie" not in one.headers
    assert Reader(app, token).ask("/organizations").status_code == 200
    assert reader_of(app, cast, "测试省", days=0).ask("/organizations").status_code == 200


@pytest.mark.covers("AZ-10")
def test_a_token_ends_with_its_day_and_with_its_revocation(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    made, token = make_token(cast.organization("测试省"), days=1)
    reader, path = Reader(app, token), f"/o/{cast.code('测试省')}/systems/{made.code}/revoke"
    assert reader.ask("/indicators").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert reader.ask("/indicators").status_code == 401
    assert client_of("gil").post(path, {"note": " "}).status_code == 422
    assert reader.ask("/indicators").status_code == 200
    assert client_of("gil").post(path, {"note": "换令牌"}).status_code == 303
    assert reader.ask("/indicators").status_code == 401
    assert client_of("gil").post(path, {"note": "再停一次"}).status_code == 409
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("system.revoke") == 1


@pytest.mark.covers("AZ-01")
def test_each_scope_opens_its_own_addresses_only(app: Flask, cast: Cast) -> None:
    paths = {
        "/organizations": ApiScope.ORGANIZATIONS,
        f"/organizations/{cast.code('东县')}": ApiScope.ORGANIZATIONS,
        "/indicators": ApiScope.INDICATORS,
        "/values?indicator=I05": ApiScope.VALUES,
        "/publications": ApiScope.VALUES,
    }
    for one in ApiScope:
        reader = reader_of(app, cast, "测试省", one)
        found = {path: reader.ask(path).status_code for path in paths}
        assert found == {path: 200 if scope is one else 403 for path, scope in paths.items()}


@pytest.mark.covers("AZ-05", "AZ-01")
def test_what_is_out_of_reach_does_not_exist(app: Flask, cast: Cast) -> None:
    reader = reader_of(app, cast, "东县")
    east = {cast.code(name) for name in ("东县", "东镇", "东一村", "东二村", "东小学")}
    assert set(codes_of(reader.read("/organizations"))) == east
    for name in ("测试省", "东市", "西县", "北一村"):
        code = cast.code(name)
        for path in ("/organizations/{}", "/organizations?parent={}", "/organizations?after={}"):
            foreign, unknown = reader.ask(path.format(code)), reader.ask(path.format("zzzzzz"))
            assert (foreign.status_code, foreign.text) == (404, unknown.text)
        for parameter in ("organization", "after"):
            assert reader.ask(f"/values?indicator=I05&{parameter}={code}").status_code == 404
    assert codes_of(reader.read(f"/organizations?parent={cast.code('东镇')}")) == [
        cast.code("东一村")
    ]


@pytest.mark.covers("IN-09", "IN-07", "AZ-13")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/organizations?limit=5&limit=6", "limit"),
        ("/organizations?limit=0", "limit"),
        ("/organizations?limit=101", "limit"),
        ("/organizations?limit=1_0", "limit"),
        ("/organizations?limit=%D9%A3", "limit"),
        ("/organizations?sort=password_hash", "sort"),
        ("/organizations?parent=%00", "parent"),
        ("/organizations?after=x'%20or%201=1--", "after"),
        ("/indicators?token=abc", "token"),
        ("/values", "indicator"),
        ("/values?indicator=I99", "indicator"),
        ("/targets?indicator=I99&year=2026", "indicator"),
        ("/values?indicator=I05&indicator=I05", "indicator"),
        ("/values?indicator=I05&period=209912", "period"),
        ("/values?indicator=I12", "period"),
        ("/values?indicator=I12&period=202613", "period"),
        ("/values?indicator=I12&period=1999", "period"),
        ("/values?indicator=I12&period=9999", "period"),
        ("/values?indicator=I12&period=-1", "period"),
    ],
)
def test_a_wrong_address_is_refused_and_names_the_parameter(
    app: Flask, cast: Cast, path: str, name: str
) -> None:
    response = reader_of(app, cast, "测试省").ask(path)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert [one["parameter"] for one in response.get_json()["errors"]] == [name]


@pytest.mark.covers("WEB-03", "CFG-04")
def test_the_interface_only_reads_and_no_page_elsewhere_may_use_it(app: Flask, cast: Cast) -> None:
    reader = reader_of(app, cast, "测试省")
    for method in ("post", "put", "patch", "delete", "options"):
        send = getattr(reader.client.http, method)
        with reader.client.as_server():
            response = send(f"{ROOT}/organizations", headers=reader.headers)
        assert (method, response.status_code) == (method, 405)
        assert response.get_json()["status"] == 405
    answer = reader.ask("/organizations", Origin="https://elsewhere.example")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one for one in answer.headers if one[0].startswith("Access-Control")] == []
    nowhere = reader.ask("/people")
    assert (nowhere.status_code, nowhere.mimetype) == (404, "application/problem+json")


@pytest.mark.covers("PERF-01")
def test_pages_follow_each_other_and_cost_the_same(
    app: Flask, cast: Cast, count_statements: Counting
) -> None:
    county = cast.organization("西县")
    for number in range(30):
        make_organization(OrganizationKind.VILLAGE, f"西{number}新村", county)
    put(cast, {"西县": 700}, Measure.ADULT_MEMBERS)
    reader, seen, path = reader_of(app, cast, "西县"), list[str](), "/organizations?limit=7"
    reader.read("/organizations")
    while path:
        page = reader.read(path)
        seen += codes_of(page)
        path = (page["next"] or "").removeprefix(ROOT)
    assert len(seen) == len(set(seen)) == 33
    costs = set()
    for query in ("/values?indicator=I05&limit=5", "/values?indicator=I05"):
        with count_statements() as statements:
            reader.read(query)
        costs.add(len(statements))
    assert len(costs) == 1
    assert costs.pop() <= 6


@pytest.mark.covers("AU-02", "LOG-05")
def test_a_token_is_shown_once_and_kept_as_a_digest(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    gil, base = client_of("gil"), f"/o/{cast.code('测试省')}/systems"
    form = {**FORM, "reach": cast.code("东市"), "expires_on": clock.today().isoformat()}
    answer = gil.post(f"{base}/new", form)
    token = parsed(answer).select_one("code").text  # type: ignore[union-attr]
    row = db.session.scalars(select(SystemToken)).one()
    assert len(token) >= 4 + 43
    assert row.digest == hash_token(token)
    assert token not in gil.get(f"{base}/new").text + gil.get(base).text
    kept = [getattr(row, column.key) for column in SystemToken.__table__.columns]
    assert token not in json.dumps(kept, default=str)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "system.issue")).one()
    assert token not in event.details
    reader = Reader(app, token)
    assert reader.ask("/organizations").status_code == 403
    assert reader.read("/values?indicator=I05")["organization"]["organization"] == cast.code("东市")
    assert db.session.scalars(select(SystemToken.used_on)).one() == clock.today()
    assert "省级驾驶舱" in gil.get(base).text


@pytest.mark.covers("IN-01")
@pytest.mark.parametrize(
    "wrong",
    [
        {"system": ""},
        {"purpose": "\u202e"},
        {"api_scopes": []},
        {"api_scopes": ["write:all"]},
        {"expires_on": "2999-01-01"},
        {"expires_on": "2020-01-01"},
        {"expires_on": "soon"},
        {"reach": "zzzzzz"},
        {"reach": ["a", "b"]},
    ],
)
def test_a_token_that_is_not_well_described_is_not_made(
    cast: Cast, client_of: Clients, wrong: dict[str, Any]
) -> None:
    form = {**FORM, "reach": cast.code("东市"), "expires_on": clock.today().isoformat(), **wrong}
    answer = client_of("gil").post(f"/o/{cast.code('测试省')}/systems/new", form)
    assert answer.status_code == 422
    assert db.session.scalars(select(SystemToken.id)).all() == []


@pytest.mark.covers("WEB-08")
def test_what_did_not_change_is_not_sent_again(app: Flask, cast: Cast) -> None:
    reader = reader_of(app, cast, "测试省")
    first = reader.ask("/values?indicator=I05")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert reader.ask("/values?indicator=I05", **tag).status_code == 304
    put(cast, {"测试省": 9_000}, Measure.ADULT_MEMBERS)
    assert reader.ask("/values?indicator=I05", **tag).status_code == 200


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """Return an app of its own with limits; the limiter is shared, so it is put back."""
    built = create_app(make_config(tmp_path, limits_enabled=True))
    try:
        with built.app_context():
            make_schema()
            yield built
            db.engine.dispose()
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.mark.covers("AU-06")
@pytest.mark.only_on("sqlite")
def test_each_token_has_a_limit_of_its_own(limited: Flask) -> None:
    province = make_organization(OrganizationKind.PROVINCIAL, "某省")
    today = clock.today()
    db.session.add(
        DatedSetting(
            name="api.per_minute", valid_from=today, value=3, source="test", entered_at=clock.now()
        )
    )
    one, other = (Reader(limited, make_token(province)[1]) for _ in range(2))
    paths = ("/indicators", "/organizations", "/publications")
    assert [one.ask(path).status_code for path in paths] == [200] * 3
    refused = one.ask("/indicators")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.get_json()["title"] == "Too Many Requests"
    assert other.ask("/indicators").status_code == 200


@pytest.mark.covers("AU-06")
@pytest.mark.only_on("sqlite")
def test_an_address_that_guesses_tokens_waits(limited: Flask) -> None:
    province = make_organization(OrganizationKind.PROVINCIAL, "某省")
    db.session.add(
        DatedSetting(
            name="api.wrong_per_minute",
            valid_from=clock.today(),
            value=3,
            source="test",
            entered_at=clock.now(),
        )
    )
    right = Reader(limited, make_token(province)[1])
    guesses = [Reader(limited, f"rcs_{number}").ask("/indicators") for number in range(4)]
    assert [one.status_code for one in guesses] == [401, 401, 401, 429]
    assert right.ask("/indicators").status_code == 429
    limiter.reset()
    assert right.ask("/indicators").status_code == 200
