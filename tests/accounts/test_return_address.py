"""Where one is led after signing in: this site only (security.md 5.9)."""

from __future__ import annotations

import pytest
from flask import Flask

from core.web import safe_next
from tests.accounts.steps import answer, ask, give_factor, last_code, shown, stranger
from tests.cast import Cast, phone_of
from tests.client import parsed

HOSTILE = [
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "http:///evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/ok%0d%0aSet-Cookie:a=b",
    "//evil.example\\@good",
    "https://good.example.evil.example",
    "/logout",
    "/ok#@evil",
    "/a" * 10_240,
]


def test_all_eighteen_values_are_here() -> None:
    assert len(set(HOSTILE)) == 18


@pytest.mark.covers("AU-18")
@pytest.mark.parametrize("value", HOSTILE, ids=range(158, 176))
def test_no_hostile_address_is_followed(app: Flask, cast: Cast, value: str) -> None:
    with app.test_request_context():
        assert safe_next(value) is None
    client = stranger(app)
    page = parsed(client.get("/login", query_string={"next": value}))
    assert [field["value"] for field in page.select("main input[name=next]")] == [""]
    assert not page.select("main a[href*=next]")
    asked = ask(client, phone_of("ada"), next=value)
    assert asked.location == "/login/code"
    done = answer(client, last_code(phone_of("ada")), next=value)
    assert (done.status_code, done.location) == (303, "/")
    assert "Set-Cookie:a" not in str(done.headers)
    for path in ("/login", "/login/code", "/login/password", "/login/factor"):
        assert client.get(path, query_string={"next": value}).location == "/"


@pytest.mark.covers("AU-18")
@pytest.mark.parametrize("value", HOSTILE, ids=range(158, 176))
def test_nor_after_the_second_factor(app: Flask, cast: Cast, value: str) -> None:
    secret = give_factor(cast.user("ben"))
    client = stranger(app)
    ask(client, phone_of("ben"))
    first = answer(client, last_code(phone_of("ben")), next=value)
    assert first.location == "/login/factor"
    done = client.post("/login/factor", {"code": shown(secret), "next": value})
    assert (done.status_code, done.location) == (303, "/")


@pytest.mark.covers("AU-18")
@pytest.mark.parametrize("value", ["/switch", "/me/hours?year=2026&page=2", "/o/o-7k3m/home"])
def test_pages_of_this_site_are(app: Flask, cast: Cast, value: str) -> None:
    client = stranger(app)
    ask(client, phone_of("ada"), next=value)
    assert answer(client, last_code(phone_of("ada")), next=value).location == value
