"""Everybody walks everything he can reach; nobody may meet a person he has no business with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.security.markers import names_in, secrets_in, secrets_of_all
from tests.security.rights import ALL, KNOWS, MEETS, NOT_SIGNED_IN, SIGNED_IN

MAX_PAGES = 250
PROBES = ("人", "a", "ad", "ren", "r", "%", "_", "0001", "1990", "人ha", "人ik", "人we")
START = (
    "/",
    "/me",
    "/me/profile",
    "/me/hours",
    "/me/settings",
    "/me/applications",
    "/switch",
    "/help",
)


def start_pages(cast: Cast, name: str) -> list[str]:
    """Return where a walk begins: the usual pages and every organization, known or not."""
    pages = list(START)
    for place in ALL:
        code = cast.code(place)
        pages += [
            f"/o/{code}/{page}"
            for page in ("home", "members", "volunteers", "hours", "applications")
        ]
        pages += [
            f"/o/{code}/{page}" for page in ("filings", "objections", "organizations", "schools")
        ]
        pages += [f"/o/{code}/members?kind=youth", f"/j/{code}"]
    assert name in KNOWS or name in SIGNED_IN or name in NOT_SIGNED_IN
    return pages


def links_of(page: str) -> list[str]:
    """Return every address on the page that a reader can open, and its search forms filled in."""
    soup = BeautifulSoup(page, "html.parser")
    found = [str(node["href"]) for node in soup.select("a[href]")]
    found += [str(node["hx-get"]) for node in soup.select("[hx-get]")]
    for form in soup.select("form[method=get], form:not([method])"):
        fields = {str(n["name"]): str(n.get("value", "")) for n in form.select("input[name]")}
        for probe in PROBES:
            wanted = {**fields, **{name: probe for name in fields if name == "q"}}
            found.append(f"{form.get('action', '')}?{urlencode(wanted)}")
    return [
        address for address in found if address.startswith("/") and not address.startswith("//")
    ]


def walk(client: Client, pages: list[str]) -> dict[str, str]:
    """Return address -> text of everything that could be opened."""
    seen: dict[str, str] = {}
    waiting = deque(dict.fromkeys(pages))
    queued = set(waiting)
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.popleft()
        if urlsplit(address).path.startswith(("/static/", "/development/", "/logout")):
            continue
        response = client.get(address)
        assert response.status_code < 500, address
        seen[address] = response.text + str(response.headers)
        if response.status_code != 200:
            continue
        for link in links_of(response.text):
            plain = link.partition("#")[0]
            if plain not in queued:
                queued.add(plain)
                waiting.append(plain)
    return seen


@pytest.mark.covers("AZ-03", "AZ-20", "PRV-04", "PRV-12", "IN-05")
@pytest.mark.parametrize("name", [*SIGNED_IN, *NOT_SIGNED_IN])
def test_nobody_meets_a_stranger(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], name: str
) -> None:
    secrets = secrets_of_all()
    client = Client(app) if name == "nobody" else client_of(name)
    seen = walk(client, start_pages(cast, name))
    allowed = MEETS.get(name, set()) | {name}
    strangers = {address: names_in(text) - allowed for address, text in seen.items()}
    exposed = {address: secrets_in(text, secrets) for address, text in seen.items()}
    assert len(seen) >= 50
    assert len(secrets) >= 2 * len(SIGNED_IN)
    assert {address: who for address, who in strangers.items() if who} == {}
    assert {address: who for address, who in exposed.items() if who} == {}


@pytest.mark.covers("AZ-03")
@pytest.mark.parametrize("name", sorted(MEETS))
def test_the_crawl_finds_whom_it_should(
    cast: Cast, client_of: Callable[[str], Client], name: str
) -> None:
    """The power of the crawl: it reaches the people that the principal may meet."""
    seen = walk(client_of(name), start_pages(cast, name))
    met = set().union(*(names_in(text) for text in seen.values()))
    assert MEETS[name] <= met | {name}
