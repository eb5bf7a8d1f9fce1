"""Public pages without a cookie: kept shortly by caches, told to search engines, hard to upset."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core import clock
from core.database import db
from core.settings import DatedSetting
from members.operations import card_token
from members.queries import membership_of
from supervision.public.guide import MATTERS
from supervision.public.routes.crawling import CLOSED, PAGES
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.desk_factories import make_certificate
from tests.supervision.parts import look
from tests.venue_factories import make_venue
from volunteers.operations import verify_token

Clients = Callable[[str], Client]
SHARED = (
    *("/", "/find", "/find?q=东", "/venues", "/activities", "/verify", "/services"),
    *("/services/join-member", "/statistics", "/privacy", "/help", "/robots.txt", "/sitemap.xml"),
)
HOSTILE = (
    "x" * 5000,
    "' OR 1=1 --",
    "%00",
    "%ED%A0%80",
    "<script>alert(1)",
    "２０２６",
    "-1",
    "🙂" * 90,
)


def addresses(cast: Cast) -> list[str]:
    venue = make_venue(cast.organization("东一村"))
    return [*SHARED, f"/organizations/{cast.code('东一村')}", f"/venues/{venue.code}"]


@pytest.mark.covers("WEB-08", "PRV-07")
def test_a_browser_without_a_session_gets_a_page_that_caches_may_keep(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    paths = addresses(cast)
    for path in paths:
        answer = Client(app).get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
        assert answer.headers["Cache-Control"] == "public, max-age=60", path
        assert "Cookie" in answer.headers["Vary"], path
        assert "csrf" not in answer.text, path
        again = Client(app).get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
    person = client_of("ada")
    for path in paths[1:]:
        answer = person.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store", path
    assert person.get("/").status_code == 303


def test_text_size_and_language_are_chosen_without_an_account(app: Flask, cast: Cast) -> None:
    browser = Client(app)
    way = look(browser, "/venues").find("a", string="字号")["href"]
    page = look(browser, way)
    back = page.select_one("#main input[name=next]")["value"]
    assert back == "/venues"
    chosen = browser.post("/display", {"size": "largest", "language": "en", "next": back})
    assert (chosen.status_code, chosen.location) == (303, "/venues")
    shown = look(browser, "/venues")
    assert (shown.html["data-size"], shown.html["lang"]) == ("largest", "en")
    assert look(browser, "/display?next=https://evil.example").select_one("#main input[name=next]")[
        "value"
    ] == ("/")


@pytest.mark.covers("IN-01", "IN-02", "IN-06")
def test_strange_questions_get_a_plain_page(app: Flask, cast: Cast) -> None:
    browser = Client(app)
    for path in ("/find", "/venues", "/activities", "/statistics", "/verify"):
        for name in ("q", "in", "at", "kind", "open", "after", "code"):
            for value in HOSTILE:
                answer = browser.get(f"{path}?{name}={value}")
                assert answer.status_code in {200, 404}, (path, name, value)
                assert "<script>alert" not in answer.text
    for path in ("organizations", "venues", "statistics", "services"):
        assert browser.get(f"/{path}/nothing-here").status_code == 404


@pytest.mark.covers("G2")
def test_what_is_printed_under_a_code_leads_to_the_verification(app: Flask, cast: Cast) -> None:
    browser, token = Client(app), "a" * 32
    for typed, target in (
        (f"https://example.org/v/{token}", f"/v/{token}"),
        (f"/v/s/{token}/", f"/v/s/{token}"),
        (token, f"/v/{token}"),
    ):
        answer = browser.get("/verify", query_string={"code": typed})
        assert (answer.status_code, answer.location) == (303, target)
    for wrong in ("https://evil.example/x", "//evil.example", "3300000001"):
        answer = browser.get("/verify", query_string={"code": wrong})
        assert answer.status_code == 200
        assert "这不是证件上的网址" in answer.text


def test_every_matter_says_who_what_and_how_long_by_the_settings(app: Flask, cast: Cast) -> None:
    browser = Client(app)
    for matter in MATTERS:
        page = look(browser, f"/services/{matter.slug}")
        assert "%(" not in page.main.text
        assert page.select_one("#main .button-main")["href"].startswith("/")
        assert "不收费" in page.main.text
    changed = DatedSetting(
        name="transfers.working_days",
        valid_from=clock.today(),
        value=77,
        source="试",
        entered_at=clock.now(),
    )
    assert "77" not in look(browser, "/services/transfer").main.text
    db.session.add(changed)
    assert "77 个工作日" in look(browser, "/services/transfer").main.text


@pytest.mark.covers("PRV-17")
def test_the_privacy_notice_tells_the_years_of_the_settings(app: Flask, cast: Cast) -> None:
    browser = Client(app)
    assert "退出满 3 年后去除" in look(browser, "/privacy").main.text
    changed = DatedSetting(
        name="privacy.identity_years",
        valid_from=clock.today(),
        value=9,
        source="试",
        entered_at=clock.now(),
    )
    db.session.add(changed)
    told = look(browser, "/privacy")
    assert "退出满 9 年后去除" in told.main.text
    assert told.select_one("#main a[href='/me/changes']")
    assert "0571-00000000" in told.main.text


def test_search_engines_get_public_pages_only(app: Flask, cast: Cast) -> None:
    browser = Client(app)
    venue = make_venue(cast.organization("东一村"))
    robots = browser.get("/robots.txt").text
    assert all(f"Disallow: {path}\n" in robots for path in CLOSED)
    sitemap = browser.get("/sitemap.xml").text
    listed = [part.partition("</loc>")[0] for part in sitemap.split("<loc>")[1:]]
    origin = app.config["REDCROSS"].origin
    assert f"{origin}/venues/{venue.code}" in listed
    assert f"{origin}/organizations/{cast.code('东县')}" in listed
    assert len(listed) >= len(PAGES) + len(MATTERS)
    for address in listed:
        path = address.removeprefix(origin)
        assert not path.startswith(CLOSED), path
        page = browser.get(path)
        assert page.status_code == 200, path
        assert 'name="robots"' not in page.text, path
    assert 'content="noindex"' in browser.get("/find?q=东").text
    assert 'content="noindex"' in browser.get("/login").text


@pytest.mark.covers("G2")
def test_a_scanned_code_tells_at_once_without_another_tap(app: Flask, cast: Cast) -> None:
    place = cast.organization("东一村")
    membership = membership_of(cast.person("mia").id)
    assert membership is not None
    certificate = make_certificate(make.make_volunteer(make.make_person(), place), place)
    db.session.commit()
    for path in (
        f"/v/{card_token(membership.code)}",
        f"/v/s/{verify_token(certificate.code)}",
    ):
        page = look(Client(app), path)
        assert "有效" in page.main.text
        assert not page.select("#main form, #main button, #main details")
