"""Everybody walks everything he can reach; nobody may meet a person he has no business with."""

from __future__ import annotations

import os
import zipfile
from collections import deque
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.database import db
from tests.cast import Cast
from tests.client import Client
from tests.security.markers import names_in, secrets_in, secrets_of_all
from tests.security.pupil_canaries import put_pupils
from tests.security.rights import ALL, KNOWS, MEETS, NOT_SIGNED_IN, SIGNED_IN
from tests.units import make_group

#: ``make security`` walks on both databases.
FULL = os.environ.get("SECURITY") == "full"
MAX_PAGES = 300
PROBES = ("人", "a", "ad", "ren", "r", "%", "_", "0001", "1990", "人ha", "人ik", "人we")
START = (
    "/",
    "/me",
    "/me/profile",
    "/me/hours",
    "/me/settings",
    "/me/messages",
    "/me/changes",
    "/me/events",
    "/events",
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
            f"/o/{code}/{page}"
            for page in ("filings", "objections", "organizations", "schools", "changes")
        ]
        pages += [f"/o/{code}/{page}" for page in ("groups", "groups/applications", "groups/new")]
        pages += [f"/o/{code}/{page}" for page in ("events", "events/new", "event-reviews")]
        pages += [f"/o/{code}/members?kind=youth", f"/j/{code}", f"/o/{code}/grants?show=below"]
    assert name in KNOWS or name in SIGNED_IN or name in NOT_SIGNED_IN
    return pages


class Links(HTMLParser):
    """Every address on a page that a reader can open, and its search forms filled in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.form: tuple[str, dict[str, str]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a tag leads."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.found.append(given["href"])
        if "hx-get" in given:
            self.found.append(given["hx-get"])
        if tag == "form" and given.get("method", "get") == "get":
            self.form = given.get("action", ""), {}
        if tag == "input" and self.form and "name" in given:
            self.form[1][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Fill in a search form that ends."""
        if tag == "form" and self.form:
            action, fields = self.form
            for probe in PROBES if "q" in fields else PROBES[:1]:
                wanted = {**fields, **({"q": probe} if "q" in fields else {})}
                self.found.append(f"{action}?{urlencode(wanted)}")
            self.form = None


def links_of(page: str) -> list[str]:
    """Return the addresses of a page that stay on this site."""
    found = Links(page).found
    return [one for one in found if one.startswith("/") and not one.startswith("//")]


def text_of(response: TestResponse) -> str:
    """Return the text of an answer; of a workbook what its parts hold, of a picture its letters."""
    if not response.data.startswith(b"PK"):
        return str(response.data.decode(errors="replace"))
    with zipfile.ZipFile(BytesIO(response.data)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist())


def walk(client: Client, pages: list[str], *, questions: int = MAX_PAGES) -> dict[str, str]:
    """Return address -> text of everything that could be opened.

    Links that ask more ``questions`` than this in their address are left: combined filters.
    """
    seen: dict[str, str] = {}
    waiting = deque(dict.fromkeys(pages))
    queued = set(waiting)
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.popleft()
        if urlsplit(address).path.startswith(("/static/", "/development/", "/logout")):
            continue
        response = client.get(address)
        assert response.status_code < 500, address
        seen[address] = text_of(response) + str(response.headers)
        if response.status_code != 200:
            continue
        for link in links_of(seen[address]):
            plain = link.partition("#")[0]
            if plain not in queued and plain.count("=") <= questions:
                queued.add(plain)
                waiting.append(plain)
    return seen


#: Who keeps the units of a Red Cross: their contacts are nobody else's business (MEM-11).
UNITS = {"东县": "cora", "东市": "eve"}


def units_of(cast: Cast) -> tuple[dict[str, str], list[str]]:
    """Put a unit at a county and one at a city; return contact -> who may read of it, and pages."""
    contacts, pages = {}, []
    for place, keeper in UNITS.items():
        unit = make_group(cast.organization(place))
        unit.contact_name = f"试暗记{keeper}联系"
        contacts[unit.contact_name] = keeper
        pages += [f"/o/{cast.code(place)}/groups/{unit.code}", f"/me/groups/{unit.code}"]
    db.session.commit()
    return contacts, pages


@pytest.mark.only_on("sqlite", *["postgresql"] * FULL)
@pytest.mark.covers("AZ-03", "AZ-20", "PRV-04", "PRV-10", "PRV-12", "IN-05", "S22")
@pytest.mark.parametrize("name", [*SIGNED_IN, *NOT_SIGNED_IN])
def test_everybody_meets_whom_he_should_and_no_stranger(
    app: Flask, cast: Cast, client_of: Callable[[str], Client], name: str
) -> None:
    """No marker of others; and the power of the crawl: it reaches whom the principal may meet."""
    contacts, pages = units_of(cast)
    pupils, guardians, more = put_pupils(cast)
    secrets = secrets_of_all()
    client = Client(app) if name == "nobody" else client_of(name)
    seen = walk(client, pages + more + start_pages(cast, name))
    meets = MEETS.get(name, set())
    everything = "".join(seen.values())
    assert {one for one in contacts if one in everything} == {
        one for one, keeper in contacts.items() if keeper == name
    }
    assert {one for one in pupils if one in everything} == {
        one for one, keeper in pupils.items() if keeper == name
    }
    assert [one for one in guardians if one in everything] == []
    met = {address: names_in(text) for address, text in seen.items()}
    strangers = {address: names - meets - {name} for address, names in met.items()}
    exposed = {address: secrets_in(text, secrets) for address, text in seen.items()}
    assert len(seen) >= 50
    assert len(secrets) >= 2 * len(SIGNED_IN)
    assert {address: who for address, who in strangers.items() if who} == {}
    assert {address: who for address, who in exposed.items() if who} == {}
    assert meets <= set().union(*met.values()) | {name}
