"""Every hostile value into every field, address and header: never a fault (IN-01)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.security.hostile import ALL, HEADERS, PAGES, PATHS, SEARCHES
from tests.security.test_canary_crawl import start_pages, walk

WHO = ("nobody", "ada", "ben", "cora")
SPOILS_THE_REST = {"display", "logout"}
FULL = os.environ.get("SECURITY") == "full"
#: On each commit a field meets every eighth value, the next field the next ones; so do pages.
STRIDE = 1 if FULL else 8
PLACES = 3 if FULL else 1
FEWEST_QUERIES = 200 if FULL else 40
PLAIN_ANSWERS = {200, 303, 400, 404, 409, 413, 414, 422, 429}


def client_for(app: Flask, client_of: Callable[[str], Client], name: str) -> Client:
    return Client(app) if name == "nobody" else client_of(name)


def fields_of(form: Tag) -> dict[str, str]:
    """Return the fields of a form with what a browser would send untouched."""
    values: dict[str, str] = {}
    for node in form.select("input[name], textarea[name], select[name]"):
        name = str(node["name"])
        if node.get("type") in {"radio", "checkbox"} and name in values:
            continue
        option = node.select_one("option[selected], option")
        values[name] = str(node.get("value", "") or (option.get("value", "") if option else ""))
    return values


def open_fields(form: Tag) -> list[str]:
    """Return the fields that a person may type into."""
    typed = (
        "input:not([type]), input[type=text], input[type=tel], input[type=search], input[type=date]"
    )
    nodes = form.select(f"{typed}, input[type=password], textarea")
    return [str(node["name"]) for node in nodes if node.get("name")]


def forms_of(pages: dict[str, str]) -> dict[tuple[str, ...], tuple[str, Tag]]:
    """Return one POST form per kind: action without codes, and the fields to type into."""
    found: dict[tuple[str, ...], tuple[str, Tag]] = {}
    for address, text in pages.items():
        for form in BeautifulSoup(text, "html.parser").select("form[method=post]"):
            action = str(form.get("action") or urlsplit(address).path)
            parts = urlsplit(action).path.split("/")
            shape = [part for part in parts if len(part) not in {6, 8, 32}]
            if SPOILS_THE_REST & set(shape):
                continue
            found.setdefault((*shape, *open_fields(form)), (action, form))
    return found


@pytest.mark.only_on("postgresql", *["sqlite"] * FULL)  # it refuses more: signs no text holds
@pytest.mark.covers("IN-01", "IN-02", "IN-07", "LOAD-08")
@pytest.mark.parametrize("name", WHO)
def test_no_field_breaks_the_page(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], name: str
) -> None:
    client = client_for(app, client_of, name)
    forms = forms_of(walk(client, start_pages(cast, name)))
    tried, faults = 0, []
    for action, form in forms.values():
        for field in open_fields(form):
            for value in ALL[tried % STRIDE :: STRIDE]:
                data = {**fields_of(form), field: value}
                data.pop("csrf_token", None)
                data.pop("idempotency_key", None)
                answer = client.post(action, data)
                tried += 1
                if answer.status_code not in PLAIN_ANSWERS:
                    faults.append((action, field, value[:30], answer.status_code))
    assert faults == []
    assert tried >= len(ALL) // STRIDE


def list_pages(client: Client, pages: list[str]) -> list[str]:
    """Return the pages that open: of each kind that of one organization, or of three."""
    kinds: dict[str, list[str]] = {}
    for page in dict.fromkeys(pages):
        kind = kinds.setdefault(re.sub(r"^/(o|j)/\w+", "", page), [])
        if len(kind) < PLACES and client.get(page).status_code == 200:
            kind.append(page)
    return [page for kind in kinds.values() for page in kind]


def strange_rows(width: int) -> list[list[str]]:
    """Return rows of values in which every field meets every strange value once."""
    values = [value[:2000] for value in dict.fromkeys([*SEARCHES, *PAGES])]
    return [
        [values[(at + step) % len(values)] for step in range(width)] for at in range(len(values))
    ]


@pytest.mark.covers("IN-05", "IN-09", "LOAD-07")
@pytest.mark.parametrize("name", ["ada", "ben", "cora", "gil"])
def test_no_query_breaks_a_list(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], name: str
) -> None:
    client, tried = client_of(name), 0
    for page in list_pages(client, start_pages(cast, name)):
        queries = [f"status={quote(value[:2000])}" for value in PAGES]
        for row in strange_rows(3):
            texts = [quote(value, errors="replace") for value in row]
            queries.append("q={}&after={}&sort={}".format(*texts))
        for query in queries[tried % STRIDE :: STRIDE]:
            answer = client.get(f"{page}?{query}")
            tried += 1
            assert answer.status_code in PLAIN_ANSWERS, (page, query[:300])
        assert client.get(f"{page}?q=a&q=b&after=1&after=2").status_code in PLAIN_ANSWERS
    assert tried > FEWEST_QUERIES


@pytest.mark.covers("AZ-06", "CFG-02")
@pytest.mark.parametrize("path", PATHS)
def test_strange_addresses_are_not_found(client_of: Callable[[str], Client], path: str) -> None:
    assert client_of("gil").get(path).status_code in {303, 308, 400, 404, 414}


@pytest.mark.covers("CFG-03", "WEB-16", "AZ-19")
@pytest.mark.parametrize("number", range(len(HEADERS)))
def test_strange_headers_change_nothing(client_of: Callable[[str], Client], number: int) -> None:
    headers, client = HEADERS[number], client_of("ben")
    for path in ("/privacy", "/me", "/login"):
        answer = client.get(path, headers=headers)
        assert answer.status_code in {200, 303, 401}
        assert "evil.example" not in answer.text + str(answer.headers)
        assert "<script>alert(1)" not in answer.text


@pytest.mark.covers("CFG-04")
def test_a_form_without_its_token_is_refused(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    client = client_of("ada")
    stranger = client_of("ben").csrf_token()
    for data in ({}, {"csrf_token": "x"}, {"csrf_token": stranger}):
        answer = client.http.post(
            "/display", data={**data, "idempotency_key": "k" * 24, "size": "large"}
        )
        assert answer.status_code in {400, 419}
        assert "size=" not in str(answer.headers)


@pytest.mark.covers("WEB-01", "WEB-02", "WEB-03", "WEB-08", "AU-02", "AU-03")
def test_every_answer_carries_the_headers(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("ben")
    code = cast.code("东一村")
    for path in ("/", "/me", "/login", f"/o/{code}/home", "/nowhere", "/healthz"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "HX-Request" in headers["Vary"]
    fresh = client.http.application.test_client().get("/login")
    cookie = fresh.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(cookie.split("=")[1].split(";")[0]) == 43


@pytest.mark.covers("IN-01", "IN-02")
def test_codes_that_no_text_holds_name_nothing(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    ben, org = client_of("ben"), cast.code("东一村")
    for path in ("hours/confirm", "applications/approve"):
        for code in ("\x00a", "\ud800", "' OR 1=1", "é"):
            answer = ben.post(f"/o/{org}/{path}", {"ids": quote(code, errors="replace")})
            assert answer.status_code in {404, 422}, (path, code)
            raw = {"ids": code} if code != "\ud800" else {"ids": "%ED%A0%80"}
            assert ben.post(f"/o/{org}/{path}", raw).status_code in {404, 422}, (path, code)
    many = {"ids": [f"x{number}" for number in range(600)]}
    assert ben.post(f"/o/{org}/hours/confirm", many).status_code == 413
    strange_key = {"idempotency_key": "\x00" + "k" * 20, "size": "large"}
    assert ben.http.post("/display", data=strange_key).status_code in {400, 419}


@pytest.mark.covers("WEB-08")
def test_a_file_that_caches_keep_sets_no_cookie(app: Flask) -> None:
    with app.test_client().get("/static/app.css?v=1") as answer:
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" in app.test_client().get("/login").headers
